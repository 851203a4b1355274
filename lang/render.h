// Diagnostics as a person sees them: the place, an excerpt with marks, notes and the repair.
#pragma once

#include <cstddef>
#include <string>

#include "lang/diag.h"
#include "lang/source.h"

namespace remit::lang {

// One diagnostic, ending with a blank line. Escape sequences only with `color`.
[[nodiscard]] std::string render(const Diagnostic& diagnostic, const SourceMap& sources,
                                 bool color);

// All of them in order, as many as a person can read: what later ones would say again of notes and
// repair is left out, and beyond kDiagnosticsShownMax only how many there are is told.
inline constexpr std::size_t kDiagnosticsShownMax = 200;
[[nodiscard]] std::string render_all(const Diagnostics& diags, const SourceMap& sources,
                                     bool color);

}  // namespace remit::lang
