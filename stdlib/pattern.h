// Patterns: the regular part of regular expressions, matched against whole strings in linear time
// by RE2. `.` matches every character, line feed included, and a negated class all but its members.
#pragma once

#include <cstddef>
#include <cstdint>
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

// Nothing if the pattern is in the subset (docs/reference/language.md, section 4.1, rule 8).
[[nodiscard]] std::optional<PatternProblem> check_pattern(std::string_view pattern);

// All patterns of a bundle may have so many instructions together, so that a load that compiles
// them ends in a fraction of a second.
inline constexpr std::size_t kPatternsInstructionsMax = std::size_t{1} << 19;
// The size of a pattern: what a character of text is held against at worst. A character or `.` is
// 1, a class 1 for every sixteen members or part of them, a range beyond ASCII being four;
// sequences and alternatives are sums; a repeat is as often what it repeats as its count says, at
// least once. At least 1, at most kPatternSizeMax; the pattern is in the subset.
[[nodiscard]] std::int64_t pattern_size(std::string_view pattern);
// One more than any bound allows, were the text a single byte.
inline constexpr std::int64_t kPatternSizeMax = std::int64_t{1} << 24;

enum class Match : std::uint8_t { No, Yes, NoMemory };

// A compiled pattern. Immutable; any number of threads may match.
class CompiledPattern {
 public:
  // Nothing if the pattern is outside the subset or needs more than limits::kPatternMemoryBytesMax.
  [[nodiscard]] static std::optional<CompiledPattern> compile(std::string_view pattern);

  [[nodiscard]] std::int64_t size() const { return size_; }

  CompiledPattern(CompiledPattern&&) noexcept;
  CompiledPattern& operator=(CompiledPattern&&) noexcept;
  ~CompiledPattern();

  // Instructions of the program that it was compiled to, to which the time for that is in
  // proportion.
  [[nodiscard]] std::size_t program_size() const;
  // Does the whole of `text`, which is UTF-8, match? What is kept for that grows within bounds.
  [[nodiscard]] Match match(std::string_view text) const noexcept;

 private:
  struct Impl;
  CompiledPattern(std::unique_ptr<const Impl> impl, std::int64_t size);
  std::unique_ptr<const Impl> impl_;
  std::int64_t size_ = 1;
};

}  // namespace remit::stdlib
