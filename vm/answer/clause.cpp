#include "vm/answer/clause.h"

#include <algorithm>
#include <vector>

#include "vm/decide/interpreter.h"

namespace remit::vm {

namespace {

// The condition or input that a clause is a part of: jumps count from its beginning.
CodeRange owner_of(const Image& image, const ItemRow& item, const ClauseRow& clause) {
  const CodeRange applies = image[item.policy].applies;
  std::vector<CodeRange> owners{applies, item.when, item.unless};
  if (is_row(item.kind)) {
    const TableRow& table = image.table_of(item);
    owners.insert(owners.end(), {table.when, table.unless});
  }
  for (const CodeRange owner : owners) {
    if (owner.has(clause.code.first)) return owner;
  }
  return clause.code;
}

// Whether every fact and counter that the code reads without asking for it is there.
bool is_reached(const Linked& linked, CodeRange code, const FactsView& facts) {
  const bool facts_there = std::ranges::all_of(
      linked.program.code_notes().needed_by(code),
      [&](std::uint32_t slot) { return slot < facts.slots.size() && !facts.slots[slot].absent(); });
  return facts_there &&
         std::ranges::none_of(linked.program.image().rows(code), [&](const Instruction& in) {
           if (in.opcode != Opcode::LoadUsed) return false;
           const auto at = std::ranges::lower_bound(facts.limits, in.c) - facts.limits.begin();
           return facts.counters[static_cast<std::size_t>(at)].absent();
         });
}

}  // namespace

std::optional<bool> clause_holds(const Linked& linked, const ItemRow& item, const ClauseRow& clause,
                                 const Facts::State& facts, Evaluation& found) {
  const Image& image = linked.program.image();
  const CodeRange owner = owner_of(image, item, clause);
  const FactsView view = view_of(facts, found.used);
  if (!is_reached(linked, clause.code, view)) return std::nullopt;
  const Entry result = evaluate(linked, clause.code, owner.first, view, found.workspace);
  if (clause.cell != kNoRow)
    return cell_takes(image, image.rows(item.cells)[clause.cell], result.wide);
  return (result.wide != 0) != (clause.negated != 0);
}

}  // namespace remit::vm
