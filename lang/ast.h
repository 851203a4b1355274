// The syntax tree of one file: what the author wrote, with places, without meaning.
//
// Nodes live in an Arena and own nothing. Every list is a span, every optional part a null pointer
// or an empty span. Text points into the source; names are not resolved.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include <remit/duty.h>
#include <remit/internal/check.h>
#include <remit/window.h>
#include "lang/ast_expr.h"
#include "lang/source.h"
#include "lang/token.h"

namespace remit::ast {

enum class DeclKind : std::uint8_t {
#define REMIT_DECL(kind, keyword, node) kind,
#include "lang/ast_nodes.def"
};

// ---- pieces of declarations

struct Annotation {
  Name name;
  Span span;
  bool has_text = false;
  Literal text;  // of kind String
  bool has_reason = false;
  Literal reason;  // the second text, of kind String: `@allow("W1311", "why")`
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
  bool has_unit_decimals = false;
  Literal unit_decimals;
  const Atom* default_value = nullptr;
};

struct EnumValue {
  std::span<const Annotation> annotations;
  Name name;
  bool has_wire_name = false;
  Literal wire_name;
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

// People who must agree, each in one of the seats: a role, `requester` or `owner`.
struct Party {
  Span span;
  std::int64_t need = 1;
  std::span<const Name> seats;
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
  Window window{};
  DurationOrName duration;  // of a window that slides
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
