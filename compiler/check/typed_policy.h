// The policies of a bundle: their layers, and every item with what was settled of it. Conditions
// stay trees.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <remit/duty.h>
#include <remit/item.h>
#include "compiler/check/modules.h"
#include "compiler/check/typed_schema.h"
#include "lang/ast.h"

namespace remit::compiler {

enum class PolicyIndex : std::uint32_t {};
enum class ItemIndex : std::uint32_t {};
enum class TableIndex : std::uint32_t {};
enum class LayerIndex : std::uint32_t {};

struct PartyInfo {
  std::uint32_t need = 1;
  std::vector<SeatInfo> seats;  // as written
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
  Window window{};                   // of a limit
  std::int64_t window_ms = 0;        // of one that slides

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

struct Policies {
  std::vector<LayerInfo> layers;     // canonical order
  std::vector<PolicyInfo> policies;  // canonical order
  std::vector<ItemInfo> items;       // canonical order
  std::vector<TableInfo> tables;     // canonical order

  [[nodiscard]] const ItemInfo& item(ItemIndex index) const {
    return items[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] const TableInfo& table(const ItemInfo& row) const {
    return tables[static_cast<std::size_t>(row.table)];
  }
  [[nodiscard]] const PolicyInfo& policy(const ItemInfo& item) const {
    return policies[static_cast<std::size_t>(item.policy)];
  }
  [[nodiscard]] const LayerInfo& layer(const PolicyInfo& policy) const {
    return layers[static_cast<std::size_t>(policy.layer)];
  }
  // `policy.item`
  [[nodiscard]] std::string full_name(const ItemInfo& item) const {
    return std::string(policy(item).name).append(".").append(item.name);
  }
};

}  // namespace remit::compiler
