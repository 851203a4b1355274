// The program, as a function.
#pragma once

namespace remit::cli {

// Runs one call and returns its exit code. Catches everything: what escapes is our bug, exit 70.
int run(int argc, const char* const* argv);

}  // namespace remit::cli
