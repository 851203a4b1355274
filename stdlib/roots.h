// Roots of expressions and members of a request that no schema declares: they are the engine's.
#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>

namespace remit::stdlib {

inline constexpr std::string_view kEngineRoots[] = {"tool", "args", "limits", "approvals"};

[[nodiscard]] constexpr bool is_engine_root(std::string_view name) {
  return std::ranges::find(kEngineRoots, name) != std::end(kEngineRoots);
}

}  // namespace remit::stdlib
