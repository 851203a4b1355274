// Paths: which fact a name means, and whether it may be read where it stands.
#pragma once

#include <vector>

#include "compiler/check/expr/environment.h"
#include "compiler/check/expr/expr_context.h"

namespace remit::compiler {

struct ResolvedPath {
  FactPath fact;
  Derived derived = Derived::None;
  const Type* type = nullptr;   // null: reported
  std::vector<NarrowKey> keys;  // of the optional fields, outermost first
};

[[nodiscard]] ResolvedPath resolve_path(const ast::Dotted& dotted, const ExprContext& context,
                                        Environment& env);

}  // namespace remit::compiler
