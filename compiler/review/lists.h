// A string that is compared with so many literals that it should be an enum (W1311).
#pragma once

#include "compiler/ir/ir.h"
#include "lang/diag.h"

namespace remit::compiler {

void review_lists(const ir::Bundle& bundle, lang::Diagnostics& diags);

}  // namespace remit::compiler
