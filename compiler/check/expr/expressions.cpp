#include "compiler/check/expr/expressions.h"

#include <utility>

#include <fmt/format.h>

#include "compiler/check/expr/literals.h"

namespace remit::compiler {

using ast::Expr;
using ast::ExprKind;

ExpressionChecker::ExpressionChecker(Environment& env, Resolver& resolver, ExprContext context)
    : Reporter(env.reporter),
      env_(env),
      schema_(env.schema),
      types_(env.types),
      resolver_(resolver),
      context_(std::move(context)),
      exprs_(env.typed[static_cast<std::size_t>(context_.module)].exprs) {}

void ExpressionChecker::set_type(const Expr& expr, const Type* type) {
  ExprInfo& result = entry(expr);
  result.type = type;
  if (type == nullptr) return;
  if (is_ordered_kind(type->kind)) result.interval = {type->low, type->high};
  if (type->kind == TypeKind::Enum)
    result.interval = {0, static_cast<Wide>(schema_.enumeration(*type).values.size()) - 1};
}

bool ExpressionChecker::needs_hint(const Expr& expr) const {
  if (expr.kind == ExprKind::Literal)
    return ast::as<ast::LiteralExpr>(expr).literal.kind == ast::LiteralKind::String;
  if (expr.kind != ExprKind::Path) return false;
  const ast::Dotted& path = ast::as<ast::PathExpr>(expr).path;
  if (path.parts.size() != 1) return false;
  const std::string_view name = path.text;
  return context_.find_local(name) == nullptr && !schema_.is_root(name) &&
         env_.names.find(Named::Kind::Constant, name, context_.module) == nullptr;
}

// ---- arithmetic

namespace {

std::optional<Interval> interval_of(ast::ArithmeticOp op, Interval left, Interval right) {
  switch (op) {
    case ast::ArithmeticOp::Add: return add(left, right);
    case ast::ArithmeticOp::Subtract: return subtract(left, right);
    case ast::ArithmeticOp::Multiply: return compiler::multiply(left, right);
  }
  return std::nullopt;
}

}  // namespace

void ExpressionChecker::arithmetic(const ast::ArithmeticExpr& expr, const Type* hint,
                                   const KeySet& present) {
  const Expr &left = *expr.left, &right = *expr.right;
  expression(left, hint, present);
  expression(right, nullptr, present);
  const Type *a = info(left).type, *b = info(right).type;
  if (a == nullptr || b == nullptr) return;
  const bool is_product = expr.op == ast::ArithmeticOp::Multiply;
  TypeKind result = a->kind;
  bool fits = false;
  if (is_product) {
    fits = (is_amount(a->kind) && b->kind == TypeKind::Int) ||
           (a->kind == TypeKind::Int && is_amount(b->kind));
    result = a->kind == TypeKind::Int ? b->kind : a->kind;
  } else if (a->kind == TypeKind::Timestamp) {
    fits = b->kind == TypeKind::Duration ||
           (b->kind == TypeKind::Timestamp && expr.op == ast::ArithmeticOp::Subtract);
    if (b->kind == TypeKind::Timestamp) result = TypeKind::Duration;
  } else {
    fits = is_amount(a->kind) && a->kind == b->kind;
  }
  if (!fits) {
    report(Code::E0401, expr.span,
           fmt::format("`{}` {} `{}` has no meaning", spelled(*a, schema_),
                       quoted(expr.operator_span), spelled(*b, schema_)))
        .help(is_product ? "multiply an amount by an int"
                         : "both sides are int, money or duration, or a timestamp and a duration");
    return;
  }
  const Interval x = info(left).interval, y = info(right).interval;
  const auto interval = interval_of(expr.op, x, y);
  if (!interval) {
    report(Code::E0407, expr.span, "the result may exceed 127 bits")
        .help("give the facts narrower bounds in the schema");
    return;
  }
  ExprInfo& into = entry(expr);
  into.type = types_.plain(result);
  into.interval = *interval;
}

void ExpressionChecker::percent_of(const ast::PercentOfExpr& expr, const KeySet& present) {
  const Expr& of = *expr.whole;
  expression(of, nullptr, present);
  const Type* type = info(of).type;
  if (type == nullptr) return;
  if (!is_amount(type->kind)) {
    report(Code::E0401, of.span,
           fmt::format("a percentage of `{}` has no meaning", spelled(*type, schema_)))
        .help("take a percentage of an int, money or a duration");
    return;
  }
  const auto interval = compiler::multiply(info(of).interval, {expr.thousandths, expr.thousandths});
  if (!interval) {
    report(Code::E0407, expr.span, "the result may exceed 127 bits")
        .help("give the fact narrower bounds in the schema");
    return;
  }
  entry(expr).type = type;
  entry(expr).interval = *interval;
}

// ---- bools

Flow ExpressionChecker::condition(const Expr& expr, const KeySet& present) {
  Flow flow = expression(expr, types_.plain(TypeKind::Bool), present);
  const Type* type = info(expr).type;
  if (type != nullptr && type->kind != TypeKind::Bool) {
    report(Code::E0404, expr.span,
           fmt::format("a condition is a bool, this is `{}`", spelled(*type, schema_)))
        .help("compare it with something");
    entry(expr).type = nullptr;
  }
  return flow;
}

Flow ExpressionChecker::connective(const ast::ConnectiveExpr& expr, const KeySet& present) {
  const bool is_and = expr.kind == ExprKind::And;
  Flow flow = condition(*expr.operands.front(), present);
  for (const Expr* operand : expr.operands.subspan(1)) {
    const Flow next =
        condition(*operand, united(present, is_and ? flow.when_true : flow.when_false));
    flow = is_and ? both(flow, next) : either(flow, next);
  }
  set_bool(expr);
  return flow;
}

void ExpressionChecker::matches(const ast::MatchesExpr& expr, const KeySet& present) {
  const Expr& value = *expr.value;
  set_bool(expr);
  expression(value, nullptr, present);
  const Type* type = info(value).type;
  if (type != nullptr && type->kind != TypeKind::String) {
    report(Code::E0401, value.span,
           fmt::format("`matches` is for strings, this is `{}`", spelled(*type, schema_)))
        .help(is_text(type->kind) ? "use `==`, `in` or `under`" : "compare it instead");
  }
  env_.patterns.check(expr.pattern, *this);
}

// ---- everything

Flow ExpressionChecker::expression(const Expr& expr, const Type* hint, const KeySet& present) {
  switch (expr.kind) {
    case ExprKind::Literal:
      return check_literal(ast::as<ast::LiteralExpr>(expr), hint, entry(expr), env_), Flow{};
    case ExprKind::Path: return path(ast::as<ast::PathExpr>(expr), hint, present), Flow{};
    case ExprKind::Has: return has(ast::as<ast::PathExpr>(expr));
    case ExprKind::Call: return call(ast::as<ast::CallExpr>(expr), present), Flow{};
    case ExprKind::Not: {
      Flow flow = condition(*ast::as<ast::NotExpr>(expr).operand, present);
      set_bool(expr);
      return std::move(flow).negated();
    }
    case ExprKind::And:
    case ExprKind::Or: return connective(ast::as<ast::ConnectiveExpr>(expr), present);
    case ExprKind::Compare: return compare(ast::as<ast::CompareExpr>(expr), present);
    case ExprKind::InRange: return range(ast::as<ast::InRangeExpr>(expr), present), Flow{};
    case ExprKind::Relation: return relation(ast::as<ast::RelationExpr>(expr), present), Flow{};
    case ExprKind::Matches: return matches(ast::as<ast::MatchesExpr>(expr), present), Flow{};
    case ExprKind::Places: return places(ast::as<ast::PlacesExpr>(expr), present), Flow{};
    case ExprKind::Arithmetic:
      return arithmetic(ast::as<ast::ArithmeticExpr>(expr), hint, present), Flow{};
    case ExprKind::PercentOf:
      report(Code::E0408, expr.span,
             "a percentage stands only beside a comparison or as a bound of a range")
          .help("write `a > 80% of b`");
      return {};
    case ExprKind::SetLiteral:
      report(Code::E0409, expr.span,
             "a set stands only after an operator like `in` or `overlaps`, or as a constant")
          .help("compare single values");
      return {};
    case ExprKind::Quantifier:
      return quantifier(ast::as<ast::QuantifierExpr>(expr), present), Flow{};
    case ExprKind::Match: return match(ast::as<ast::MatchExpr>(expr), hint, present);
    case ExprKind::Bad: return {};
  }
  return {};
}

}  // namespace remit::compiler
