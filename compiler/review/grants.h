// Grants by accident (docs/reference/language.md, section 7.6), and the lints: what a rule says
// that its author may not have meant.
#pragma once

#include "compiler/ir/ir.h"
#include "lang/diag.h"

namespace remit::compiler {

void review_grants(const ir::Bundle& bundle, lang::Diagnostics& diags);

}  // namespace remit::compiler
