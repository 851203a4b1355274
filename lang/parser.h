// Tokens to tree. Never fails: it returns a module for any text, and reports every problem it
// meets.
#pragma once

#include "lang/arena.h"
#include "lang/ast.h"
#include "lang/diag.h"
#include "lang/source.h"

namespace remit::lang {

// Reads one file. The tree lives in `arena` and points into `sources`; both must outlive it.
// Stack use is bounded by limits::kExprDepthMax whatever the text.
[[nodiscard]] ast::Module* parse(const SourceMap& sources, FileId file, Arena& arena,
                                 Diagnostics& diags);

}  // namespace remit::lang
