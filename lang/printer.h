// The formatter: one layout for every file, without options.
//
// It changes white space and nothing else: the tokens and comments that come out are those that
// went in, so the compiled bytes are the same. Formatting twice is formatting once. Where an author
// kept a declaration on one line, and it fits, it stays on one line; otherwise its parts stand on
// lines of their own. Tables stand in columns (print_table.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lang/ast.h"
#include "lang/source.h"

namespace remit::lang {

// `module` was parsed without errors.
[[nodiscard]] std::string format(const ast::Module& module, const SourceMap& sources);
// The text of a whole file; nothing if it does not parse.
[[nodiscard]] std::optional<std::string> format(std::string_view text);

}  // namespace remit::lang
