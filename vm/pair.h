// Facts and the decision that was made on them: the one check of all that is asked about a
// decision, and what its answers have in common.
#pragma once

#include <expected>
#include <string>

#include <remit/decision.h>
#include <remit/fault.h>
#include "vm/engine_state.h"

namespace remit::vm {

// The state of facts that `decision` was made on by `engine`, as it was then; `path` is the place
// of the decision's fault. They may be facts of another load, on which an engine has said
// `engine.no_bundle`: then their slots are not to be read (`is_own`).
[[nodiscard]] std::expected<Facts::State*, PairFault> pair_of(const Engine::State& engine,
                                                              Facts& facts,
                                                              const Decision& decision);
[[nodiscard]] std::expected<const Facts::State*, PairFault> pair_of(const Engine::State& engine,
                                                                    const Facts& facts,
                                                                    const Decision& decision);

// The facts are for the image that this engine holds: their slots mean what its rows say.
[[nodiscard]] inline bool is_own(const Engine::State& engine, const Facts::State& facts) {
  return facts.linked == engine.linked;
}

// Conditions were looked at: there is an action, and there are items to speak of.
[[nodiscard]] bool was_evaluated(const Decision& decision);
// The canonical request gives the same decision: what was refused while it was read is not all
// there.
[[nodiscard]] bool was_decoded(const Engine::State& engine, const Facts::State& facts,
                               const Decision& decision);

// The decision record of a pair. Without `may_execute` there is nothing to execute, to reserve and
// to consume in it.
[[nodiscard]] std::string record_of(const Engine::State& engine, Facts::State& facts,
                                    const Decision& decision, bool with_digest, bool may_execute);
// The canonical request of facts that were decoded.
[[nodiscard]] std::string request_of(const Facts::State& facts);

}  // namespace remit::vm
