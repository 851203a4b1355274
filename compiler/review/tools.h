// What layers grant: tools that one of them never grants (W1316), layers that apply only sometimes
// (W1309), and overrides that never lift anything (W1318).
#pragma once

#include "compiler/ir/ir.h"
#include "lang/diag.h"

namespace remit::compiler {

void review_tools(const ir::Bundle& bundle, lang::Diagnostics& diags);

}  // namespace remit::compiler
