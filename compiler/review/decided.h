// Conditions that hold always or never, by what stands in one clause (E0411).
#pragma once

#include "compiler/ir/ir.h"
#include "lang/diag.h"
#include "lang/source.h"

namespace remit::compiler {

// Each clause is judged alone, and a call of a def is a test like any other: the def was judged
// where it is written.
void review_decided(const ir::Bundle& bundle, const lang::SourceMap& sources,
                    lang::Diagnostics& diags);

}  // namespace remit::compiler
