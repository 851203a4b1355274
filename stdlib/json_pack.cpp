#include "stdlib/json_pack.h"

#include <algorithm>
#include <new>
#include <vector>

#include <remit/internal/characters.h>
#include "stdlib/text.h"

namespace remit::stdlib {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

void append_utf8(std::string& text, unsigned code) {
  const auto byte = [&](unsigned value) { text += static_cast<char>(value); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      byte(0xE0 | code >> 12);
    } else {
      byte(0xF0 | code >> 18);
      byte(0x80 | (code >> 12 & 0x3F));
    }
    byte(0x80 | (code >> 6 & 0x3F));
  }
  byte(0x80 | (code & 0x3F));
}

// Reads `text` from `at` on, and writes what it read. Each function says whether it was
// well-formed.
class Packer {
 public:
  Packer(std::string_view text, int depth_max) : text_(text), depth_max_(depth_max) {}

  bool whole() { return value(0) && (skip_space(), at_ == text_.size()); }
  std::string out;

 private:
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void keep(std::size_t count = 1) {
    out.append(text_.substr(at_, count));
    at_ += count;
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    keep();
    return true;
  }
  bool word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    keep(word.size());
    return true;
  }
  bool digits() {
    if (!is_digit(peek())) return false;
    while (is_digit(peek())) keep();
    return true;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return digits();
  }

  std::optional<unsigned> unit() {
    unsigned unit = 0;
    for (int i = 0; i < 4; ++i) {
      const int digit = hex_digit(peek());
      if (digit < 0) return std::nullopt;
      unit = unit * 16 + static_cast<unsigned>(digit);
      keep();
    }
    return unit;
  }

  // Behind the `u` of an escape. Surrogates stand in pairs, high before low.
  bool escaped_character(std::string& meaning) {
    const auto first = unit();
    if (!first || (*first >= 0xDC00 && *first <= 0xDFFF)) return false;
    if (*first < 0xD800 || *first > 0xDFFF) return append_utf8(meaning, *first), true;
    if (!take('\\') || !take('u')) return false;
    const auto second = unit();
    if (!second || *second < 0xDC00 || *second > 0xDFFF) return false;
    append_utf8(meaning, 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00));
    return true;
  }

  bool string(std::string& meaning) {
    if (!take('"')) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      keep();
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') {
        meaning += c;
        continue;
      }
      constexpr std::string_view kEscapes = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
      if (take('u')) {
        if (!escaped_character(meaning)) return false;
      } else if (const auto escape = kEscapes.find(peek()); escape != std::string_view::npos) {
        meaning += kMeanings[escape];
        keep();
      } else {
        return false;
      }
    }
    return false;
  }

  bool value(int depth) {
    skip_space();
    switch (peek()) {
      case '{': return depth < depth_max_ && object(depth + 1);
      case '[': return depth < depth_max_ && array(depth + 1);
      case '"': {
        std::string meaning;
        return string(meaning);
      }
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }

  bool array(int depth) {
    keep();
    skip_space();
    if (take(']')) return true;
    do {
      if (!value(depth)) return false;
      skip_space();
    } while (take(','));
    return take(']');
  }

  bool object(int depth) {
    keep();
    skip_space();
    if (take('}')) return true;
    std::vector<std::string> keys;
    do {
      skip_space();
      if (!string(keys.emplace_back())) return false;
      skip_space();
      if (!take(':') || !value(depth)) return false;
      skip_space();
    } while (take(','));
    std::ranges::sort(keys);
    return std::ranges::adjacent_find(keys) == keys.end() && take('}');
  }

  std::string_view text_;
  std::size_t at_ = 0;
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
