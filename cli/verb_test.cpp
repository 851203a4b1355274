// `remit test [PATH…]`

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/bundles.h"
#include "cli/exit_code.h"
#include "compiler/rule_tests/test_runner.h"
#include "stdlib/text.h"

namespace remit::cli {

namespace {

using compiler::TestResult;
using compiler::TestRun;

void print_failure(const TestResult& result, Console& console) {
  console.out(fmt::format("{}  {:<50} {}:{}\n", console.styled("FAIL", Style::Red), result.title,
                          result.file, result.line));
  console.out(
      fmt::format("      expected  {}\n      actual    {}\n", result.expected, result.actual));
  for (const ItemExplanation& item : result.explanation.items) {
    if (item.state == ItemState::Live && !item.parties.empty())
      console.out(fmt::format("      waits     {} {}\n", item.name, wait_text(item)));
  }
  for (const ItemExplanation& item : result.explanation.items) {
    if (item.name != result.explanation.nearest) continue;
    console.out(fmt::format("      nearest   {}   {}:{}\n", item.name, item.file, item.line));
    for (const Clause& clause : item.clauses)
      console.out(fmt::format("                  {} {}   [{}]\n", clause.holds ? "✓" : "✗",
                              clause.text, clause.values));
  }
  console.out(fmt::format("      request   {}\n", result.request));
}

std::string json_of(const TestRun& run, std::size_t failed) {
  nlohmann::ordered_json tests = nlohmann::ordered_json::array();
  for (const TestResult& result : run.results) {
    tests.push_back({{"title", result.title},
                     {"file", result.file},
                     {"line", result.line},
                     {"passed", result.passed},
                     {"expected", result.expected},
                     {"actual", result.actual}});
  }
  return nlohmann::ordered_json{{"schema_version", 1},
                                {"passed", run.results.size() - failed},
                                {"failed", failed},
                                {"tests", tests},
                                {"unmatched", run.unmatched}}
             .dump() +
         '\n';
}

}  // namespace

int run_test(const Arguments& arguments, Console& console) {
  const auto compiled = compile_paths(arguments.all("PATH"), true);
  if (!compiled) {
    console.error(compiled.error());
    return kUsage;
  }
  const compiler::CompiledBundle& bundle = **compiled;
  if (bundle.diags.has_errors()) {
    print_diagnostics(bundle, console, true);
    return kFindings;
  }
  const TestRun run =
      bundle.image.empty() ? TestRun{} : compiler::run_tests(bundle, arguments.one("--only"));
  if (run.results.empty()) {
    console.error(bundle.image.empty()      ? "there is no policy to test"
                  : arguments.has("--only") ? "no test has that in its name"
                                            : "there are no tests");
    return kNothingRan;
  }
  std::size_t failed = 0;
  for (const TestResult& result : run.results) {
    if (result.passed) continue;
    ++failed;
    if (!console.json()) print_failure(result, console);
  }
  if (console.json()) {
    console.out(json_of(run, failed));
    return failed == 0 ? kFine : kFindings;
  }
  const auto items = static_cast<std::size_t>(std::ranges::count_if(
      bundle.typed->items,
      [](const compiler::ItemInfo& item) { return item.kind != ItemKind::Assert; }));
  if (!arguments.has("--only")) {
    for (const std::string& name : run.unmatched)
      console.talk(fmt::format("warning[W1313]: `{}` matches in no test\n", name));
    for (const std::string& place : run.idle)
      console.talk(
          fmt::format("warning[W1312]: `@allow(\"W1313\", …)` silences nothing: {}\n", place));
  }
  console.out(fmt::format("{}: {} passed, {} failed · items {}/{} matched\n",
                          stdlib::counted(run.results.size(), "test"), run.results.size() - failed,
                          failed, run.matched, items));
  return failed == 0 ? kFine : kFindings;
}

}  // namespace remit::cli
