// Counters and approval records into Facts: one set of checks for what a host binds and what is
// decoded from JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <remit/approval.h>
#include "vm/decide/facts_state.h"

namespace remit::vm {

// Where in the tool's plan the counter of a limit stands; nothing if the limit does not cover it.
[[nodiscard]] std::optional<std::size_t> counter_index(const Linked& linked, ToolId tool,
                                                       std::string_view limit);

// The members of an approval record, as they are looked at.
inline constexpr std::string_view kApprovalMembers[] = {"id",   "by",       "kind",   "tenant",
                                                        "role", "verdict",  "digest", "requirement",
                                                        "cost", "asked_at", "at",     "expires"};

// Copies an approval record into `facts`; the name of its first bad member, or empty if it is good.
// One too many is bad as a whole, and named `id`.
[[nodiscard]] std::string_view add_approval(Facts::State& facts, const Approval& approval);

// Where they stand in decoding order (vm/decide/bind.h): behind all arguments, whose rows are below
// 2^30 in any file.
[[nodiscard]] constexpr std::uint64_t counter_order(std::size_t index) {
  return (std::uint64_t{1} << 62) + (index & 0xFFFF'FFFF);
}
[[nodiscard]] constexpr std::uint64_t approval_order(std::size_t index) {
  return (std::uint64_t{1} << 63) + index;
}

}  // namespace remit::vm
