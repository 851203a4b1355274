// Names that are the engine's: roots of expressions and members of a request that no schema
// declares, and enums.
#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>

namespace remit::stdlib {

inline constexpr std::string_view kEngineRoots[] = {"tool", "args", "limits", "approvals"};

[[nodiscard]] constexpr bool is_engine_root(std::string_view name) {
  return std::ranges::find(kEngineRoots, name) != std::end(kEngineRoots);
}

// Enums whose values the engine reads or writes by their names: in approvals, parties and duties.
inline constexpr std::string_view kEngineEnums[] = {"actor_kind", "role", "channel"};

[[nodiscard]] constexpr bool is_engine_enum(std::string_view name) {
  return std::ranges::find(kEngineEnums, name) != std::end(kEngineEnums);
}

}  // namespace remit::stdlib
