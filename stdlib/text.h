// Text: UTF-8, ids, and how values are shown in messages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace remit::stdlib {

// The character at the start of a text and its bytes; 0 bytes say that there is none.
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;
};
// Of a text that is not empty.
[[nodiscard]] CodePoint first_code_point(std::string_view text);
// `value` is a scalar value of Unicode.
void append_utf8(char32_t value, std::string& into);

// Well-formed UTF-8 without surrogates.
[[nodiscard]] bool is_utf8(std::string_view text);

// A value of type `string`: UTF-8 without C0 controls but LF and tab.
[[nodiscard]] bool is_string_value(std::string_view text);

// The name of a tool, a field or an enum value in requests: 1 to 256 bytes of a `string` on one
// line.
[[nodiscard]] bool is_wire_name(std::string_view text);

// Not UTF-8, or with a character that no source file may hold: a control, or one that changes the
// direction of the text around it.
[[nodiscard]] bool has_forbidden_character(std::string_view text);

// The beginning of a text, at most `bytes_max` bytes, without a part of a character at its end.
[[nodiscard]] std::string_view beginning(std::string_view text, std::size_t bytes_max);

// Whether `part` stands somewhere in `text`, bytewise; in time that grows with their sum.
[[nodiscard]] bool has_part(std::string_view text, std::string_view part);

// 1 to 256 visible ASCII characters without `"` and `\`.
[[nodiscard]] bool is_id(std::string_view text);

// `[a-z][a-z0-9_]*`, at most 64 bytes.
[[nodiscard]] bool is_word(std::string_view text);
// Words joined by dots, at most 128 bytes.
[[nodiscard]] bool is_dotted(std::string_view text);

// The text as one line that a terminal can be trusted with: line breaks, tabs, what no source file
// may hold and bytes that are not UTF-8 are written `\u{…}`.
[[nodiscard]] std::string printable(std::string_view text);

// `1 rule`, `2 rules`.
[[nodiscard]] std::string counted(std::size_t number, std::string_view noun);

// UTF-8 in double quotes; `"`, `\` and all but printable ASCII escaped as `\u{…}`. Two texts that
// differ are shown differently, alike as their letters may look.
[[nodiscard]] std::string quote(std::string_view text);

// As `quote` writes it, cut after 64 characters, with `…` behind the quotes.
[[nodiscard]] std::string quote_beginning(std::string_view text);

// As `quote` writes it; of more than 256 characters the first 160, a bare `…` and the last 90:
// who decides on a text must see its end. A `…` of the text itself is escaped.
[[nodiscard]] std::string quote_ends(std::string_view text);

}  // namespace remit::stdlib
