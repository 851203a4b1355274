// The content of a `.remit` file as rows: what the compiler fills, `serialize` writes, `parse`
// reads and the verifier proves. Nothing in here is trusted; only a verified vm::Program is.
//
// Strings, integers, sets and patterns are pools: sorted, unique, all used. A Range names
// consecutive rows of another section; ranges of one section follow one another without gaps, so
// nothing is unreachable. Byte layout: docs/reference/file-format.md. A column that is *set aside*
// has its place in the format and no meaning yet: vm/verify/reserved.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <remit/decision.h>
#include <remit/duty.h>
#include <remit/internal/wide.h>
#include <remit/item.h>
#include <remit/type.h>
#include "stdlib/hash.h"
#include "stdlib/money.h"
#include "vm/image/instruction.h"

namespace remit::vm {

inline constexpr std::uint32_t kFormatVersion = 2;
inline constexpr std::uint32_t kEdition = 1;
inline constexpr std::uint32_t kSemantics = 2;
inline constexpr std::uint32_t kNoRow = 0xFFFF'FFFF;
inline constexpr std::int64_t kNever = INT64_MAX;  // an `expires` that is not there

using Hash = stdlib::Hash;

enum class StringId : std::uint32_t {};
enum class IntegerId : std::uint32_t {};
enum class SetId : std::uint32_t {};
enum class PatternId : std::uint32_t {};
enum class CurrencyId : std::uint32_t {};
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
  Range values;  // enum_values
};
struct EnumValueRow {
  StringId name{};
  StringId wire_name{};
  std::uint8_t platform = 0;  // `@platform`, on values of `role`
};

// Unique rows sorted by (kind, ref, low, high).
//   ints, money, duration, timestamp, timeofday: low..high
//   string, opaque: high = bytes at most      set, list: low..high elements, ref = TypeRow of the
//   element enum: ref = EnumRow                       record: ref = RecordRow
//   money: ref = CurrencyRow
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
  TypeKind kind{};             // of the elements; for Cidr: Ip
  std::uint32_t ref = kNoRow;  // as of a TypeRow of that kind
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
  Range scope;              // scope_tools, ascending
  Range when;               // code
  Range unless;             // code
  std::int64_t expires_ms = kNever;
  std::int64_t within_ms = 0;     // of a wait; else 0
  Range parties;                  // parties, sorted by the names of their seats
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
  std::uint32_t ref = kNoRow;  // as of a TypeRow of that kind
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

// Over what a limit counts: a time that slides, a period of the calendar, or for ever.
enum class Window : std::uint8_t { Sliding, Day, Week, Month, Year, Ever };

// Limits in the order of their items.
struct LimitRow {
  ItemId item{};
  TypeKind kind{};             // of what is counted: int, money or duration
  std::uint32_t ref = kNoRow;  // as of a TypeRow of that kind
  Range maximum;               // code
  Range amount;                // code; empty: 1, for `calls`
  Range keys;                  // inputs
  Window window{};
  std::int64_t window_ms = 0;  // of one that slides; else 0
};

// How many people must agree, each in one of the seats.
struct PartyRow {
  std::uint32_t need = 1;
  Range seats;  // seats, sorted by name
};

// Who may answer: somebody in a role, who asked, or who owns the target.
enum class SeatKind : std::uint8_t { Role, Requester, Owner };
struct SeatRow {
  SeatKind kind{};
  std::uint32_t role = 0;  // ordinal in enum role; of the other kinds 0
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
  CurrencyId currency{};  // the default

  std::vector<std::string> strings;
  std::vector<CurrencyRow> currencies;
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
  std::vector<SeatRow> seats;
  std::vector<DutyRow> duties;
  std::vector<ItemId> overridden;
  std::vector<TemplateRow> templates;
  std::vector<TemplatePieceRow> template_pieces;
  std::vector<std::uint32_t> required_slots;
  std::vector<Instruction> code;

  Debug debug;

  // The currency of `money`.
  [[nodiscard]] const CurrencyRow& default_currency() const {
    return currencies[static_cast<std::size_t>(currency)];
  }
};

[[nodiscard]] inline std::span<const SeatRow> seats_of(const Image& image, const PartyRow& party) {
  return std::span(image.seats).subspan(party.seats.first, party.seats.count);
}

// The role of a party, which has one seat.
[[nodiscard]] inline std::uint32_t role_of(const Image& image, const PartyRow& party) {
  return seats_of(image, party).front().role;
}

}  // namespace remit::vm
