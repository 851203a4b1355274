#include "vm/answer/clause.h"

#include <algorithm>
#include <vector>

#include "vm/decide/interpreter.h"
#include "vm/verify/abstract_machine.h"

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

bool counters_there(const Image& image, CodeRange code, const FactsView& facts) {
  for (const Instruction& in : image.rows(code)) {
    if (in.opcode != Opcode::LoadUsed) continue;
    const auto at = std::ranges::lower_bound(facts.limits, in.c) - facts.limits.begin();
    if (facts.counters[static_cast<std::size_t>(at)].absent()) return false;
  }
  return true;
}

}  // namespace

std::optional<bool> clause_holds(const Linked& linked, const ItemRow& item, const ClauseRow& clause,
                                 Facts::State& facts) {
  const Image& image = linked.program.image();
  const CodeRange owner = owner_of(image, item, clause);
  const bool of_policy = owner == image[item.policy].applies;

  // The image was verified with every clause behind the ones before it. Whether this one is safe
  // without them, with the facts that are there, is the same question once more.
  PresenceSet present;
  for (std::uint32_t slot = 0; slot < facts.slots.size(); ++slot) {
    if (!facts.slots[slot].absent()) present.known.push_back(slot);
  }
  const ToolSet scope = tools_of(image, item.scope);
  const CodeContext context{.image = &image,
                            .layout = &linked.program.layout(),
                            .patterns = linked.program.patterns(),
                            .scope = of_policy ? nullptr : &scope,
                            .tool = facts.tool,
                            .policy = of_policy ? kNoPolicy : item.policy,
                            .in_assert = item.kind == ItemKind::Assert,
                            .target_base = clause.code.first - owner.first};
  const FactsView view = view_of(facts);
  if (!run_abstract(context, clause.code, present) || !counters_there(image, clause.code, view))
    return std::nullopt;
  const Entry result = evaluate(linked, clause.code, owner.first, view, *facts.workspace);
  if (clause.cell != kNoRow)
    return cell_takes(image, image.rows(item.cells)[clause.cell], result.wide);
  return (result.wide != 0) != (clause.negated != 0);
}

}  // namespace remit::vm
