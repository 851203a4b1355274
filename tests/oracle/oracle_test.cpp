// The engine held against the oracle on random bundles and requests: verdict, matching set, every
// clause of every item, and the names in `by`.
//
// REMIT_ORACLE_PAIRS and REMIT_ORACLE_SEED choose how many pairs are compared, and which.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

#include <remit/engine.h>
#include "compiler/bundle.h"
#include "lang/render.h"
#include "tests/generator/bundle.h"
#include "tests/generator/request.h"
#include "tests/oracle/oracle.h"
#include "vm/clause.h"
#include "vm/engine_state.h"
#include "vm/names.h"

namespace remit {
namespace {

constexpr std::uint64_t kPairsDefault = 200'000;
constexpr int kRequestsPerBundle = 400;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// What the engine made of one item, in the oracle's terms.
oracle::Clauses clauses_of(const vm::Linked& linked, ItemId id, Facts::State& facts) {
  const vm::Image& image = linked.program.image();
  const auto at = static_cast<std::size_t>(id);
  const vm::Range range = image.debug.items[at].clauses;
  oracle::Clauses clauses;
  for (std::uint32_t i = range.first; i < range.first + range.count; ++i)
    clauses.emplace_back(vm::clause_holds(linked, image.items[at], image.debug.clauses[i], facts));
  return clauses;
}

std::string shown(const oracle::Clauses& clauses) {
  std::string text;
  for (const auto& clause : clauses) text += !clause ? '?' : *clause ? '1' : '0';
  return text;
}

// Where the two differ; empty if they agree.
std::string difference(const oracle::Answer& expected, const Engine& engine, Facts& facts,
                       const Decision& decision) {
  Facts::State& state = FactsAccess::state(facts);
  const vm::Linked& linked = *EngineAccess::state(engine).linked;
  if (decision.verdict() != expected.verdict || decision.fault() != expected.fault) {
    return "verdict " + std::string(name(decision.verdict())) + " (" +
           std::string(code(decision.fault())) + " at " + std::string(facts.fault_path()) +
           "), expected " + std::string(name(expected.verdict)) + " (" +
           std::string(code(expected.fault)) + ")";
  }
  if (decision.fault() != Fault::None && decision.fault() != Fault::Expired) return {};
  const vm::ToolPlan& plan = linked.tools[static_cast<std::size_t>(state.tool)];
  if (plan.items.size() != expected.items.size()) return "another number of items in scope";
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    const oracle::ItemAnswer& item = expected.items[i];
    if (vm::full_name(linked, plan.items[i]) != item.name) return "another item than " + item.name;
    if (vm::bit(state.matched, i) != item.matches)
      return item.name + (item.matches ? " should match" : " should not match");
    oracle::Clauses clauses = clauses_of(linked, plan.items[i], state);
    if (clauses.size() != item.clauses.size()) return item.name + " has another number of clauses";
    for (std::size_t c = 0; c < clauses.size(); ++c) {
      // What the oracle need not read, the engine may have declined to.
      if (!item.clauses[c] || !clauses[c]) clauses[c] = item.clauses[c];
    }
    if (clauses != item.clauses)
      return item.name + " has clauses " + shown(clauses) + ", expected " + shown(item.clauses);
  }
  const vm::Outcome outcome = vm::decide_facts(state);
  if (vm::deciding_names(linked, state, outcome) != expected.by) return "`by` differs";
  return {};
}

std::string whole(const generator::Bundle& bundle) {
  std::string text = bundle.manifest;
  for (const SourceText& source : bundle.sources) text += "--- " + source.path + '\n' + source.text;
  return text;
}

TEST(Oracle, AgreesWithTheEngineOnRandomBundles) {
  const std::uint64_t pairs = setting("REMIT_ORACLE_PAIRS", kPairsDefault);
  const std::uint64_t seed = setting("REMIT_ORACLE_SEED", 20261124);
  LoadOptions options;
  std::map<std::string_view, std::uint64_t> verdicts;
  std::uint64_t done = 0, bundles = 0, matches = 0, conditions = 0;
  for (; done < pairs; ++bundles) {
    generator::Random random(seed + bundles);
    const generator::Bundle source = generator::generate_bundle(random);
    compiler::CompileOptions compile;
    compile.manifest = source.manifest;
    compile.manifest_path = "remit.toml";
    const auto compiled = compiler::compile_bundle(source.sources, compile);
    std::string problems;
    for (const lang::Diagnostic* diagnostic : compiled->diags.sorted()) {
      if (lang::info(diagnostic->code).severity == lang::Severity::Error)
        problems += lang::render(*diagnostic, compiled->sources, false);
    }
    ASSERT_TRUE(compiled->typed && !compiled->image.empty())
        << "bundle " << seed + bundles << " does not compile: " << problems << whole(source);
    const auto engine = Engine::load(compiled->image, options);
    ASSERT_TRUE(engine) << "bundle " << seed + bundles << ": " << engine.error().message;
    Facts facts = engine->facts({});
    for (int i = 0; i < kRequestsPerBundle && done < pairs; ++i, ++done) {
      const oracle::Request request = generator::generate_request(*compiled->typed, random);
      const std::string json = generator::to_json(*compiled->typed, request, random);
      const oracle::Answer expected = oracle::decide(*compiled->typed, request);
      const Decision decision = engine->decide_json(json, facts);
      const std::string problem = difference(expected, *engine, facts, decision);
      ASSERT_EQ(problem, "") << "bundle " << seed + bundles << '\n'
                             << json << '\n'
                             << whole(source);
      ++verdicts[name(decision.verdict())];
      conditions += expected.items.size();
      matches += decision.matched().size();
    }
  }
  std::string summary;
  for (const auto& [verdict, count] : verdicts)
    summary += " " + std::to_string(count) + " " + std::string(verdict);
  std::printf("%llu bundles, %llu pairs, %llu of %llu conditions true:%s\n",
              static_cast<unsigned long long>(bundles), static_cast<unsigned long long>(done),
              static_cast<unsigned long long>(matches), static_cast<unsigned long long>(conditions),
              summary.c_str());
  // A generator that has lost its variety would prove nothing.
  for (const char* verdict : {"permit", "queue", "escalate", "deny"})
    EXPECT_GT(verdicts[verdict], done / 50) << verdict;
}

}  // namespace
}  // namespace remit
