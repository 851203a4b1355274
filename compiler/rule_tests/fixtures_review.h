// Values of fixtures that the decoder refuses (W1320): a test with such a value decides nothing.
#pragma once

#include "compiler/bundle.h"

namespace remit::compiler {

// Adds to the diagnostics of a bundle that compiled without errors. Each value is sent to the
// production decoder by itself; a fixture that a test wants refused may hold anything.
void review_fixtures(CompiledBundle& bundle);

}  // namespace remit::compiler
