#include "stdlib/pattern.h"

#include <algorithm>
#include <vector>

#include "stdlib/integer.h"

namespace remit::stdlib {

namespace {

// What a group, or the whole pattern, comes to so far.
struct Group {
  std::int64_t before = 0;  // all but the last part
  std::int64_t last = 0;    // what a repeat would repeat

  void add(std::int64_t part) {
    before = std::min(before + last, kPatternSizeMax);
    last = part;
  }
  [[nodiscard]] std::int64_t size() const { return std::min(before + last, kPatternSizeMax); }
};

// As many members of a class count as one character: each is a way that may have to be tried.
constexpr std::int64_t kMembersOfOne = 16;
// A range beyond ASCII is several in UTF-8.
constexpr std::int64_t kMembersOfWideRange = 4;

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// Behind the character, or the escape, at `at`.
std::size_t after(std::string_view pattern, std::size_t at) {
  at += pattern[at] == '\\' ? 2 : 1;
  while (at < pattern.size() && (static_cast<unsigned char>(pattern[at]) & 0xC0) == 0x80) ++at;
  return at;
}

// Of the class that begins at `at`, which is moved behind it.
std::int64_t class_size(std::string_view pattern, std::size_t& at) {
  std::int64_t members = 0;
  at += pattern[at + 1] == '^' ? 2 : 1;
  while (pattern[at] != ']') {
    const std::size_t end = after(pattern, at);
    const bool is_range = pattern[end] == '-' && pattern[end + 1] != ']';
    members += is_range && !is_ascii(pattern[end + 1]) ? kMembersOfWideRange : 1;
    at = is_range ? after(pattern, end + 1) : end;
  }
  ++at;
  return (members + kMembersOfOne - 1) / kMembersOfOne;
}

// How often a repeat `{n}`, `{n,}` or `{n,m}` repeats.
std::int64_t times(std::string_view inside) {
  const std::size_t comma = inside.find(',');
  const bool has_most = comma != std::string_view::npos && comma + 1 < inside.size();
  const auto count = parse_digits(has_most ? inside.substr(comma + 1) : inside.substr(0, comma));
  return std::max<std::int64_t>(count.value_or(1), 1);
}

}  // namespace

std::int64_t pattern_size(std::string_view pattern) {
  std::vector<Group> groups(1);
  for (std::size_t at = 0; at < pattern.size();) {
    Group& group = groups.back();
    const char c = pattern[at];
    if (c == '(') {
      groups.emplace_back();
      ++at;
    } else if (c == ')') {
      const std::int64_t inner = group.size();
      groups.pop_back();
      groups.back().add(inner);
      ++at;
    } else if (c == '{') {
      const std::size_t close = pattern.find('}', at);
      group.last =
          std::min(group.last * times(pattern.substr(at + 1, close - at - 1)), kPatternSizeMax);
      at = close + 1;
    } else if (c == '*' || c == '+' || c == '?' || c == '|') {
      if (c == '|') group.add(0);
      ++at;
    } else if (c == '[') {
      group.add(class_size(pattern, at));
    } else {
      group.add(1);
      at = after(pattern, at);
    }
  }
  return std::max<std::int64_t>(groups.front().size(), 1);
}

}  // namespace remit::stdlib
