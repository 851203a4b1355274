// Whom an item asks, and until when.
#pragma once

#include "compiler/check/policy/policy_context.h"

namespace remit::compiler {

// Fills the parties and the deadline of an item that waits.
void check_wait(ItemInfo& item, const PolicyContext& context);

}  // namespace remit::compiler
