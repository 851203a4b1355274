#include "tests/oracle/compare.h"

#include <algorithm>

#include "stdlib/hash.h"
#include "tests/oracle/message.h"
#include "tests/oracle/record.h"
#include "vm/answer/clause.h"
#include "vm/decide/decide.h"
#include "vm/decide/digest.h"
#include "vm/decide/names.h"
#include "vm/decide/table.h"
#include "vm/engine/state.h"

namespace remit::oracle {

namespace {

const vm::Linked& linked_of(const Engine& engine) { return *EngineAccess::state(engine).linked; }

const vm::ToolPlan& plan_of(const Engine& engine, const Facts::State& facts) {
  return linked_of(engine).plan_of(facts.tool);
}

// What the engine made of one item, in the oracle's terms.
Clauses clauses_of(const vm::Linked& linked, ItemId id, const Facts::State& facts,
                   vm::Evaluation& found) {
  const vm::Image& image = linked.program.image();
  const auto at = static_cast<std::size_t>(id);
  const vm::RangeOf<vm::ClauseRow> range = image.debug.items[at].clauses;
  Clauses clauses;
  for (const vm::ClauseRow& clause : image.rows(range))
    clauses.emplace_back(vm::clause_holds(linked, image.items[at], clause, facts, found));
  return clauses;
}

std::string shown(const Clauses& clauses) {
  std::string text;
  for (const auto& clause : clauses) text += !clause ? '?' : *clause ? '1' : '0';
  return text;
}

std::string item_difference(const vm::Linked& linked, ItemId id, bool matched,
                            const ItemAnswer& expected, const Facts::State& facts,
                            vm::Evaluation& found) {
  if (vm::full_name(linked, id) != expected.name) return "another item than " + expected.name;
  if (matched != expected.matches)
    return expected.name + (expected.matches ? " should match" : " should not match");
  Clauses clauses = clauses_of(linked, id, facts, found);
  if (clauses.size() != expected.clauses.size())
    return expected.name + " has another number of clauses";
  for (std::size_t c = 0; c < clauses.size(); ++c) {
    // What the oracle need not read, the engine may have declined to.
    if (!expected.clauses[c] || !clauses[c]) clauses[c] = expected.clauses[c];
  }
  if (clauses == expected.clauses) return {};
  return expected.name + " has clauses " + shown(clauses) + ", expected " + shown(expected.clauses);
}

std::string state_difference(const vm::Findings& findings, std::size_t position,
                             const ItemAnswer& expected) {
  if (vm::bit(findings.lifted, position) != expected.lifted)
    return expected.name + (expected.lifted ? " should be lifted" : " should not be lifted");
  if (!expected.wait) return {};
  const WaitState state = vm::bit(findings.refused, position)    ? WaitState::Refused
                          : vm::bit(findings.released, position) ? WaitState::Released
                          : findings.expired(position)           ? WaitState::Expired
                                                                 : WaitState::Open;
  return state == *expected.wait ? std::string()
                                 : expected.name + " waits in another state than expected";
}

// Linking's lookup against the cells that it stands for.
std::string lookup_difference(const vm::Linked& linked, const vm::ToolPlan& plan,
                              const Facts::State& facts, vm::Evaluation& found) {
  const vm::Image& image = linked.program.image();
  const vm::FactsView view = vm::view_of(facts, found.used);
  const auto holds = [&](vm::CodeRange code, bool otherwise) {
    return code.count == 0 ? otherwise : vm::holds(linked, code, view, found.workspace);
  };
  for (std::size_t number = 0; number < image.tables.size(); ++number) {
    const vm::TableRow& table = image.tables[number];
    const vm::TableLookup& lookup = linked.tables[number];
    const auto first = static_cast<ItemId>(table.items.first);
    const vm::ItemRow& any = image.items[table.items.first];
    const bool open = lookup.usable() && std::ranges::binary_search(plan.items, first) &&
                      holds(image[any.policy].applies, true) && holds(table.when, true) &&
                      !holds(table.unless, false);
    if (!open) continue;
    std::vector<Wide> values;
    for (std::uint32_t i = 0; i < table.inputs.count; ++i)
      values.push_back(vm::value_of_input(linked, table, i, view, found.workspace));
    std::uint32_t chosen = vm::kNoRow;
    for (std::uint32_t i = 0; i < table.items.count; ++i) {
      const vm::ItemRow& row = image.rows(table.items)[i];
      const bool takes = row.cells.count != 0 && vm::row_holds(image, row, values);
      if (takes && chosen != vm::kNoRow) return "two rows of a table hold";
      if (takes) chosen = i;
    }
    for (std::uint32_t i = 0; i < table.items.count && chosen == vm::kNoRow; ++i) {
      if (image.rows(table.items)[i].cells.count == 0) chosen = i;
    }
    if (lookup.row_of(values) != chosen)
      return "the lookup of the table of " + vm::full_name(linked, first) + " is wrong";
  }
  return {};
}

std::string record_difference(const nlohmann::json& expected, const nlohmann::json& actual) {
  for (const auto& [member, value] : expected.items()) {
    if (actual.at(member) != value)
      return member + " is " + actual.at(member).dump() + ", expected " + value.dump();
  }
  const bool permitted = expected.at("verdict") == "permit";
  return permitted == actual.at("execute").is_null() ? "execute is wrong" : std::string();
}

}  // namespace

Hashes hashes_of(const Engine& engine, Facts& facts) {
  const vm::Linked& linked = linked_of(engine);
  const Facts::State& state = FactsAccess::state(facts);
  Hashes hashes;
  hashes.digest = stdlib::to_hex(vm::action_digest(state));
  for (const ItemId id : plan_of(engine, state).items) {
    const vm::ItemRow& item = linked.program.image()[id];
    if (vm::is_wait(item))
      hashes.requirements[vm::full_name(linked, id)] = stdlib::to_hex(item.requirement);
  }
  return hashes;
}

std::string difference(const compiler::TypedBundle& bundle, const Request& request,
                       const Hashes& hashes, const Answer& expected, const Engine& engine,
                       Facts& facts, const Decision& decision) {
  const Facts::State& state = FactsAccess::state(facts);
  const vm::Linked& linked = linked_of(engine);
  if (decision.verdict() != expected.verdict || decision.fault() != expected.fault) {
    return "verdict " + std::string(name(decision.verdict())) + " (" +
           std::string(code(decision.fault())) + " at " + engine.answer(facts, decision)->at +
           "), expected " + std::string(name(expected.verdict)) + " (" +
           std::string(code(expected.fault)) + " at " + expected.at + ")";
  }
  const std::string record =
      record_difference(decision_record(bundle, request, hashes, expected),
                        nlohmann::json::parse(engine.record(facts, decision).value()));
  if (!record.empty()) return record;
  if (expected.fault == Fault::Halted || expected.fault == Fault::MissingFact) return {};
  const vm::ToolPlan& plan = plan_of(engine, state);
  if (plan.items.size() != expected.items.size()) return "another number of items in scope";
  vm::Evaluation found = vm::evaluate_again(state);
  const vm::Findings findings = vm::findings_of(state, found);
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    const ItemAnswer& item = expected.items[i];
    std::string problem =
        item_difference(linked, plan.items[i], vm::bit(found.matched, i), item, state, found);
    if (problem.empty()) problem = state_difference(findings, i, item);
    if (!problem.empty()) return problem;
  }
  return lookup_difference(linked, plan, state, found);
}

std::string explanation_difference(const compiler::TypedBundle& bundle, const Request& request,
                                   const Hashes& hashes, const Answer& expected,
                                   const Explanation& explanation) {
  if (explanation.by != expected.by) return "`by` of the explanation is wrong";
  const bool decided = expected.fault != Fault::Halted && expected.fault != Fault::MissingFact;
  if (!decided) return {};
  if (explanation.items.size() != expected.items.size()) return "the explanation misses items";
  for (std::size_t i = 0; i < expected.items.size(); ++i) {
    const ItemAnswer& item = expected.items[i];
    const ItemExplanation& shown = explanation.items[i];
    const ItemState state = !item.matches ? ItemState::Unmatched
                            : item.lifted ? ItemState::Lifted
                                          : ItemState::Live;
    const bool decides = std::ranges::find(expected.by, item.name) != expected.by.end();
    const auto requirement = hashes.requirements.find(item.name);
    const bool same =
        shown.name == item.name && shown.state == state && shown.decides == decides &&
        (requirement == hashes.requirements.end() ? shown.requirement.empty()
                                                  : shown.requirement == requirement->second);
    if (!same) return item.name + " is explained wrongly";
    const std::string because =
        item.matches ? because_of(bundle, request, bundle.item(item.index)) : std::string();
    if (shown.because != because)
      return item.name + " says " + shown.because + " and not " + because;
    if (!item.wait) continue;
    if (shown.wait != item.wait) return item.name + " is explained to wait otherwise";
  }
  return {};
}

std::string limit_keys_difference(const compiler::TypedBundle& bundle, const Request& request,
                                  const Engine& engine, Facts& facts) {
  const auto actual = engine.limit_keys(facts);
  const std::vector<LimitKey> expected = limit_keys(bundle, request);
  if (!actual) return "limit_keys gives " + std::string(code(actual.error().fault));
  const bool same = std::ranges::equal(*actual, expected, [](const auto& a, const LimitKey& b) {
    return a.limit == b.limit && a.key == b.key && a.kind == b.kind && a.window_kind == b.window &&
           a.window_ms == b.window_ms && a.in_tenant_zone == b.in_tenant_zone;
  });
  return same ? std::string() : "limit_keys lists other counters";
}

std::int64_t steps_bound(const Engine& engine, Facts& facts) {
  const auto tool = static_cast<std::size_t>(FactsAccess::state(facts).tool);
  return linked_of(engine).program.image().tools[tool].steps_bound;
}

}  // namespace remit::oracle
