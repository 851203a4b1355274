// Typed trees to IR. Purely mechanical: every question of meaning was settled by the checker.
#pragma once

#include "compiler/check/typed.h"
#include "compiler/ir/ir.h"

namespace remit::compiler {

// `typed` was checked without errors, and outlives the result.
[[nodiscard]] ir::Bundle lower(const TypedBundle& typed);

}  // namespace remit::compiler
