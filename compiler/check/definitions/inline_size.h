// How large a def becomes once all that it calls is put in its place.
#pragma once

#include "compiler/check/typed_expr.h"

namespace remit::compiler {

// Fills `nodes` of a def of `module` and `uses` of its parameters; what it calls was measured
// before. Beyond limits::kDefNodesMax the numbers only say that they are.
void measure(const TypedModule& module, DefInfo& def);

}  // namespace remit::compiler
