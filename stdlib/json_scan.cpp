#include "stdlib/json_scan.h"

#include <cstdint>

#include <remit/internal/characters.h>

namespace remit::stdlib {

namespace {

constexpr int kDepthMax = 64;

// Where text is read; every function moves `at` past what it found, or returns false.
struct Scanner {
  std::string_view text;
  std::size_t at = 0;

  bool take(char c) {
    if (at >= text.size() || text[at] != c) return false;
    ++at;
    return true;
  }

  bool digits() {
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at > begin;
  }

  bool word(std::string_view word) {
    if (text.substr(at, word.size()) != word) return false;
    at += word.size();
    return true;
  }

  bool escape() {
    if (at >= text.size()) return false;
    const char c = text[at++];
    if (c != 'u') return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
    for (int i = 0; i < 4; ++i) {
      if (at >= text.size() || hex_digit(text[at]) < 0) return false;
      ++at;
    }
    return true;
  }

  bool string() {
    if (!take('"')) return false;
    while (at < text.size()) {
      const char c = text[at++];
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '\\' && !escape()) return false;
    }
    return false;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
      ++at;
      if (!take('+')) take('-');
      return digits();
    }
    return true;
  }

  bool value(int depth) {
    if (at >= text.size() || depth > kDepthMax) return false;
    switch (text[at]) {
      case '{': return container('}', true, depth);
      case '[': return container(']', false, depth);
      case '"': return string();
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }

  bool container(char close, bool is_object, int depth) {
    ++at;
    if (take(close)) return true;
    do {
      if (is_object && !(string() && take(':'))) return false;
      if (!value(depth + 1)) return false;
    } while (take(','));
    return take(close);
  }
};

}  // namespace

std::optional<std::size_t> json_value_end(std::string_view text, std::size_t at) {
  Scanner scanner{text, at};
  if (!scanner.value(0)) return std::nullopt;
  return scanner.at;
}

JsonParts::JsonParts(std::string_view container) : text_(container) {
  is_object_ = text_.starts_with('{');
  if (!is_object_ && !text_.starts_with('[')) at_ = text_.size() + 1;
  if (text_ == "{}" || text_ == "[]") {
    complete_ = true;
    at_ = text_.size() + 1;
  }
}

std::optional<JsonPart> JsonParts::next() {
  if (at_ > text_.size()) return std::nullopt;
  Scanner scanner{text_, at_};
  JsonPart part;
  at_ = text_.size() + 1;
  if (is_object_) {
    const std::size_t begin = scanner.at;
    if (!scanner.string()) return std::nullopt;
    part.key = text_.substr(begin + 1, scanner.at - begin - 2);
    if (!scanner.take(':')) return std::nullopt;
  }
  const std::size_t begin = scanner.at;
  if (!scanner.value(1)) return std::nullopt;
  part.value = text_.substr(begin, scanner.at - begin);
  if (scanner.take(','))
    at_ = scanner.at;
  else
    complete_ = scanner.take(is_object_ ? '}' : ']') && scanner.at == text_.size();
  return part;
}

std::string_view json_member(std::string_view object, std::string_view key) {
  JsonParts parts(object);
  while (const auto part = parts.next()) {
    if (part->key == key) return part->value;
  }
  return {};
}

std::optional<std::string> json_unescaped(std::string_view token) {
  if (token.size() < 2 || !token.starts_with('"') || !token.ends_with('"')) return std::nullopt;
  token = token.substr(1, token.size() - 2);
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const char c = token[i];
    if (c == '"' || static_cast<unsigned char>(c) < 0x20) return std::nullopt;
    if (c != '\\') {
      text += c;
      continue;
    }
    if (++i >= token.size()) return std::nullopt;
    switch (token[i]) {
      case '"':
      case '\\': text += token[i]; break;
      case 'n': text += '\n'; break;
      case 't': text += '\t'; break;
      case 'u': {
        if (token.substr(i, 3) != "u00" || i + 4 >= token.size()) return std::nullopt;
        const int high = hex_digit(token[i + 3]), low = hex_digit(token[i + 4]);
        const int code = high * 16 + low;
        const bool other_spelling = code == '\n' || code == '\t' || (token[i + 4] < 'a' && low > 9);
        if (high < 0 || high > 1 || low < 0 || other_spelling) return std::nullopt;
        text += static_cast<char>(code);
        i += 4;
        break;
      }
      default: return std::nullopt;
    }
  }
  return text;
}

}  // namespace remit::stdlib
