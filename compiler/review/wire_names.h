// Wire names that people take for one another (W1319).
#pragma once

#include "compiler/check/typed.h"
#include "lang/diag.h"

namespace remit::compiler {

// Of the tools, and within each record, each tool's arguments and each enum of a schema.
void review_wire_names(const TypedBundle& typed, lang::Diagnostics& diags);

}  // namespace remit::compiler
