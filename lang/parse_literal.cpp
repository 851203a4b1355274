// Literals, strings and message templates.

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <utf8proc.h>

#include <remit/internal/characters.h>
#include <remit/limits.h>
#include "lang/parser_state.h"
#include "stdlib/integer.h"
#include "stdlib/money.h"
#include "stdlib/percent.h"
#include "stdlib/text.h"
#include "stdlib/time.h"

namespace remit::lang {

namespace {

// Digits as they are spelled on the wire: without underscores, and without the leading zeros that
// the lexer has reported. What they stand for is said in stdlib/, as of requests.
std::string plain_digits(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (!is_digit(c)) continue;
    if (digits == "0") digits.clear();
    digits += c;
  }
  return digits;
}

std::string plain_decimal(std::string_view text) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  return plain_digits(text.substr(0, dot)) + std::string(text.substr(dot));
}

std::optional<char32_t> hex_value(std::string_view digits) {
  if (digits.empty() || digits.size() > 6) return std::nullopt;
  char32_t value = 0;
  for (const char c : digits) {
    const int digit = hex_digit(c);
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<char32_t>(digit);
  }
  return value;
}

}  // namespace

bool Parser::at_literal() const {
  const auto begins = [](Kind kind) { return kind == Kind::Int || kind == Kind::Currency; };
  if (at(Kind::Minus)) return begins(peek(1).kind);
  return begins(peek().kind) || at(Kind::Duration) || at(Kind::Time) || at(Kind::String) ||
         at(Kind::Utc) || at(Kind::Format) || at(Kind::True) || at(Kind::False);
}

std::int64_t Parser::decode_int(std::string_view text, bool negative, Span span) {
  const std::string digits = plain_digits(text);
  if (negative && digits == "0") {
    refuse_minus_zero(span, "0");
    return 0;
  }
  const auto value = stdlib::parse_integer(negative ? '-' + digits : digits);
  if (value) return *value;
  diags_.report(Code::E0108, span, "the integer is out of range")
      .note("an int lies within -9223372036854775808..=9223372036854775807")
      .help("write a smaller number");
  return 0;
}

void Parser::refuse_minus_zero(Span span, std::string_view zero) {
  diags_.report(Code::E0106, span, "there is one zero, and it has no sign")
      .help(fmt::format("write `{}`", zero))
      .fix(span, std::string(zero));
}

void Parser::decode_money(const Token& currency, const Token& amount, bool negative,
                          ast::Literal& into) {
  into.kind = ast::LiteralKind::Money;
  into.prefix = currency.text;
  const std::size_t dot = std::min(amount.text.find('.'), amount.text.size());
  const auto micros = stdlib::parse_decimal_micros(plain_decimal(amount.text));
  if (micros && negative && *micros == 0) {
    refuse_minus_zero(into.span, fmt::format("{} 0", currency.text));
  } else if (micros) {
    into.integer = negative ? -*micros : *micros;
  } else if (amount.text.size() - dot > 1 + stdlib::kMoneyDecimals) {
    diags_.report(Code::E0108, into.span, "money has at most 6 decimals").help("round it");
  } else {
    diags_.report(Code::E0108, into.span, "the amount is out of range")
        .note("the largest amount is 9223372036854.775807")
        .help("write a smaller amount");
  }
}

void Parser::decode_duration(std::string_view text, ast::Literal& into) {
  into.kind = ast::LiteralKind::Duration;
  const std::size_t unit = text.find_first_not_of("0123456789_");
  const auto ms =
      stdlib::parse_duration(plain_digits(text.substr(0, unit)).append(text.substr(unit)));
  if (ms) {
    into.integer = *ms;
  } else {
    diags_.report(Code::E0108, into.span, "the duration is out of range")
        .note(fmt::format("the longest duration is {}d", limits::kDurationDaysMax))
        .help("write a shorter one");
  }
}

std::string_view Parser::unescape(const Token& token, std::string_view raw,
                                  std::uint32_t raw_begin) {
  if (raw.find('\\') == std::string_view::npos) return raw;
  std::string text;
  const auto bad = [&](std::size_t begin, std::size_t end, std::string message) {
    const auto offset = [&](std::size_t at) { return raw_begin + static_cast<std::uint32_t>(at); };
    diags_
        .report(Code::E0105, {token.span.file, offset(begin), offset(std::min(end, raw.size()))},
                std::move(message))
        .help("the escapes are `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{…}` with 1 to 6 hex digits");
  };
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\') {
      text += raw[i];
      continue;
    }
    const char c = ++i < raw.size() ? raw[i] : '\0';
    if (c == '"' || c == '\\') {
      text += c;
    } else if (c == 'n' || c == 't') {
      text += c == 'n' ? '\n' : '\t';
    } else if (c == 'u' && i + 1 < raw.size() && raw[i + 1] == '{') {
      const std::size_t close = raw.find('}', i);
      const std::size_t end = close == std::string_view::npos ? raw.size() : close;
      const auto code_point = hex_value(raw.substr(i + 2, end - i - 2));
      if (close == std::string_view::npos || !code_point ||
          !utf8proc_codepoint_valid(static_cast<utf8proc_int32_t>(*code_point))) {
        bad(i - 1, end + 1, "this is not the escape of a character");
      } else if (is_forbidden_character(*code_point) || *code_point == U'\r') {
        bad(i - 1, end + 1,
            fmt::format("character U+{:04X} is not allowed, escaped or not",
                        static_cast<std::uint32_t>(*code_point)));
      } else {
        stdlib::append_utf8(*code_point, text);
      }
      i = end;
    } else {
      bad(i - 1, i + 1, fmt::format("`\\{}` is not an escape", c));
    }
  }
  return arena_.copy(text);
}

ast::Literal Parser::decode(const Token& token, bool negative, Span span) {
  ast::Literal result;
  result.span = span;
  result.raw = sources_.text(span);
  const std::size_t quote = token.text.find('"');
  const std::string_view inner = quote == std::string_view::npos || token.kind == Kind::Bad
                                     ? std::string_view()
                                     : token.text.substr(quote + 1, token.text.size() - quote - 2);
  if (token.kind == Kind::Int) {
    result.kind = ast::LiteralKind::Int;
    result.integer = decode_int(token.text, negative, span);
  } else if (token.kind == Kind::Duration) {
    decode_duration(token.text, result);
  } else if (token.kind == Kind::Time) {
    result.kind = ast::LiteralKind::Time;
    const auto time = stdlib::parse_time_of_day(token.text);
    // Of another form only if the lexer has reported it.
    if (!time) {
      diags_.report(Code::E0108, span, fmt::format("`{}` is not a time of day", token.text))
          .help("write 00:00 to 23:59, or 00:00:00 to 23:59:59");
    }
    result.integer = time.value_or(0);
  } else if (token.kind == Kind::True || token.kind == Kind::False) {
    result.kind = ast::LiteralKind::Bool;
    result.integer = token.kind == Kind::True ? 1 : 0;
  } else if (token.kind == Kind::Utc) {
    result.kind = ast::LiteralKind::Utc;
    result.text = inner;
  } else if (token.kind == Kind::Format) {
    result.kind = ast::LiteralKind::Format;
    result.prefix = token.text.substr(0, quote);
    result.text = inner;
  } else if (token.kind == Kind::Pattern) {
    result.kind = ast::LiteralKind::String;
    result.text = inner;
  } else {
    result.kind = ast::LiteralKind::String;
    result.text = unescape(token, inner, token.span.begin + 1);
  }
  return result;
}

ast::Literal Parser::literal(std::string_view what) {
  if (recovering_) return {};
  if (!at_literal()) {
    unexpected(what);
    return {};
  }
  const std::size_t errors = diags_.error_count();
  const Token& first = peek();
  const bool negative = accept(Kind::Minus);
  const Token& token = next();
  ast::Literal result;
  result.damaged = true;
  if (token.kind != Kind::Currency) {
    result = decode(token, negative, span_from(first));
    result.damaged = diags_.error_count() > errors;
    return result;
  }
  if (at(Kind::Minus)) {
    report(Code::E0106, peek().span, "the minus of an amount stands before its currency")
        .help(fmt::format("write `-{} …`", token.text));
    return result;
  }
  if (!at(Kind::Int) && !at(Kind::Decimal)) {
    unexpected(fmt::format("an amount after `{}`", token.text));
    return result;
  }
  const Token& amount = next();
  result.span = span_from(first);
  result.raw = sources_.text(result.span);
  decode_money(token, amount, negative, result);
  result.damaged = diags_.error_count() > errors;
  return result;
}

ast::Literal Parser::signed_int(std::string_view what) {
  if (recovering_) return {};
  if (at(Kind::Int) || (at(Kind::Minus) && peek(1).kind == Kind::Int)) return literal(what);
  unexpected(what);
  return {};
}

ast::Literal Parser::duration(std::string_view what) {
  if (recovering_) return {};
  if (at(Kind::Duration)) return literal(what);
  unexpected(what);
  return {};
}

ast::Literal Parser::string(std::string_view what) {
  if (recovering_) return {};
  if (at(Kind::String)) return literal(what);
  unexpected(what);
  return {};
}

std::int64_t Parser::percent(const Token& token) {
  const std::string_view text = token.text.substr(0, token.text.size() - 1);
  const auto thousandths = stdlib::parse_percent(plain_decimal(text));
  if (!thousandths) {
    diags_.report(Code::E0108, token.span, fmt::format("`{}` is out of range", token.text))
        .note("a percentage is above 0 and at most 1000, with at most 3 decimals")
        .help("change the number");
  }
  return thousandths.value_or(stdlib::kWholeInThousandths);
}

// ---- messages

ast::TemplatePiece Parser::interpolation(std::uint32_t begin, std::uint32_t end) {
  const LexedFile lexed = lex_range(sources_, file_, begin, end, diags_);
  const auto outer_tokens = tokens_;
  const std::size_t outer_position = position_;
  tokens_ = arena_.copy(lexed.tokens);
  position_ = 0;
  ast::TemplatePiece piece;
  if (at(Kind::End)) {
    diags_.report(Code::E1001, {file_, begin - 1, end + 1}, "there is nothing between the braces")
        .help("write a value, as in `{args.amount}`, or `{{` and `}}` for braces");
  } else {
    piece.expr = sum();
    if (!recovering_ && !at(Kind::End)) unexpected("one value and then `}`");
  }
  recovering_ = false;
  tokens_ = outer_tokens;
  position_ = outer_position;
  return piece;
}

const ast::Template* Parser::message(std::string_view clause) {
  if (recovering_) return nullptr;
  // A message that cannot be read is a message all the same: that it is missing is not the problem.
  ast::Template* result = arena_.make<ast::Template>();
  if (!at(Kind::String)) {
    unexpected(fmt::format("a string after `{}`", clause));
    return result;
  }
  const Token& token = next();
  result->span = token.span;
  result->raw = token.text.substr(1, token.text.size() - 2);
  if (result->raw.size() > limits::kTemplateBytesMax) {
    diags_
        .report(Code::E1004, token.span,
                fmt::format("the text has {} bytes; at most {} are allowed", result->raw.size(),
                            limits::kTemplateBytesMax))
        .help("shorten it; put the long version into `@doc`");
  }
  result->pieces = message_pieces(token, result->raw);
  return result;
}

// A brace that is wrong, at byte `at` of the file.
void Parser::refuse_brace(std::uint32_t at, std::string_view what, std::string_view help) {
  diags_.report(Code::E1001, {file_, at, at + 1}, std::string(what)).help(std::string(help));
}

// Texts and values between the quotes of `token`.
std::span<const ast::TemplatePiece> Parser::message_pieces(const Token& token,
                                                           std::string_view raw) {
  const std::uint32_t base = token.span.begin + 1;
  std::vector<ast::TemplatePiece> pieces;
  std::string text;
  std::size_t text_begin = 0;
  const auto flush = [&] {
    if (!text.empty())
      pieces.push_back(
          {unescape(token, arena_.copy(text), base + static_cast<std::uint32_t>(text_begin)),
           nullptr});
    text.clear();
  };
  for (std::size_t i = 0; i < raw.size();) {
    const char c = raw[i];
    const bool escape_brace = raw.substr(i).starts_with("\\u{");
    if ((c == '{' || c == '}') && i + 1 < raw.size() && raw[i + 1] == c) {
      text += c;
      i += 2;
    } else if (c == '{') {
      const std::size_t close = raw.find_first_of("{}\"", i + 1);
      if (close == std::string_view::npos || raw[close] != '}') {
        refuse_brace(base + static_cast<std::uint32_t>(i), "this brace is not closed",
                     "close it with `}`, or write `{{` for a brace");
        break;
      }
      flush();
      pieces.push_back(interpolation(base + static_cast<std::uint32_t>(i) + 1,
                                     base + static_cast<std::uint32_t>(close)));
      i = close + 1;
      text_begin = i;
    } else if (c == '}') {
      refuse_brace(base + static_cast<std::uint32_t>(i), "this brace closes nothing",
                   "write `}}` for a brace");
      break;
    } else {
      // An escape is one piece of text, its own braces included.
      const std::size_t length = escape_brace ? std::min(raw.find('}', i), raw.size() - 1) + 1 - i
                                 : c == '\\'  ? 2
                                              : 1;
      text += raw.substr(i, length);
      i += length;
    }
  }
  flush();
  return keep(pieces);
}

}  // namespace remit::lang
