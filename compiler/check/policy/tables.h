// Tables: inputs, outcomes and cells, and whether every case has exactly one row.
#pragma once

#include <span>

#include "compiler/check/policy/policy_context.h"

namespace remit::compiler {

// Fills the cells of `table`, and the scopes of its rows among `items`. Returns what is known to be
// present in every row.
KeySet check_table(TableInfo& table, std::span<ItemInfo> items, const PolicyContext& context);

}  // namespace remit::compiler
