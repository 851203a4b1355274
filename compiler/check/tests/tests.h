// Tests files: fixtures, steps and expectations. Values are not typed here: what the decoder
// refuses at run time is a fault, which a test may expect.
#pragma once

#include <vector>

#include "compiler/check/modules.h"
#include "compiler/check/reporter.h"
#include "compiler/check/typed.h"

namespace remit::compiler {

// Fills both from the files of tests.
void collect_tests(const Modules& modules, std::vector<FixtureInfo>& fixtures,
                   std::vector<TestInfo>& tests, const Reporter& reporter);

// Of a bundle that is whole but for this.
void check_tests(const Modules& modules, const TypedBundle& bundle, const Reporter& reporter);

}  // namespace remit::compiler
