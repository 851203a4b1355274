// Limits that bound nothing (W1317), and limits whose counter the agent chooses (W1308).
#pragma once

#include "compiler/ir/ir.h"
#include "lang/diag.h"

namespace remit::compiler {

void review_limits(const ir::Bundle& bundle, lang::Diagnostics& diags);

}  // namespace remit::compiler
