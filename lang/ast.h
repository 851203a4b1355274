// The syntax tree of one file: what the author wrote, with places, without meaning.
//
// Nodes live in an Arena and own nothing. Every list is a span, every optional part a null pointer
// or an empty span. Text points into the source; names are not resolved. Each expression has
// a number, dense within its module, by which later phases keep what they learn about it in tables
// of their own.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include <remit/duty.h>
#include <remit/internal/check.h>
#include "lang/operators.h"
#include "lang/source.h"
#include "lang/token.h"

namespace remit::ast {

using lang::Span;

enum class ExprKind : std::uint8_t {
#define REMIT_EXPR(kind, node) kind,
#include "lang/ast_nodes.def"
};

enum class DeclKind : std::uint8_t {
#define REMIT_DECL(kind, keyword, node) kind,
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
  std::int64_t integer = 0;  // Bool 0/1; Int; Money micro-units; Duration ms; Time minutes
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
  Span operator_span;
};

struct CompareExpr : BinaryExpr {
  CompareOp op{};
};

struct ArithmeticExpr : BinaryExpr {
  ArithmeticOp op{};
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

// ---- pieces of declarations

struct Annotation {
  Name name;
  Span span;
  bool has_text = false;
  Literal text;  // of kind String
};

// Text, or `{expr}`.
struct TemplatePiece {
  std::string_view text;  // braces and escapes resolved
  const Expr* expr = nullptr;
};

struct Template {
  Span span;             // the string literal
  std::string_view raw;  // between the quotes, as written
  std::span<const TemplatePiece> pieces;
};

struct Type;
struct TypeBound {
  bool present = false;
  Literal literal;
};

// `spelling` decides what the rest means: `int(low..=high)`, `string(high)`, `set<element>(high)`,
// `list<element>(low..=high)`; a name that is not a built-in type is an enum or a record.
struct Type {
  Span span;
  Name name;
  const Type* element = nullptr;
  TypeBound low, high;
};

struct Field {
  std::span<const Annotation> annotations;
  Span span;
  Name name;
  const Type* type = nullptr;
  bool optional = false;
  bool has_wire_name = false;
  Literal wire_name;
  Name unit;  // minor, major, text; or empty
  const Atom* default_value = nullptr;
};

struct EnumValue {
  std::span<const Annotation> annotations;
  Name name;
};

struct Parameter {
  Name name;
  const Type* type = nullptr;
};

// `payments.*`, `payments.refund`, an alias, or `any` alone.
struct ToolPattern {
  Dotted name;
  bool wildcard = false;
  Span span;
};

struct Scope {
  Span span;
  bool any = false;
  std::span<const ToolPattern> patterns;
};

struct Party {
  Span span;
  std::int64_t need = 1;
  Name role;
};

// A duration literal or the name of a constant.
struct DurationOrName {
  Span span;
  bool is_literal = false;
  Literal literal;
  Name name;
};

enum class VerdictWord : std::uint8_t { None, Pass, Permit, Queue, Escalate, Deny };

struct VerdictClause {
  VerdictWord outcome = VerdictWord::None;
  Span span;
  std::span<const Party> parties;
  DurationOrName within;
};

struct Duty {
  Span span;
  DutyKind kind{};
  Name parameter;       // level, channel or result name
  DurationOrName time;  // of delay
};

// The clauses that rules, guards, tables, limits and asserts share; absent ones are null or empty.
struct Clauses {
  Expr* when = nullptr;
  Expr* unless = nullptr;
  Span when_span, unless_span;  // of the keywords
  const Template* because = nullptr;
  const Template* advise = nullptr;
  std::span<const Duty> require;
  Span require_span;
};

// ---- tables

enum class CellOp : std::uint8_t {
  Value,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Range,
  HalfOpenRange
};

struct CellItem {
  Span span;
  CellOp op = CellOp::Value;
  Atom low;   // the value
  Atom high;  // of a range
};

struct Cell {
  Span span;
  bool any = false;      // `*`
  bool negated = false;  // `not …`
  std::span<const CellItem> items;
};

struct RowVerdict {
  VerdictClause verdict;
  Clauses clauses;  // because, advise, require
};

struct Row {
  Span span;
  Name label;
  std::span<const Cell> cells;
  RowVerdict outcome;
};

// ---- tests

enum class DataKind : std::uint8_t { Literal, None, Name, List, Set, Record };

struct DataField;

// kind      uses
// Literal   literal
// None      nothing
// Name      name: an enum value or a tool
// List, Set items
// Record    fields
struct Data {
  DataKind kind{};
  Span span;
  Literal literal;
  Dotted name;
  std::span<const Data* const> items;
  std::span<const DataField> fields;
};

struct DataField {
  Name name;
  const Data* value = nullptr;
};

struct Assignment {
  Span span;
  Dotted path;
  const Data* value = nullptr;
};

enum class StepKind : std::uint8_t { Assign, Approved, Refused };

struct Step {
  StepKind kind{};
  Span span;
  Assignment assignment;  // Assign
  Literal by;             // Approved, Refused
  Name role;
  bool has_ago = false;
  Literal ago;
};

enum class ExpectedAnswer : std::uint8_t { Permit, Queue, Escalate, Deny, Fault };

struct Expectation {
  Span span;
  ExpectedAnswer expected{};
  Dotted fault;
  std::span<const Dotted> by;
};

// ---- declarations

enum class LiftMark : std::uint8_t { None, Overridable, OverridableBy };
enum class LimitAmount : std::uint8_t { Calls, Of };
enum class AssertKind : std::uint8_t { NeverPermit, NeverPermitOrQueue, AlwaysDeny };

// The head of every declaration. `kind` says which of the structs below it is (ast_nodes.def); `as`
// gives it.
struct Decl {
  DeclKind kind{};
  Span span;
  Span keyword_span;
  bool damaged = false;  // parts of it did not parse, were reported, and are not here
  std::span<const Annotation> annotations;
  std::span<const std::string_view> doc;  // lines of the doc comment, `///` removed
  Name name;
};

struct CurrencyDecl : Decl {
  Name currency;
  bool has_minor = false;
  Literal minor;
};

struct EnumDecl : Decl {
  std::span<const EnumValue> values;
  bool ordered = false;
};

// `record` and `extend`.
struct FieldsDecl : Decl {
  std::span<const Field> fields;
};

struct ToolDecl : Decl {
  Dotted tool_name;
  bool has_wire_name = false;
  Literal wire_name;
  Name effect;
  bool has_undo = false;
  Literal undo;
  Name reads, clearance;
  std::span<const Field> args;
  std::span<const Name> results;
};

struct ConstDecl : Decl {
  const Type* type = nullptr;
  Expr* value = nullptr;
};

struct DefDecl : Decl {
  std::span<const Parameter> parameters;
  Expr* value = nullptr;
};

struct AliasDecl : Decl {
  Scope scope;
};

// What may match: the part that all of these have.
struct ItemDecl : Decl {
  bool has_scope = false;  // an assert may have none
  Scope scope;
  Clauses clauses;
};

struct GuardDecl : ItemDecl {
  LiftMark lift = LiftMark::None;
  Dotted lift_by;
  VerdictClause verdict;  // none: duties only
};

struct RuleDecl : GuardDecl {
  bool has_expires = false;
  Literal expires;
  std::span<const Dotted> overrides;
  Span overrides_span;
};

struct TableDecl : ItemDecl {
  bool is_guard = false;
  std::span<Expr* const> header;
  std::span<const Row> rows;
  bool has_otherwise = false;
  RowVerdict otherwise;
};

struct LimitDecl : ItemDecl {
  Expr* maximum = nullptr;
  LimitAmount amount_kind{};
  Expr* amount = nullptr;
  std::span<Expr* const> keys;  // Path expressions
  DurationOrName window;
  bool calendar_month = false;
  VerdictClause verdict;
};

struct AssertDecl : ItemDecl {
  AssertKind assert_kind{};
};

struct FixtureDecl : Decl {
  Name parent;
  std::span<const Assignment> assignments;
};

struct TestDecl : Decl {
  Literal title;
  bool in_bundle = false;
  Name fixture;
  std::span<const Step> steps;
  Expectation expectation;
};

// Whether declarations of a kind are of this struct, or of one that begins with it.
template <typename Node>
[[nodiscard]] constexpr bool is_a(DeclKind kind) {
  switch (kind) {
#define REMIT_DECL(kind, keyword, node) \
  case DeclKind::kind: return std::is_base_of_v<Node, node>;
#include "lang/ast_nodes.def"
  }
  return false;
}

template <typename Node>
[[nodiscard]] Node& as(Decl& decl) {
  REMIT_CHECK(is_a<Node>(decl.kind), "a declaration is read as one of another kind");
  return static_cast<Node&>(decl);
}
template <typename Node>
[[nodiscard]] const Node& as(const Decl& decl) {
  REMIT_CHECK(is_a<Node>(decl.kind), "a declaration is read as one of another kind");
  return static_cast<const Node&>(decl);
}

// ---- files

enum class ModuleKind : std::uint8_t { Schema, Policy, Tests, Unknown };

// One file. Of a module that could not be read at all, `kind` is Unknown.
struct Module {
  lang::FileId file{};
  ModuleKind kind = ModuleKind::Unknown;
  Span header_span;             // `policy shop.refunds`
  bool damaged_header = false;  // parts of it did not parse, were reported, and are not here
  bool has_edition = false;
  std::int64_t edition = 0;
  Span edition_span;
  Dotted name;
  bool has_layer = false;
  Name layer;
  bool guards_only = false;
  bool has_scope = false;
  Scope scope;  // `on` of a policy
  Expr* applies = nullptr;
  std::span<Decl* const> decls;
  std::uint32_t expr_count = 0;  // expression ids are below it
  std::span<const lang::Comment> comments;
  std::span<const lang::Token> tokens;  // all of them, for the formatter
};

[[nodiscard]] std::string_view keyword(DeclKind kind);

}  // namespace remit::ast
