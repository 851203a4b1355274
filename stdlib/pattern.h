// Patterns: the regular part of regular expressions, matched against whole strings in linear time
// by RE2. `.` matches every character, line feed included, and a negated class all but its members.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace remit::stdlib {

// Where and why a pattern is outside the language's subset.
struct PatternProblem {
  std::size_t offset = 0;  // bytes into the pattern
  std::string message;
};

// Nothing if the pattern is in the subset (language reference, Typing rules 8).
[[nodiscard]] std::optional<PatternProblem> check_pattern(std::string_view pattern);

// All patterns of a bundle may have so many instructions together, so that a load that compiles
// them ends in a fraction of a second.
inline constexpr std::size_t kPatternsInstructionsMax = std::size_t{1} << 19;

// A compiled pattern. Immutable; any number of threads may match.
class CompiledPattern {
 public:
  // Nothing if the pattern is outside the subset or needs more than limits::kPatternMemoryBytesMax.
  [[nodiscard]] static std::optional<CompiledPattern> compile(std::string_view pattern);

  CompiledPattern(CompiledPattern&&) noexcept;
  CompiledPattern& operator=(CompiledPattern&&) noexcept;
  ~CompiledPattern();

  // Instructions of the program that it was compiled to, to which the time of that is in
  // proportion.
  [[nodiscard]] std::size_t program_size() const;
  // Does the whole of `text` match? RE2 may grow a cache of its own, within the memory cap.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  struct Impl;
  explicit CompiledPattern(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace remit::stdlib
