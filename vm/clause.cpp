#include "vm/clause.h"

#include "vm/evaluate.h"
#include "vm/interpret.h"

namespace remit::vm {

std::optional<bool> clause_holds(const Linked& linked, const ItemRow& item, const ClauseRow& clause,
                                 Facts::State& facts) {
  const Image& image = linked.program.image();
  const PolicyRow& policy = image.policies[static_cast<std::size_t>(item.policy)];
  const auto within = [&](Range whole) {
    return clause.code.first >= whole.first && clause.code.first < whole.first + whole.count;
  };
  // Jumps count from the condition that the clause is a part of.
  const bool of_policy = within(policy.applies);
  const Range owner = of_policy ? policy.applies : within(item.when) ? item.when : item.unless;

  // The image was verified with every clause behind the ones before it. Whether this one is safe
  // without them, with the facts that are there, is the same question once more.
  PresenceSet present;
  for (std::uint32_t slot = 0; slot < facts.slots.size(); ++slot) {
    if (!facts.slots[slot].absent()) present.known.push_back(slot);
  }
  const CodeContext context{&image, &linked.program.layout(), of_policy ? Range{} : item.scope,
                            !of_policy, clause.code.first - owner.first};
  if (!interpret(context, clause.code, present)) return std::nullopt;
  const Entry result = evaluate(linked, clause.code, owner.first, facts.slots, *facts.workspace);
  return (result.wide != 0) != (clause.negated != 0);
}

}  // namespace remit::vm
