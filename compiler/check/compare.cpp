// Comparisons, ranges, membership, and the sets beside them.

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/checker.h"
#include "stdlib/pattern.h"
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

bool Checker::has_order(const Type& type) const {
  return is_ordered_kind(type.kind) ||
         (type.kind == TypeKind::Enum && bundle_.enumeration(type).ordered);
}

// Types two sides that may each need the other's type.
void Checker::operands(const Expr& left, const Expr& right, const KeySet& present) {
  const auto one = [&](const Expr& expr, const Type* hint) {
    if (expr.kind == ExprKind::PercentOf)
      percent_of(ast::as<ast::PercentOfExpr>(expr), present);
    else
      expression(expr, hint, present);
  };
  if (needs_hint(left) && needs_hint(right)) {
    // A bare name beside a bare name, or text beside text: neither gives the other a type.
    const bool name_known = left.kind == ExprKind::Path &&
                            !enum_value_names_.contains(ast::as<ast::PathExpr>(left).path.text);
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

bool Checker::comparable(const Expr& expr, const Expr& left, const Expr& right) {
  const Type *a = info(left).type, *b = info(right).type;
  if (a == nullptr || b == nullptr) return false;
  for (const Expr* side : {&left, &right}) {
    const TypeKind kind = info(*side).type->kind;
    if (is_scalar(kind) && !is_cidr(*info(*side).type)) continue;
    report(is_scalar(kind) ? Code::E0401 : Code::E0403, side->span,
           fmt::format("`{}` has no equality and no order", spelled(*info(*side).type, bundle_)))
        .help(is_collection(kind) ? "use `in`, `overlaps`, `subset of`, `.size` or a quantifier"
                                  : "compare its fields");
    return false;
  }
  if (same_type(*a, *b)) return true;
  report(
      Code::E0401, expr.span,
      fmt::format("`{}` and `{}` cannot be compared", spelled(*a, bundle_), spelled(*b, bundle_)))
      .secondary_at(left.span, fmt::format("this is `{}`", spelled(*a, bundle_)))
      .secondary_at(right.span, fmt::format("this is `{}`", spelled(*b, bundle_)))
      .help("there are no conversions: compare values of one type");
  return false;
}

// A literal that the other side can never be is a slip, and said as such.
bool Checker::fits_other_side(const Expr& literal, const Expr& other) {
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
         fmt::format("this lies outside `{}`", spelled(*range.type, bundle_)))
      .secondary_at(other.span, "never reaches it")
      .help("change the value, or the bounds in the schema");
  return false;
}

// Percentages compare exactly: both sides times 100 000.
Interval Checker::scaled_interval(const Expr& expr, const Expr& other) {
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

void Checker::check_decided(const ast::CompareExpr& expr, const Expr& left, const Expr& right) {
  const Type& type = *info(left).type;
  if (left.kind == ExprKind::Path && right.kind == ExprKind::Path &&
      ast::as<ast::PathExpr>(left).path.text == ast::as<ast::PathExpr>(right).path.text) {
    report(Code::E0411, expr.span, "this compares a fact with itself")
        .help("compare it with another value");
    return;
  }
  if (!is_ordered_kind(type.kind) && type.kind != TypeKind::Enum) return;
  const int result = decided(expr.op, scaled_interval(left, right), scaled_interval(right, left));
  if (result < 0) return;
  report(Code::E0411, expr.span,
         fmt::format("this comparison is always {}", result == 1 ? "true" : "false"))
      .note("its types decide it, whatever the request")
      .help("remove it, or compare with another value");
}

Flow Checker::compare(const ast::CompareExpr& expr, const KeySet& present) {
  const Expr &left = *expr.left, &right = *expr.right;
  operands(left, right, present);
  info(expr).type = bundle_.types.plain(TypeKind::Bool);
  if (!comparable(expr, left, right)) return {};
  const Type& type = *info(left).type;
  if (!is_equality(expr.op) && !has_order(type)) {
    report(Code::E0402, expr.span, fmt::format("`{}` has no order", spelled(type, bundle_)))
        .help(type.kind == TypeKind::Enum ? "declare the enum with `<` between its values"
                                          : "compare with `==` or `!=`");
    return {};
  }
  if (fits_other_side(left, right) && fits_other_side(right, left))
    check_decided(expr, left, right);
  return {};
}

void Checker::range(const ast::InRangeExpr& expr, const KeySet& present) {
  const Expr &value = *expr.value, &low = *expr.low, &high = *expr.high;
  info(expr).type = bundle_.types.plain(TypeKind::Bool);
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
  if (!has_order(type)) {
    report(Code::E0402, expr.span, fmt::format("`{}` has no order", spelled(type, bundle_)))
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

// ---- sets

void Checker::duplicates(const ast::SetLiteralExpr& expr) {
  std::set<std::int64_t> integers;
  std::set<std::string_view> texts;
  for (const Expr* element : expr.elements) {
    const ExprInfo& value = info(*element);
    if (value.type == nullptr || !is_constant(*element)) continue;
    const bool named = value.binding == BindingKind::Constant;
    const bool is_new =
        is_text(value.type->kind)
            ? texts.insert(named ? value.constant->text : value.text).second
            : integers.insert(named ? value.constant->integer : value.integer).second;
    if (!is_new)
      report(Code::E0409, element->span, "this value stands in the set twice")
          .help("remove one of them");
  }
}

const Type* Checker::set_elements(const ast::SetLiteralExpr& expr, const Type* element_hint,
                                  const KeySet& present) {
  if (expr.elements.empty() || expr.elements.size() > limits::kSetLiteralMax) {
    report(Code::E0409, expr.span,
           expr.elements.empty() ? "the set is empty"
                                 : fmt::format("the set has {} elements; at most {} are allowed",
                                               expr.elements.size(), limits::kSetLiteralMax))
        .help(expr.elements.empty() ? "name at least one value"
                                    : "use an enum, or a fact of the host");
    return nullptr;
  }
  const Type* element = element_hint;
  if (element == nullptr) {
    for (const Expr* child : expr.elements) {
      if (needs_hint(*child)) continue;
      expression(*child, nullptr, present);
      element = info(*child).type;
      break;
    }
  }
  if (element == nullptr) {
    if (std::ranges::all_of(expr.elements, [&](const Expr* child) { return needs_hint(*child); })) {
      report(Code::E0405, expr.span, "nothing here says what the elements are")
          .help("write enum values with their enum, or give the constant a type");
    }
    return nullptr;
  }
  for (const Expr* child : expr.elements) {
    if (info(*child).type == nullptr) expression(*child, element, present);
    const Type* type = info(*child).type;
    if (type == nullptr) continue;
    if (!is_scalar(type->kind)) {
      report(Code::E0414, child->span,
             fmt::format("`{}` cannot be an element of a set", spelled(*type, bundle_)))
          .help("name single values");
    } else if (!same_type(*element, *type)) {
      const bool cidr_for_ip = is_cidr(*type) && element->kind == TypeKind::Ip &&
                               child == expr.elements[0] && element_hint == nullptr;
      if (cidr_for_ip)
        element = type;
      else
        report(Code::E0401, child->span,
               fmt::format("this is `{}`, the set holds `{}`", spelled(*type, bundle_),
                           spelled(*element, bundle_)))
            .help("a set holds values of one type");
    } else if (is_constant(*child) && is_ordered_kind(type->kind) && element_hint != nullptr &&
               (info(*child).interval.low < element->low ||
                info(*child).interval.high > element->high)) {
      report(Code::E0412, child->span,
             fmt::format("this lies outside `{}`", spelled(*element, bundle_)))
          .help("change the value, or the bounds in the schema");
    }
  }
  duplicates(expr);
  info(expr).type = bundle_.types.intern(
      {TypeKind::Set, kNoRef, 0, static_cast<std::int64_t>(expr.elements.size()), element});
  return element;
}

const Type* Checker::collection(const Expr& expr, const Type* element_hint, const KeySet& present,
                                bool lists_allowed) {
  if (expr.kind == ExprKind::SetLiteral)
    return set_elements(ast::as<ast::SetLiteralExpr>(expr), element_hint, present);
  if (expr.kind == ExprKind::PercentOf) {
    report(Code::E0408, expr.span, "a percentage is not a collection")
        .help("use a range: `in low ..= high`");
    return nullptr;
  }
  expression(expr, nullptr, present);
  const Type* type = info(expr).type;
  if (type == nullptr) return nullptr;
  if (type->kind == TypeKind::Set ||
      (type->kind == TypeKind::List && lists_allowed && is_scalar(type->element->kind)))
    return type->element;
  report(Code::E0401, expr.span,
         fmt::format("`{}` is not a {}", spelled(*type, bundle_),
                     lists_allowed ? "set or list of scalars" : "set"))
      .help(type->kind == TypeKind::List ? "quantify over the list"
                                         : "write a set such as `{a, b}`");
  return nullptr;
}

void Checker::membership(const ast::RelationExpr& expr, const KeySet& present) {
  const Expr &value = *expr.left, &set = *expr.right;
  info(expr).type = bundle_.types.plain(TypeKind::Bool);
  if (value.kind == ExprKind::PercentOf) {
    report(Code::E0408, value.span, "a percentage cannot be an element of a collection")
        .help("compare it instead");
    return;
  }
  if (value.kind == ExprKind::SetLiteral) {
    report(Code::E0409, value.span, "a set cannot be an element of a set").help("use `subset of`");
    return;
  }
  const Type* element = nullptr;
  if (needs_hint(value)) {
    element = collection(set, nullptr, present, true);
    if (element != nullptr) expression(value, element, present);
  } else {
    expression(value, nullptr, present);
    const Type* type = info(value).type;
    if (type != nullptr && !is_scalar(type->kind)) {
      report(Code::E0414, value.span,
             fmt::format("`{}` is not a single value", spelled(*type, bundle_)))
          .help("use `overlaps` or `subset of` between sets");
      return;
    }
    // A value that was reported does not say what the elements are, nor that nothing does.
    if (type == nullptr && set.kind == ExprKind::SetLiteral) return;
    element = collection(set, type, present, true);
  }
  const Type* type = info(value).type;
  if (type == nullptr || element == nullptr) return;
  if (is_cidr(*element)) {
    report(Code::E0401, set.span, "an address is `under` a range, not `in` a set of ranges")
        .help("write `under`");
  } else if (!same_type(*type, *element)) {
    report(Code::E0401, expr.span,
           fmt::format("`{}` is looked for among `{}`", spelled(*type, bundle_),
                       spelled(*element, bundle_)))
        .help("both must be of one type");
  }
}

void Checker::under(const ast::RelationExpr& expr, const KeySet& present) {
  const Expr &value = *expr.left, &where = *expr.right;
  info(expr).type = bundle_.types.plain(TypeKind::Bool);
  expression(value, nullptr, present);
  const Type* type = info(value).type;
  if (type == nullptr) return;
  if ((type->kind != TypeKind::Host && type->kind != TypeKind::Path &&
       type->kind != TypeKind::Ip) ||
      is_cidr(*type)) {
    report(Code::E0401, value.span,
           fmt::format("`under` is for host, path and ip, this is `{}`", spelled(*type, bundle_)))
        .help("compare with `==` or `in`");
    return;
  }
  const Type* wanted = type->kind == TypeKind::Ip ? bundle_.types.cidr() : type;
  const Type* found = nullptr;
  if (where.kind == ExprKind::SetLiteral) {
    found = set_elements(ast::as<ast::SetLiteralExpr>(where), wanted, present);
  } else {
    expression(where, wanted, present);
    found = info(where).type;
    if (found != nullptr && found->kind == TypeKind::Set) found = found->element;
  }
  if (found == nullptr || same_type(*wanted, *found)) return;
  report(Code::E0401, where.span,
         fmt::format("`{}` is under `{}`, not under `{}`", spelled(*type, bundle_),
                     spelled(*wanted, bundle_), spelled(*found, bundle_)))
      .help(type->kind == TypeKind::Ip ? "write a range: `cidr\"10.0.0.0/8\"`"
                                       : "give a value of the same type, or a set of them");
}

void Checker::set_relation(const ast::RelationExpr& expr, const KeySet& present) {
  const Expr &left = *expr.left, &right = *expr.right;
  info(expr).type = bundle_.types.plain(TypeKind::Bool);
  const bool right_first = left.kind == ExprKind::SetLiteral && right.kind != ExprKind::SetLiteral;
  const Expr &first = right_first ? right : left, &second = right_first ? left : right;
  const Type* element = collection(first, nullptr, present, false);
  if (element == nullptr) return;
  const Type* other = collection(second, element, present, false);
  if (other == nullptr || (same_type(*element, *other) && !is_cidr(*element))) return;
  report(Code::E0401, expr.span,
         fmt::format("a set of `{}` and a set of `{}` have nothing in common",
                     spelled(*element, bundle_), spelled(*other, bundle_)))
      .help("both sets hold values of one type");
}

void Checker::relation(const ast::RelationExpr& expr, const KeySet& present) {
  switch (ast::row(expr.op).sides) {
    case ast::Sides::Element: return membership(expr, present);
    case ast::Sides::Place: return under(expr, present);
    case ast::Sides::Sets: return set_relation(expr, present);
  }
}

void Checker::matches(const ast::MatchesExpr& expr, const KeySet& present) {
  const Expr& value = *expr.value;
  info(expr).type = bundle_.types.plain(TypeKind::Bool);
  expression(value, nullptr, present);
  const Type* type = info(value).type;
  if (type != nullptr && type->kind != TypeKind::String) {
    report(Code::E0401, value.span,
           fmt::format("`matches` is for strings, this is `{}`", spelled(*type, bundle_)))
        .help(is_text(type->kind) ? "use `==`, `in` or `under`" : "compare it instead");
  }
  const ast::Literal& pattern = expr.pattern;
  if (const auto problem = stdlib::check_pattern(pattern.text)) {
    const auto at = pattern.span.begin + 3 + static_cast<std::uint32_t>(problem->offset);
    report(Code::E0109, Span{pattern.span.file, at, at + 1}, problem->message)
        .help("patterns are a subset that every engine reads alike; see the page of this error");
    return;
  }
  if (!patterns_.insert(pattern.text).second) return;
  const auto compiled = stdlib::CompiledPattern::compile(pattern.text);
  if (!compiled) {
    report(Code::E0109, pattern.span, "the pattern needs more memory than allowed")
        .help("use smaller repeat counts");
    return;
  }
  const std::size_t before = pattern_instructions_;
  pattern_instructions_ += compiled->program_size();
  if (before <= stdlib::kPatternsInstructionsMax &&
      pattern_instructions_ > stdlib::kPatternsInstructionsMax) {
    report(Code::E1102, pattern.span, "with this one, the patterns of the bundle are too large")
        .help("use smaller repeat counts, or fewer patterns");
  }
}

}  // namespace remit::compiler
