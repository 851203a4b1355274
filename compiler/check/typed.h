// The result of checking: every file of a bundle, its names resolved and its expressions typed.
//
// The trees stay as parsed (lang/ast.h); what checking learnt about an expression stands in a table
// of its module, by the expression's number. Two readers need nothing more than this: the lowering
// to IR, which inlines defs and folds constants, and the test oracle, which walks these trees and
// calls defs as functions.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <remit/duty.h>
#include <remit/item.h>
#include "compiler/check/types.h"
#include "lang/arena.h"
#include "lang/ast.h"
#include "stdlib/money.h"

namespace remit::compiler {

enum class ModuleIndex : std::uint32_t {};
enum class ToolIndex : std::uint32_t {};
enum class PolicyIndex : std::uint32_t {};
enum class ItemIndex : std::uint32_t {};
enum class TableIndex : std::uint32_t {};
enum class LayerIndex : std::uint32_t {};

// ---- schema

struct EnumValueInfo {
  std::string_view name;
  bool platform = false;
};

struct EnumInfo {
  std::string_view name;
  std::vector<EnumValueInfo> values;  // by ordinal
  bool ordered = false;
  bool is_slot = false;  // of the prelude, declared or not
  lang::Span span;

  [[nodiscard]] std::optional<std::uint32_t> ordinal(std::string_view value) const;
};

using stdlib::MoneyUnit;

struct FieldInfo {
  std::string_view name;
  std::string_view wire_name;
  const Type* type = nullptr;
  bool optional = false;
  bool sensitive = false;
  MoneyUnit unit = MoneyUnit::None;
  // Of an argument, and of control.halted.
  bool has_default = false;
  std::int64_t default_integer = 0;
  std::string_view default_text;
  lang::Span span;
};

struct RecordInfo {
  std::string_view name;
  std::vector<FieldInfo> fields;  // as declared
  std::size_t values = 0;         // of one record: itself, its fields, and theirs
  lang::Span span;
};

struct RootInfo {
  std::string_view name;
  std::vector<FieldInfo>
      fields;  // decoding order: the prelude's as declared, then the others bytewise
  lang::Span span;
};

struct ToolInfo {
  std::string_view name;  // dotted
  std::string_view wire_name;
  std::uint32_t effect = 0;  // ordinals
  std::uint32_t reads = 0;
  std::uint32_t clearance = 0;
  bool has_undo = false;
  std::int64_t undo_ms = 0;
  std::vector<FieldInfo> args;
  std::vector<std::string_view> results;  // as declared
  lang::Span span;
};

// ---- expressions

// What a path begins with. Counter: it is `limits.NAME.used`.
enum class Base : std::uint8_t { Host, Tool, Args, Element, Parameter, Counter };

// A read of a fact: `actor.on_behalf_of.id`, `p.amount` of a loop variable, `r.rollback_to` of a
// parameter.
struct FactPath {
  Base base{};
  // Host: index of the root; Parameter: its position in the def; Counter: the limit's ItemIndex.
  std::uint32_t root = 0;
  std::vector<const FieldInfo*>
      fields;  // from the base outwards; empty for a whole element or parameter
};

enum class Derived : std::uint8_t {
#define REMIT_DERIVED(kind, suffix) kind,
#include "compiler/check/derived.def"
#undef REMIT_DERIVED
};

// As it is written behind a fact: `.size`.
[[nodiscard]] constexpr std::string_view suffix(Derived derived) {
  switch (derived) {
#define REMIT_DERIVED(kind, text) \
  case Derived::kind: return text;
#include "compiler/check/derived.def"
#undef REMIT_DERIVED
  }
  return {};
}

struct ConstInfo;
struct DefInfo;

enum class BindingKind : std::uint8_t {
  None,
  Fact,       // fact, derived
  Constant,   // constant
  EnumValue,  // integer: the ordinal; the type says which enum
  ToolValue,  // integer: the tool's index
  Def,        // def: of a Call
  Approved,   // of the Call `approved(role)`; integer: the role's ordinal, or -1 for any role
};

struct ExprInfo {
  const Type* type = nullptr;  // null: reported
  Interval interval;           // of integral values; of `P% of e` the interval of 1000·100·value
  BindingKind binding = BindingKind::None;
  FactPath fact;
  Derived derived = Derived::None;
  const ConstInfo* constant = nullptr;
  const DefInfo* def = nullptr;
  std::int64_t integer = 0;  // of a literal of an integral type, an enum value or a tool
  std::string_view text;     // of a text literal, canonical; of a cidr
};

// ---- declarations

// A set constant's elements: ordinals, tools and amounts as integers, everything else as text.
struct ConstInfo {
  std::string_view name;
  const ast::ConstDecl* decl = nullptr;
  ModuleIndex module{};
  const Type* type = nullptr;
  std::int64_t integer = 0;
  std::string_view text;
  std::vector<std::int64_t> integers;
  std::vector<std::string_view> texts;
};

struct ParameterInfo {
  std::string_view name;
  const Type* type = nullptr;
  bool in_quantifier = false;  // the def reads it in the body of a quantifier
  std::size_t uses = 0;        // how often it stands in the def once all calls are inlined
};

struct DefInfo {
  std::string_view name;
  const ast::DefDecl* decl = nullptr;
  ModuleIndex module{};
  std::vector<ParameterInfo> parameters;
  const Type* result = nullptr;
  Interval interval;
  bool has_quantifier = false;
  std::size_t nodes = 0;  // once all calls are inlined; counted up to a little above the limit
};

struct PartyInfo {
  std::uint32_t role = 0;  // ordinal
  std::uint32_t need = 1;
};

struct DutyInfo {
  DutyKind kind{};
  std::int64_t value = 0;  // log: LogLevel; notify: ordinal in channel; delay: ms
  std::string_view name;   // redact
  lang::Span span;
};

// An item: a rule, guard, limit, assert, or a row of a table.
struct ItemInfo {
  ItemKind kind{};
  const ast::ItemDecl* decl = nullptr;          // of a row: its table
  const ast::VerdictClause* verdict = nullptr;  // of an assert: no outcome
  const ast::Clauses* clauses = nullptr;        // of a row: messages and duties only
  PolicyIndex policy{};
  std::string_view name;           // of a row: `table.label`
  lang::Span place;                // of the name or label
  std::vector<ToolIndex> scope;    // ascending
  std::vector<PartyInfo> parties;  // as written
  std::int64_t within_ms = 0;
  std::optional<std::int64_t> expires_ms;
  std::vector<DutyInfo> duties;      // as written
  std::vector<ItemIndex> overrides;  // as written
  TableIndex table{};                // of a row
  std::int64_t window_ms = 0;        // of a limit; 0: a calendar month

  // The declaration of an item whose kind says which it is; of a row, its table.
  [[nodiscard]] const ast::RuleDecl& rule() const { return ast::as<ast::RuleDecl>(*decl); }
  [[nodiscard]] const ast::LimitDecl& limit() const { return ast::as<ast::LimitDecl>(*decl); }
  [[nodiscard]] const ast::TableDecl& its_table() const { return ast::as<ast::TableDecl>(*decl); }
  [[nodiscard]] ast::AssertKind forbidden() const {
    return ast::as<ast::AssertDecl>(*decl).assert_kind;
  }
  [[nodiscard]] ast::VerdictWord outcome() const { return verdict->outcome; }
  [[nodiscard]] bool waits() const {
    return outcome() == ast::VerdictWord::Queue || outcome() == ast::VerdictWord::Escalate;
  }
  [[nodiscard]] bool grants() const {
    return may_grant(kind) && (outcome() == ast::VerdictWord::Permit || waits());
  }
};

// A part of a cell with its atoms as numbers; what they mean says `op`.
struct CellItemInfo {
  ast::CellOp op{};
  std::int64_t low = 0;
  std::int64_t high = 0;  // of a range
  lang::Span span;
};

struct CellInfo {
  lang::Span span;
  bool any = false;
  bool negated = false;
  std::vector<CellItemInfo> items;  // as written
};

// A row of a table; without cells it is `otherwise`.
struct RowInfo {
  ItemIndex item{};
  std::vector<CellInfo> cells;
};

// What its rows share. Its header is `decl->header`.
struct TableInfo {
  const ast::TableDecl* decl = nullptr;
  PolicyIndex policy{};
  std::vector<RowInfo> rows;  // as written, `otherwise` last
};

struct PolicyInfo {
  ModuleIndex module{};
  std::string_view name;
  LayerIndex layer{};
  bool guards_only = false;
  std::vector<ToolIndex> scope;  // of `on`; all tools without it
  bool scope_is_known = true;    // false: something in `on` was reported
  std::vector<ItemIndex> items;  // bytewise by name
};

struct LayerInfo {
  std::string_view name;
  bool guards_only = false;
  bool machine = false;
  std::vector<PolicyIndex> policies;  // bytewise by name
};

struct TypedModule {
  const ast::Module* ast = nullptr;
  std::vector<ExprInfo> exprs;  // by Expr::id

  [[nodiscard]] const ExprInfo& info(const ast::Expr& expr) const { return exprs[expr.id]; }
};

// ---- tests

struct FixtureInfo {
  std::string_view name;
  const ast::FixtureDecl* decl = nullptr;
  ModuleIndex module{};
};

struct TestInfo {
  const ast::TestDecl* decl = nullptr;
  ModuleIndex module{};
  std::string_view layer;  // of its file
};

// The whole bundle. Views point into the sources and into `arena`, which must stay alive.
struct TypedBundle {
  std::shared_ptr<lang::Arena> arena;
  TypeTable types;
  std::vector<TypedModule> modules;  // the prelude first

  std::string_view currency;
  int minor_digits = 2;
  std::vector<EnumInfo> enums;       // sorted by name
  std::vector<RecordInfo> records;   // sorted by name
  std::vector<RootInfo> roots;       // decoding order
  std::vector<ToolInfo> tools;       // sorted by name
  std::vector<FieldInfo> tool_root;  // the fields of the root `tool`
  std::deque<ConstInfo> constants;
  std::deque<DefInfo> defs;

  std::vector<LayerInfo> layers;     // canonical order
  std::vector<PolicyInfo> policies;  // canonical order
  std::vector<ItemInfo> items;       // canonical order
  std::vector<TableInfo> tables;     // canonical order
  std::vector<FixtureInfo> fixtures;
  std::vector<TestInfo> tests;

  [[nodiscard]] const EnumInfo& enumeration(const Type& type) const { return enums[type.ref]; }
  [[nodiscard]] const RecordInfo& record(const Type& type) const { return records[type.ref]; }
  [[nodiscard]] const TypedModule& module(ModuleIndex index) const {
    return modules[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] const ItemInfo& item(ItemIndex index) const {
    return items[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] const TableInfo& table(const ItemInfo& row) const {
    return tables[static_cast<std::size_t>(row.table)];
  }
  [[nodiscard]] const PolicyInfo& policy(const ItemInfo& item) const {
    return policies[static_cast<std::size_t>(item.policy)];
  }
  [[nodiscard]] std::optional<EnumIndex> find_enum(std::string_view name) const;
  [[nodiscard]] std::optional<ToolIndex> find_tool(std::string_view dotted) const;
  // `policy.item`
  [[nodiscard]] std::string full_name(const ItemInfo& item) const;
};

// A value of an integral type as an author writes it: `USD 12.50`, `production`, `09:00`.
[[nodiscard]] std::string spelled_value(const Type& type, Wide value, const TypedBundle& bundle);
// A type as an author writes it: `int(0..=100)`, `set<role>(32)`.
[[nodiscard]] std::string spelled(const Type& type, const TypedBundle& bundle);

}  // namespace remit::compiler
