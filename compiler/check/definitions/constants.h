// The values of constants.
#pragma once

#include "compiler/check/expr/expressions.h"
#include "compiler/check/typed_expr.h"

namespace remit::compiler {

// Fills the type and the value of `constant`, whose type is `declared` if that is not null.
void check_constant(ConstInfo& constant, const Type* declared, ExpressionChecker& expressions,
                    const Environment& env);

}  // namespace remit::compiler
