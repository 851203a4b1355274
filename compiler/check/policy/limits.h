// Limits: amounts, keys and windows, and the counters that other items read.
#pragma once

#include <vector>

#include "compiler/check/expr/expressions.h"
#include "compiler/check/policy/policy_context.h"

namespace remit::compiler {

// What only a limit has; its conditions were checked by `expressions`.
void check_limit(ItemInfo& item, const KeySet& present, ExpressionChecker& expressions,
                 const PolicyContext& context);

// Of the limits of a policy, which were checked. They borrow from `policies`.
[[nodiscard]] std::vector<Counter> counters_of(const PolicyInfo& policy, const Policies& policies,
                                               Environment& env);

}  // namespace remit::compiler
