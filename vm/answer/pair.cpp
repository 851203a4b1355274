#include "vm/answer/pair.h"

#include "vm/decide/complete.h"

namespace remit::vm {

std::expected<const Facts::State*, PairFault> pair_of(const Linked& linked, const Facts& facts,
                                                      const Decision& decision) {
  const auto refuse = [](PairFault fault) { return std::unexpected(fault); };
  const Facts::State* const state = FactsAccess::find(facts);
  if (state == nullptr) return refuse(PairFault::NoFacts);
  if (decision.image_generation() == 0) return refuse(PairFault::Undecided);
  if (decision.image_generation() != linked.generation) return refuse(PairFault::OtherEngine);
  if (DecisionAccess::facts(decision) != state->number) return refuse(PairFault::OtherFacts);
  if (DecisionAccess::revision(decision) != state->revision) return refuse(PairFault::FactsChanged);
  return state;
}

std::string fault_place(const Linked& linked, const Facts::State& facts, const Decision& decision) {
  const bool has_place = decision.fault() == Fault::InvalidRequest ||
                         decision.fault() == Fault::UnknownTool ||
                         decision.fault() == Fault::MissingFact;
  if (!has_place || !is_own(linked, facts)) return {};
  if (!facts.is_readable()) return facts.problem.path;
  Evaluation found;
  found.fit(linked.plan_of(facts.tool));
  const Lack lack = first_lack(facts, found);
  found.workspace.require_memory();
  return place_of(facts, lack);
}

bool was_decoded(const Linked& linked, const Facts::State& facts, const Decision& decision) {
  // An engine that is off looks at nothing: what is bound may be half a request, or not have been
  // bound at all.
  return is_own(linked, facts) && facts.tool_known && !DecisionAccess::by_switch(decision) &&
         facts.problem.fault == Fault::None && decision.fault() != Fault::InvalidRequest &&
         decision.fault() != Fault::UnknownTool;
}

}  // namespace remit::vm
