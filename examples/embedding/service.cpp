// A service around `decide`: it reloads, halts, reserves, asks people, logs, and says which tools
// to offer. `service PUBLIC_KEY IMAGE LOG` reads commands, which stand for what comes over a
// network:
//
//     refund CALL AGENT DOLLARS      agree CALL PERSON      refuse CALL PERSON      tools AGENT
//     load IMAGE      halt      resume
//
// Everything is kept in memory here; a real service keeps calls, counters and approvals in its
// database, and reserves in one transaction. It links remit::remit alone.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <remit/remit.h>

namespace {
std::vector<std::byte> contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

struct Said {
  std::string id, by;
  bool granted = false;
  std::string digest, requirement;
  std::int64_t asked_ms = 0, at_ms = 0;
};

struct Call {
  std::string agent;
  std::int64_t dollars = 0, asked_ms = 0;
  std::string digest;              // of the action that people are shown
  std::vector<remit::Wait> waits;  // what is open
  std::vector<Said> said;
  bool done = false;
};

class Service {
 public:
  Service(remit::Reloader reloader, std::ofstream log)
      : reloader_(std::move(reloader)), reader_(reloader_), log_(std::move(log)) {}

  void refund(const std::string& id) {
    Call& call = calls_[id];
    if (call.done) return say(id, "was executed before");
    const auto turn = reader_.at(now_ms_);
    fill(id, call, turn.engine, turn.facts);
    // Which counters matter, and what people have said.
    if (const auto keys = turn.engine.limit_keys(turn.facts)) {
      for (const remit::LimitKey& key : *keys)
        turn.facts.set_counter(key.limit, counters_[{key.limit, key.key}]);
      for (const Said& said : call.said) turn.facts.add_approval(approval(said));
    }
    const remit::Decision decision = turn.engine.decide(turn.facts);
    // In the log before anything comes of it.
    const auto entry = remit::log_entry(turn.engine, turn.facts, decision, std::nullopt);
    if (!entry || !(log_ << chain_.append(*entry) << std::endl)) return say(id, "not logged");
    const auto answer = turn.engine.answer(turn.facts, decision, {.with_messages = true});
    if (!answer) return say(id, "no answer: no");
    act(id, call, turn.engine, turn.facts, decision, *answer);
    reader_.observe(decision);
  }

  void answered(const std::string& id, const std::string& person, bool granted) {
    Call& call = calls_[id];
    for (const remit::Wait& wait : call.waits)
      call.said.push_back({"ap-" + std::to_string(++approvals_), person, granted, call.digest,
                           wait.requirement, call.asked_ms, now_ms_});
    refund(id);
  }

  void offer(const std::string& agent) {
    const auto turn = reader_.at(now_ms_);
    turn.facts.reset("pay.refund");
    turn.facts.set(*turn.engine.slot("pay.refund", "actor.id"), agent);
    for (const remit::ToolPossibility& tool : turn.engine.possible(turn.facts)) {
      const char* const what = tool.permit ? "offer" : tool.wait ? "after people" : "never";
      std::printf("%s: %s\n", std::string(tool.tool).c_str(), what);
    }
  }

  void load(const std::string& path) {
    const auto loaded = reloader_.load(contents(path), now_ms_);
    say("load", loaded ? "accepted" : std::string(code(loaded.error().fault)));
  }

  void propose(const std::string& id, const std::string& agent, std::int64_t dollars) {
    Call& call = calls_[id];
    if (call.asked_ms == 0) call.agent = agent, call.dollars = dollars, call.asked_ms = now_ms_;
    refund(id);
  }

  void halt(bool halted) { reloader_.halt(halted); }
  void pass_time() { reloader_.tick(now_ms_ += 60'000); }

 private:
  static void say(const std::string& about, const std::string& what) {
    std::printf("%s: %s\n", about.c_str(), what.c_str());
  }

  static remit::Approval approval(const Said& said) {
    return {said.id,     said.by,          "human", "acme",        "lead",    said.granted,
            said.digest, said.requirement, 0,       said.asked_ms, said.at_ms};
  }

  // By name each time; a service that decides often keeps the slots (docs/guide/reload.md).
  void fill(const std::string& id, const Call& call, const remit::Engine& engine,
            remit::Facts& facts) {
    using Texts = std::span<const std::string_view>;
    constexpr std::string_view kTenants[] = {"acme"}, kRequesters[] = {"ana"};
    const auto set = [&](std::string_view path, auto value) {
      facts.set(engine.slot("pay.refund", path).value_or(remit::SlotId()), value);
    };
    facts.reset("pay.refund");
    set("args.order", "o-" + id), set("args.amount", remit::money(call.dollars));
    set("call.id", std::string_view(id)), set("call.first_asked", call.asked_ms);
    set("actor.id", std::string_view(call.agent)), set("actor.kind", "agent");
    set("actor.version", "1"), set("actor.requesters", Texts(kRequesters));
    set("tenant.id", "acme"), set("target.tenants", Texts(kTenants));
    set("target.owners", Texts()), set("target.class", "internal");
    set("spend.cost", remit::money(0)), set("clock.now", now_ms_);
    set("context.environment", "production");
  }

  void act(const std::string& id, Call& call, const remit::Engine& engine,
           const remit::Facts& facts, const remit::Decision& decision,
           const remit::Answer& answer) {
    call.waits = answer.waits, call.digest = answer.digest;
    switch (answer.verdict) {
      case remit::Verdict::Permit: break;
      case remit::Verdict::Queue:
      case remit::Verdict::Escalate:
        for (const remit::Wait& wait : answer.waits)
          say(id,
              "asks " + wait.parties[0].seats[0] + ": " + answer.messages[0].because.value_or(""));
        return;
      case remit::Verdict::Deny:
        return say(
            id, "no: " + (answer.by.empty() ? std::string(code(answer.fault)) : answer.by.front()));
    }
    // All of it or nothing; the counters are those that were decided with.
    for (const remit::Reservation& line : answer.terms.reserve)
      counters_[{line.counter.limit, line.counter.key}] += line.amount;
    // Directly before: was the switch thrown meanwhile?
    if (!answer.execute || !engine.terms(facts, decision)) return say(id, "halted: no");
    call.done = true;
    say(id, "runs " + to_json(*answer.execute));
  }

  remit::Reloader reloader_;
  remit::Reader<> reader_;
  std::ofstream log_;
  remit::LogChain chain_;
  std::map<std::string, Call> calls_;
  std::map<std::pair<std::string, std::string>, std::int64_t> counters_;
  int approvals_ = 0;
  std::int64_t now_ms_ = 1'795'167'000'000;  // a real service reads its clock
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto key = contents(argv[1]);
  std::int64_t accepted = 1;  // a real service keeps it where a restart finds it
  const remit::ReloadOptions options{
      .trust = remit::Trust::keys({key}),
      .versions = {.read = [&] { return std::optional(accepted); },
                   .write = [&](std::int64_t version) -> std::expected<void, std::string> {
                     accepted = version;
                     return {};
                   }},
      .steps_max = 10'000,
      .expected_policies = {"desk.refunds"}};
  const auto reloader = remit::Reloader::start(options, contents(argv[2]), 0);
  if (!reloader) {
    std::printf("not started: %s\n", to_text(reloader.error()).c_str());
    return 5;
  }
  Service service(*reloader, std::ofstream(argv[3]));
  for (std::string line; std::getline(std::cin, line); service.pass_time()) {
    std::istringstream words(line);
    std::string command, first, second, third;
    words >> command >> first >> second >> third;
    if (command == "refund") service.propose(first, second, std::atoll(third.c_str()));
    if (command == "agree" || command == "refuse")
      service.answered(first, second, command == "agree");
    if (command == "tools") service.offer(first);
    if (command == "load") service.load(first);
    if (command == "halt" || command == "resume") service.halt(command == "halt");
  }
}
