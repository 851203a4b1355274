#include "stdlib/text.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <utility>

#include <utf8proc.h>

#include <remit/internal/characters.h>
#include <remit/limits.h>

namespace remit::stdlib {

namespace {

constexpr std::size_t kBeginningCharacters = 64;

// Of a text that is shown by its ends.
constexpr std::size_t kWholeCharactersMax = 256;
constexpr std::size_t kFirstCharacters = 160;
constexpr std::size_t kLastCharacters = 90;

void append_escape(char32_t value, std::string& into) {
  char escape[16];
  std::snprintf(escape, sizeof escape, "\\u{%x}", static_cast<unsigned>(value));
  into += escape;
}

void append_quoted(std::string_view text, std::string& into) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    const bool plain =
        point.value >= 0x20 && point.value < 0x7F && point.value != U'"' && point.value != U'\\';
    if (plain) {
      into += static_cast<char>(point.value);
    } else {
      append_escape(point.value, into);
    }
    text.remove_prefix(std::max<std::size_t>(point.length, 1));
  }
}

// Whether a byte of UTF-8 goes on with a character.
bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// The bytes of so many characters at the beginning, or all.
std::size_t bytes_of_first(std::string_view text, std::size_t characters) {
  std::size_t bytes = 0;
  for (; characters > 0 && bytes < text.size(); --characters)
    bytes += std::max<std::size_t>(first_code_point(text.substr(bytes)).length, 1);
  return bytes;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {first, 1};
  utf8proc_int32_t value = 0;
  const utf8proc_ssize_t length =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &value);
  if (length <= 0) return {};
  return {static_cast<char32_t>(value), static_cast<std::size_t>(length)};
}

void append_utf8(char32_t value, std::string& into) {
  utf8proc_uint8_t bytes[4];
  const utf8proc_ssize_t size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(value), bytes);
  into.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

std::string_view beginning(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  // Of bytes that are not UTF-8 no more is cut off than a character could have.
  std::size_t end = bytes_max;
  for (int i = 0; i < 3 && end > 0 && continues(text[end]); ++i) --end;
  return text.substr(0, end);
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.length == 0) return false;
    text.remove_prefix(point.length);
  }
  return true;
}

bool has_forbidden_character(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.length == 0 || is_forbidden_character(point.value)) return true;
    text.remove_prefix(point.length);
  }
  return false;
}

// `std::string_view::find` takes the product of both lengths where many parts almost match.
bool has_part(std::string_view text, std::string_view part) {
  return memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

bool is_string_value(std::string_view text) {
  const bool control = std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; });
  return !control && is_utf8(text);
}

bool is_wire_name(std::string_view text) {
  return !text.empty() && text.size() <= limits::kWireNameBytesMax &&
         text.find_first_of("\n\t") == std::string_view::npos && is_string_value(text);
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= limits::kIdBytesMax &&
         std::ranges::all_of(text,
                             [](char c) { return c > ' ' && c < 0x7F && c != '"' && c != '\\'; });
}

bool is_word(std::string_view text) {
  if (text.empty() || text.size() > limits::kNameBytesMax || text.front() < 'a' ||
      text.front() > 'z')
    return false;
  return std::ranges::all_of(
      text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool is_dotted(std::string_view text) {
  if (text.size() > limits::kDottedNameBytesMax) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_word(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    const std::size_t length = std::max<std::size_t>(point.length, 1);
    const bool shown = point.length != 0 && point.value != U'\n' && point.value != U'\r' &&
                       point.value != U'\t' && !is_forbidden_character(point.value);
    if (shown)
      result += text.substr(0, length);
    else
      append_escape(point.length == 0 ? static_cast<unsigned char>(text.front()) : point.value,
                    result);
    text.remove_prefix(length);
  }
  return result;
}

std::string counted(std::size_t number, std::string_view noun) {
  return std::to_string(number) + ' ' + std::string(noun) + (number == 1 ? "" : "s");
}

std::string quote(std::string_view text) {
  std::string result = "\"";
  append_quoted(text, result);
  return result + '"';
}

std::string quote_beginning(std::string_view text) {
  const std::size_t bytes = bytes_of_first(text, kBeginningCharacters);
  return quote(text.substr(0, bytes)) + (bytes < text.size() ? "…" : "");
}

std::string quote_ends(std::string_view text) {
  if (bytes_of_first(text, kWholeCharactersMax) == text.size()) return quote(text);
  // UTF-8, so that a character begins wherever a byte does not continue one.
  std::size_t last = text.size();
  for (std::size_t characters = 0; characters < kLastCharacters; ++characters) {
    do --last;
    while (continues(text[last]));
  }
  std::string result = "\"";
  append_quoted(text.substr(0, bytes_of_first(text, kFirstCharacters)), result);
  result += "…";
  append_quoted(text.substr(last), result);
  return result + '"';
}

}  // namespace remit::stdlib
