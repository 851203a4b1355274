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

// One past the class that begins at `at`.
std::size_t class_end(std::string_view pattern, std::size_t at) {
  while (pattern[at] != ']') at += pattern[at] == '\\' ? 2 : 1;
  return at + 1;
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
    } else {
      group.add(1);
      at = c == '[' ? class_end(pattern, at) : at + (c == '\\' ? 2 : 1);
      // A character of several bytes is one.
      while (at < pattern.size() && (static_cast<unsigned char>(pattern[at]) & 0xC0) == 0x80) ++at;
    }
  }
  return std::max<std::int64_t>(groups.front().size(), 1);
}

}  // namespace remit::stdlib
