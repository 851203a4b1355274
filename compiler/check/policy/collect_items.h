// From declarations to items: everything in a policy that has a condition, in canonical order, and
// nothing of it checked but the names.
#pragma once

#include "compiler/check/modules.h"
#include "compiler/check/reporter.h"
#include "compiler/check/typed_policy.h"
#include "lang/arena.h"

namespace remit::compiler {

// Adds the items and tables of a policy to `into`. Names that are put together live in `arena`.
void collect_items(PolicyIndex policy, const Modules& modules, Policies& into, lang::Arena& arena,
                   const Reporter& reporter);

}  // namespace remit::compiler
