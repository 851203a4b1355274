// What stands in a bundle twice (W1315), and what nothing in it names (W1314).
#pragma once

#include "compiler/ir/ir.h"
#include "lang/diag.h"

namespace remit::compiler {

// Items of a layer that mean one thing, and tests of a layer that ask one question.
void review_repeats(const ir::Bundle& bundle, lang::Diagnostics& diags);

// Constants, defs, scope aliases and fixtures.
void review_unused(const TypedBundle& typed, lang::Diagnostics& diags);

}  // namespace remit::compiler
