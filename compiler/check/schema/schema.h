// The schema phase: what the files declare of currency, enums, records, roots and tools.
#pragma once

#include "compiler/check/modules.h"
#include "compiler/check/reporter.h"
#include "compiler/check/typed_schema.h"

namespace remit::compiler {

// Fills `schema`, which stays as it is from then on, as far as the files allow. `types` gets the
// types that fields have.
void check_schema(const Modules& modules, Schema& schema, TypeTable& types,
                  const Reporter& reporter);

}  // namespace remit::compiler
