#include "cli/import/names.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <remit/internal/characters.h>
#include "lang/token.h"
#include "stdlib/text.h"

namespace remit::cli {

namespace {

constexpr std::size_t kCommentTextMax = 400;
constexpr std::size_t kCommentBytes = 92;  // of a line, before it is indented

// A word for a sign that tells values apart: `+1` from `-1`, `>=` from `<=`.
std::string_view sign_word(std::string_view wire, std::size_t at) {
  const bool before_digit = at + 1 < wire.size() && is_digit(wire[at + 1]);
  const bool after_word =
      at > 0 && (is_lower(wire[at - 1]) || is_upper(wire[at - 1]) || is_digit(wire[at - 1]));
  switch (wire[at]) {
    case '+': return "plus";
    case '-': return before_digit && !after_word ? "minus" : "";
    case '<': return "less";
    case '>': return "more";
    case '=': return "equal";
    case '!': return "not";
    case '*': return "star";
    default: return "";
  }
}

}  // namespace

std::string spell(std::string_view wire) {
  std::string name;
  const auto begin_word = [&name] {
    if (!name.empty() && !name.ends_with('_')) name += '_';
  };
  bool after_sign = false;
  for (std::size_t i = 0; i < wire.size(); ++i) {
    const char c = wire[i];
    if (std::exchange(after_sign, false)) begin_word();
    if (is_upper(c)) {
      if (i > 0 && (is_lower(wire[i - 1]) || is_digit(wire[i - 1]))) begin_word();
      name += static_cast<char>(c - 'A' + 'a');
    } else if (is_lower(c) || is_digit(c)) {
      name += c;
    } else {
      begin_word();
      const std::string_view word = sign_word(wire, i);
      name += word;
      after_sign = !word.empty();
    }
  }
  while (name.ends_with('_')) name.pop_back();
  if (name.empty() || !is_lower(name.front())) name.insert(0, "x_");
  if (name.size() > limits::kNameBytesMax) name.resize(limits::kNameBytesMax);
  return name;
}

std::string spell_name(std::string_view wire) {
  std::string name = spell(wire);
  return lang::is_reserved_word(name) ? name + '_' : name;
}

bool is_name(std::string_view text) {
  return stdlib::is_word(text) && !lang::is_reserved_word(text);
}

std::string wire_name_problem(std::string_view wire) {
  if (wire.empty()) return "is empty";
  if (wire.size() > limits::kWireNameBytesMax)
    return fmt::format("is longer than {} bytes", limits::kWireNameBytesMax);
  if (!stdlib::is_wire_name(wire) || stdlib::printable(wire) != wire)
    return "has characters that no source file may hold";
  return {};
}

std::string NameSet::claim(std::string_view wanted, std::size_t bytes_max) {
  std::string name(wanted.substr(0, bytes_max));
  int& number = last_[name];
  while (!taken_.insert(name).second) {
    const std::string suffix = fmt::format("_{}", number = std::max(number, 1) + 1);
    name = std::string(wanted.substr(0, bytes_max - suffix.size())) + suffix;
  }
  return name;
}

std::string string_literal(std::string_view text) {
  std::string literal = "\"";
  while (!text.empty()) {
    const stdlib::CodePoint point = stdlib::first_code_point(text);
    if (point.length == 0) break;
    if (point.value == U'"' || point.value == U'\\') literal += '\\';
    if (point.value == U'\n' || point.value == U'\t')
      literal += point.value == U'\n' ? "\\n" : "\\t";
    else
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

std::vector<std::string> comment_lines(std::string_view text) {
  const std::string all = comment_text(text, kCommentTextMax);
  std::vector<std::string> lines;
  std::string_view rest = all;
  while (!rest.empty()) {
    const std::size_t space = rest.find(' ', 1);
    const std::string_view word = rest.substr(0, space);
    rest.remove_prefix(word.size());
    if (lines.empty() || lines.back().size() + word.size() > kCommentBytes)
      lines.emplace_back("//");
    if (!word.starts_with(' ')) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

}  // namespace remit::cli
