#include "stdlib/json_pack.h"

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#include "stdlib/json_tokens.h"
#include "stdlib/text.h"

namespace remit::stdlib {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Each function says whether what it read was well-formed.
class Packer {
 public:
  Packer(std::string_view text, int depth_max) : in_{text}, depth_max_(depth_max) {}

  bool whole() { return value(0) && (skip_space(), in_.at == in_.text.size()); }
  std::string out;

 private:
  // White space is where what was read is kept.
  void skip_space() {
    out += in_.text.substr(kept_, in_.at - kept_);
    while (is_space(in_.peek())) ++in_.at;
    kept_ = in_.at;
  }

  // What the string means, so that one key is found however it is spelled.
  std::optional<std::string> string() {
    const std::size_t begin = in_.at;
    if (!in_.string()) return std::nullopt;
    return json_string_text(in_.text.substr(begin, in_.at - begin));
  }

  bool value(int depth) {
    skip_space();
    switch (in_.peek()) {
      case '{': return depth < depth_max_ && object(depth + 1);
      case '[': return depth < depth_max_ && array(depth + 1);
      case '"': return string().has_value();
      case 't': return in_.word("true");
      case 'f': return in_.word("false");
      case 'n': return in_.word("null");
      default: return in_.number();
    }
  }

  bool array(int depth) {
    in_.take('[');
    skip_space();
    if (in_.take(']')) return true;
    do {
      if (!value(depth)) return false;
      skip_space();
    } while (in_.take(','));
    return in_.take(']');
  }

  bool object(int depth) {
    in_.take('{');
    skip_space();
    if (in_.take('}')) return true;
    std::vector<std::string> keys;
    do {
      skip_space();
      auto key = string();
      if (!key) return false;
      keys.push_back(std::move(*key));
      skip_space();
      if (!in_.take(':') || !value(depth)) return false;
      skip_space();
    } while (in_.take(','));
    std::ranges::sort(keys);
    return std::ranges::adjacent_find(keys) == keys.end() && in_.take('}');
  }

  JsonTokens in_;
  std::size_t kept_ = 0;  // what stands before it is in `out`, or white space
  const int depth_max_;
};

}  // namespace

std::optional<std::string> packed_json(std::string_view text, int depth_max) noexcept {
  try {
    Packer packer(text, depth_max);
    if (!is_utf8(text) || !packer.whole()) return std::nullopt;
    return std::move(packer.out);
  } catch (const std::bad_alloc&) {
    return std::nullopt;
  }
}

}  // namespace remit::stdlib
