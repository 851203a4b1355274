// The content of a `.remit` file as rows: what the compiler fills, `serialize` writes, `parse`
// reads and the verifier proves. Nothing in here is trusted; only a verified vm::Program is.
//
// Strings, integers, sets and patterns are pools: sorted, unique, all used. A Range names
// consecutive rows of another section; ranges of one section follow one another without gaps, so
// nothing is unreachable. Byte layout: docs/reference/file-format.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <remit/decision.h>
#include <remit/duty.h>
#include <remit/item.h>
#include <remit/type.h>
#include <remit/wide.h>
#include "vm/instruction.h"

namespace remit::vm {

inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr std::uint32_t kEdition = 1;
inline constexpr std::uint32_t kSemantics = 1;
inline constexpr std::uint32_t kNoRow = 0xFFFF'FFFF;
inline constexpr std::int64_t kNever = INT64_MAX;  // an `expires` that is not there

using Hash = std::array<std::uint8_t, 32>;

enum class StringId : std::uint32_t {};
enum class IntegerId : std::uint32_t {};
enum class SetId : std::uint32_t {};
enum class PatternId : std::uint32_t {};
enum class EnumId : std::uint32_t {};
enum class RecordId : std::uint32_t {};
enum class TypeId : std::uint32_t {};
enum class ToolId : std::uint32_t {};
enum class LayerId : std::uint32_t {};
enum class PolicyId : std::uint32_t {};
enum class TableId : std::uint32_t {};
enum class TemplateId : std::uint32_t {};

inline constexpr StringId kNoString{kNoRow};
inline constexpr TemplateId kNoTemplate{kNoRow};

struct Range {
  std::uint32_t first = 0;
  std::uint32_t count = 0;

  friend bool operator==(const Range&, const Range&) = default;
};

// ---- schema

// Enums sorted by name; `values` in declared order (the ordinals).
struct EnumRow {
  StringId name{};
  std::uint8_t ordered = 0;
  Range values;  // enum_values
};
struct EnumValueRow {
  StringId name{};
  std::uint8_t platform = 0;  // `@platform`, on values of `role`
};

// Unique rows sorted by (kind, ref, low, high).
//   ints, money, duration, timestamp, timeofday: low..high
//   string, opaque: high = bytes at most      set, list: low..high elements, ref = TypeRow of the
//   element enum: ref = EnumRow                       record: ref = RecordRow
struct TypeRow {
  TypeKind kind{};
  std::uint32_t ref = kNoRow;
  std::int64_t low = 0;
  std::int64_t high = 0;
};

enum class MoneyUnit : std::uint8_t { None, Minor, Major, Text };

// A field of a record, a root or a tool's `args`, in decoding order (prelude first, then bytewise;
// records and args as declared).
struct FieldRow {
  StringId name{};
  StringId wire_name{};
  TypeId type{};
  std::uint8_t optional = 0;
  std::uint8_t sensitive = 0;
  MoneyUnit unit = MoneyUnit::None;
  // The default of an argument (and of control.halted) in its kind's form: a row of `integers` for
  // integral types, a row of `strings` for text; kNoRow: none.
  std::uint32_t default_row = kNoRow;
  // Of a root's field or an argument: the first of its slots. Of a record's field: 0.
  std::uint32_t slot = 0;
};

struct RecordRow {
  StringId name{};
  Range fields;  // fields
};

// Host roots in decoding order: prelude order, then roots made by `extend`, bytewise.
// The built-in root `tool` is not a row: its slots are the ToolSlot numbers below.
struct RootRow {
  StringId name{};
  Range fields;
};

// Slots 0..4 of every tool hold the root `tool`, filled from the image.
enum class ToolSlot : std::uint32_t { Name, Effect, Undo, Reads, Clearance };
inline constexpr std::uint32_t kFirstHostSlot = 5;

// Tools sorted by dotted name.
struct ToolRow {
  StringId name{};
  StringId wire_name{};
  std::uint32_t effect = 0;  // ordinals
  std::uint32_t reads = 0;
  std::uint32_t clearance = 0;
  std::int64_t undo_ms = -1;  // -1: cannot be undone
  Range args;                 // fields
  Range results;              // names
  Range required;             // required_slots: first slots of host fields, ascending
  std::int64_t steps_bound = 0;
  Hash hash{};  // the tool hash
};

// ---- constants

enum class ElementKind : std::uint8_t { Integer, Text, Cidr };

// A constant set: `elements` rows of set_elements, ascending (Integer: by value; Text, Cidr: a
// StringId, whose order is the order of the bytes).
struct SetRow {
  ElementKind element = ElementKind::Integer;
  TypeKind kind{};  // of the elements; for Cidr: Ip
  std::uint32_t enum_row = kNoRow;
  Range elements;
};

// ---- policies

struct LayerRow {
  StringId name{};
  std::uint8_t guards_only = 0;
  std::uint8_t machine = 0;
  Range policies;
};

// Policies bytewise within their layer.
struct PolicyRow {
  StringId name{};
  LayerId layer{};
  Range items;
  Range applies;  // code of `applies when`; empty: always
};

enum class VerdictClass : std::uint8_t { None, Permit, Queue, Escalate, Deny };

// Items sorted by (layer, policy, name bytewise): an ItemId's order is the canonical order.
// An item matches if the tool is in its scope, its policy applies, and
//   rule, guard, assert: `when` is true or empty, `unless` is false or empty, clock.now <
//   expires_ms row:                 its table's conditions hold, and every cell; of `otherwise`: no
//   other row limit:               its conditions hold, and its counter and its amount are above
//   its maximum
struct ItemRow {
  StringId name{};  // within the policy: `large_refund`, `table.label`
  PolicyId policy{};
  ItemKind kind{};
  VerdictClass verdict{};  // of an assert: the strictest verdict that it forbids
  Range scope;             // scope_tools, ascending
  Range when;              // code
  Range unless;            // code
  std::int64_t expires_ms = kNever;
  std::int64_t within_ms = 0;     // of a wait; else 0
  Range parties;                  // parties, sorted by role name
  Range duties;                   // duties, sorted by (kind, value, name)
  Range overrides;                // overridden, ascending
  std::uint32_t detail = kNoRow;  // of a row: its table; of a limit: its row of limits
  Range cells;                    // of a row: one for each input; of `otherwise`: none
  TemplateId because = kNoTemplate;
  TemplateId advise = kNoTemplate;
  Hash requirement{};  // of a wait; else zero
};

// A value that code leaves: an input of a table, or a key of a limit.
struct InputRow {
  TypeKind kind{};
  std::uint32_t enum_row = kNoRow;  // of an enum
  Range code;
};

// Tables in the order of their items. The rows are the items, which follow one another.
struct TableRow {
  Range items;
  Range when;    // code
  Range unless;  // code
  Range inputs;  // inputs, integral
};

// Takes any value if it has no items and is not negated; else what some item names, or none.
struct CellRow {
  std::uint8_t negated = 0;
  Range items;  // cell_items, ascending and apart
};

// `low ..= high`; an end that is open is zero.
struct CellItemRow {
  std::uint8_t open_low = 0;
  std::uint8_t open_high = 0;
  std::int64_t low = 0;
  std::int64_t high = 0;

  [[nodiscard]] bool takes(Wide value) const {
    return (open_low != 0 || value >= low) && (open_high != 0 || value <= high);
  }
};

// Limits in the order of their items.
struct LimitRow {
  ItemId item{};
  TypeKind kind{};             // of what is counted: int, money or duration
  Range maximum;               // code
  Range amount;                // code; empty: 1, for `calls`
  Range keys;                  // inputs
  std::int64_t window_ms = 0;  // 0: a calendar month
};

struct PartyRow {
  std::uint32_t role = 0;  // ordinal in enum role
  std::uint32_t need = 1;
};

struct DutyRow {
  DutyKind kind{};
  std::int64_t value = 0;     // log: LogLevel; notify: ordinal in enum channel; delay: ms
  StringId name = kNoString;  // redact
};

struct TemplateRow {
  Range pieces;
};

// Either text or a value. A value that reads args is quoted if it is an id, host, path or email.
struct TemplatePieceRow {
  StringId text = kNoString;
  Range code;  // of a value; empty for text
  std::uint8_t quoted = 0;
};

// ---- debug
// Not covered by the image hash; has a hash and a string pool of its own.

struct ClauseRow {
  std::uint32_t text = 0;  // debug string: the conjunct as written, on one line
  std::uint32_t file = 0;  // debug string
  std::uint32_t line = 0;
  std::uint8_t negated = 0;  // it stands in `unless`: it holds when its code is false
  // Inside the `applies` of the item's policy, or `when` or `unless` of the item or its table; for
  // a cell of a row the code of its input.
  Range code;
  std::uint32_t cell = kNoRow;  // of a row: which of its cells
};

// One row an item, in item order.
struct ItemDebugRow {
  std::uint32_t file = 0;  // debug string
  std::uint32_t line = 0;
  Range clauses;
};

struct Debug {
  std::vector<std::string> strings;  // sorted, unique, all used
  std::vector<ItemDebugRow> items;
  std::vector<ClauseRow> clauses;

  [[nodiscard]] bool empty() const { return items.empty(); }
};

struct Image {
  // header
  StringId name = kNoString;  // from the manifest; none in a dev image
  bool dev = false;
  std::int64_t version = 0;
  std::int64_t expires_ms = kNever;
  std::int64_t steps_max = 0;
  std::array<char, 3> currency{};
  std::uint8_t minor_digits = 2;

  std::vector<std::string> strings;
  std::vector<EnumRow> enums;
  std::vector<EnumValueRow> enum_values;
  std::vector<TypeRow> types;
  std::vector<FieldRow> fields;
  std::vector<RecordRow> records;  // sorted by name
  std::vector<RootRow> roots;
  std::vector<StringId> names;  // result names of tools
  std::vector<ToolRow> tools;
  std::vector<std::int64_t> integers;
  std::vector<SetRow> sets;
  std::vector<std::int64_t> set_elements;
  std::vector<StringId> patterns;  // pattern texts
  std::vector<LayerRow> layers;    // canonical order: manifest order, else bytewise
  std::vector<PolicyRow> policies;
  std::vector<ItemRow> items;
  std::vector<TableRow> tables;
  std::vector<InputRow> inputs;
  std::vector<CellRow> cells;
  std::vector<CellItemRow> cell_items;
  std::vector<LimitRow> limits;
  std::vector<ToolId> scope_tools;
  std::vector<PartyRow> parties;
  std::vector<DutyRow> duties;
  std::vector<ItemId> overridden;
  std::vector<TemplateRow> templates;
  std::vector<TemplatePieceRow> template_pieces;
  std::vector<std::uint32_t> required_slots;
  std::vector<Instruction> code;

  Debug debug;
};

}  // namespace remit::vm
