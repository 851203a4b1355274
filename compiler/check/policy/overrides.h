// Overrides: who may lift what.
#pragma once

#include "compiler/check/expr/environment.h"
#include "compiler/check/typed_policy.h"

namespace remit::compiler {

// Fills `overrides` of the items. All policies were checked.
void check_overrides(const Environment& env, Policies& policies);

}  // namespace remit::compiler
