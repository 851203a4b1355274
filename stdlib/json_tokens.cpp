#include "stdlib/json_tokens.h"

#include <remit/internal/characters.h>
#include "stdlib/text.h"

namespace remit::stdlib {

namespace {

constexpr std::string_view kEscapes = "\"\\/bfnrt";
constexpr std::string_view kEscaped = "\"\\/\b\f\n\r\t";  // what each stands for
constexpr std::size_t kUnitBytes = 6;                     // of `\u0041`

// The UTF-16 unit that an escape at the start of `text` spells.
std::optional<char32_t> unit_at(std::string_view text) {
  if (text.size() < kUnitBytes || !text.starts_with("\\u")) return std::nullopt;
  char32_t unit = 0;
  for (const char c : text.substr(2, 4)) {
    const int digit = hex_digit(c);
    if (digit < 0) return std::nullopt;
    unit = unit * 16 + static_cast<char32_t>(digit);
  }
  return unit;
}

bool is_high(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool is_low(char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

}  // namespace

bool JsonTokens::word(std::string_view word) {
  if (!text.substr(at).starts_with(word)) return false;
  at += word.size();
  return true;
}

bool JsonTokens::digits() {
  const std::size_t begin = at;
  while (is_digit(peek())) ++at;
  return at > begin;
}

bool JsonTokens::number() {
  take('-');
  if (!take('0') && !digits()) return false;
  if (take('.') && !digits()) return false;
  if (!take('e') && !take('E')) return true;
  if (!take('+')) take('-');
  return digits();
}

bool JsonTokens::string() {
  if (!take('"')) return false;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '\\') {
      const bool is_unit = unit_at(text.substr(at)).has_value();
      const bool is_escape =
          at + 1 < text.size() && kEscapes.find(text[at + 1]) != std::string_view::npos;
      if (!is_unit && !is_escape) return false;
      at += is_unit ? kUnitBytes : 2;
      continue;
    }
    ++at;
    if (c == '"') return true;
    if (static_cast<unsigned char>(c) < 0x20) return false;
  }
  return false;
}

bool is_json_number(std::string_view text) {
  JsonTokens tokens{text};
  return tokens.number() && tokens.at == text.size();
}

bool has_paired_surrogates(std::string_view token) {
  for (std::size_t at = token.find('\\'); at != std::string_view::npos; at = token.find('\\', at)) {
    const auto unit = unit_at(token.substr(at));
    at += unit ? kUnitBytes : 2;
    if (!unit || !(is_high(*unit) || is_low(*unit))) continue;
    const auto next = unit_at(token.substr(at));
    if (is_low(*unit) || !next || !is_low(*next)) return false;
    at += kUnitBytes;
  }
  return true;
}

std::optional<std::string> json_string_text(std::string_view token) {
  if (!has_paired_surrogates(token)) return std::nullopt;
  std::string text;
  for (token = token.substr(1, token.size() - 2); !token.empty();) {
    if (token.front() != '\\') {
      const std::string_view plain = token.substr(0, token.find('\\'));
      text += plain;
      token.remove_prefix(plain.size());
    } else if (auto unit = unit_at(token)) {
      token.remove_prefix(kUnitBytes);
      if (is_high(*unit)) {
        unit = 0x10000 + ((*unit - 0xD800) << 10) + (*unit_at(token) - 0xDC00);
        token.remove_prefix(kUnitBytes);
      }
      append_utf8(*unit, text);
    } else {
      text += kEscaped[kEscapes.find(token[1])];
      token.remove_prefix(2);
    }
  }
  return text;
}

}  // namespace remit::stdlib
