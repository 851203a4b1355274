// Messages: what may stand between their braces.
#pragma once

#include "compiler/check/expr/expressions.h"

namespace remit::compiler {

void check_message(const ast::Template& text, const KeySet& present, ExpressionChecker& expressions,
                   const Environment& env);

}  // namespace remit::compiler
