// How large what the schemas declare can become: nesting of records, and numbers of values.
#pragma once

#include "compiler/check/reporter.h"
#include "compiler/check/typed_schema.h"

namespace remit::compiler {

// Fills `values` of the records, if nothing was reported before it: records that contain themselves
// have no size.
void check_sizes(Schema& schema, const Reporter& reporter);

}  // namespace remit::compiler
