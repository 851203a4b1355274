// The annotations: which there are, where they stand, and whether they need a text.
#pragma once

#include <cstdint>
#include <span>

#include "lang/ast.h"
#include "lang/diag.h"

namespace remit::lang {

enum class AnnotationPlace : std::uint8_t { Item, Field, EnumValue, Other };

// Rules, guards, tables and limits are items.
[[nodiscard]] AnnotationPlace annotation_place(ast::DeclKind kind);

// E0208 for an unknown or misplaced one, E0209 for an escape without a reason.
void check_annotation(const ast::Annotation& annotation, AnnotationPlace place, Diagnostics& diags);
// E0208 for the second of two with one name.
void check_repeated(std::span<const ast::Annotation> annotations, Diagnostics& diags);

}  // namespace remit::lang
