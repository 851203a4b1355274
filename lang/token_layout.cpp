#include "lang/token_layout.h"

#include <algorithm>

#include "lang/display_width.h"

namespace remit::lang {

using Kind = TokenKind;

namespace {

constexpr std::size_t kMessageClauseWidth = 8;  // `because ` and `advise  `

}  // namespace

TokenLayout::TokenLayout(const ast::Module& module)
    : tokens_(module.tokens), comments_(module.comments), places_(module.tokens.size()) {}

std::size_t TokenLayout::index_at(std::uint32_t offset) const {
  const auto found = std::ranges::lower_bound(tokens_, offset, {},
                                              [](const Token& token) { return token.span.begin; });
  return static_cast<std::size_t>(found - tokens_.begin());
}

bool TokenLayout::spans_lines(Span span) const {
  const std::size_t first = first_of(span), last = last_of(span);
  for (std::size_t i = first + 1; i <= last; ++i) {
    if (tokens_[i].line_break_before) return true;
  }
  return false;
}

bool TokenLayout::comment_between(std::size_t first, std::size_t last) const {
  const auto next =
      std::ranges::upper_bound(comments_, tokens_[first].span.begin, {},
                               [](const Comment& comment) { return comment.span.begin; });
  return next != comments_.end() && next->span.begin < tokens_[last].span.begin;
}

void TokenLayout::break_messages(const ast::Clauses& clauses, std::size_t indent) {
  if (clauses.because != nullptr) break_at(first_of(clauses.because->span) - 1, indent);
  if (clauses.advise != nullptr) {
    const std::size_t message = first_of(clauses.advise->span);
    break_at(message - 1, indent);
    align(message, indent + kMessageClauseWidth);
  }
  if (!clauses.require.empty()) break_at(clauses.require_span, indent);
}

std::size_t TokenLayout::width(std::size_t first, std::size_t last) const {
  std::size_t result = display_width(tokens_[first].text);
  for (std::size_t i = first + 1; i <= last; ++i)
    result += (space_before(i) ? 1U : 0U) + display_width(tokens_[i].text);
  return result;
}

bool TokenLayout::fits_as_written(Span span, std::size_t indent) const {
  return !spans_lines(span) && indent + width(first_of(span), last_of(span)) <= kColumnsMax;
}

// A word behind a dot is a field, whatever it means elsewhere.
bool TokenLayout::ends_value(std::size_t token) const {
  const Kind kind = tokens_[token].kind;
  return kind == Kind::Name || kind == Kind::Int || kind == Kind::Decimal ||
         kind == Kind::Duration || kind == Kind::Time || kind == Kind::String ||
         kind == Kind::CloseParen || kind == Kind::CloseBrace || kind == Kind::Utc ||
         (token > 0 && tokens_[token - 1].kind == Kind::Dot);
}

bool TokenLayout::is_sign(std::size_t token) const {
  if (tokens_[token].kind != Kind::Minus || token == 0) return false;
  if (!ends_value(token - 1)) return true;
  return tokens_[token - 1].text == "at" && tokens_[token - 2].kind != Kind::Dot &&
         tokens_[token + 1].kind == Kind::Duration;
}

bool TokenLayout::space_before(std::size_t token) const {
  if (token == 0) return false;
  const std::size_t left = token - 1;
  const Kind a = tokens_[left].kind, b = tokens_[token].kind;
  const bool tight_left = places_[left].tight, tight = places_[token].tight;
  if (b == Kind::Comma || b == Kind::Dot || b == Kind::CloseParen || b == Kind::CloseBracket ||
      b == Kind::Question || b == Kind::Colon)
    return false;
  if (a == Kind::Dot || a == Kind::OpenParen || a == Kind::OpenBracket || a == Kind::At ||
      is_sign(left))
    return false;
  if (a == Kind::OpenBrace && (b == Kind::CloseBrace || tight_left)) return false;
  if (b == Kind::CloseBrace && tight) return false;
  const bool range = a == Kind::DotDotEqual || b == Kind::DotDotEqual;
  if (tight_left && tight && (range || a == Kind::Less || b == Kind::Less || b == Kind::Greater))
    return false;
  if (b == Kind::OpenParen) {
    const bool call = a == Kind::Name || a == Kind::Any || a == Kind::All || a == Kind::Count ||
                      a == Kind::Sum || a == Kind::Greater;
    return !call || places_[left].word || (a == Kind::Greater && !tight_left);
  }
  return true;
}

}  // namespace remit::lang
