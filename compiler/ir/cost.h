// The static bound: the most steps that a decision can take, counted on the inlined source
// (language reference, Static bound). The verifier counts again on the code; the two must agree.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/ir.h"
#include "lang/diag.h"

namespace remit::compiler {

// Steps of one condition.
[[nodiscard]] std::int64_t cost_of(const ir::Bundle& bundle, ir::NodeId id);

// The bound of each tool, in the order of the tools.
[[nodiscard]] std::vector<std::int64_t> static_bounds(const ir::Bundle& bundle);

// The ids that a top-level `tenant.id == "…"` or `tenant.id in {…}` of `applies when` names: the
// policy concerns no other tenant. Empty: it may concern any.
[[nodiscard]] std::vector<std::string_view> tenants_of(const ir::Bundle& bundle,
                                                       const ir::Policy& policy);

// Reports E1101 for every tool whose bound is above `steps_max`.
void check_bounds(const ir::Bundle& bundle, const std::vector<std::int64_t>& bounds,
                  std::int64_t steps_max, lang::Diagnostics& diags);

}  // namespace remit::compiler
