// Diagnostics for programs: the object that `remit check --format json` prints.
#pragma once

#include <string>

#include "compiler/bundle.h"

namespace remit::cli {

// `{"schema_version":1,"diagnostics":[…]}` and a newline.
[[nodiscard]] std::string diagnostics_json(const compiler::CompiledBundle& bundle);

}  // namespace remit::cli
