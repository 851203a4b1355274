// The annotations: which there are, where they stand, and which texts they need.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "lang/ast.h"
#include "lang/diag.h"

namespace remit::lang {

enum class AnnotationPlace : std::uint8_t { Item, Field, EnumValue, Other };

// Rules, guards, tables and limits are items.
[[nodiscard]] AnnotationPlace annotation_place(ast::DeclKind kind);

// E0208 for one that is unknown, misplaced or has the wrong texts, E0209 for an escape without a
// reason.
void check_annotation(const ast::Annotation& annotation, AnnotationPlace place, Diagnostics& diags);
// E0208 for the second of two with one name; of `allow`, for one warning.
void check_repeated(std::span<const ast::Annotation> annotations, Diagnostics& diags);

// The one with a name, or null.
[[nodiscard]] const ast::Annotation* find_annotation(std::span<const ast::Annotation> annotations,
                                                     std::string_view name);
// The warning that an `allow` silences; nothing for another annotation, or where it names none.
[[nodiscard]] std::optional<Code> allowed_code(const ast::Annotation& annotation);

}  // namespace remit::lang
