#include "stdlib/pattern.h"

#include <algorithm>

#include <re2/re2.h>

#include <remit/limits.h>
#include "stdlib/integer.h"

namespace remit::stdlib {

namespace {

constexpr std::string_view kPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

bool is_punctuation(char c) { return kPunctuation.find(c) != std::string_view::npos; }
bool is_class_letter(char c) { return c == 'd' || c == 'w' || c == 's'; }

// One pass over the pattern with a count of open groups; no recursion, no tree.
class SubsetChecker {
 public:
  explicit SubsetChecker(std::string_view pattern) : text_(pattern) {}

  std::optional<PatternProblem> run();

 private:
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool fail(std::string message) {
    if (!problem_) problem_ = PatternProblem{at_, std::move(message)};
    return false;
  }
  bool escape();
  bool character_class();
  bool class_member(char& value, bool& is_set);
  bool repeat();
  bool counted();
  bool step();

  std::string_view text_;
  std::size_t at_ = 0;
  int open_groups_ = 0;
  bool can_repeat_ = false;  // something to repeat stands before
  std::optional<PatternProblem> problem_;
};

bool SubsetChecker::escape() {
  const char c = peek(1);
  if (is_class_letter(c) || is_punctuation(c)) {
    at_ += 2;
    return true;
  }
  return fail("only `\\d`, `\\w`, `\\s` and a backslash before punctuation are allowed");
}

bool SubsetChecker::class_member(char& value, bool& is_set) {
  is_set = false;
  value = peek();
  if (at_ >= text_.size()) return fail("the class is not closed");
  if (value != '\\') {
    if (value == '[') return fail("`[` inside a class must be written `\\[`");
    ++at_;
    while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xC0) == 0x80) ++at_;
    return true;
  }
  value = peek(1);
  is_set = is_class_letter(value);
  return escape();
}

bool SubsetChecker::character_class() {
  const std::size_t open = at_;
  ++at_;
  if (peek() == '^') ++at_;
  bool empty = true;
  while (peek() != ']') {
    char low = 0, high = 0;
    bool low_is_set = false, high_is_set = false;
    const std::size_t here = at_;
    if (!class_member(low, low_is_set)) return false;
    empty = false;
    if (peek() != '-' || peek(1) == ']') continue;
    ++at_;
    if (!class_member(high, high_is_set)) return false;
    const bool ascii =
        static_cast<unsigned char>(low) < 0x80 && static_cast<unsigned char>(high) < 0x80;
    if (low_is_set || high_is_set || (ascii && low > high)) {
      at_ = here;
      return fail("this range has no order");
    }
  }
  if (empty) {
    at_ = open;
    return fail("the class is empty");
  }
  ++at_;
  return true;
}

bool SubsetChecker::counted() {
  const std::size_t close = text_.find('}', at_);
  if (close == std::string_view::npos) return fail("the repeat count is not closed");
  const std::string_view inside = text_.substr(at_ + 1, close - at_ - 1);
  const std::size_t comma = inside.find(',');
  const auto low = parse_digits(inside.substr(0, comma));
  const bool open_ended = comma != std::string_view::npos && comma + 1 == inside.size();
  const auto high =
      comma == std::string_view::npos || open_ended ? low : parse_digits(inside.substr(comma + 1));
  if (!low || !high || *low > *high || *high > limits::kPatternRepeatMax) {
    return fail("a repeat count is {n}, {n,} or {n,m} with n <= m <= 256");
  }
  at_ = close + 1;
  return true;
}

bool SubsetChecker::repeat() {
  if (!can_repeat_) return fail("there is nothing to repeat");
  can_repeat_ = false;  // so `a**`, `a+?` and `a?+` are refused
  if (peek() == '{') return counted();
  ++at_;
  return true;
}

bool SubsetChecker::step() {
  const char c = peek();
  if (c == '*' || c == '+' || c == '?' || c == '{') return repeat();
  can_repeat_ = true;
  if (c == '\\') return escape();
  if (c == '[') return character_class();
  if (c == '^' || c == '$')
    return fail("anchors are not allowed: a pattern always matches the whole string");
  if (c == ']' || c == '}') return fail("this bracket must be written with a backslash");
  if (c == '(') {
    if (peek(1) == '?') return fail("groups have no options");
    ++open_groups_;
    can_repeat_ = false;
  } else if (c == ')') {
    if (--open_groups_ < 0) return fail("this parenthesis closes nothing");
  } else if (c == '|') {
    can_repeat_ = false;
  }
  ++at_;
  return true;
}

std::optional<PatternProblem> SubsetChecker::run() {
  if (text_.size() > limits::kPatternBytesMax) {
    fail("the pattern is longer than 512 bytes");
    return problem_;
  }
  while (at_ < text_.size()) {
    if (!step()) return problem_;
  }
  if (open_groups_ > 0) fail("a parenthesis is not closed");
  return problem_;
}

// An automaton needs so much for each instruction of its program, or RE2 gives it up at once for a
// machine that is a thousand times slower. All patterns of a bundle together have at most
// kPatternsInstructionsMax instructions.
constexpr std::int64_t kAutomatonBytesPerInstruction = 512;

RE2::Options options(std::int64_t memory) {
  RE2::Options options;
  options.set_max_mem(memory);
  options.set_log_errors(false);
  options.set_never_capture(true);
  // A text is data, not lines: a line feed is a character as any other, so that none gets past a
  // guard. Negated classes match it already, and nothing here may switch that off (`never_nl`).
  options.set_dot_nl(true);
  options.set_never_nl(false);
  return options;
}

}  // namespace

std::optional<PatternProblem> check_pattern(std::string_view pattern) {
  return SubsetChecker(pattern).run();
}

struct CompiledPattern::Impl {
  Impl(std::string_view pattern, std::int64_t memory)
      : regex(re2::StringPiece(pattern.data(), pattern.size()), options(memory)) {}
  RE2 regex;
};

CompiledPattern::CompiledPattern(std::unique_ptr<const Impl> impl, std::int64_t size)
    : impl_(std::move(impl)), size_(size) {}
CompiledPattern::CompiledPattern(CompiledPattern&&) noexcept = default;
CompiledPattern& CompiledPattern::operator=(CompiledPattern&&) noexcept = default;
CompiledPattern::~CompiledPattern() = default;

std::optional<CompiledPattern> CompiledPattern::compile(std::string_view pattern) {
  if (check_pattern(pattern)) return std::nullopt;
  constexpr auto kMemory = static_cast<std::int64_t>(limits::kPatternMemoryBytesMax);
  auto impl = std::make_unique<const Impl>(pattern, kMemory);
  if (!impl->regex.ok()) return std::nullopt;
  const std::int64_t automaton = impl->regex.ProgramSize() * kAutomatonBytesPerInstruction;
  if (automaton > kMemory) impl = std::make_unique<const Impl>(pattern, automaton);
  return CompiledPattern(std::move(impl), pattern_size(pattern));
}

std::size_t CompiledPattern::program_size() const {
  return static_cast<std::size_t>(impl_->regex.ProgramSize());
}

Match CompiledPattern::match(std::string_view text) const noexcept {
  try {
    const re2::StringPiece piece(text.data(), text.size());
    return RE2::FullMatch(piece, impl_->regex) ? Match::Yes : Match::No;
  } catch (const std::bad_alloc&) {
    return Match::NoMemory;
  }
}

}  // namespace remit::stdlib
