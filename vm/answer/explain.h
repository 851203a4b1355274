// Why, for people: evaluates again, clause by clause, off the path of deciding.
#pragma once

#include <expected>

#include <remit/explanation.h>
#include "vm/decide/facts_state.h"

namespace remit::vm {

[[nodiscard]] std::expected<Explanation, PairFault> explain(const Linked& linked,
                                                            const Facts& facts,
                                                            const Decision& decision);

}  // namespace remit::vm
