// Diagnostics as a person sees them: the place, an excerpt with marks, notes and the repair.
#pragma once

#include <string>

#include "lang/diag.h"
#include "lang/source.h"

namespace remit::lang {

// One diagnostic, ending with a blank line. Escape sequences only with `color`.
[[nodiscard]] std::string render(const Diagnostic& diagnostic, const SourceMap& sources,
                                 bool color);

}  // namespace remit::lang
