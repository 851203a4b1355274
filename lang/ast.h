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
#include "lang/source.h"
#include "lang/token.h"

namespace remit::ast {

using lang::Span;

enum class ExprKind : std::uint8_t {
#define REMIT_EXPR(kind) kind,
#define REMIT_DECL(kind, keyword, node)
#include "lang/ast_nodes.def"
#undef REMIT_EXPR
#undef REMIT_DECL
};

enum class DeclKind : std::uint8_t {
#define REMIT_EXPR(kind)
#define REMIT_DECL(kind, keyword, node) kind,
#include "lang/ast_nodes.def"
#undef REMIT_EXPR
#undef REMIT_DECL
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

enum class CompareOp : std::uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };
enum class ArithmeticOp : std::uint8_t { Add, Subtract, Multiply };
enum class QuantifierKind : std::uint8_t { Any, All, Count, Sum };

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

// kind              uses
// Literal           literal
// Path              path
// Has               path
// Call              callee, children (arguments)
// Not               children[0]
// And, Or           children (two or more)
// Compare           compare, children[0..1]
// InRange           negated, half_open, children[0] in children[1] ..= children[2]
// In                negated, children[0] in children[1]
// Matches           children[0], pattern
// Under, Overlaps   children[0..1]
// SubsetOf          children[0..1]
// Arithmetic        arithmetic, children[0..1]
// PercentOf         percent_thousandths, children[0]
// SetLiteral        children
// Quantifier        quantifier, variable, children[0] (collection), children[1] (body)
// Match             children[0] (operand), arms
// Bad               nothing: it did not parse, and was reported
struct Expr {
  ExprKind kind = ExprKind::Bad;
  std::uint32_t id = 0;
  Span span;
  bool parenthesised = false;
  bool negated = false;
  bool half_open = false;
  CompareOp compare{};
  ArithmeticOp arithmetic{};
  QuantifierKind quantifier{};
  std::int64_t percent_thousandths = 0;
  Span operator_span;
  std::span<Expr* const> children;
  Literal literal;
  Dotted path;
  Name callee;
  Name variable;
  Literal pattern;  // text between the quotes, raw
  std::span<const Arm> arms;
};

// Calls `visit` with every direct child, arms' results included, in source order.
template <typename Visit>
void for_each_child(const Expr& expr, Visit&& visit) {
  for (Expr* child : expr.children) visit(*child);
  for (const Arm& arm : expr.arms) visit(*arm.result);
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
#define REMIT_EXPR(kind)
#define REMIT_DECL(kind, keyword, node) \
  case DeclKind::kind: return std::is_base_of_v<Node, node>;
#include "lang/ast_nodes.def"
#undef REMIT_EXPR
#undef REMIT_DECL
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
