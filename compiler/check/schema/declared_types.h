// Types as authors write them, in the schemas and in constants and parameters.
#pragma once

#include <string_view>

#include "compiler/check/reporter.h"
#include "compiler/check/typed_schema.h"
#include "lang/ast.h"

namespace remit::compiler {

// Whether a type of the language is spelled so.
[[nodiscard]] bool is_type_name(std::string_view name);

// Null if it is none, which was reported. Enums and records are those of `schema`.
[[nodiscard]] const Type* resolve_type(const ast::Type& type, const Schema& schema,
                                       TypeTable& types, const Reporter& reporter);

}  // namespace remit::compiler
