// Fixtures and steps to requests: the facts of a test as the JSON that a host would send.
#pragma once

#include <string>

#include "compiler/typed.h"

namespace remit::compiler {

// The request of a test: its fixture with everything the fixture starts from, then its steps.
[[nodiscard]] std::string test_request(const TestInfo& test, const TypedBundle& bundle);

}  // namespace remit::compiler
