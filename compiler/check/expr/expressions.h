// Expressions: what each one's type is, which values it can have, and what its outcome says about
// presence.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "compiler/check/expr/environment.h"
#include "compiler/check/expr/expr_context.h"
#include "compiler/check/expr/flow.h"
#include "compiler/check/names/resolver.h"

namespace remit::compiler {

// Checks the expressions that stand in one place: the value of a constant or def, or all that
// belongs to one item. What it learns of an expression stands in `exprs` of its module.
class ExpressionChecker : Reporter {
 public:
  ExpressionChecker(Environment& env, Resolver& resolver, ExprContext context);

  // Types `expr`; `hint` is the type that its place asks for, or null; `present` is known to be
  // there. Returns its flow if it is a bool.
  Flow expression(const ast::Expr& expr, const Type* hint, const KeySet& present);
  // An expression that is to be a bool.
  Flow condition(const ast::Expr& expr, const KeySet& present);
  // The type of the elements, given the one that they are to have; null: reported.
  const Type* set_elements(const ast::SetLiteralExpr& expr, const Type* element_hint,
                           const KeySet& present);

  // Text literals and bare enum values take their type from the other side.
  [[nodiscard]] bool needs_hint(const ast::Expr& expr) const;
  // The values that a name alone may mean where a value of `hint` is expected.
  [[nodiscard]] std::vector<std::string_view> value_names(const Type* hint) const;
  [[nodiscard]] const ExprInfo& info(const ast::Expr& expr) const { return exprs_[expr.id]; }
  [[nodiscard]] const ExprContext& context() const { return context_; }

 private:
  ExprInfo& entry(const ast::Expr& expr) { return exprs_[expr.id]; }
  void set_bool(const ast::Expr& expr) { entry(expr).type = types_.plain(TypeKind::Bool); }
  void set_type(const ast::Expr& expr, const Type* type);

  // ---- expressions.cpp
  void arithmetic(const ast::ArithmeticExpr& expr, const Type* hint, const KeySet& present);
  void percent_of(const ast::PercentOfExpr& expr, const KeySet& present);
  Flow connective(const ast::ConnectiveExpr& expr, const KeySet& present);
  void matches(const ast::MatchesExpr& expr, const KeySet& present);

  // ---- expressions_names.cpp
  void path(const ast::PathExpr& expr, const Type* hint, const KeySet& present);
  bool single_name(const ast::PathExpr& expr, const Type* hint);
  bool qualified_name(const ast::PathExpr& expr);
  void use_constant(const ast::Expr& expr, const Named& named);
  Flow has(const ast::PathExpr& expr);

  // ---- expressions_match.cpp
  Flow match(const ast::MatchExpr& expr, const Type* hint, const KeySet& present);
  std::optional<std::int64_t> arm_value(const ast::Atom& atom, const Type& operand);
  void check_arms(const ast::MatchExpr& expr, const Type& operand);

  // ---- expressions_calls.cpp
  void quantifier(const ast::QuantifierExpr& expr, const KeySet& present);
  void call(const ast::CallExpr& expr, const KeySet& present);
  void check_argument(const ast::Expr& argument, const ParameterInfo& parameter);
  void approved(const ast::CallExpr& expr);

  // ---- expressions_compare.cpp
  Flow compare(const ast::CompareExpr& expr, const KeySet& present);
  void range(const ast::InRangeExpr& expr, const KeySet& present);
  void operands(const ast::Expr& left, const ast::Expr& right, const KeySet& present);
  bool comparable(const ast::Expr& expr, const ast::Expr& left, const ast::Expr& right);
  bool fits_other_side(const ast::Expr& literal, const ast::Expr& other);
  void check_decided(const ast::CompareExpr& expr, const ast::Expr& left, const ast::Expr& right);
  Interval scaled_interval(const ast::Expr& expr, const ast::Expr& other);
  [[nodiscard]] bool is_constant(const ast::Expr& expr) const;

  // ---- expressions_sets.cpp
  void relation(const ast::RelationExpr& expr, const KeySet& present);
  void membership(const ast::RelationExpr& expr, const KeySet& present);
  void under(const ast::RelationExpr& expr, const KeySet& present);
  void set_relation(const ast::RelationExpr& expr, const KeySet& present);
  // A set literal, a set constant or a set fact; its element type, given what the other side asks
  // for.
  const Type* collection(const ast::Expr& expr, const Type* element_hint, const KeySet& present,
                         bool lists_allowed);
  void duplicates(const ast::SetLiteralExpr& expr);
  bool has_set_size(const ast::SetLiteralExpr& expr);

  // ---- expressions_texts.cpp
  void text_relation(const ast::RelationExpr& expr, const KeySet& present);
  void part(const ast::Expr& expr, const Type& whole, ast::RelationOp op, bool in_set);
  void check_part(const ast::Expr& place, std::string_view part, const Type& whole,
                  ast::RelationOp op);
  void places(const ast::PlacesExpr& expr, const KeySet& present);
  void place(const ast::Expr& value, const Type& element, const KeySet& present);

  Environment& env_;
  const Schema& schema_;
  TypeTable& types_;
  Resolver& resolver_;
  ExprContext context_;
  std::vector<ExprInfo>& exprs_;  // of its module
};

}  // namespace remit::compiler
