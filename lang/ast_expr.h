// Expressions of the syntax tree, and the names and literals that they are made of (lang/ast.h).
//
// Each expression has a number, dense within its module, by which later phases keep what they learn
// about it in tables of their own.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include <remit/internal/check.h>
#include "lang/operators.h"
#include "lang/source.h"

namespace remit::ast {

using lang::Span;

enum class ExprKind : std::uint8_t {
#define REMIT_EXPR(kind, node) kind,
#include "lang/ast_nodes.def"
};

struct Name {
  std::string_view text;
  Span span;
  [[nodiscard]] bool empty() const { return text.empty(); }
};

// `a.b.c`
struct Dotted {
  std::span<const Name> parts;
  Span span;
  std::string_view text;  // joined by dots, without white space
};

// ---- literals

enum class LiteralKind : std::uint8_t { Bool, Int, Money, Duration, Time, String, Utc, Format };

// A literal in the form that reading alone can give it. Timestamps and formats keep their text:
// whether it is canonical is a question of meaning.
struct Literal {
  LiteralKind kind{};
  Span span;
  std::string_view raw;      // as written
  std::int64_t integer = 0;  // Bool 0/1; Int; Money micro-units; Duration ms; Time seconds
  std::string_view text;     // String: escapes resolved; Utc, Format: between the quotes
  std::string_view prefix;   // Money: the currency; Format: `host`
  bool damaged = false;      // it was reported, and means nothing
};

// ---- expressions

struct Expr;

// A value in a match arm or a cell, or the operand of a range in a cell.
struct Atom {
  Span span;
  bool is_literal = false;
  Literal literal;  // if is_literal
  Dotted name;      // else
};

// `a, b => e`, or `else => e` with no values.
struct Arm {
  Span span;
  std::span<const Atom> values;
  bool is_else = false;
  Expr* result = nullptr;
};

// The head of every expression. `kind` says which of the structs below it is (ast_nodes.def); `as`
// gives it. What did not parse was reported, and is a head alone.
struct Expr {
  ExprKind kind = ExprKind::Bad;
  bool parenthesised = false;
  std::uint32_t id = 0;
  Span span;
};

struct LiteralExpr : Expr {
  Literal literal;
};

// A fact or a name; after `has`.
struct PathExpr : Expr {
  Dotted path;
};

struct CallExpr : Expr {
  Name callee;
  std::span<Expr* const> arguments;
};

struct NotExpr : Expr {
  Expr* operand = nullptr;
};

// `and` or `or` between two or more.
struct ConnectiveExpr : Expr {
  std::span<Expr* const> operands;
};

struct BinaryExpr : Expr {
  Expr* left = nullptr;
  Expr* right = nullptr;
};

struct CompareExpr : BinaryExpr {
  CompareOp op{};
};

struct ArithmeticExpr : BinaryExpr {
  ArithmeticOp op{};
  Span operator_span;
};

struct RelationExpr : BinaryExpr {
  RelationOp op{};
  bool negated = false;  // `not in`
};

// `value in low ..= high`
struct InRangeExpr : Expr {
  Expr* value = nullptr;
  Expr* low = nullptr;
  Expr* high = nullptr;
  bool half_open = false;
  bool negated = false;
};

struct MatchesExpr : Expr {
  Expr* value = nullptr;
  Literal pattern;  // its text is what stands between the quotes
};

// One of the places in `xs starts with [p1, p2]`.
struct Place {
  Span span;
  Expr* value = nullptr;  // null: `*`, which takes any
};

struct PlacesExpr : Expr {
  Expr* list = nullptr;
  std::span<const Place> places;
  Span places_span;
};

struct PercentOfExpr : Expr {
  std::int64_t thousandths = 0;  // of a percent
  Expr* whole = nullptr;
};

struct SetLiteralExpr : Expr {
  std::span<Expr* const> elements;
};

struct QuantifierExpr : Expr {
  QuantifierKind quantifier{};
  Name variable;
  Expr* collection = nullptr;
  Expr* body = nullptr;
};

struct MatchExpr : Expr {
  Span keyword_span;
  Expr* operand = nullptr;
  std::span<const Arm> arms;
};

// Whether expressions of a kind are of this struct, or of one that begins with it.
template <typename Node>
[[nodiscard]] constexpr bool is_a(ExprKind kind) {
  switch (kind) {
#define REMIT_EXPR(kind, node) \
  case ExprKind::kind: return std::is_base_of_v<Node, node>;
#include "lang/ast_nodes.def"
  }
  return false;
}

template <typename Node>
[[nodiscard]] const Node& as(const Expr& expr) {
  REMIT_CHECK(is_a<Node>(expr.kind), "an expression is read as one of another kind");
  return static_cast<const Node&>(expr);
}

// Calls `visit` with every direct child, arms' results included, in source order.
template <typename Visit>
void for_each_child(const Expr& expr, Visit&& visit) {
  const auto all = [&](std::span<Expr* const> exprs) {
    for (const Expr* child : exprs) visit(*child);
  };
  switch (expr.kind) {
    case ExprKind::Literal:
    case ExprKind::Path:
    case ExprKind::Has:
    case ExprKind::Bad: return;
    case ExprKind::Call: return all(as<CallExpr>(expr).arguments);
    case ExprKind::Not: return visit(*as<NotExpr>(expr).operand);
    case ExprKind::And:
    case ExprKind::Or: return all(as<ConnectiveExpr>(expr).operands);
    case ExprKind::Compare:
    case ExprKind::Relation:
    case ExprKind::Arithmetic:
      visit(*as<BinaryExpr>(expr).left);
      visit(*as<BinaryExpr>(expr).right);
      return;
    case ExprKind::InRange:
      visit(*as<InRangeExpr>(expr).value);
      visit(*as<InRangeExpr>(expr).low);
      visit(*as<InRangeExpr>(expr).high);
      return;
    case ExprKind::Matches: return visit(*as<MatchesExpr>(expr).value);
    case ExprKind::Places:
      visit(*as<PlacesExpr>(expr).list);
      for (const Place& place : as<PlacesExpr>(expr).places) {
        if (place.value != nullptr) visit(*place.value);
      }
      return;
    case ExprKind::PercentOf: return visit(*as<PercentOfExpr>(expr).whole);
    case ExprKind::SetLiteral: return all(as<SetLiteralExpr>(expr).elements);
    case ExprKind::Quantifier:
      visit(*as<QuantifierExpr>(expr).collection);
      visit(*as<QuantifierExpr>(expr).body);
      return;
    case ExprKind::Match:
      visit(*as<MatchExpr>(expr).operand);
      for (const Arm& arm : as<MatchExpr>(expr).arms) visit(*arm.result);
      return;
  }
}

}  // namespace remit::ast
