// The rows of a `.remit` file: what each column says. Byte layout: docs/reference/file-format.md.
// A column that is *set aside* has its place in the format and no meaning yet:
// vm/verify/reserved.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <remit/duty.h>
#include <remit/internal/wide.h>
#include <remit/item.h>
#include <remit/type.h>
#include <remit/window.h>
#include "stdlib/hash.h"
#include "stdlib/money.h"
#include "stdlib/seat.h"
#include "vm/image/columns.h"

namespace remit::vm {

inline constexpr std::int64_t kNever = INT64_MAX;  // an `expires` that is not there

using Hash = stdlib::Hash;

// The last value of an enumeration stands beside it: a column of one that has none does not compile
// (vm/image/serialize.cpp). Of those of other headers:
constexpr TypeKind last_of(TypeKind) { return TypeKind::List; }
constexpr ItemKind last_of(ItemKind) { return ItemKind::Assert; }
constexpr DutyKind last_of(DutyKind) { return DutyKind::Delay; }
constexpr Window last_of(Window) { return Window::Ever; }
constexpr stdlib::MoneyUnit last_of(stdlib::MoneyUnit) { return stdlib::MoneyUnit::Text; }
constexpr stdlib::SeatKind last_of(stdlib::SeatKind) { return stdlib::SeatKind::Owner; }
constexpr Opcode last_of(Opcode) { return Opcode{kOpcodeCount - 1}; }

// Rows that ranges name before they are described.
struct CellItemRow;
struct CellRow;
struct ClauseRow;
struct DutyRow;
struct EnumValueRow;
struct InputRow;
struct ItemRow;
struct PartyRow;
struct PolicyRow;
struct SeatRow;
struct TemplatePieceRow;

// ---- schema

using CurrencyCode = std::array<char, 3>;

// Sorted by code.
struct CurrencyRow {
  CurrencyCode code{};
  std::uint8_t minor_digits = 2;  // decimals of the minor unit

  [[nodiscard]] std::string_view text() const { return {code.data(), code.size()}; }
};

// Enums sorted by name; `values` in declared order (the ordinals).
struct EnumRow {
  StringId name{};
  std::uint8_t ordered = 0;
  RangeOf<EnumValueRow> values;
};
struct EnumValueRow {
  StringId name{};
  StringId wire_name{};
  std::uint8_t platform = 0;  // `@platform`, on values of `role`
};

// Unique rows sorted by (kind, ref, low, high).
//   int, money, duration, timestamp, timeofday: low..high; of money, ref = CurrencyRow
//   string, opaque: at most `high` bytes
//   set, list: low..high elements; ref = TypeRow of the element
//   enum: ref = EnumRow
//   record: ref = RecordRow
struct TypeRow {
  TypeKind kind{};
  std::uint32_t ref = kNoRow;
  std::int64_t low = 0;
  std::int64_t high = 0;
};

using stdlib::MoneyUnit;

// A field of a record, a root or a tool's `args`, in decoding order (prelude first, then bytewise;
// records and args as declared).
struct FieldRow {
  StringId name{};
  StringId wire_name{};
  TypeId type{};
  std::uint8_t optional = 0;
  std::uint8_t sensitive = 0;
  MoneyUnit unit = MoneyUnit::None;
  std::uint8_t unit_digits = 0;  // decimals that the unit has on the wire; 0 without a unit
  // The default of an argument (and of control.halted) in its kind's form: a row of `integers` for
  // integral types, a row of `strings` for text; kNoRow: none.
  std::uint32_t default_row = kNoRow;
  // Of a root's field or an argument: the first of its slots. Of a record's field: 0.
  std::uint32_t slot = 0;
  std::uint32_t label_slot = kNoRow;  // set aside
};

// How money of a field is written in requests.
[[nodiscard]] constexpr stdlib::MoneyForm money_form(const FieldRow& row) {
  if (row.unit == MoneyUnit::None) return {};
  return {row.unit, row.unit_digits};
}

struct RecordRow {
  StringId name{};
  RangeOf<FieldRow> fields;
};

// Host roots in decoding order: prelude order, then roots made by `extend`, bytewise.
// The built-in root `tool` is not a row: its slots are the ToolSlot numbers below.
struct RootRow {
  StringId name{};
  RangeOf<FieldRow> fields;
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
  RangeOf<FieldRow> args;
  RangeOf<StringId> results;        // names
  RangeOf<std::uint32_t> required;  // required_slots: first slots of host fields, ascending
  std::int64_t steps_bound = 0;
  Hash hash{};  // the tool hash
};

// ---- constants

enum class ElementKind : std::uint8_t { Integer, Text, Cidr };
constexpr ElementKind last_of(ElementKind) { return ElementKind::Cidr; }

// A constant set: `elements` rows of set_elements, ascending (Integer: by value; Text, Cidr: a
// StringId, whose order is the order of the bytes).
struct SetRow {
  ElementKind element = ElementKind::Integer;
  TypeKind kind{};                 // of the elements; for Cidr: Ip
  std::uint32_t ref = kNoRow;      // as of a TypeRow of that kind
  RangeOf<std::int64_t> elements;  // set_elements
};

// ---- policies

struct LayerRow {
  StringId name{};
  std::uint8_t guards_only = 0;
  std::uint8_t machine = 0;
  RangeOf<PolicyRow> policies;
};

// Policies bytewise within their layer.
struct PolicyRow {
  StringId name{};
  LayerId layer{};
  RangeOf<ItemRow> items;
  CodeRange applies;  // code of `applies when`; empty: always
};

enum class VerdictClass : std::uint8_t { None, Permit, Queue, Escalate, Deny };
constexpr VerdictClass last_of(VerdictClass) { return VerdictClass::Deny; }

// Items sorted by (layer, policy, name bytewise): an ItemId's order is the canonical order.
// An item matches if the tool is in its scope, its policy applies, and
//   rule, guard, assert: `when` is true or empty, `unless` is false or empty,
//                        clock.now < expires_ms
//   row:                 its table's conditions hold, and every cell; of `otherwise`: no other row
//   limit:               its conditions hold, and its counter and its amount are above its maximum
struct ItemRow {
  StringId name{};  // within the policy: `large_refund`, `table.label`
  PolicyId policy{};
  ItemKind kind{};
  VerdictClass verdict{};   // of an assert: the strictest verdict that it forbids
  std::uint8_t shadow = 0;  // set aside
  RangeOf<ToolId> scope;    // scope_tools, ascending
  CodeRange when;
  CodeRange unless;
  std::int64_t expires_ms = kNever;
  std::int64_t within_ms = 0;     // of a wait; else 0
  RangeOf<PartyRow> parties;      // sorted by name (vm/image/seats.h)
  RangeOf<DutyRow> duties;        // sorted by (kind, value, name)
  RangeOf<ItemId> overrides;      // overridden, ascending
  std::uint32_t detail = kNoRow;  // of a row: its table; of a limit: its row of limits
  RangeOf<CellRow> cells;         // of a row: one for each input; of `otherwise`: none
  TemplateId because = kNoTemplate;
  TemplateId advise = kNoTemplate;
  Hash requirement{};  // of a wait; else zero
};

// A value that code leaves: an input of a table, or a key of a limit.
struct InputRow {
  TypeKind kind{};
  std::uint32_t ref = kNoRow;  // as of a TypeRow of that kind
  CodeRange code;
};

// Tables in the order of their items. The rows are the items, which follow one another.
struct TableRow {
  RangeOf<ItemRow> items;
  CodeRange when;
  CodeRange unless;
  RangeOf<InputRow> inputs;  // integral
};

// Takes any value if it has no items and is not negated; else what some item names, or none.
struct CellRow {
  std::uint8_t negated = 0;
  RangeOf<CellItemRow> items;  // ascending and apart
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
  std::uint32_t ref = kNoRow;  // as of a TypeRow of that kind
  CodeRange maximum;
  CodeRange amount;  // empty: 1, for `calls`
  RangeOf<InputRow> keys;
  Window window{};
  std::int64_t window_ms = 0;  // of one that slides; else 0
};

// How many people must agree, each in one of the seats. Of an item no seat stands twice, and one
// that is no role stands alone in its party.
struct PartyRow {
  std::uint32_t need = 1;
  RangeOf<SeatRow> seats;  // sorted by name
};

using stdlib::SeatKind;

// Who may answer.
struct SeatRow {
  SeatKind kind = SeatKind::Role;
  std::uint32_t role = 0;  // ordinal in enum role; of the other kinds 0

  friend auto operator<=>(const SeatRow&, const SeatRow&) = default;
};

struct DutyRow {
  DutyKind kind{};
  std::int64_t value = 0;     // log: LogLevel; notify: ordinal in enum channel; delay: ms
  StringId name = kNoString;  // redact
};

struct TemplateRow {
  RangeOf<TemplatePieceRow> pieces;
};

// Whether a value stands in quotes in a message, so that nothing in it reads as the message's own
// words: a string whoever wrote it, other texts where an agent did.
[[nodiscard]] constexpr bool is_quoted_in_messages(TypeKind kind, bool reads_args) {
  return kind == TypeKind::String ||
         (reads_args && (kind == TypeKind::Id || kind == TypeKind::Host || kind == TypeKind::Path ||
                         kind == TypeKind::Email));
}

// Either text or a value.
struct TemplatePieceRow {
  StringId text = kNoString;
  CodeRange code;  // of a value; empty for text
  std::uint8_t quoted = 0;
};

// ---- debug
// Not covered by the image hash; has a hash and a string pool of its own.

struct ClauseRow {
  DebugStringId text{};  // the conjunct as written, on one line
  DebugStringId file{};
  std::uint32_t line = 0;
  std::uint8_t negated = 0;  // it stands in `unless`: it holds when its code is false
  // Inside the `applies` of the item's policy, or `when` or `unless` of the item or its table; for
  // a cell of a row the code of its input.
  CodeRange code;
  std::uint32_t cell = kNoRow;  // of a row: which of its cells
};

// One row an item, in item order.
struct ItemDebugRow {
  DebugStringId file{};
  std::uint32_t line = 0;
  RangeOf<ClauseRow> clauses;
};

}  // namespace remit::vm
