// Texts in texts, and the places of a list: `contains`, `starts with`, `ends with`. What is looked
// for is known when a bundle is checked. If it came with the request, a tenant `t1` would find
// itself in `t10`, and an empty text would be found everywhere.

#include <algorithm>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/expr/expressions.h"
#include "stdlib/formats.h"
#include "stdlib/text.h"

namespace remit::compiler {

using ast::Expr;
using ast::ExprKind;

namespace {

std::string words(ast::RelationOp op) {
  const ast::RelationInfo& row = ast::info(op);
  return row.second.empty() ? std::string(row.word) : fmt::format("{} {}", row.word, row.second);
}

// What asks the same of values that are not strings or ids.
std::string_view instead(const Type& type) {
  if (type.kind == TypeKind::Set) return "use `in`, `overlaps`, `subset of` or a quantifier";
  if (type.kind == TypeKind::List)
    return "use `in`, `starts with […]` for its first elements, or a quantifier";
  if (type.kind == TypeKind::Email) return "use `.domain`, `==` or `in`";
  if (type.kind == TypeKind::Url) return "use `.host`, `.scheme`, `==` or `in`";
  const bool has_under =
      type.kind == TypeKind::Host || type.kind == TypeKind::Path || type.kind == TypeKind::Ip;
  return has_under ? "use `under`, `==` or `in`" : "compare it with `==` or `in`";
}

bool is_string_literal(const Expr& expr) {
  return expr.kind == ExprKind::Literal &&
         ast::as<ast::LiteralExpr>(expr).literal.kind == ast::LiteralKind::String;
}

}  // namespace

void ExpressionChecker::check_part(const Expr& place, std::string_view part, const Type& whole,
                                   ast::RelationOp op) {
  if (part.empty()) {
    report(Code::E0411, place.span, fmt::format("every text {} the empty text", words(op)))
        .help("name at least one character");
    return;
  }
  if (stdlib::is_text_value(whole.kind, part, whole.high)) return;
  const std::int64_t most = stdlib::text_bytes_max(whole.kind, whole.high);
  const bool too_long = static_cast<std::int64_t>(part.size()) > most;
  report(Code::E0412, place.span,
         fmt::format("no `{}` {} {}", spelled(whole, schema_), words(op),
                     stdlib::quote_beginning(part)))
      .note(too_long ? fmt::format("it has {} bytes; the value has at most {}", part.size(), most)
            : whole.kind == TypeKind::Id
                ? "an id has 1 to 256 visible ASCII characters, and no `\"` and no `\\`"
                : "a string has no control characters but tab and line feed")
      .help("change the text, or the type in the schema");
}

// A text that is looked for, or a constant with several.
void ExpressionChecker::part(const Expr& expr, const Type& whole, ast::RelationOp op, bool in_set) {
  if (is_string_literal(expr)) {
    const ast::Literal& literal = ast::as<ast::LiteralExpr>(expr).literal;
    if (literal.damaged) return;
    entry(expr).text = literal.text;
    entry(expr).type = &whole;
    return check_part(expr, literal.text, whole, op);
  }
  expression(expr, nullptr, {});
  const ExprInfo& found = info(expr);
  if (found.type == nullptr) return;
  const Type& type = found.type->kind == TypeKind::Set ? *found.type->element : *found.type;
  const bool of_text = type.kind == TypeKind::String || type.kind == TypeKind::Id;
  if (found.binding != BindingKind::Constant || !of_text) {
    Diagnostic& diagnostic =
        report(Code::E0401, expr.span,
               fmt::format("`{}` takes a text or a constant of texts, this is {}", words(op),
                           found.binding == BindingKind::Fact
                               ? std::string("a fact")
                               : fmt::format("`{}`", spelled(*found.type, schema_))));
    if (found.binding == BindingKind::Fact)
      diagnostic.note("an empty value would always match, and `t1` would match `t10`");
    diagnostic.help("write the text in quotes, or name a constant");
    return;
  }
  if (found.type->kind != TypeKind::Set) return check_part(expr, found.constant->text, whole, op);
  if (in_set) {
    report(Code::E0414, expr.span, "a set cannot be an element of a set")
        .help("name single texts, or the constant alone");
    entry(expr).type = nullptr;
    return;
  }
  for (const std::string_view text : found.constant->texts) check_part(expr, text, whole, op);
}

void ExpressionChecker::text_relation(const ast::RelationExpr& expr, const KeySet& present) {
  const Expr &value = *expr.left, &looked_for = *expr.right;
  set_bool(expr);
  expression(value, nullptr, present);
  const Type* type = info(value).type;
  if (type == nullptr) return;
  if (type->kind != TypeKind::String && type->kind != TypeKind::Id) {
    report(Code::E0401, value.span,
           fmt::format("`{}` is for strings and ids, this is `{}`", words(expr.op),
                       spelled(*type, schema_)))
        .help(
            !is_collection(type->kind) || !is_string_literal(looked_for)
                ? std::string(instead(*type))
            : type->kind == TypeKind::List && expr.op == ast::RelationOp::StartsWith
                ? fmt::format("name its first element: `starts with [{}]`", quoted(looked_for.span))
                : fmt::format("ask for the element: `{} in {}`", quoted(looked_for.span),
                              quoted(value.span)));
    return;
  }
  if (looked_for.kind != ExprKind::SetLiteral) return part(looked_for, *type, expr.op, false);
  const auto& set = ast::as<ast::SetLiteralExpr>(looked_for);
  if (!has_set_size(set)) return;
  for (const Expr* element : set.elements) part(*element, *type, expr.op, true);
  duplicates(set);
  entry(set).type = types_.intern(
      {TypeKind::Set, kNoRef, 0, static_cast<std::int64_t>(set.elements.size()), type});
}

// ---- the places of a list

void ExpressionChecker::place(const Expr& value, const Type& element, const KeySet& present) {
  bool constant = true;
  if (value.kind == ExprKind::SetLiteral) {
    const auto& set = ast::as<ast::SetLiteralExpr>(value);
    if (set_elements(set, &element, present) == nullptr) return;
    constant = std::ranges::all_of(set.elements, [&](const Expr* one) {
      return info(*one).type == nullptr || is_constant(*one);
    });
  } else {
    expression(value, &element, present);
    const Type* type = info(value).type;
    if (type == nullptr) return;
    constant = is_constant(value);
    if (constant && !same_type(element, type->kind == TypeKind::Set ? *type->element : *type)) {
      report(Code::E0401, value.span,
             fmt::format("this is `{}`, the list holds `{}`", spelled(*type, schema_),
                         spelled(element, schema_)))
          .help("name a value, or a set of values, of the list's element");
      return;
    }
    const bool may_be =
        !is_ordered_kind(element.kind) || !is_ordered_kind(type->kind) ||
        (info(value).interval.low >= element.low && info(value).interval.high <= element.high);
    if (constant && !may_be) {
      report(Code::E0412, value.span,
             fmt::format("this lies outside `{}`", spelled(element, schema_)))
          .help("change the value, or the bounds in the schema");
    }
  }
  if (!constant) {
    report(Code::E0401, value.span, "a place takes literals, enum values and constants")
        .help("compare a fact with `in`, or in a quantifier");
  }
}

void ExpressionChecker::places(const ast::PlacesExpr& expr, const KeySet& present) {
  const Expr& list = *expr.list;
  set_bool(expr);
  expression(list, nullptr, present);
  const Type* type = info(list).type;
  if (type == nullptr) return;
  if (type->kind != TypeKind::List || !is_scalar(type->element->kind)) {
    report(Code::E0401, list.span,
           fmt::format("`starts with […]` is for lists of single values, this is `{}`",
                       spelled(*type, schema_)))
        .help(type->kind == TypeKind::String || type->kind == TypeKind::Id
                  ? "write `starts with \"…\"`"
              : type->kind == TypeKind::Set ? "a set has no order: use `in`, `overlaps` or "
                                              "`subset of`"
                                            : "use it on a list in the schema");
    return;
  }
  const auto count = static_cast<std::int64_t>(expr.places.size());
  if (count < 1 || count > limits::kPlacesMax) {
    report(Code::E0409, expr.places_span,
           count == 0 ? "no place is named"
                      : fmt::format("{} places are named; at most {} are allowed", count,
                                    limits::kPlacesMax))
        .help(count == 0 ? "name the first value of the list" : "name fewer places");
    return;
  }
  bool only_any = true;
  for (const ast::Place& one : expr.places) {
    only_any = only_any && one.value == nullptr;
    if (one.value != nullptr) place(*one.value, *type->element, present);
  }
  const bool never = count > type->high, always = only_any && count <= type->low;
  if (!never && !always) return;
  report(Code::E0411, expr.span, fmt::format("this is always {}", always ? "true" : "false"))
      .note(never ? fmt::format("the list has at most {}, {} places are named",
                                stdlib::counted(static_cast<std::size_t>(type->high), "element"),
                                count)
                  : "the list has at least " +
                        stdlib::counted(static_cast<std::size_t>(type->low), "element"))
      .help(never ? "name fewer places, or change the bounds in the schema"
                  : "name a value in some place");
}

}  // namespace remit::compiler
