// What items and tables have in common: the tools that they are for, and their conditions.
#pragma once

#include <vector>

#include "compiler/check/expr/expressions.h"
#include "compiler/check/policy/policy_context.h"

namespace remit::compiler {

[[nodiscard]] std::vector<ToolIndex> scope_of(const ItemInfo& item, const PolicyContext& context);

// Whether an item grants only what its policy may grant; else that is reported.
bool check_grant_scope(const ItemInfo& item, const PolicyContext& context);

// For the expressions of an item, whose scope is known; borrows the item.
[[nodiscard]] ExpressionChecker expressions_of(const ItemInfo& item, ExprRole role,
                                               const PolicyContext& context);

// `when` and `unless`; what is known to be present after them.
KeySet check_conditions(const ItemInfo& item, ExpressionChecker& expressions,
                        const PolicyContext& context);

}  // namespace remit::compiler
