// What a decision may cost at most, held against what the manifest allows (E1101).
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/ir.h"
#include "lang/diag.h"

namespace remit::compiler {

// `bounds` are those of the tools, in their order (compiler/ir/cost.h).
void review_bounds(const ir::Bundle& bundle, const std::vector<std::int64_t>& bounds,
                   std::int64_t steps_max, lang::Diagnostics& diags);

}  // namespace remit::compiler
