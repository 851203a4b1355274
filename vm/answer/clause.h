// The conjuncts of a condition, one by one: what explanations show and tests compare.
#pragma once

#include <optional>

#include "vm/decide/facts_state.h"
#include "vm/decide/link.h"
#include "vm/image/image.h"

namespace remit::vm {

// Whether the part of `item`'s condition that `clause` names holds, the negation of `unless`
// included; of a cell, whether it takes the value of its input. Nothing if the clause may read a
// fact that is absent: it stands behind one that asks for that fact, and is not reached.
[[nodiscard]] std::optional<bool> clause_holds(const Linked& linked, const ItemRow& item,
                                               const ClauseRow& clause, const Facts::State& facts,
                                               Evaluation& found);

}  // namespace remit::vm
