// The tool hash and type texts: what an approval of an action means by "this tool"
// (docs/reference/language.md, section 16.3).
#pragma once

#include <string>

#include "compiler/check/typed.h"
#include "stdlib/hash.h"

namespace remit::compiler {

// In double quotes, with `"` and `\` escaped, so that no two texts read the same.
[[nodiscard]] std::string quoted(std::string_view text);

// A type as in a schema, without spaces and with every bound explicit:
// `money(0..=9223372036854775807)`, `enum(dev,test)`, `{account:id,amount:money(…) as minor}`.
[[nodiscard]] std::string type_text(const Type& type, const TypedBundle& bundle);

[[nodiscard]] stdlib::Hash tool_hash(const ToolInfo& tool, const TypedBundle& bundle);

}  // namespace remit::compiler
