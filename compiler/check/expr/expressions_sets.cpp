// Membership, and the sets beside it.

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/expr/expressions.h"

namespace remit::compiler {

using ast::Expr;
using ast::ExprKind;

void ExpressionChecker::duplicates(const ast::SetLiteralExpr& expr) {
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

bool ExpressionChecker::has_set_size(const ast::SetLiteralExpr& expr) {
  if (!expr.elements.empty() && expr.elements.size() <= limits::kSetLiteralMax) return true;
  report(Code::E0409, expr.span,
         expr.elements.empty() ? "the set is empty"
                               : fmt::format("the set has {} elements; at most {} are allowed",
                                             expr.elements.size(), limits::kSetLiteralMax))
      .help(expr.elements.empty() ? "name at least one value"
                                  : "use an enum, or a fact of the host");
  return false;
}

const Type* ExpressionChecker::set_elements(const ast::SetLiteralExpr& expr,
                                            const Type* element_hint, const KeySet& present) {
  if (!has_set_size(expr)) return nullptr;
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
             fmt::format("`{}` cannot be an element of a set", spelled(*type, schema_)))
          .help("name single values");
    } else if (!same_type(*element, *type)) {
      const bool cidr_for_ip = is_cidr(*type) && element->kind == TypeKind::Ip &&
                               child == expr.elements[0] && element_hint == nullptr;
      if (cidr_for_ip)
        element = type;
      else
        report(Code::E0401, child->span,
               fmt::format("this is `{}`, the set holds `{}`", spelled(*type, schema_),
                           spelled(*element, schema_)))
            .help("a set holds values of one type");
    } else if (is_constant(*child) && is_ordered_kind(type->kind) && element_hint != nullptr &&
               (info(*child).interval.low < element->low ||
                info(*child).interval.high > element->high)) {
      report(Code::E0412, child->span,
             fmt::format("this lies outside `{}`", spelled(*element, schema_)))
          .help("change the value, or the bounds in the schema");
    }
  }
  duplicates(expr);
  entry(expr).type = types_.intern(
      {TypeKind::Set, kNoRef, 0, static_cast<std::int64_t>(expr.elements.size()), element});
  return element;
}

const Type* ExpressionChecker::collection(const Expr& expr, const Type* element_hint,
                                          const KeySet& present, bool lists_allowed) {
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
         fmt::format("`{}` is not a {}", spelled(*type, schema_),
                     lists_allowed ? "set or list of scalars" : "set"))
      .help(type->kind == TypeKind::List ? "quantify over the list"
                                         : "write a set such as `{a, b}`");
  return nullptr;
}

void ExpressionChecker::membership(const ast::RelationExpr& expr, const KeySet& present) {
  const Expr &value = *expr.left, &set = *expr.right;
  set_bool(expr);
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
             fmt::format("`{}` is not a single value", spelled(*type, schema_)))
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
           fmt::format("`{}` is looked for among `{}`", spelled(*type, schema_),
                       spelled(*element, schema_)))
        .help("both must be of one type");
  }
}

void ExpressionChecker::under(const ast::RelationExpr& expr, const KeySet& present) {
  const Expr &value = *expr.left, &where = *expr.right;
  set_bool(expr);
  expression(value, nullptr, present);
  const Type* type = info(value).type;
  if (type == nullptr) return;
  if ((type->kind != TypeKind::Host && type->kind != TypeKind::Path &&
       type->kind != TypeKind::Ip) ||
      is_cidr(*type)) {
    report(Code::E0401, value.span,
           fmt::format("`under` is for host, path and ip, this is `{}`", spelled(*type, schema_)))
        .help("compare with `==` or `in`");
    return;
  }
  const Type* wanted = type->kind == TypeKind::Ip ? types_.cidr() : type;
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
         fmt::format("`{}` is under `{}`, not under `{}`", spelled(*type, schema_),
                     spelled(*wanted, schema_), spelled(*found, schema_)))
      .help(type->kind == TypeKind::Ip ? "write a range: `cidr\"10.0.0.0/8\"`"
                                       : "give a value of the same type, or a set of them");
}

void ExpressionChecker::set_relation(const ast::RelationExpr& expr, const KeySet& present) {
  const Expr &left = *expr.left, &right = *expr.right;
  set_bool(expr);
  const bool right_first = left.kind == ExprKind::SetLiteral && right.kind != ExprKind::SetLiteral;
  const Expr &first = right_first ? right : left, &second = right_first ? left : right;
  const Type* element = collection(first, nullptr, present, false);
  if (element == nullptr) return;
  const Type* other = collection(second, element, present, false);
  if (other == nullptr || (same_type(*element, *other) && !is_cidr(*element))) return;
  report(Code::E0401, expr.span,
         fmt::format("a set of `{}` and a set of `{}` have nothing in common",
                     spelled(*element, schema_), spelled(*other, schema_)))
      .help("both sets hold values of one type");
}

void ExpressionChecker::relation(const ast::RelationExpr& expr, const KeySet& present) {
  switch (ast::info(expr.op).sides) {
    case ast::Sides::Element: return membership(expr, present);
    case ast::Sides::Place: return under(expr, present);
    case ast::Sides::Sets: return set_relation(expr, present);
    case ast::Sides::Text: return text_relation(expr, present);
  }
}

}  // namespace remit::compiler
