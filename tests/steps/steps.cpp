// What one step, and one byte of a request, stands for at worst. Run under callgrind, which counts
// the instructions of each part: scripts/steps.py. A line of standard output names a part, with the
// steps or bytes that it stands for, in the order of the counts. Arguments are folders of bundles,
// whose decisions the others are compared with.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <valgrind/callgrind.h>

#include <remit/engine.h>
#include "compiler/bundle.h"
#include "tests/generator/request.h"
#include "tests/oracle/steps.h"
#include "tests/steps/cases.h"
#include "vm/engine/state.h"

namespace remit::steps {
namespace {

[[noreturn]] void give_up(const std::string& message) {
  std::fprintf(stderr, "steps: %s\n", message.c_str());
  std::exit(1);
}

// Measures one call under a name, and what it counts as.
template <typename Call>
void measure(std::string_view kind, std::string_view name, std::int64_t counted, Call&& call) {
  timespec start{}, end{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
  CALLGRIND_START_INSTRUMENTATION;
  call();
  CALLGRIND_STOP_INSTRUMENTATION;
  CALLGRIND_DUMP_STATS;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
  const std::int64_t ns = (end.tv_sec - start.tv_sec) * 1'000'000'000 + end.tv_nsec - start.tv_nsec;
  std::printf("%s\t%.*s\t%lld\t%lld\n", std::string(kind).c_str(), static_cast<int>(name.size()),
              name.data(), static_cast<long long>(counted), static_cast<long long>(ns));
}

Engine loaded(const std::vector<std::byte>& image) {
  auto engine = Engine::load(image, Trust::unsigned_image(), {.allow_dev = true});
  if (!engine) give_up(engine.error().message);
  return *std::move(engine);
}

// ---- the examples, for the median

std::vector<SourceText> sources_in(const std::filesystem::path& folder) {
  std::vector<SourceText> sources;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".rule") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    sources.push_back(
        {entry.path().filename().string(), {std::istreambuf_iterator<char>(file), {}}});
  }
  std::ranges::sort(sources, {}, &SourceText::path);
  return sources;
}

// Random requests, each beside the steps that its evaluation takes.
void measure_example(const std::filesystem::path& folder) {
  constexpr int kRequests = 100;
  std::ifstream manifest(folder / "remit.toml", std::ios::binary);
  compiler::CompileOptions options;
  options.manifest.assign(std::istreambuf_iterator<char>(manifest), {});
  options.manifest_path = "remit.toml";
  const auto bundle = compiler::compile_bundle(sources_in(folder), options);
  if (bundle->image.empty()) give_up(folder.string() + " does not compile");
  const Engine engine = loaded(bundle->image);
  Facts facts = engine.facts({});
  generator::Random random(20261128);
  for (int i = 0; i < kRequests;) {
    const oracle::Request request = generator::generate_request(*bundle->typed, random);
    const Decision decision =
        engine.decide_json(generator::to_json(*bundle->typed, request, random), facts);
    if (decision.fault() != Fault::None) continue;
    ++i;
    measure("example", folder.string(), oracle::steps_taken(*bundle->typed, request),
            [&] { static_cast<void>(engine.decide(facts)); });
  }
}

// ---- requests at their worst

constexpr std::string_view kRule =
    "\n@claims_only(\"measured\")\n@open_ended(\"measured\")\nrule ok on t.t {\n  permit\n  when ";

std::string request_of(std::string_view members, std::string_view host = {}) {
  return fmt::format(
      R"({{"tool":"t.t","call":{{"id":"c"}},"actor":{{"id":"a","kind":"agent","version":"1",)"
      R"("autonomy":"irreversible","requesters":["ana"]}},"tenant":{{"id":"t"}},)"
      R"("target":{{"tenants":["t"],"class":"internal","owners":[]}},"risk":{{"score":5}},)"
      R"("spend":{{"cost":"USD 0"}},"context":{{"environment":"production"}},)"
      R"("clock":{{"now":"2026-11-20T09:30:00Z"}},"args":{{{}}}{}}})",
      members, host);
}

Engine engine_of(std::string_view name, std::string_view fields, const std::string& rule) {
  std::string schema =
      "edition 1\nschema w.schema\ncurrency USD\nrecord line { n: int, o: int? }\n"
      "enum role { a, b, c, d, e, f, g, h, other }\n"
      "extend session { text: string(8192) }\n";
  if (fields.find("kind") != fields.npos) {
    schema += "enum kind { v0";
    for (int i = 1; i < 4096; ++i) schema += fmt::format(", v{}", i);
    schema += " }\n";
  }
  if (fields.find("wide") != fields.npos) {
    schema += "record wide { f0: int?";
    for (int i = 1; i < 250; ++i) schema += fmt::format(", f{}: int?", i);
    schema += " }\n";
  }
  schema += fmt::format("tool t.t {{ effect read args {{ {} }} }}\n", fields);
  const CompileResult result =
      compile({{"schema.rule", schema}, {"policy.rule", "edition 1\npolicy w.p" + rule}},
              "name = \"w\"\nlayers = [\"main\"]\nmax_steps = 1000000\n");
  if (result.image.empty()) give_up(fmt::format("{}: {}", name, result.messages.back().rendered));
  return loaded(result.image);
}

void measure_case(const StepsCase& row) {
  std::string rule = std::string(kRule) + row.condition;
  for (int i = 1; i < row.times; ++i) rule += "\n    and " + row.condition;
  const Engine engine = engine_of(row.name, row.fields, rule + "\n}\n");
  const auto& code = EngineAccess::state(engine).linked->program.image().code;
  if (row.opcode && std::ranges::find(code, *row.opcode, &vm::Instruction::opcode) == code.end())
    give_up(row.name + ": the opcode is not in the code");
  const std::string request = request_of(row.members);
  // Decoded without deciding, so that the first decision is as cold as it can be.
  Facts facts = engine.facts({});
  if (const auto keys = engine.limit_keys_json(request, facts); !keys)
    give_up(fmt::format("{}: not decoded at {}", row.name, keys.error().at));
  const std::int64_t steps =
      EngineAccess::state(engine).linked->program.image().tools.front().steps_bound;
  for (const char* warmth : {"cold", "warm"}) {
    Verdict verdict{};
    measure(warmth, row.name, steps, [&] { verdict = engine.decide(facts).verdict(); });
    if (verdict != Verdict::Permit) give_up(row.name + ": is not permitted");
  }
}

// Sixty-four people who refuse what the facts hold, in a role that no wait asks.
std::string refusals_of(const Engine& engine, Facts& facts, const Decision& decision) {
  std::string records;
  for (std::size_t i = 0; i < limits::kApprovalsMax; ++i) {
    records += fmt::format(
        R"({}{{"id":"r{}","by":"p{}","kind":"human","tenant":"t","role":"other","verdict":"refused",)"
        R"("digest":"{}","requirement":"{}","cost":"USD 0","asked_at":"2026-11-20T09:00:00Z",)"
        R"("at":"2026-11-20T09:10:00Z"}})",
        i == 0 ? "" : ",", i, i, engine.digest(facts, decision).value(), std::string(64, '0'));
  }
  return ",\"approvals\":[" + records + "]";
}

void measure_policy(const PolicyCase& row) {
  const Engine engine = engine_of(row.name, "", row.policy);
  Facts facts = engine.facts({});
  std::string request = request_of("", row.host);
  Decision decision = engine.decide_json(request, facts);
  if (row.refused) {
    request = request_of("", row.host + refusals_of(engine, facts, decision));
    decision = engine.decide_json(request, facts);
  }
  if (name(decision.verdict()) != row.verdict)
    give_up(fmt::format("{}: {} {} at {}", row.name, name(decision.verdict()),
                        code(decision.fault()), engine.answer(facts, decision)->at));
  const std::int64_t steps =
      EngineAccess::state(engine).linked->program.image().tools.front().steps_bound;
  measure("warm", row.name, steps, [&] { decision = engine.decide(facts); });
}

void measure_body(const BodyCase& row) {
  const Engine engine =
      engine_of(row.name, row.fields, std::string(kRule) + "risk.score < 50\n}\n");
  const std::string request = request_of(row.members);
  Facts facts = engine.facts({});
  for (const char* warmth : {"body", "body again"}) {
    Fault fault{};
    measure(warmth, row.name, static_cast<std::int64_t>(request.size()) + row.left_out,
            [&] { fault = engine.decide_json(request, facts).fault(); });
    if (fault != Fault::None && row.name != "unknown names")
      give_up(fmt::format("{}: {}", row.name, code(fault)));
  }
}

}  // namespace
}  // namespace remit::steps

int main(int count, char** arguments) {
  using namespace remit::steps;
  for (int i = 1; i < count; ++i) measure_example(arguments[i]);
  for (const StepsCase& row : steps_cases()) measure_case(row);
  for (const PolicyCase& row : policy_cases()) measure_policy(row);
  for (const BodyCase& row : body_cases()) measure_body(row);
  return 0;
}
