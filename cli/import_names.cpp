#include "cli/import_names.h"

#include <algorithm>

#include <fmt/format.h>

#include <remit/internal/characters.h>
#include <remit/limits.h>
#include "lang/token.h"
#include "stdlib/text.h"

namespace remit::cli {

std::string spell(std::string_view wire) {
  std::string name;
  for (std::size_t i = 0; i < wire.size(); ++i) {
    const char c = wire[i];
    if (is_upper(c)) {
      const bool word_begins = i > 0 && (is_lower(wire[i - 1]) || is_digit(wire[i - 1]));
      if (word_begins && !name.ends_with('_')) name += '_';
      name += static_cast<char>(c - 'A' + 'a');
    } else if (is_lower(c) || is_digit(c)) {
      name += c;
    } else if (!name.empty() && !name.ends_with('_')) {
      name += '_';
    }
  }
  while (name.ends_with('_')) name.pop_back();
  if (name.empty() || !is_lower(name.front())) name.insert(0, "x_");
  if (name.size() > limits::kNameBytesMax) name.resize(limits::kNameBytesMax);
  return name;
}

bool is_plain_name(std::string_view text) {
  return !text.empty() && spell(text) == text && !lang::is_reserved_word(text);
}

std::string NameSet::claim(std::string_view wanted) {
  std::string name(wanted.substr(0, limits::kNameBytesMax));
  int& number = last_[name];
  while (!taken_.insert(name).second) {
    const std::string suffix = fmt::format("_{}", number = std::max(number, 1) + 1);
    name = std::string(wanted.substr(0, limits::kNameBytesMax - suffix.size())) + suffix;
  }
  return name;
}

std::string string_literal(std::string_view text) {
  std::string literal = "\"";
  while (!text.empty()) {
    const stdlib::CodePoint point = stdlib::first_code_point(text);
    if (point.length == 0) break;
    if (point.value == U'"' || point.value == U'\\') literal += '\\';
    literal += text.substr(0, point.length);
    text.remove_prefix(point.length);
  }
  return literal + '"';
}

std::string comment_text(std::string_view text, std::size_t columns) {
  std::string line;
  std::size_t width = 0;
  while (!text.empty()) {
    const stdlib::CodePoint point = stdlib::first_code_point(text);
    if (point.length == 0 || point.value == U'\n' || point.value == U'\r') break;
    if (!is_forbidden_character(point.value) && point.value != U'\t') {
      if (++width > columns) return line + "…";
      line += text.substr(0, point.length);
    }
    text.remove_prefix(point.length);
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace remit::cli
