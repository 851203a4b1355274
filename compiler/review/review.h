// What a sound bundle should not say: grants by accident, conditions that are decided, likely
// slips. Errors and warnings; none of them changes what the bundle means.
#pragma once

#include "compiler/ir/ir.h"
#include "lang/diag.h"
#include "lang/source.h"

namespace remit::compiler {

// All of it, and then what the annotations silence.
void review(const ir::Bundle& bundle, const lang::SourceMap& sources, lang::Diagnostics& diags);

}  // namespace remit::compiler
