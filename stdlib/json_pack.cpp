#include "stdlib/json_pack.h"

#include <algorithm>
#include <compare>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "stdlib/json_tokens.h"
#include "stdlib/text.h"

namespace remit::stdlib {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Each function says whether what it read was well-formed; `fault` is then what was not.
class Packer {
 public:
  Packer(std::string_view text, int depth_max) : in_{text}, depth_max_(depth_max) {}

  bool whole() {
    if (!is_utf8(in_.text)) return refuse(first_bad_byte(), "not UTF-8");
    if (!value(0)) return false;
    skip_space();
    return in_.at == in_.text.size() || refuse(in_.at, "something stands after the value");
  }

  std::string out;
  JsonFault fault;

 private:
  bool refuse(std::size_t at, std::string_view what) {
    fault = {at, what};
    return false;
  }

  [[nodiscard]] std::size_t first_bad_byte() const {
    std::size_t at = 0;
    while (const std::size_t length = first_code_point(in_.text.substr(at)).length) at += length;
    return at;
  }

  // White space is where what was read is kept.
  void skip_space() {
    out += in_.text.substr(kept_, in_.at - kept_);
    while (is_space(in_.peek())) ++in_.at;
    kept_ = in_.at;
  }

  bool take(char c, std::string_view otherwise) { return in_.take(c) || refuse(in_.at, otherwise); }

  // What the string means, so that one key is found however it is spelled.
  std::optional<std::string> string(std::string_view otherwise) {
    const std::size_t begin = in_.at;
    if (!in_.string()) {
      refuse(begin, otherwise);
      return std::nullopt;
    }
    auto text = json_string_text(in_.text.substr(begin, in_.at - begin));
    if (!text) refuse(begin, "a string with half a surrogate pair");
    return text;
  }

  bool token(bool taken, std::size_t begin) {
    return taken || refuse(begin, "a value is expected");
  }

  bool value(int depth) {
    skip_space();
    const std::size_t begin = in_.at;
    switch (in_.peek()) {
      case '{':
      case '[':
        if (depth == depth_max_) return refuse(begin, "nested too deeply");
        return in_.peek() == '{' ? object(depth + 1) : array(depth + 1);
      case '"': return string("a string that does not end, or has a bad escape").has_value();
      case 't': return token(in_.word("true"), begin);
      case 'f': return token(in_.word("false"), begin);
      case 'n': return token(in_.word("null"), begin);
      default: return token(in_.number(), begin);
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
    return take(']', "`,` or `]` is expected");
  }

  struct Key {
    std::string text;
    std::size_t at = 0;

    friend auto operator<=>(const Key&, const Key&) = default;
  };

  bool object(int depth) {
    in_.take('{');
    skip_space();
    if (in_.take('}')) return true;
    std::vector<Key> keys;
    do {
      skip_space();
      const std::size_t begin = in_.at;
      auto key = string("a key in quotes is expected");
      if (!key) return false;
      keys.push_back({std::move(*key), begin});
      skip_space();
      if (!take(':', "`:` is expected") || !value(depth)) return false;
      skip_space();
    } while (in_.take(','));
    std::ranges::sort(keys);
    const auto twice = std::ranges::adjacent_find(keys, {}, &Key::text);
    if (twice != keys.end()) return refuse((twice + 1)->at, "a key stands twice in one object");
    return take('}', "`,` or `}` is expected");
  }

  JsonTokens in_;
  std::size_t kept_ = 0;  // what stands before it is in `out`, or white space
  const int depth_max_;
};

}  // namespace

std::expected<std::string, JsonFault> packed_json(std::string_view text, int depth_max) noexcept {
  try {
    Packer packer(text, depth_max);
    if (!packer.whole()) return std::unexpected(packer.fault);
    return std::move(packer.out);
  } catch (const std::bad_alloc&) {
    return std::unexpected(JsonFault{0, "there is no memory for it"});
  }
}

}  // namespace remit::stdlib
