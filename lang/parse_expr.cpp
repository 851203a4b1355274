// Expressions, from the loosest operator to the tightest.

#include <fmt/format.h>

#include <remit/limits.h>
#include "lang/parser_state.h"

namespace remit::lang {

using ast::Expr;
using ast::ExprKind;

namespace {

// A sum or product of more operands would be a tree too deep to walk; none is written by hand.
constexpr int kChainMax = 256;

}  // namespace

Expr* Parser::bad() { return make<Expr>(ExprKind::Bad, peek().span); }

Expr* Parser::expression() {
  if (recovering_) return bad();
  Expr* first = term();
  Expr* result = first;
  if (at(Kind::And) || at(Kind::Or)) {
    const Kind op = peek().kind;
    std::vector<Expr*> operands{first};
    while (!recovering_ && (at(Kind::And) || at(Kind::Or))) {
      if (!at(op)) {
        report(Code::E0205, peek().span, "`and` and `or` are mixed without parentheses")
            .label(fmt::format("`{}` after `{}`", peek().text, spelling(op)))
            .help("put the part that belongs together into parentheses");
        break;
      }
      next();
      operands.push_back(term());
    }
    auto* whole = make<ast::ConnectiveExpr>(op == Kind::And ? ExprKind::And : ExprKind::Or,
                                            join(first->span, operands.back()->span));
    whole->operands = keep(operands);
    result = whole;
  }
  if (recovering_) return bad();
  last_expr_ = result;
  last_expr_end_ = position_;
  return result;
}

Expr* Parser::term() {
  if (!at(Kind::Not)) return comparison();
  const Token& keyword = next();
  Expr* inner = primary();
  if (!recovering_ && at_tail()) {
    const Span left = inner->span;
    report(Code::E0207, join(keyword.span, peek().span),
           "`not` stands before a comparison without parentheses")
        .secondary_at(left, "does it negate this, or the whole comparison?")
        .help("write `not (…)` round the comparison");
    return bad();
  }
  auto* expr = make<ast::NotExpr>(ExprKind::Not, join(keyword.span, inner->span));
  expr->operand = inner;
  return expr;
}

Expr* Parser::operand() {
  if (recovering_ || !at(Kind::Percent)) return sum();
  const Token& token = next();
  auto* expr = make<ast::PercentOfExpr>(ExprKind::PercentOf, token.span);
  expr->thousandths = percent(token);
  expect(Kind::Of, "after a percentage");
  expr->whole = primary();
  expr->span = span_from(token);
  return expr;
}

// Operands joined by arithmetic of one level, from the left.
template <typename Operand>
Expr* Parser::chain(ast::Precedence precedence, std::string_view what, std::string_view help,
                    Operand operand) {
  Expr* left = operand();
  for (int length = 0; !recovering_; ++length) {
    const auto arithmetic = ast::arithmetic(peek().kind, precedence);
    if (!arithmetic) break;
    const Token& op = next();
    if (length == kChainMax) {
      report(Code::E0210, op.span, fmt::format("the {} has more than {} operands", what, kChainMax))
          .help(std::string(help));
      break;
    }
    auto* expr = binary<ast::ArithmeticExpr>(ExprKind::Arithmetic, left, operand());
    expr->op = *arithmetic;
    expr->operator_span = op.span;
    left = expr;
  }
  return left;
}

Expr* Parser::sum() {
  return chain(ast::Precedence::Sum, "sum", "name parts of it with `const` or `def`",
               [this] { return product(); });
}

Expr* Parser::product() {
  return chain(ast::Precedence::Product, "product", "name parts of it with `const`",
               [this] { return primary(); });
}

Expr* Parser::parenthesised() {
  const Token& open = next();
  Expr* inner = expression();
  expect(Kind::CloseParen, "to close the parenthesis");
  inner->parenthesised = true;
  inner->span = span_from(open);
  return inner;
}

Expr* Parser::set_literal() {
  const Token& open = next();
  ++open_braces_;
  std::vector<Expr*> elements;
  while (!recovering_ && !at(Kind::CloseBrace)) {
    elements.push_back(sum());
    if (!accept(Kind::Comma)) break;
  }
  expect(Kind::CloseBrace, "to close the set");
  --open_braces_;
  auto* expr = make<ast::SetLiteralExpr>(ExprKind::SetLiteral, span_from(open));
  expr->elements = keep(elements);
  return expr;
}

Expr* Parser::quantifier() {
  const Token& keyword = next();
  next();  // `(`
  auto* expr = make<ast::QuantifierExpr>(ExprKind::Quantifier, keyword.span);
  expr->quantifier = *ast::quantifier(keyword.kind);
  expr->variable = name("a name for the element");
  expect(Kind::In, fmt::format("after the element's name in `{}`", keyword.text));
  expr->collection = sum();
  expect(Kind::Colon, "before the condition of each element");
  expr->body = expression();
  expect(Kind::CloseParen, fmt::format("to close `{}(`", keyword.text));
  expr->span = span_from(keyword);
  return expr;
}

ast::Atom Parser::atom(std::string_view what) {
  ast::Atom result;
  result.span = peek().span;
  if (recovering_) return result;
  if (at_literal()) {
    result.is_literal = true;
    result.literal = literal(what);
    result.span = result.literal.span;
  } else {
    result.name = dotted(what);
    result.span = result.name.span;
  }
  return result;
}

Expr* Parser::match() {
  const Token& keyword = next();
  auto* expr = make<ast::MatchExpr>(ExprKind::Match, keyword.span);
  expr->keyword_span = keyword.span;
  expr->operand = sum();
  expect(Kind::OpenBrace, "before the arms of `match`");
  ++open_braces_;
  std::vector<ast::Arm> arms;
  while (!recovering_ && !at(Kind::CloseBrace)) {
    const Token& first = peek();
    ast::Arm arm;
    std::vector<ast::Atom> values;
    if (accept(Kind::Else)) {
      arm.is_else = true;
    } else {
      do values.push_back(atom("a value or `else`"));
      while (accept(Kind::Comma));
    }
    expect(Kind::Arrow, "after the values of an arm");
    arm.values = keep(values);
    arm.result = expression();
    arm.span = span_from(first);
    if (arm.is_else && at(Kind::Comma) && peek(1).kind != Kind::CloseBrace) {
      report(Code::E0201, first.span, "`else` is not the last arm").help("move it to the end");
    }
    arms.push_back(arm);
    if (!accept(Kind::Comma)) break;
  }
  expect(Kind::CloseBrace, "to close `match`");
  --open_braces_;
  expr->arms = keep(arms);
  expr->span = span_from(keyword);
  return expr;
}

Expr* Parser::call() {
  const Token& first = peek();
  auto* expr = make<ast::CallExpr>(ExprKind::Call, first.span);
  expr->callee = name("a name");
  next();  // `(`
  std::vector<Expr*> arguments;
  while (!recovering_ && !at(Kind::CloseParen)) {
    arguments.push_back(expression());
    if (!accept(Kind::Comma)) break;
  }
  expect(Kind::CloseParen, "to close the arguments");
  expr->arguments = keep(arguments);
  expr->span = span_from(first);
  return expr;
}

// What can hold expressions of its own: parentheses, sets, quantifiers, matches, calls.
Expr* Parser::compound() {
  if (depth_ >= limits::kExprDepthMax) {
    report(Code::E0210, peek().span,
           fmt::format("the expression is nested more than {} deep", limits::kExprDepthMax))
        .help("name a part of it with `def`");
    return bad();
  }
  ++depth_;
  Expr* expr = at(Kind::OpenParen)   ? parenthesised()
               : at(Kind::OpenBrace) ? set_literal()
               : at(Kind::Match)     ? match()
               : at(Kind::Name)      ? call()
                                     : quantifier();
  --depth_;
  return expr;
}

Expr* Parser::primary() {
  if (recovering_) return bad();
  const Token& first = peek();
  const bool opens = peek(1).kind == Kind::OpenParen;
  if (at(Kind::OpenParen) || at(Kind::OpenBrace) || at(Kind::Match) || (at(Kind::Name) && opens) ||
      (ast::quantifier(first.kind) && opens)) {
    return compound();
  }
  if (at_literal()) {
    const ast::Literal value = literal("a value");
    auto* expr = make<ast::LiteralExpr>(
        ExprKind::Literal, value.span.end > value.span.begin ? value.span : first.span);
    expr->literal = value;
    return expr;
  }
  if (accept(Kind::Has)) {
    auto* expr = make<ast::PathExpr>(ExprKind::Has, first.span);
    expr->path = dotted("a path after `has`");
    expr->span = span_from(first);
    return expr;
  }
  // Before a path with a dot alone: `gas max 3 calls` is a value and what follows it.
  static constexpr std::string_view kHas[] = {"has"};
  if (at(Kind::Name) && peek(1).kind == Kind::Name && peek(2).kind == Kind::Dot &&
      !peek(1).line_break_before && !take_near_miss(kHas, "a value").empty()) {
    auto* expr = make<ast::PathExpr>(ExprKind::Has, first.span);
    expr->path = dotted("a path after `has`");
    expr->span = span_from(first);
    return expr;
  }
  if (at(Kind::Name)) {
    auto* expr = make<ast::PathExpr>(ExprKind::Path, first.span);
    expr->path = dotted("a path");
    expr->span = expr->path.span;
    if (first.is_bad_name) expr->kind = ExprKind::Bad;
    return expr;
  }
  return misplaced();
}

Expr* Parser::misplaced() {
  const Span span = peek().span;
  if (at(Kind::Percent)) {
    report(Code::E0408, span,
           "a percentage stands only beside a comparison or as a bound of a range")
        .help("write `a > 80% of b`; to scale an amount, compare instead");
  } else if (at(Kind::Pattern)) {
    report(Code::E0201, span, "a pattern stands only after `matches`")
        .help("write `x matches re\"…\"`");
  } else if (at(Kind::Not)) {
    report(Code::E0201, span, "expected a value, found `not`")
        .help("put the negation into parentheses");
  } else {
    unexpected("a value");
  }
  return bad();
}

}  // namespace remit::lang
