// Enum values, amounts and formats as authors write them, in schemas, expressions and cells: what
// is wrong with one is said in the same words wherever it stands.
#pragma once

#include <cstdint>
#include <string_view>

#include "compiler/check/reporter.h"
#include "compiler/check/typed_schema.h"
#include "lang/ast.h"

namespace remit::compiler {

// The ordinal of a value of an enum. One that there is not is reported as a `what`; then it is
// `fallback`, as it is where no name was read.
[[nodiscard]] std::uint32_t ordinal_or_report(const EnumInfo& info, const ast::Name& name,
                                              std::string_view what, std::uint32_t fallback,
                                              const Reporter& reporter);

// Whether a literal, if it is an amount, is in the bundle's currency; else that is reported.
bool is_in_currency(const ast::Literal& literal, Span span, const Schema& schema,
                    const Reporter& reporter);

// The type of a format literal; null if it is not canonical, which is then reported.
[[nodiscard]] const Type* format_type(const ast::Literal& literal, TypeTable& types,
                                      const Reporter& reporter);

}  // namespace remit::compiler
