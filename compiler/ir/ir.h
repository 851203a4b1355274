// The intermediate representation: every condition as one tree, fully typed, defs inlined,
// constants folded to their values, and otherwise shaped as its author wrote it. Reviews and
// emission read these trees, and of declarations what the typed bundle says of them; no expression
// of the syntax tree is read again.
//
// Trees are flat: nodes refer to nodes by number. A Bundle borrows from the TypedBundle that it was
// made from.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/check/typed.h"
#include "lang/ast.h"

namespace remit::ir {

using compiler::Base;
using compiler::Derived;
using compiler::FieldInfo;
using compiler::Interval;
using compiler::Type;

enum class NodeId : std::uint32_t {};
enum class PathId : std::uint32_t {};

enum class NodeKind : std::uint8_t {
#define REMIT_IR(kind) kind,
#include "compiler/ir/ir_nodes.def"
#undef REMIT_IR
};

// A fact: host, tool or args field, or a part of the loop's element. Parameters are gone, but in
// the bodies of defs.
struct Path {
  Base base{};
  std::uint32_t root = 0;  // Host: index of the root; Parameter: its position
  std::vector<const FieldInfo*> fields;

  friend bool operator==(const Path&, const Path&) = default;
};

struct Slice {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

struct Arm {
  Slice values;  // of Bundle::integers
  bool is_else = false;
  NodeId result{};
};

// What a place of a list takes: a constant or a set constant; nothing: any value.
using Place = std::optional<NodeId>;

// kind              uses
// Constant          integer or text, by its type
// SetConstant       values: of Bundle::integers or Bundle::texts, sorted, by its element type
// Fact              path, derived
// Has               path
// Used              integer: the limit's item
// Approved          seat: nothing for all
// Not               children[0]
// And, Or           children
// Compare           compare, children
// InRange           negated, half_open, children
// Relation          relation, negated, children
// Matches           children[0], text: the pattern
// Places            children[0]: the list; places
// Arithmetic        arithmetic, children
// PercentOf         integer: thousandths of a percent; children[0]
// MakeSet           children
// Quantifier        quantifier, children: collection, body
// Match             children[0]: operand; arms
struct Node {
  NodeKind kind{};
  bool negated = false;
  bool half_open = false;
  bool inlined = false;  // the body of a def, put where the def was called
  ast::CompareOp compare{};
  ast::ArithmeticOp arithmetic{};
  ast::RelationOp relation{};
  ast::QuantifierKind quantifier{};
  Derived derived = Derived::None;
  const Type* type = nullptr;
  Interval interval;
  PathId path{};
  Slice children;
  Slice values;
  Slice arms;
  Slice places;
  std::int64_t integer = 0;
  std::string_view text;
  std::optional<compiler::SeatInfo> seat;
  lang::Span span;  // of the source that it came from; the call's, for the body of a def
};

[[nodiscard]] inline bool is(const Node& node, ast::RelationOp relation) {
  return node.kind == NodeKind::Relation && node.relation == relation;
}

// A message: text, or a value.
struct Piece {
  std::string_view text;
  std::optional<NodeId> value;
};

struct Message {
  const ast::Template* source = nullptr;
  std::vector<Piece> pieces;
};

// The conditions of a compiler::ItemInfo, in the same order. A row's are its table's.
struct Item {
  std::optional<NodeId> when;
  std::optional<NodeId> unless;
  std::optional<Message> because;
  std::optional<Message> advise;
  // Of a limit; without an amount it counts calls.
  std::optional<NodeId> maximum;
  std::optional<NodeId> amount;
  std::vector<NodeId> keys;
};

// What the rows of a compiler::TableInfo share, in the same order.
struct Table {
  std::optional<NodeId> when;
  std::optional<NodeId> unless;
  std::vector<NodeId> inputs;
};

struct Policy {
  std::optional<NodeId> applies;
};

struct Bundle {
  const compiler::TypedBundle* typed = nullptr;
  std::vector<Node> nodes;
  std::vector<NodeId> children;
  std::vector<Arm> arms;
  std::vector<Place> places;
  std::vector<std::int64_t> integers;
  std::vector<std::string_view> texts;
  std::vector<Path> paths;
  std::vector<Policy> policies;  // as typed->policies
  std::vector<Item> items;       // as typed->items
  std::vector<Table> tables;     // as typed->tables
  std::vector<NodeId> defs;      // as typed->defs: each body, as its author wrote it

  [[nodiscard]] const Node& node(NodeId id) const { return nodes[static_cast<std::size_t>(id)]; }
  [[nodiscard]] const Item& item(compiler::ItemIndex index) const {
    return items[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] const Table& table(const compiler::ItemInfo& row) const {
    return tables[static_cast<std::size_t>(row.table)];
  }
  [[nodiscard]] const std::optional<NodeId>& applies(const compiler::ItemInfo& item) const {
    return policies[static_cast<std::size_t>(item.policy)].applies;
  }
  [[nodiscard]] const Path& path(const Node& node) const {
    return paths[static_cast<std::size_t>(node.path)];
  }
  [[nodiscard]] std::span<const NodeId> children_of(const Node& node) const {
    return std::span(children).subspan(node.children.first, node.children.count);
  }
  [[nodiscard]] const Node& child(const Node& node, std::size_t index) const {
    return this->node(children_of(node)[index]);
  }
  [[nodiscard]] std::span<const Arm> arms_of(const Node& node) const {
    return std::span(arms).subspan(node.arms.first, node.arms.count);
  }
  [[nodiscard]] std::span<const Place> places_of(const Node& node) const {
    return std::span(places).subspan(node.places.first, node.places.count);
  }
  [[nodiscard]] std::span<const std::int64_t> integers_of(Slice slice) const {
    return std::span(integers).subspan(slice.first, slice.count);
  }
  [[nodiscard]] std::span<const std::string_view> texts_of(Slice slice) const {
    return std::span(texts).subspan(slice.first, slice.count);
  }
};

// Whether a relation's right side is texts to look for, which are part of the operator: they take
// no steps of their own.
[[nodiscard]] inline bool looks_for_text(const Node& node) {
  return node.kind == NodeKind::Relation && ast::info(node.relation).sides == ast::Sides::Text;
}

// Calls `visit(NodeId)` for each direct child, results of arms included. What stands in the places
// of a list is none.
template <typename Visit>
void for_each_child(const Bundle& bundle, const Node& node, Visit&& visit) {
  for (const NodeId child : bundle.children_of(node)) visit(child);
  for (const Arm& arm : bundle.arms_of(node)) visit(arm.result);
}

}  // namespace remit::ir
