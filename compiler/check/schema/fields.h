// Fields of records, roots and tools: their types, wire names and units, and defaults.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "compiler/check/reporter.h"
#include "compiler/check/typed_schema.h"
#include "lang/ast.h"

namespace remit::compiler {

// Whose fields they are: a root is of the prelude or of a schema.
enum class FieldOwner : std::uint8_t { Record, PreludeRoot, Root, Args };

[[nodiscard]] std::vector<FieldInfo> resolve_fields(std::span<const ast::Field> fields,
                                                    FieldOwner owner, const Schema& schema,
                                                    TypeTable& types, const Reporter& reporter);

// That the names of all fields of one owner differ, and that they are not too many.
void check_field_names(const std::vector<FieldInfo>& fields, std::string_view owner_name,
                       const Reporter& reporter);

void check_wire_name(const ast::Literal& name, const Reporter& reporter);

}  // namespace remit::compiler
