// Grants by accident (docs/reference/language.md, section 7.6), and what guards and limits say that
// their author may not have meant.
#pragma once

#include "compiler/ir/ir.h"
#include "lang/diag.h"
#include "lang/source.h"

namespace remit::compiler {

void review_grants(const ir::Bundle& bundle, const lang::SourceMap& sources,
                   lang::Diagnostics& diags);

}  // namespace remit::compiler
