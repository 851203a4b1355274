// A draft of an image: what its rows say, as a tree. Texts stand where they are used, code stands
// at its owner, facts have paths; so a test changes one thing, and `laid_out` makes everything that
// follows from it consistent: pools, ranges, slots, order, required facts, static bounds.
//
//     Draft draft = draft_of(compiled);
//     field(draft, "risk.score").default_integer = 101;  // the type ends at 100
//     EXPECT_EQ(fault(draft), "…");
//
// Each part holds its row, of which only the members count that are no ids and no ranges: `row` of
// an item says its kind, verdict and times; its name, code and scope stand beside it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "vm/image/image.h"

namespace remit::images {

// ---- schema

struct Type {
  TypeKind kind{};
  std::int64_t low = 0, high = 0;
  std::string of;             // the enum, the record or the currency; empty: the default currency
  std::vector<Type> element;  // of a collection: one

  friend bool operator==(const Type&, const Type&) = default;
};

struct EnumValue {
  vm::EnumValueRow row;
  std::string name;
  std::string wire_name{};  // empty: the name
};
struct Enum {
  vm::EnumRow row;
  std::string name;
  std::vector<EnumValue> values;
};

struct Field {
  vm::FieldRow row;
  std::string name, wire_name;
  Type type;
  std::optional<std::int64_t> default_integer;
  std::optional<std::string> default_text;
};
struct Record {
  std::string name;
  std::vector<Field> fields;
};
struct Root {
  std::string name;
  std::vector<Field> fields;
};
struct Tool {
  vm::ToolRow row;
  std::string name, wire_name;
  std::vector<Field> args;
  std::vector<std::string> results;
};

// ---- code

// The elements may be in any order, and there twice.
struct Set {
  vm::ElementKind element{};
  TypeKind kind{};
  std::string of;  // as of a type
  std::vector<std::int64_t> integers;
  std::vector<std::string> texts;
};

// An instruction. Operand `c` is what `opcodes.def` says: `text` of a string or pattern; the path
// of a slot (`args.amount`), of a field of the loop's element (`amount`; empty for an element that
// is a scalar) or the name of a limit of the same policy; `integer` of an integer; `set`; else, and
// where a path leads nowhere, `number`. Operand `b` of an enum is `of`.
struct Op {
  vm::Opcode opcode{};
  std::uint8_t a = 0;
  std::uint16_t b = 0;
  std::uint32_t number = 0;
  std::string text;
  std::int64_t integer = 0;
  std::string of;
  std::vector<Set> set;  // one, of an instruction that has one
};
using Code = std::vector<Op>;

// ---- policies

struct Input {
  TypeKind kind{};
  std::string of;  // as of a type
  Code code;
};
struct Cell {
  vm::CellRow row;
  std::vector<vm::CellItemRow> items;
};
struct Table {
  Code when, unless;
  std::vector<Input> inputs;
};
struct Limit {
  vm::LimitRow row;
  std::string of;  // as of a type
  Code maximum, amount;
  std::vector<Input> keys;
};
struct Party {
  std::uint32_t need = 1;
  std::vector<vm::SeatRow> seats;
};
// One seat, for somebody in a role.
[[nodiscard]] inline Party party_of(std::uint32_t role, std::uint32_t need = 1) {
  return {need, {{vm::SeatKind::Role, role}}};
}
[[nodiscard]] inline Party party_of(vm::SeatKind kind, std::uint32_t need = 1) {
  return {need, {{kind, 0}}};
}
struct Duty {
  vm::DutyRow row;
  std::string name;  // redact
};
// Text, or the value that code leaves.
struct Piece {
  vm::TemplatePieceRow row;
  std::string text;
  Code code;
};
using Template = std::vector<Piece>;

// A conjunct in the debug section: instructions `first` … of one piece of code; of a cell the whole
// code of its input.
enum class Owner : std::uint8_t { Applies, When, Unless, Cell };
struct Clause {
  vm::ClauseRow row;
  std::string text, file;
  Owner owner{};
  std::uint32_t first = 0, count = 0;
};

struct Item {
  vm::ItemRow row;
  std::string name;                // within the policy
  std::vector<std::string> scope;  // tools
  Code when, unless;
  std::vector<Party> parties;
  std::vector<Duty> duties;
  std::vector<std::string> overrides;  // full names
  std::optional<std::size_t> table;    // of a row: into Draft::tables
  std::vector<Cell> cells;
  std::optional<Limit> limit;
  std::optional<Template> because, advise;
  std::string file;  // debug
  std::uint32_t line = 1;
  std::vector<Clause> clauses;
};
struct Policy {
  std::string name;
  Code applies;
  std::vector<Item> items;
};
struct Layer {
  vm::LayerRow row;
  std::string name;
  std::vector<Policy> policies;
};

struct Draft {
  vm::Image header;  // the members of the header count, and no section
  std::optional<std::string> name;
  std::vector<vm::CurrencyRow> currencies;
  vm::CurrencyCode currency{};  // the default
  std::vector<Enum> enums;
  std::vector<Record> records;
  std::vector<Root> roots;
  std::vector<Tool> tools;
  std::vector<Layer> layers;
  std::vector<Table> tables;
  bool debug = false;
};

// The draft of any image whose rows are in range, and back: the same image.
[[nodiscard]] Draft draft_of(const vm::Image& image);

// The rows, with everything that follows from the draft made right: names, pools, types and scopes
// sorted and unique, ranges without gaps, every fact in its slot, required facts and static bounds.
// What the draft says wrongly stays wrong.
[[nodiscard]] vm::Image laid_out(const Draft& draft);
// The same of rows that a test has changed: required facts and static bounds are made right, the
// rest stays. Nothing is done about an image that is refused before it comes to these.
[[nodiscard]] vm::Image repaired(vm::Image image);

}  // namespace remit::images
