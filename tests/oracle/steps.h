// The steps that a decision takes (docs/reference/steps.md), which its static bound may not be
// below: counted on the typed source, with the elements and the bytes that are there.
#pragma once

#include <cstdint>

#include "compiler/check/typed.h"
#include "tests/oracle/datum.h"

namespace remit::oracle {

// Of a request that decodes and has the facts that its tool requires. Whether an item needs to be
// looked at at all is not asked: asserts count, and so does the second of two cells.
[[nodiscard]] std::int64_t steps_taken(const compiler::TypedBundle& bundle, const Request& request);

}  // namespace remit::oracle
