// Items: verdict, wait, duties, conditions, messages.
#pragma once

#include "compiler/check/policy/policy_context.h"

namespace remit::compiler {

// A rule, guard, limit or assert.
void check_item(ItemInfo& item, const PolicyContext& context);

// A row, whose table was checked: `present` is what is known to be there in all of its rows.
void check_row(ItemInfo& item, const KeySet& present, const PolicyContext& context);

}  // namespace remit::compiler
