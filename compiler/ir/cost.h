// The static bound: the most steps that a decision can take, counted on the inlined source
// (docs/reference/language.md, section 13.3). The verifier counts again on the code; the two must
// agree.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "compiler/ir/ir.h"

namespace remit::compiler {

// Steps of one condition.
[[nodiscard]] std::int64_t cost_of(const ir::Bundle& bundle, ir::NodeId id);

// The bound of each tool, in the order of the tools.
[[nodiscard]] std::vector<std::int64_t> static_bounds(const ir::Bundle& bundle);

// The ids that a top-level `tenant.id == "…"` or `tenant.id in {…}` of `applies when` names: the
// policy concerns no other tenant. Empty: it may concern any.
[[nodiscard]] std::vector<std::string_view> tenants_of(const ir::Bundle& bundle,
                                                       const ir::Policy& policy);

// What the texts that one pattern is held against cost.
struct PatternCost {
  std::int64_t steps = 0;
  std::int64_t bytes = 0;  // the largest bound of such a text
  std::int64_t size = 0;
};

// Of the patterns in the bound of a tool, by their texts.
[[nodiscard]] std::map<std::string_view, PatternCost> pattern_costs(const ir::Bundle& bundle,
                                                                    ToolIndex tool);

// Of the messages of an item, which are not counted in a decision.
[[nodiscard]] std::int64_t message_cost(const ir::Bundle& bundle, const ir::Item& item);

}  // namespace remit::compiler
