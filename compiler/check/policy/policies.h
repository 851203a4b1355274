// Policies: every item of the bundle, each in the context of its policy.
#pragma once

#include "compiler/check/definitions/definitions.h"
#include "compiler/check/expr/environment.h"
#include "compiler/check/names/scopes.h"
#include "compiler/check/typed_policy.h"
#include "lang/arena.h"

namespace remit::compiler {

// Fills what collect_policies left open: scopes, items and tables, but not who overrides whom.
void check_policies(Environment& env, Definitions& definitions, Scopes& scopes, Policies& policies,
                    lang::Arena& arena);

}  // namespace remit::compiler
