// The content of a `.remit` file as rows: what the compiler fills, `serialize` writes, `parse`
// reads and the verifier proves. Nothing in here is trusted; only a verified vm::Program is.
//
// Strings, integers, sets and patterns are pools: sorted, unique, all used. Ranges of one section
// follow one another without gaps, so nothing is unreachable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "vm/image/rows.h"

namespace remit::vm {

inline constexpr std::uint32_t kFormatVersion = 2;
inline constexpr std::uint32_t kEdition = 1;
inline constexpr std::uint32_t kSemantics = 2;

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

  // The section that an id or a range names rows of.
  [[nodiscard]] const auto& section(StringId) const { return strings; }
  [[nodiscard]] const auto& section(IntegerId) const { return integers; }
  [[nodiscard]] const auto& section(CurrencyId) const { return currencies; }
  [[nodiscard]] const auto& section(EnumId) const { return enums; }
  [[nodiscard]] const auto& section(TypeId) const { return types; }
  [[nodiscard]] const auto& section(ToolId) const { return tools; }
  [[nodiscard]] const auto& section(LayerId) const { return layers; }
  [[nodiscard]] const auto& section(PolicyId) const { return policies; }
  [[nodiscard]] const auto& section(ItemId) const { return items; }
  [[nodiscard]] const auto& section(TemplateId) const { return templates; }
  [[nodiscard]] const auto& section(DebugStringId) const { return debug.strings; }
  [[nodiscard]] const auto& section(RangeOf<EnumValueRow>) const { return enum_values; }
  [[nodiscard]] const auto& section(RangeOf<FieldRow>) const { return fields; }
  [[nodiscard]] const auto& section(RangeOf<StringId>) const { return names; }
  [[nodiscard]] const auto& section(RangeOf<std::uint32_t>) const { return required_slots; }
  [[nodiscard]] const auto& section(RangeOf<std::int64_t>) const { return set_elements; }
  [[nodiscard]] const auto& section(RangeOf<PolicyRow>) const { return policies; }
  [[nodiscard]] const auto& section(RangeOf<ItemRow>) const { return items; }
  [[nodiscard]] const auto& section(RangeOf<InputRow>) const { return inputs; }
  [[nodiscard]] const auto& section(RangeOf<CellRow>) const { return cells; }
  [[nodiscard]] const auto& section(RangeOf<CellItemRow>) const { return cell_items; }
  [[nodiscard]] const auto& section(RangeOf<ToolId>) const { return scope_tools; }
  [[nodiscard]] const auto& section(RangeOf<PartyRow>) const { return parties; }
  [[nodiscard]] const auto& section(RangeOf<SeatRow>) const { return seats; }
  [[nodiscard]] const auto& section(RangeOf<DutyRow>) const { return duties; }
  [[nodiscard]] const auto& section(RangeOf<ItemId>) const { return overridden; }
  [[nodiscard]] const auto& section(RangeOf<TemplatePieceRow>) const { return template_pieces; }
  [[nodiscard]] const auto& section(CodeRange) const { return code; }
  [[nodiscard]] const auto& section(RangeOf<ClauseRow>) const { return debug.clauses; }

  template <typename Id>
  [[nodiscard]] const auto& operator[](Id id) const {
    return section(id)[static_cast<std::size_t>(id)];
  }
  template <typename Id>
  [[nodiscard]] bool has(Id id) const {
    return static_cast<std::size_t>(id) < section(id).size();
  }
  template <typename Row>
  [[nodiscard]] std::span<const Row> rows(RangeOf<Row> range) const {
    return std::span(section(range)).subspan(range.first, range.count);
  }

  // The currency of `money`.
  [[nodiscard]] const CurrencyRow& default_currency() const { return (*this)[currency]; }

  // What a number names by the kind that stands beside it.
  [[nodiscard]] const TypeRow& element_of(const TypeRow& type) const { return types[type.ref]; }
  [[nodiscard]] const RecordRow& record_of(const TypeRow& type) const { return records[type.ref]; }
  [[nodiscard]] const EnumRow& enum_of(const TypeRow& type) const { return enums[type.ref]; }
  [[nodiscard]] const TableRow& table_of(const ItemRow& row) const { return tables[row.detail]; }
  [[nodiscard]] const LimitRow& limit_of(const ItemRow& item) const { return limits[item.detail]; }
};

// What names a row of some section.
template <typename T>
concept AnyId = std::is_enum_v<T> && requires(const Image& image, T id) { image.section(id); };

}  // namespace remit::vm
