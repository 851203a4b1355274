// `match` and its arms.

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "compiler/check/expr/expressions.h"
#include "compiler/check/schema/values.h"

namespace remit::compiler {

using ast::Expr;

// The ordinal that a value of an arm names; what is none was reported.
std::optional<std::int64_t> ExpressionChecker::arm_value(const ast::Atom& atom,
                                                         const Type& operand) {
  if (operand.kind == TypeKind::Bool) {
    if (atom.is_literal && atom.literal.kind == ast::LiteralKind::Bool) return atom.literal.integer;
  } else if (!atom.is_literal && !atom.name.parts.empty()) {
    const EnumInfo& info = schema_.enumeration(operand);
    const bool qualified = atom.name.parts.size() == 2 && atom.name.parts.front().text == info.name;
    const ast::Name& name = atom.name.parts.back();
    if (atom.name.parts.size() == 1 || qualified) {
      if (const auto ordinal = info.ordinal(name.text)) return *ordinal;
      (void)ordinal_or_report(info, name, fmt::format("value of `{}`", info.name), 0, *this);
      return std::nullopt;
    }
  }
  report(Code::E0401, atom.span,
         fmt::format("this is not a value of `{}`", spelled(operand, schema_)))
      .help("name a value of the operand's type");
  return std::nullopt;
}

void ExpressionChecker::check_arms(const ast::MatchExpr& expr, const Type& operand) {
  std::map<std::int64_t, Span> seen;
  bool all_read = true;
  const std::size_t all =
      operand.kind == TypeKind::Bool ? 2 : schema_.enumeration(operand).values.size();
  for (const ast::Arm& arm : expr.arms) {
    if (arm.is_else && seen.size() == all) {
      report(Code::E0410, arm.span, "`else` never applies: every value has its arm")
          .help("remove it");
    }
    for (const ast::Atom& atom : arm.values) {
      const auto value = arm_value(atom, operand);
      all_read &= value.has_value();
      if (!value) continue;
      const auto [first, is_new] = seen.try_emplace(*value, atom.span);
      if (!is_new) {
        report(Code::E0410, atom.span, "this value has an arm already")
            .secondary_at(first->second, "the first one")
            .help("remove one of them");
      }
    }
  }
  const bool has_else = std::ranges::any_of(expr.arms, &ast::Arm::is_else);
  if (has_else || seen.size() >= all || !all_read) return;
  std::vector<std::string_view> missing;
  for (std::size_t i = 0; i < all; ++i) {
    if (seen.contains(static_cast<std::int64_t>(i))) continue;
    missing.push_back(operand.kind == TypeKind::Bool ? (i == 0 ? "false" : "true")
                                                     : schema_.enumeration(operand).values[i].name);
  }
  report(Code::E0410, expr.keyword_span,
         fmt::format("`match` leaves out {}", fmt::join(missing, ", ")))
      .help("add an arm for each, or `else`");
}

Flow ExpressionChecker::match(const ast::MatchExpr& expr, const Type* hint, const KeySet& present) {
  const Expr& operand = *expr.operand;
  expression(operand, nullptr, present);
  const Type* type = info(operand).type;
  if (type != nullptr && type->kind != TypeKind::Enum && type->kind != TypeKind::Bool) {
    report(Code::E0401, operand.span,
           fmt::format("`match` looks at an enum or a bool, this is `{}`", spelled(*type, schema_)))
        .help("use comparisons joined by `and` and `or`");
  } else if (type != nullptr) {
    check_arms(expr, *type);
  }
  const Type* result = hint;
  std::optional<Interval> interval;
  Flow flow;
  for (std::size_t i = 0; i < expr.arms.size(); ++i) {
    const Expr& arm = *expr.arms[i].result;
    const Flow arm_flow = expression(arm, result, present);
    flow = i == 0 ? arm_flow
                  : Flow{common(flow.when_true, arm_flow.when_true),
                         common(flow.when_false, arm_flow.when_false)};
    const ExprInfo& arm_info = info(arm);
    if (arm_info.type == nullptr) continue;
    if (result != nullptr && !same_type(*result, *arm_info.type)) {
      report(Code::E0401, arm.span,
             fmt::format("this arm is `{}`, `{}` is expected", spelled(*arm_info.type, schema_),
                         spelled(*result, schema_)))
          .help("all arms have one type");
      return {};
    }
    if (is_collection(arm_info.type->kind) || arm_info.type->kind == TypeKind::Record) {
      report(Code::E0414, arm.span, "an arm gives a single value")
          .help("write the test that needs it into the arm");
      return {};
    }
    if (result == nullptr) result = arm_info.type;
    interval = interval ? hull(*interval, arm_info.interval) : arm_info.interval;
  }
  ExprInfo& into = entry(expr);
  into.type = result;
  if (interval) into.interval = *interval;
  return flow;
}

}  // namespace remit::compiler
