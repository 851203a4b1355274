// Comparisons: what stands between two operands.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "lang/parser_state.h"
#include "lang/suggest.h"

namespace remit::lang {

using ast::Expr;
using ast::ExprKind;

namespace {

// Operators as other languages write them.
struct Foreign {
  std::string_view word;
  std::string_view meant;
};
constexpr Foreign kForeign[] = {{"startswith", "starts with"},
                                {"starts_with", "starts with"},
                                {"starts", "starts with"},
                                {"begins", "starts with"},
                                {"endswith", "ends with"},
                                {"ends_with", "ends with"},
                                {"ends", "ends with"},
                                {"includes", "contains"},
                                {"include", "contains"},
                                {"has", "contains"},
                                {"like", "matches"},
                                {"regex", "matches"},
                                {"is", "=="},
                                {"equals", "=="},
                                {"eq", "=="}};
constexpr std::string_view kNear[] = {"contains", "starts",   "ends",  "matches",
                                      "under",    "overlaps", "subset"};

constexpr std::string_view kWith = "with";

// What only a right side begins with: no clause does.
bool begins_value(TokenKind kind) {
  return kind == TokenKind::String || kind == TokenKind::OpenBrace ||
         kind == TokenKind::OpenBracket || kind == TokenKind::Pattern ||
         kind == TokenKind::Format || kind == TokenKind::Utc;
}

}  // namespace

// The relation whose words stand here. Of words that may be names, `starts` and `ends` are one
// before `with`, and `contains` unless it is the name of a row.
std::optional<ast::RelationOp> Parser::relation_ahead() const {
  for (std::size_t i = 0; i < ast::kRelations.size(); ++i) {
    const ast::RelationInfo& row = ast::kRelations[i];
    const bool names_row = row.second.empty() && peek(1).kind == Kind::Bar;
    const bool is_operator =
        is_reserved(peek().kind) ||
        (at(Kind::Name) && !names_row && (row.second.empty() || peek(1).text == row.second));
    if (peek().text == row.word && is_operator) return static_cast<ast::RelationOp>(i);
  }
  return std::nullopt;
}

// Whether a comparison goes on behind its left side.
bool Parser::at_tail() const {
  return ast::comparison(peek().kind) || at(Kind::Matches) || relation_ahead();
}

void Parser::refuse_chain() {
  if (recovering_ || !at_tail()) return;
  report(Code::E0206, peek().span, "comparisons do not chain")
      .help("join two comparisons with `and`, or use `x in low ..= high`");
}

// Behind `matches`.
Expr* Parser::matches(Expr* left) {
  auto* expr = make<ast::MatchesExpr>(ExprKind::Matches, left->span);
  expr->value = left;
  if (at(Kind::Pattern)) {
    expr->pattern = decode(peek(), false, peek().span);
    next();
  } else {
    Diagnostic& diagnostic = unexpected("a pattern like `re\"[a-z]+\"` after `matches`");
    if (at(Kind::String)) diagnostic.help("put `re` before the quote");
  }
  expr->span = span_from(left->span);
  return expr;
}

// `[p1, p2]`, after `starts with`.
Expr* Parser::places(Expr* left) {
  const Token& open = next();
  std::vector<ast::Place> places;
  while (!recovering_ && !at(Kind::CloseBracket)) {
    const Token& first = peek();
    ast::Place place;
    if (!accept(Kind::Star)) place.value = sum();
    place.span = span_from(first);
    places.push_back(place);
    if (!accept(Kind::Comma)) break;
  }
  expect(Kind::CloseBracket, "to close the places");
  auto* expr = make<ast::PlacesExpr>(ExprKind::Places, span_from(left->span));
  expr->list = left;
  expr->places = keep(places);
  expr->places_span = span_from(open);
  return expr;
}

// Behind the words of the relation.
Expr* Parser::relation(Expr* left, ast::RelationOp op) {
  if (op == ast::RelationOp::StartsWith && at(Kind::OpenBracket)) return places(left);
  auto* expr = binary<ast::RelationExpr>(ExprKind::Relation, left, sum());
  expr->op = op;
  return expr;
}

// What follows a left side, but for `in`.
Expr* Parser::compare_tail(Expr* left) {
  if (accept(Kind::Matches)) return matches(left);
  if (const auto op = relation_ahead()) {
    const ast::RelationInfo& row = ast::info(*op);
    next();
    if (!row.second.empty()) expect_word(row.second, fmt::format("after `{}`", row.word));
    return relation(left, *op);
  }
  const ast::CompareOp op = *ast::comparison(next().kind);
  auto* expr = binary<ast::CompareExpr>(ExprKind::Compare, left, operand());
  expr->op = op;
  return expr;
}

Expr* Parser::range_or_element(Expr* left, bool negated) {
  next();  // `in`
  Expr* low = operand();
  if (at(Kind::DotDotEqual) || at(Kind::DotDotLess)) {
    const bool half_open = next().kind == Kind::DotDotLess;
    Expr* high = operand();
    auto* range = make<ast::InRangeExpr>(ExprKind::InRange, join(left->span, high->span));
    range->value = left;
    range->low = low;
    range->high = high;
    range->half_open = half_open;
    range->negated = negated;
    return range;
  }
  auto* element = binary<ast::RelationExpr>(ExprKind::Relation, left, low);
  element->op = ast::RelationOp::In;
  element->negated = negated;
  return element;
}

// The operator that a misspelt or foreign word means before what can only be a right side; reported
// and taken. Empty: it is none.
std::string_view Parser::take_operator_typo() {
  if (recovering_ || !(at(Kind::Name) || at(Kind::Has))) return {};
  const Token& first = peek();
  const bool with = peek(1).text == "with" || nearest_name(peek(1).text, std::array{kWith});
  const bool two_words = peek(1).kind == Kind::Name && with && begins_value(peek(2).kind);
  if (!two_words && !begins_value(peek(1).kind)) return {};
  std::string_view word = first.text;
  if (const auto near = nearest_name(word, kNear)) word = *near;
  const auto foreign = std::ranges::find(kForeign, word, &Foreign::word);
  const std::string_view meant = foreign == std::end(kForeign) ? word : foreign->meant;
  if (meant == first.text || (two_words && !meant.ends_with(kWith))) return {};
  const std::string found =
      two_words ? fmt::format("{} {}", first.text, peek(1).text) : std::string(first.text);
  next();
  if (two_words) next();
  const Span span = span_from(first);
  diags_.report(Code::E0201, span, fmt::format("expected an operator, found `{}`", found))
      .label(fmt::format("did you mean `{}`?", meant))
      .help(fmt::format("write `{}`", meant))
      .fix(span, std::string(meant));
  return meant;
}

Expr* Parser::meant_tail(Expr* left, std::string_view meant) {
  if (meant == spelling(Kind::Matches)) return matches(left);
  for (std::size_t i = 0; i < ast::kRelations.size(); ++i) {
    if (meant.starts_with(ast::kRelations[i].word))
      return relation(left, static_cast<ast::RelationOp>(i));
  }
  return binary<ast::CompareExpr>(ExprKind::Compare, left, operand());
}

Expr* Parser::comparison() {
  Expr* left = operand();
  if (recovering_) return left;
  Expr* result = nullptr;
  if (at(Kind::In)) {
    result = range_or_element(left, false);
  } else if (at(Kind::Not) && peek(1).kind == Kind::In) {
    next();  // `not`
    result = range_or_element(left, true);
  } else if (at_tail()) {
    result = compare_tail(left);
  } else if (at(Kind::Equal)) {
    diags_.report(Code::E0201, peek().span, "expected a comparison, found `=`")
        .label("did you mean `==`?")
        .help("write `==`")
        .fix(peek().span, "==");
    next();
    result = binary<ast::CompareExpr>(ExprKind::Compare, left, operand());
  } else if (const std::string_view meant = take_operator_typo(); !meant.empty()) {
    result = meant_tail(left, meant);
  } else if (at(Kind::Not) && peek(1).kind == Kind::Name && begins_value(peek(2).kind)) {
    report(Code::E0207, join(peek().span, peek(1).span), "`not` stands inside a comparison")
        .help("put it before the whole: `not (…)`");
    return bad();
  } else if (at(Kind::Bad)) {
    unexpected("a comparison");  // the lexer has said what is wrong
    return bad();
  } else {
    return left;
  }
  refuse_chain();
  return result;
}

}  // namespace remit::lang
