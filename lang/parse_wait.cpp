// Waits: whom an item asks, and until when.

#include <string>
#include <vector>

#include <fmt/format.h>

#include "lang/parser_state.h"

namespace remit::lang {

using Kind = TokenKind;

ast::Name Parser::seat() {
  static constexpr std::string_view kExpected = "a role, `requester` or `owner`";
  if (at(Kind::Int)) {
    unexpected(kExpected, "the number of people stands once, before all alternatives");
    return {};
  }
  if (!recovering_ && is_reserved(peek().kind)) {
    unexpected(kExpected, "say who answers: `queue for requester within 4h`");
    return {};
  }
  return name(kExpected);
}

// Behind its first seat.
void Parser::alternatives(std::vector<ast::Name>& seats) {
  while (!recovering_ && accept(Kind::Or)) seats.push_back(seat());
}

ast::Party Parser::party() {
  const Token& first = peek();
  ast::Party result;
  if (at(Kind::Int)) {
    result.need = signed_int("a number of people").integer;
    expect(Kind::Of, "after the number of people");
  }
  const bool grouped = accept(Kind::OpenParen);
  std::vector<ast::Name> seats{seat()};
  if (grouped && at(Kind::CloseParen))
    unexpected("`or` and another role").help("remove the parentheses");
  if (grouped) {
    alternatives(seats);
    if (!recovering_ && at(Kind::And))
      unexpected("`or` or `)`").help("people who are all asked stand without parentheses");
    expect(Kind::CloseParen, "after the alternatives");
  }
  result.seats = keep(seats);
  result.span = span_from(first);
  return result;
}

// `lead or finance`: the alternatives that stand here without parentheses.
std::string Parser::bare_alternatives(std::span<const ast::Name> before) {
  std::string text;
  for (const ast::Name& seat : before)
    text += fmt::format("{}{}", text.empty() ? "" : " or ", seat.text);
  for (std::size_t i = 0; peek(i).kind == Kind::Or && peek(i + 1).kind == Kind::Name; i += 2)
    text += fmt::format(" or {}", peek(i + 1).text);
  return text;
}

// Alternatives stand without parentheses only where they are the only party.
std::span<const ast::Party> Parser::parties() {
  const Token& first = peek();
  std::vector<ast::Party> result{party()};
  const auto mixed = [&](Kind before) {
    report(Code::E0205, peek().span, "`and` and `or` are mixed without parentheses")
        .label(fmt::format("`{}` after `{}`", peek().text, spelling(before)))
        .help(fmt::format("write `({})`", bare_alternatives(result.back().seats)));
  };
  bool bare = false;
  if (!recovering_ && at(Kind::Or) && tokens_[position_ - 1].kind != Kind::CloseParen) {
    bare = true;
    std::vector<ast::Name> seats(result[0].seats.begin(), result[0].seats.end());
    alternatives(seats);
    result[0].seats = keep(seats);
    result[0].span = span_from(first);
  }
  while (!recovering_ && at(Kind::And)) {
    if (bare) {
      mixed(Kind::Or);
      break;
    }
    next();
    result.push_back(party());
    if (!recovering_ && at(Kind::Or) && tokens_[position_ - 1].kind != Kind::CloseParen)
      mixed(Kind::And);
  }
  return keep(result);
}

ast::DurationOrName Parser::time(std::string_view what) {
  ast::DurationOrName result;
  result.span = peek().span;
  if (recovering_) return result;
  if (at(Kind::Name)) {
    result.name = name(what);
  } else {
    result.literal = duration(what);
    result.is_literal = !recovering_;
  }
  return result;
}

ast::VerdictClause Parser::wait(ast::VerdictWord outcome) {
  ast::VerdictClause result;
  result.outcome = outcome;
  const Token& first = next();
  expect(outcome == ast::VerdictWord::Queue ? Kind::For : Kind::To,
         fmt::format("after `{}`", first.text));
  result.parties = parties();
  if (!recovering_ && at(Kind::Or))
    unexpected("`and` or `within`").help("put all alternatives into one pair of parentheses");
  if (!recovering_ && at(Kind::Comma) && peek(1).kind == Kind::Name) {
    const std::string_view before = tokens_[position_ - 1].text, after = peek(1).text;
    unexpected("`and`, `or` or `within` after a role")
        .help(fmt::format("write `{0} and {1}` for both, `{0} or {1}` for one of them", before,
                          after));
  }
  if (!recovering_ && !at(Kind::Within) && !at(Kind::Name))
    unexpected("`within` and a deadline after the people", "say for how long: `within 4h`");
  expect(Kind::Within, "and a deadline after the people");
  result.within = time("a deadline such as `4h`");
  result.span = span_from(first);
  return result;
}

}  // namespace remit::lang
