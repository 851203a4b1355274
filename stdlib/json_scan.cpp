#include "stdlib/json_scan.h"

#include "stdlib/json_text.h"
#include "stdlib/json_tokens.h"

namespace remit::stdlib {

namespace {

constexpr int kDepthMax = 64;

// Every function moves behind what it found, or returns false.
struct Scanner : JsonTokens {
  bool value(int depth) {
    if (depth > kDepthMax) return false;
    switch (peek()) {
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
  Scanner scanner{{text, at}};
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
  Scanner scanner{{text_, at_}};
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
  JsonTokens tokens{token};
  if (!tokens.string() || tokens.at != token.size()) return std::nullopt;
  auto text = json_string_text(token);
  if (!text || token.find('\\') == std::string_view::npos) return text;
  std::string again;
  JsonWriter(again).string(*text);
  return again == token ? text : std::nullopt;
}

}  // namespace remit::stdlib
