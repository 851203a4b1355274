// Literals in expressions.
#pragma once

#include "compiler/check/expr/environment.h"

namespace remit::compiler {

// Fills `result`. `hint` is the type that its place asks for, or null: it decides what text is.
void check_literal(const ast::LiteralExpr& expr, const Type* hint, ExprInfo& result,
                   const Environment& env);

}  // namespace remit::compiler
