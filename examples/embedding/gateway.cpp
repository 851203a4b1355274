// A gateway in small: `gateway IMAGE` answers each JSON request on standard input with what the
// agent may be told, and writes the decision record of each to standard error, as an audit log.
//
// It links remit::remit alone, which has no parser and no compiler in it.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <string>

#include <remit/remit.h>

namespace {

std::string contents(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What the agent is told: never `because`, which is for auditors and for those who are asked.
std::string advice(const remit::Engine& engine, remit::Facts& facts,
                   const remit::Decision& decision) {
  const auto answer = engine.answer(facts, decision, {.with_messages = true});
  if (!answer) return std::string(remit::sentence(answer.error()));
  for (const remit::Message& message : answer->messages) {
    if (message.advise) return *message.advise;
  }
  return "this call is not allowed";
}

std::string answer(const remit::Engine& engine, remit::Facts& facts,
                   const remit::Decision& decision) {
  // No default: a verdict that nobody thought of does not compile.
  switch (decision.verdict()) {
    case remit::Verdict::Permit: return "run it";
    case remit::Verdict::Queue: return "wait: " + advice(engine, facts, decision);
    case remit::Verdict::Escalate:
      return "wait, and somebody is called: " + advice(engine, facts, decision);
    case remit::Verdict::Deny: return "no: " + advice(engine, facts, decision);
  }
  return "no";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: gateway IMAGE < REQUESTS\n", stderr);
    return 2;
  }
  // A service in production leaves `allow_dev` out, and trusts its own keys: Trust::keys({…}).
  const std::string image = contents(argv[1]);
  const auto engine = remit::Engine::load(std::as_bytes(std::span(image)),
                                          remit::Trust::unsigned_image(), {.allow_dev = true});
  if (!engine) {
    std::fprintf(stderr, "%s: %s: %s\n", argv[1], engine.error().code().data(),
                 engine.error().message.c_str());
    return 5;
  }
  remit::Facts facts = engine->facts("");  // one a thread, reused: deciding allocates nothing
  for (std::string request; std::getline(std::cin, request);) {
    const remit::Decision decision = engine->decide_json(request, facts);
    std::printf("%s\n", answer(*engine, facts, decision).c_str());
    const auto record = engine->record(facts, decision);
    std::fprintf(stderr, "%s\n",
                 record ? record->c_str() : std::string(remit::code(record.error())).c_str());
  }
}
