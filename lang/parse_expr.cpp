// Expressions, from the loosest operator to the tightest.

#include <optional>

#include <fmt/format.h>

#include <remit/limits.h>
#include "lang/parser_state.h"

namespace remit::lang {

using ast::Expr;
using ast::ExprKind;

namespace {

// A sum or product of more operands would be a tree too deep to walk; none is written by hand.
constexpr int kChainMax = 256;

std::optional<ast::CompareOp> compare_op(TokenKind kind) {
  if (kind == TokenKind::EqualEqual) return ast::CompareOp::Equal;
  if (kind == TokenKind::NotEqual) return ast::CompareOp::NotEqual;
  if (kind == TokenKind::Less) return ast::CompareOp::Less;
  if (kind == TokenKind::LessEqual) return ast::CompareOp::LessEqual;
  if (kind == TokenKind::Greater) return ast::CompareOp::Greater;
  if (kind == TokenKind::GreaterEqual) return ast::CompareOp::GreaterEqual;
  return std::nullopt;
}

bool is_comparison(TokenKind kind) {
  return compare_op(kind) || kind == TokenKind::In || kind == TokenKind::Matches ||
         kind == TokenKind::Under || kind == TokenKind::Overlaps || kind == TokenKind::Subset;
}

std::optional<ast::QuantifierKind> quantifier_kind(TokenKind kind) {
  if (kind == TokenKind::Any) return ast::QuantifierKind::Any;
  if (kind == TokenKind::All) return ast::QuantifierKind::All;
  if (kind == TokenKind::Count) return ast::QuantifierKind::Count;
  if (kind == TokenKind::Sum) return ast::QuantifierKind::Sum;
  return std::nullopt;
}

}  // namespace

Expr* Parser::make(ExprKind kind, Span span) {
  Expr* expr = arena_.make<Expr>();
  expr->kind = kind;
  expr->span = span;
  expr->id = expr_count_++;
  return expr;
}

Expr* Parser::bad() { return make(ExprKind::Bad, peek().span); }

Expr* Parser::binary(ExprKind kind, Expr* left, Expr* right, Span op) {
  Expr* expr = make(kind, join(left->span, right->span));
  expr->operator_span = op;
  expr->children = keep(std::vector<Expr*>{left, right});
  return expr;
}

Expr* Parser::expression() {
  if (recovering_) return bad();
  Expr* first = term();
  Expr* result = first;
  if (at(Kind::And) || at(Kind::Or)) {
    const Kind op = peek().kind;
    const Span op_span = peek().span;
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
    result = make(op == Kind::And ? ExprKind::And : ExprKind::Or,
                  join(first->span, operands.back()->span));
    result->operator_span = op_span;
    result->children = keep(operands);
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
  if (!recovering_ && is_comparison(peek().kind)) {
    const Span left = inner->span;
    report(Code::E0207, join(keyword.span, peek().span),
           "`not` stands before a comparison without parentheses")
        .secondary_at(left, "does it negate this, or the whole comparison?")
        .help("write `not (…)` round the comparison");
    return bad();
  }
  Expr* expr = make(ExprKind::Not, join(keyword.span, inner->span));
  expr->operator_span = keyword.span;
  expr->children = keep(std::vector<Expr*>{inner});
  return expr;
}

void Parser::refuse_chain() {
  if (recovering_ || !is_comparison(peek().kind)) return;
  report(Code::E0206, peek().span, "comparisons do not chain")
      .help("join two comparisons with `and`, or use `x in low ..= high`");
}

Expr* Parser::compare_tail(Expr* left) {
  const Token& op = peek();
  if (const auto compare = compare_op(op.kind)) {
    next();
    Expr* expr = binary(ExprKind::Compare, left, operand(), op.span);
    expr->compare = *compare;
    return expr;
  }
  if (op.kind == Kind::Matches) {
    next();
    Expr* expr = make(ExprKind::Matches, left->span);
    expr->operator_span = op.span;
    expr->children = keep(std::vector<Expr*>{left});
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
  if (op.kind == Kind::Under || op.kind == Kind::Overlaps) {
    next();
    return binary(op.kind == Kind::Under ? ExprKind::Under : ExprKind::Overlaps, left, sum(),
                  op.span);
  }
  next();  // `subset`
  expect(Kind::Of, "after `subset`");
  return binary(ExprKind::SubsetOf, left, sum(), op.span);
}

Expr* Parser::range_or_element(Expr* left, bool negated, const Token& first) {
  next();  // `in`
  Expr* low = operand();
  Expr* expr = nullptr;
  if (at(Kind::DotDotEqual) || at(Kind::DotDotLess)) {
    const bool half_open = next().kind == Kind::DotDotLess;
    Expr* high = operand();
    expr = make(ExprKind::InRange, join(left->span, high->span));
    expr->half_open = half_open;
    expr->children = keep(std::vector<Expr*>{left, low, high});
  } else {
    expr = binary(ExprKind::In, left, low, first.span);
  }
  expr->operator_span = first.span;
  expr->negated = negated;
  return expr;
}

Expr* Parser::comparison() {
  Expr* left = operand();
  if (recovering_) return left;
  Expr* result = nullptr;
  if (at(Kind::In)) {
    result = range_or_element(left, false, peek());
  } else if (at(Kind::Not) && peek(1).kind == Kind::In) {
    const Token& first = next();
    result = range_or_element(left, true, first);
  } else if (is_comparison(peek().kind)) {
    result = compare_tail(left);
  } else if (at(Kind::Equal)) {
    diags_.report(Code::E0201, peek().span, "expected a comparison, found `=`")
        .label("did you mean `==`?")
        .help("write `==`")
        .fix(peek().span, "==");
    const Token& op = next();
    result = binary(ExprKind::Compare, left, operand(), op.span);
  } else if (at(Kind::Bad)) {
    unexpected("a comparison");  // the lexer has said what is wrong
    return bad();
  } else {
    return left;
  }
  refuse_chain();
  return result;
}

Expr* Parser::operand() {
  if (recovering_ || !at(Kind::Percent)) return sum();
  const Token& token = next();
  Expr* expr = make(ExprKind::PercentOf, token.span);
  expr->operator_span = token.span;
  expr->percent_thousandths = percent(token);
  expect(Kind::Of, "after a percentage");
  expr->children = keep(std::vector<Expr*>{primary()});
  expr->span = span_from(token);
  return expr;
}

Expr* Parser::sum() {
  Expr* left = product();
  for (int chain = 0; !recovering_ && (at(Kind::Plus) || at(Kind::Minus)); ++chain) {
    const Token& op = next();
    if (chain == kChainMax) {
      report(Code::E0210, op.span, fmt::format("the sum has more than {} operands", kChainMax))
          .help("name parts of it with `const` or `def`");
      break;
    }
    left = binary(ExprKind::Arithmetic, left, product(), op.span);
    left->arithmetic = op.kind == Kind::Plus ? ast::ArithmeticOp::Add : ast::ArithmeticOp::Subtract;
  }
  return left;
}

Expr* Parser::product() {
  Expr* left = primary();
  for (int chain = 0; !recovering_ && at(Kind::Star); ++chain) {
    const Token& op = next();
    if (chain == kChainMax) {
      report(Code::E0210, op.span, fmt::format("the product has more than {} operands", kChainMax))
          .help("name parts of it with `const`");
      break;
    }
    left = binary(ExprKind::Arithmetic, left, primary(), op.span);
    left->arithmetic = ast::ArithmeticOp::Multiply;
  }
  return left;
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
  Expr* expr = make(ExprKind::SetLiteral, span_from(open));
  expr->children = keep(elements);
  return expr;
}

Expr* Parser::quantifier() {
  const Token& keyword = next();
  next();  // `(`
  Expr* expr = make(ExprKind::Quantifier, keyword.span);
  expr->operator_span = keyword.span;
  expr->quantifier = *quantifier_kind(keyword.kind);
  expr->variable = name("a name for the element");
  expect(Kind::In, fmt::format("after the element's name in `{}`", keyword.text));
  Expr* collection = sum();
  expect(Kind::Colon, "before the condition of each element");
  Expr* body = expression();
  expect(Kind::CloseParen, fmt::format("to close `{}(`", keyword.text));
  expr->children = keep(std::vector<Expr*>{collection, body});
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
  Expr* expr = make(ExprKind::Match, keyword.span);
  expr->operator_span = keyword.span;
  Expr* operand = sum();
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
  expr->children = keep(std::vector<Expr*>{operand});
  expr->arms = keep(arms);
  expr->span = span_from(keyword);
  return expr;
}

Expr* Parser::call() {
  const Token& first = peek();
  Expr* expr = make(ExprKind::Call, first.span);
  expr->callee = name("a name");
  next();  // `(`
  std::vector<Expr*> arguments;
  while (!recovering_ && !at(Kind::CloseParen)) {
    arguments.push_back(expression());
    if (!accept(Kind::Comma)) break;
  }
  expect(Kind::CloseParen, "to close the arguments");
  expr->children = keep(arguments);
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
      (quantifier_kind(first.kind) && opens)) {
    return compound();
  }
  if (at_literal()) {
    const ast::Literal value = literal("a value");
    Expr* expr =
        make(ExprKind::Literal, value.span.end > value.span.begin ? value.span : first.span);
    expr->literal = value;
    return expr;
  }
  if (accept(Kind::Has)) {
    Expr* expr = make(ExprKind::Has, first.span);
    expr->path = dotted("a path after `has`");
    expr->span = span_from(first);
    return expr;
  }
  static constexpr std::string_view kHas[] = {"has"};
  if (at(Kind::Name) && peek(1).kind == Kind::Name && !peek(1).line_break_before &&
      !decl_kind(peek(1).text) && !take_near_miss(kHas, "a value").empty()) {
    Expr* expr = make(ExprKind::Has, first.span);
    expr->path = dotted("a path after `has`");
    expr->span = span_from(first);
    return expr;
  }
  if (at(Kind::Name)) {
    Expr* expr = make(ExprKind::Path, first.span);
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
