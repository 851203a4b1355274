// Counts allocations, for a program of its own: it replaces the global operators.
#pragma once

#include <cstddef>

namespace remit::test {

struct Allocations {
  std::size_t count = 0;  // since the program began
  std::size_t live = 0;   // bytes that were not given back, as malloc made room for them
  std::size_t peak = 0;   // the most of them since it was last set to `live`
  // The allocation that fails: after so many others, or never.
  static constexpr std::size_t kNever = static_cast<std::size_t>(-1);
  std::size_t fails_after = kNever;
  bool fails_from_then_on = false;
};

[[nodiscard]] Allocations& allocations();

}  // namespace remit::test
