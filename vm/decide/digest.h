// The action digest: what a person approves (docs/reference/language.md, section 16.2).
#pragma once

#include "stdlib/hash.h"
#include "vm/decide/facts_state.h"

namespace remit::vm {

// Allocates nothing. Facts that the request lacks are encoded as absent.
[[nodiscard]] stdlib::Hash action_digest(const Facts::State& facts);

}  // namespace remit::vm
