// Comparisons and ranges.

#include <fmt/format.h>

#include "compiler/check/expr/expressions.h"
#include "stdlib/percent.h"

namespace remit::compiler {

using ast::CompareOp;
using ast::Expr;
using ast::ExprKind;

namespace {

bool is_equality(CompareOp op) { return op == CompareOp::Equal || op == CompareOp::NotEqual; }

// What the intervals alone say about `a op b`: 1 always, 0 never, -1 nothing.
int decided(CompareOp op, Interval a, Interval b) {
  const bool disjoint = a.high < b.low || b.high < a.low;
  const bool equal = a.single() && b.single() && a.low == b.low;
  switch (op) {
    case CompareOp::Equal: return disjoint ? 0 : equal ? 1 : -1;
    case CompareOp::NotEqual: return disjoint ? 1 : equal ? 0 : -1;
    case CompareOp::Less: return a.high < b.low ? 1 : a.low >= b.high ? 0 : -1;
    case CompareOp::LessEqual: return a.high <= b.low ? 1 : a.low > b.high ? 0 : -1;
    case CompareOp::Greater: return decided(CompareOp::Less, b, a);
    case CompareOp::GreaterEqual: return decided(CompareOp::LessEqual, b, a);
  }
  return -1;
}

}  // namespace

bool ExpressionChecker::is_constant(const Expr& expr) const {
  const BindingKind binding = info(expr).binding;
  return expr.kind == ExprKind::Literal || binding == BindingKind::Constant ||
         binding == BindingKind::EnumValue || binding == BindingKind::ToolValue;
}

// Types two sides that may each need the other's type.
void ExpressionChecker::operands(const Expr& left, const Expr& right, const KeySet& present) {
  const auto one = [&](const Expr& expr, const Type* hint) {
    if (expr.kind == ExprKind::PercentOf)
      percent_of(ast::as<ast::PercentOfExpr>(expr), present);
    else
      expression(expr, hint, present);
  };
  if (needs_hint(left) && needs_hint(right)) {
    // A bare name beside a bare name, or text beside text: neither gives the other a type.
    const bool name_known = left.kind == ExprKind::Path &&
                            !env_.names.is_enum_value(ast::as<ast::PathExpr>(left).path.text);
    if (name_known) return one(left, nullptr);
    report(Code::E0405, join(left.span, right.span), "neither side has a type of its own")
        .help("compare with a fact or a typed constant");
    return;
  }
  const bool right_first = needs_hint(left);
  const Expr &first = right_first ? right : left, &second = right_first ? left : right;
  one(first, nullptr);
  // If the first side has no type, that was reported; the second needs one and is not reported too.
  if (info(first).type != nullptr || !needs_hint(second)) one(second, info(first).type);
}

bool ExpressionChecker::comparable(const Expr& expr, const Expr& left, const Expr& right) {
  const Type *a = info(left).type, *b = info(right).type;
  if (a == nullptr || b == nullptr) return false;
  for (const Expr* side : {&left, &right}) {
    const TypeKind kind = info(*side).type->kind;
    if (is_scalar(kind) && !is_cidr(*info(*side).type)) continue;
    report(is_scalar(kind) ? Code::E0401 : Code::E0403, side->span,
           fmt::format("`{}` has no equality and no order", spelled(*info(*side).type, schema_)))
        .help(is_collection(kind) ? "use `in`, `overlaps`, `subset of`, `.size` or a quantifier"
                                  : "compare its fields");
    return false;
  }
  if (same_type(*a, *b)) return true;
  report(
      Code::E0401, expr.span,
      fmt::format("`{}` and `{}` cannot be compared", spelled(*a, schema_), spelled(*b, schema_)))
      .secondary_at(left.span, fmt::format("this is `{}`", spelled(*a, schema_)))
      .secondary_at(right.span, fmt::format("this is `{}`", spelled(*b, schema_)))
      .help("there are no conversions: compare values of one type");
  return false;
}

// A literal that the other side can never be is a slip, and said as such.
bool ExpressionChecker::fits_other_side(const Expr& literal, const Expr& other) {
  const ExprInfo &value = info(literal), &range = info(other);
  if (!is_constant(literal) || is_constant(other) || literal.kind == ExprKind::PercentOf ||
      other.kind == ExprKind::PercentOf)
    return true;
  const bool amount = is_ordered_kind(value.type->kind);
  if (amount && value.interval.low >= range.interval.low &&
      value.interval.high <= range.interval.high)
    return true;
  if (!amount) return true;
  report(Code::E0412, literal.span,
         fmt::format("this lies outside `{}`", spelled(*range.type, schema_)))
      .secondary_at(other.span, "never reaches it")
      .help("change the value, or the bounds in the schema");
  return false;
}

// Percentages compare exactly: both sides times 100 000.
Interval ExpressionChecker::scaled_interval(const Expr& expr, const Expr& other) {
  const Interval interval = info(expr).interval;
  const bool scale = expr.kind != ExprKind::PercentOf && other.kind == ExprKind::PercentOf;
  if (!scale) return interval;
  const auto scaled =
      compiler::multiply(interval, {stdlib::kWholeInThousandths, stdlib::kWholeInThousandths});
  if (scaled) return *scaled;
  report(Code::E0407, expr.span, "the exact comparison may exceed 127 bits")
      .help("give the fact narrower bounds in the schema");
  return interval;
}

void ExpressionChecker::check_decided(const ast::CompareExpr& expr, const Expr& left,
                                      const Expr& right) {
  const Type& type = *info(left).type;
  if (!is_ordered_kind(type.kind) && type.kind != TypeKind::Enum) return;
  const int result = decided(expr.op, scaled_interval(left, right), scaled_interval(right, left));
  if (result < 0) return;
  report(Code::E0411, expr.span,
         fmt::format("this comparison is always {}", result == 1 ? "true" : "false"))
      .note("its types decide it, whatever the request")
      .help("remove it, or compare with another value");
}

Flow ExpressionChecker::compare(const ast::CompareExpr& expr, const KeySet& present) {
  const Expr &left = *expr.left, &right = *expr.right;
  operands(left, right, present);
  set_bool(expr);
  if (!comparable(expr, left, right)) return {};
  const Type& type = *info(left).type;
  if (!is_equality(expr.op) && !has_order(type, schema_)) {
    report(Code::E0402, expr.span, fmt::format("`{}` has no order", spelled(type, schema_)))
        .help(type.kind == TypeKind::Enum ? "declare the enum with `<` between its values"
                                          : "compare with `==` or `!=`");
    return {};
  }
  if (fits_other_side(left, right) && fits_other_side(right, left))
    check_decided(expr, left, right);
  return {};
}

void ExpressionChecker::range(const ast::InRangeExpr& expr, const KeySet& present) {
  const Expr &value = *expr.value, &low = *expr.low, &high = *expr.high;
  set_bool(expr);
  if (value.kind == ExprKind::PercentOf) {
    report(Code::E0408, value.span, "a percentage is a bound of a range, not what lies in it")
        .help("put it on the other side");
    return;
  }
  const Expr& typed = !needs_hint(value) ? value : !needs_hint(low) ? low : high;
  expression(typed, nullptr, present);
  for (const Expr* side : {&value, &low, &high}) {
    if (side == &typed) continue;
    if (side->kind == ExprKind::PercentOf)
      percent_of(ast::as<ast::PercentOfExpr>(*side), present);
    else
      expression(*side, info(typed).type, present);
  }
  if (!comparable(expr, value, low) || !comparable(expr, value, high)) return;
  const Type& type = *info(value).type;
  if (!has_order(type, schema_)) {
    report(Code::E0402, expr.span, fmt::format("`{}` has no order", spelled(type, schema_)))
        .help("list the values: `in {…}`");
    return;
  }
  if (!fits_other_side(low, value) || !fits_other_side(high, value)) return;
  const bool scaled = low.kind == ExprKind::PercentOf || high.kind == ExprKind::PercentOf;
  const Expr& percent = low.kind == ExprKind::PercentOf ? low : high;
  const auto interval = [&](const Expr& side) {
    return scaled ? scaled_interval(side, percent) : info(side).interval;
  };
  const Interval x = interval(value), from = interval(low), to = interval(high);
  const bool reversed = expr.half_open ? from.low >= to.high : from.low > to.high;
  const bool never =
      reversed || x.high < from.low || (expr.half_open ? x.low >= to.high : x.low > to.high);
  const bool always = x.low >= from.high && (expr.half_open ? x.high < to.low : x.high <= to.low);
  if (!never && !always) return;
  report(Code::E0411, expr.span,
         reversed ? "the range is empty"
                  : fmt::format("this range test is always {}",
                                always != expr.negated ? "true" : "false"))
      .note("its types decide it, whatever the request")
      .help("change the bounds");
}

}  // namespace remit::compiler
