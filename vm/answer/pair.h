// Facts and the decision that was made on them: the one check of all that is asked about a
// decision, and what its answers have in common.
#pragma once

#include <expected>
#include <string>

#include <remit/decision.h>
#include <remit/fault.h>
#include "vm/decide/facts_state.h"

namespace remit::vm {

// The state of facts that `decision` was made on by the engine of `linked`, as it was then. They
// may be facts of another load, on which an engine has said `engine.no_bundle`: then their slots
// are not to be read (`is_own`).
[[nodiscard]] std::expected<const Facts::State*, PairFault> pair_of(const Linked& linked,
                                                                    const Facts& facts,
                                                                    const Decision& decision);

// The facts are for this load: their slots mean what its rows say.
[[nodiscard]] inline bool is_own(const Linked& linked, const Facts::State& facts) {
  return facts.linked.get() == &linked;
}

// Where the fault of the pair's decision is, in wire names; empty for one without a place.
[[nodiscard]] std::string fault_place(const Linked& linked, const Facts::State& facts,
                                      const Decision& decision);
// The canonical request gives the same decision: what was refused while it was read is not all
// there.
[[nodiscard]] bool was_decoded(const Linked& linked, const Facts::State& facts,
                               const Decision& decision);

}  // namespace remit::vm
