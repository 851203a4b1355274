// How much work counts as a step of the static bound, where it grows with what it works on
// (docs/reference/steps.md). Counted by the compiler on the source and by the verifier on the code.
#pragma once

#include <cstdint>

namespace remit::stdlib {

inline constexpr std::int64_t kTextBytesOfOneStep = 64;
inline constexpr std::int64_t kMatchedBytesOfOneStep = 16;   // by a pattern of size 1
inline constexpr std::int64_t kSearchedBytesOfOneStep = 16;  // of both texts
inline constexpr std::int64_t kOverridesOfOneStep = 16;

// Beside the step of the comparison; `bytes` is the smaller bound of the two texts.
[[nodiscard]] constexpr std::int64_t text_steps(std::int64_t bytes) {
  return (bytes + kTextBytesOfOneStep - 1) / kTextBytesOfOneStep;
}

// Beside the step of `matches`; `bytes` is the bound of the text, `size` the pattern's.
[[nodiscard]] constexpr std::int64_t pattern_steps(std::int64_t bytes, std::int64_t size) {
  return (bytes * size + kMatchedBytesOfOneStep - 1) / kMatchedBytesOfOneStep;
}

// For each text that is looked for, beside the step of the operator; `bytes` is the bound of both
// texts together, or at an end of a text that of what is looked for.
[[nodiscard]] constexpr std::int64_t search_steps(std::int64_t bytes) {
  return (bytes + kSearchedBytesOfOneStep - 1) / kSearchedBytesOfOneStep;
}

// Beside the step of the rule that overrides so many items.
[[nodiscard]] constexpr std::int64_t override_steps(std::int64_t items) {
  return items / kOverridesOfOneStep;
}

}  // namespace remit::stdlib
