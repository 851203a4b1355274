#include "vm/answer/pair.h"

#include "vm/decide/decide.h"

namespace remit::vm {

namespace {

std::expected<void, PairFault> check_pair(const Linked& linked, const Facts::State* facts,
                                          const Decision& decision) {
  const auto refuse = [](PairFault fault) { return std::unexpected(fault); };
  if (facts == nullptr) return refuse(PairFault::NoFacts);
  if (decision.image_generation() == 0) return refuse(PairFault::Undecided);
  if (decision.image_generation() != linked.generation) return refuse(PairFault::OtherEngine);
  if (DecisionAccess::facts(decision) != facts->number) return refuse(PairFault::OtherFacts);
  if (DecisionAccess::revision(decision) != facts->revision) return refuse(PairFault::FactsChanged);
  return {};
}

}  // namespace

std::expected<Facts::State*, PairFault> pair_of(const Linked& linked, Facts& facts,
                                                const Decision& decision) {
  Facts::State* state = FactsAccess::find(facts);
  if (const auto pair = check_pair(linked, state, decision); !pair)
    return std::unexpected(pair.error());
  // The same facts may have been decided again since, with another end: while the engine was
  // halted, or by asking for counters.
  state->path.clear();
  const bool has_place = decision.fault() == Fault::InvalidRequest ||
                         decision.fault() == Fault::UnknownTool ||
                         decision.fault() == Fault::MissingFact;
  if (has_place && is_own(linked, *state)) (void)check_facts(*state);
  return state;
}

std::expected<const Facts::State*, PairFault> pair_of(const Linked& linked, const Facts& facts,
                                                      const Decision& decision) {
  const Facts::State* state = FactsAccess::find(facts);
  if (const auto pair = check_pair(linked, state, decision); !pair)
    return std::unexpected(pair.error());
  return state;
}

bool was_evaluated(const Decision& decision) {
  return decision.fault() == Fault::None || decision.fault() == Fault::Expired ||
         decision.fault() == Fault::Assert;
}

bool was_decoded(const Linked& linked, const Facts::State& facts, const Decision& decision) {
  // An engine that is off looks at nothing: what is bound may be half a request, or not have been
  // bound at all.
  return is_own(linked, facts) && facts.tool_known && !DecisionAccess::by_switch(decision) &&
         facts.problem.fault == Fault::None && decision.fault() != Fault::InvalidRequest &&
         decision.fault() != Fault::UnknownTool;
}

}  // namespace remit::vm
