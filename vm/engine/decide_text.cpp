#include "vm/engine/decide_text.h"

#include <remit/limits.h>
#include "vm/engine/state.h"
#include "vm/json/decode.h"

namespace remit::inline v0 {

namespace {

// Facts that were moved from are made anew.
Facts::State& usable(const Engine& engine, Facts& facts) {
  if (FactsAccess::find(facts) == nullptr) facts = engine.facts({});
  return FactsAccess::state(facts);
}

}  // namespace

Decision Engine::decide_json(std::string_view request, Facts& facts) const {
  return vm::decide_text(*this, request, limits::kRequestBytesMax, facts);
}

std::string Engine::decide_json(std::string_view request) const {
  Facts facts = this->facts({});
  const Decision decision = decide_json(request, facts);
  return record(facts, decision).value_or(std::string());
}

std::expected<std::vector<LimitKey>, RequestFault> Engine::limit_keys_json(std::string_view request,
                                                                           Facts& facts) const {
  Facts::State& state = usable(*this, facts);
  const Fault fault =
      vm::read_request(state_->linked, state_->off(), request, limits::kRequestBytesMax, state,
                       vm::DecodePart::WithoutRecords);
  if (fault != Fault::None) return std::unexpected(RequestFault{fault, state.problem.path});
  return limit_keys(facts);
}

}  // namespace remit::inline v0

namespace remit::vm {

Decision decide_text(const Engine& engine, std::string_view text, std::size_t bytes_max,
                     Facts& facts) {
  Facts::State& state = usable(engine, facts);
  const Engine::State& inside = EngineAccess::state(engine);
  const Fault off = inside.off();
  const Fault fault = read_request(inside.linked, off, text, bytes_max, state, DecodePart::Whole);
  if (fault == Fault::None) return engine.decide(facts);
  const Decision decision = off != Fault::None
                                ? DecisionAccess::switched_off(*inside.linked, &state, off)
                                : DecisionAccess::deny(*inside.linked, &state, fault);
  if (inside.meter) inside.meter->count(&state, decision);
  return decision;
}

}  // namespace remit::vm
