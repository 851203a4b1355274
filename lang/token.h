// Tokens: what the lexer makes of text. Their list is tokens.def.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "lang/source.h"

namespace remit::lang {

enum class TokenKind : std::uint8_t {
#define REMIT_TOKEN(kind, spelling) kind,
#define REMIT_RESERVED(kind, word) kind,
#define REMIT_PUNCT(kind, spelling) kind,
#include "lang/tokens.def"
#undef REMIT_TOKEN
#undef REMIT_RESERVED
#undef REMIT_PUNCT
};

struct Token {
  TokenKind kind = TokenKind::End;
  bool line_break_before = false;  // the first token of its line
  bool is_bad_name = false;        // the lexer has said that it is none
  Span span;
  std::string_view text;  // as written; of a string or a prefixed literal with quotes and prefix
};

// `//` or `///` to the end of a line, without the line break.
struct Comment {
  Span span;
  std::string_view text;
  bool is_doc = false;
  bool own_line = false;  // nothing but white space before it on its line
  bool blank_line_before = false;
};

// How a kind is named in messages: "`when`", "a name".
[[nodiscard]] std::string_view spelling(TokenKind kind);
[[nodiscard]] bool is_reserved(TokenKind kind);
[[nodiscard]] bool is_reserved_word(std::string_view word);
// The reserved words, for suggestions.
[[nodiscard]] const std::vector<std::string_view>& reserved_words();

}  // namespace remit::lang
