// Other values that a column of an image may have while every reference stays in range: for tests
// that change the columns of an image one by one.
//
// A column that is in no list here is a number, and is changed by one. Left out is what a verified
// image cannot have otherwise: the first row of a range (it follows from the counts), and what the
// kind of a row has no use for.
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "vm/image/image.h"
#include "vm/image/instruction.h"
#include "vm/image/row_fields.h"

namespace remit::test {

using namespace vm;  // NOLINT: rows and their columns are all that this page speaks of

struct Values {
  std::vector<std::int64_t> all;
  // Else a single one is enough: rows that differ may have the same content.
  bool each_is_shown = true;
};

// One below and one above, of `count` rows; nothing for a reference that is not there.
inline Values neighbours(std::int64_t row, std::size_t count) {
  Values values{{}, false};
  if (row == std::int64_t{kNoRow}) return values;
  if (row > 0) values.all.push_back(row - 1);
  if (row + 1 < static_cast<std::int64_t>(count)) values.all.push_back(row + 1);
  return values;
}

inline Values numbers(std::int64_t value) {
  if (value == INT64_MAX) return {{value - 1}};
  if (value <= 0) return {{value + 1}};
  return {{value - 1, value + 1}};
}

template <typename Field>
void assign(Field& field, std::int64_t value) {
  if constexpr (AnyRange<Field>)
    field.count = static_cast<std::uint32_t>(value);
  else if constexpr (std::is_same_v<Field, Hash>)
    field[0] ^= static_cast<std::uint8_t>(value);
  else if constexpr (std::is_same_v<Field, CurrencyCode>)
    field[2] = static_cast<char>(value);
  else if constexpr (std::is_same_v<Field, std::string>)
    field.push_back(static_cast<char>(value));
  else
    field = static_cast<Field>(value);
}

// ---- by type

inline Values of_type(const Image&, const AnyRange auto& range) {
  if (range.count == 0) return {};
  return {{range.count - 1}};
}
inline Values of_type(const Image&, const Hash&) { return {{1}}; }
inline Values of_type(const Image&, const std::string&) { return {{'x'}}; }
inline Values of_type(const Image&, std::uint8_t flag) { return {{flag ^ 1}}; }
inline Values of_type(const Image&, std::uint32_t number) { return numbers(number); }
inline Values of_type(const Image&, std::int64_t number) { return numbers(number); }
inline Values of_type(const Image& image, AnyId auto id) {
  return neighbours(static_cast<std::uint32_t>(id), image.section(id).size());
}
inline Values of_type(const Image&, const CurrencyCode&) { return {{'X'}}; }
inline Values of_type(const Image&, Window window) { return {{(std::int64_t(window) + 1) % 6}}; }
inline Values of_type(const Image&, SeatKind kind) {
  return {{(std::int64_t(kind) + 1) % 3, (std::int64_t(kind) + 2) % 3}};
}
inline Values of_type(const Image& image, TemplateId id) {
  if (id == kNoTemplate) return {{0}};
  return neighbours(static_cast<std::uint32_t>(id), image.templates.size());
}
// A kind that refers to nothing, of the same form: a number, a text, or the other collection.
inline Values of_type(const Image&, TypeKind kind) {
  if (is_collection(kind))
    return {{std::int64_t(kind == TypeKind::Set ? TypeKind::List : TypeKind::Set)}};
  if (is_text(kind))
    return {{std::int64_t(kind == TypeKind::Host ? TypeKind::Id : TypeKind::Host)}};
  return {{std::int64_t(kind == TypeKind::Int ? TypeKind::Bool : TypeKind::Int)}};
}
inline Values of_type(const Image&, VerdictClass verdict) {
  return {{(std::int64_t(verdict) + 1) % 5, (std::int64_t(verdict) + 4) % 5}};
}
inline Values of_type(const Image&, MoneyUnit unit) { return {{(std::int64_t(unit) + 1) % 4}}; }
inline Values of_type(const Image&, ItemKind kind) {
  if (is_row(kind))
    return {{std::int64_t(kind == ItemKind::Row ? ItemKind::GuardRow : ItemKind::Row)}};
  return {{std::int64_t(kind == ItemKind::Rule ? ItemKind::Guard : ItemKind::Rule)}};
}
inline Values of_type(const Image&, DutyKind kind) {
  return {{std::int64_t(kind == DutyKind::Log ? DutyKind::Delay : DutyKind::Log)}};
}
// The number of a text may be no number of a text when taken for one.
inline Values of_type(const Image&, ElementKind kind) {
  if (kind == ElementKind::Integer) return {};
  return {{std::int64_t(ElementKind::Integer),
           std::int64_t(kind == ElementKind::Text ? ElementKind::Cidr : ElementKind::Text)}};
}

// ---- by column, where the type does not say it

template <typename Row, typename Field>
Values other_values(const Image& image, const Row&, std::size_t, const Field& field) {
  return of_type(image, field);
}

// `ref` of a kind: its enum, record or currency.
inline Values of_ref(const Image& image, TypeKind kind, std::uint32_t ref) {
  if (kind == TypeKind::Enum) return neighbours(ref, image.enums.size());
  if (kind == TypeKind::Record) return neighbours(ref, image.records.size());
  if (kind == TypeKind::Money) return neighbours(ref, image.currencies.size());
  return {};
}

template <typename Field>
Values other_values(const Image& image, const TypeRow& row, std::size_t, const Field& field) {
  const void* const column = &field;
  if (column == &row.ref) {
    // Elements stand before what holds them.
    if (is_collection(row.kind)) return neighbours(row.ref, row.ref);
    return of_ref(image, row.kind, row.ref);
  }
  const bool is_fixed = row.kind == TypeKind::Duration || row.kind == TypeKind::Timestamp ||
                        row.kind == TypeKind::TimeOfDay;
  if ((column == &row.low || column == &row.high) && is_fixed) return {};
  return of_type(image, field);
}

template <typename Field>
Values other_values(const Image& image, const FieldRow& row, std::size_t, const Field& field) {
  const TypeRow& type = image[row.type];
  const void* const column = &field;
  if (column == &row.default_row)
    return neighbours(row.default_row,
                      is_text(type.kind) ? image.strings.size() : image.integers.size());
  if (column == &row.label_slot) return {{1}};
  // A default is read by the kind of its type.
  if (column == &row.type && row.default_row != kNoRow) return {};
  return of_type(image, field);
}

template <typename Field>
Values other_values(const Image& image, const ToolRow& row, std::size_t, const Field& field) {
  const void* const column = &field;
  if (column == &row.undo_ms && row.undo_ms < 0) return {{0}};
  return of_type(image, field);
}

template <typename Field>
Values other_values(const Image& image, const SetRow& row, std::size_t, const Field& field) {
  const void* const column = &field;
  if (column == &row.ref) return of_ref(image, row.kind, row.ref);
  return of_type(image, field);
}

template <typename Field>
Values other_values(const Image& image, const InputRow& row, std::size_t, const Field& field) {
  const void* const column = &field;
  if (column == &row.ref) return of_ref(image, row.kind, row.ref);
  return of_type(image, field);
}

template <typename Field>
Values other_values(const Image& image, const ItemRow& row, std::size_t, const Field& field) {
  const void* const column = &field;
  if (column == &row.detail && is_row(row.kind)) {
    Values tables = neighbours(row.detail, image.tables.size());
    // Of which it could be a row.
    std::erase_if(tables.all, [&](std::int64_t table) {
      return image.tables[static_cast<std::size_t>(table)].inputs.count < row.cells.count;
    });
    return tables;
  }
  if (column == &row.detail) return neighbours(row.detail, image.limits.size());
  // A row has a cell for each input, or none.
  if (column == &row.cells && row.cells.count > 0) return {{0}};
  return of_type(image, field);
}

template <typename Field>
Values other_values(const Image& image, const LimitRow& row, std::size_t, const Field& field) {
  const void* const column = &field;
  if (column == &row.ref) return of_ref(image, row.kind, row.ref);
  if (column == &row.window_ms && row.window != Window::Sliding) return {};
  return of_type(image, field);
}

// Who asked and who owns the target have no role.
template <typename Field>
Values other_values(const Image& image, const SeatRow& row, std::size_t, const Field& field) {
  const void* const column = &field;
  if (column == &row.role && row.kind != SeatKind::Role) return {};
  return of_type(image, field);
}

// An end that is open is 0.
template <typename Field>
Values other_values(const Image& image, const CellItemRow& row, std::size_t, const Field& field) {
  const void* const column = &field;
  if (column == &row.low && row.open_low != 0) return {};
  if (column == &row.high && row.open_high != 0) return {};
  // Only one end is open.
  if (column == &row.open_low && row.open_high != 0) return {};
  if (column == &row.open_high && row.open_low != 0) return {};
  return of_type(image, field);
}

template <typename Field>
Values other_values(const Image& image, const DutyRow& row, std::size_t, const Field& field) {
  const DutyParameter parameter = parameter_of(row.kind);
  const void* const column = &field;
  if (column == &row.value &&
      (parameter == DutyParameter::None || parameter == DutyParameter::Name))
    return {};
  return of_type(image, field);
}

template <typename Field>
Values other_values(const Image& image, const TemplatePieceRow& row, std::size_t,
                    const Field& field) {
  const void* const column = &field;
  if (column == &row.quoted && row.code.count == 0) return {};
  return of_type(image, field);
}

// An element of a set of texts is the number of a text.
inline Values other_values(const Image& image, const std::int64_t& row, std::size_t number,
                           const std::int64_t&) {
  const bool is_element = !image.set_elements.empty() && &row >= &image.set_elements.front() &&
                          &row <= &image.set_elements.back();
  for (const SetRow& set : image.sets) {
    const bool owns = number >= set.elements.first && number < set.elements.end();
    if (is_element && owns && set.element != ElementKind::Integer)
      return neighbours(row, image.strings.size());
  }
  return numbers(row);
}

// ---- instructions

inline bool same_operands(Opcode one, Opcode other) {
  const OpcodeInfo &a = info(one), &b = info(other);
  return a.a == b.a && a.b == b.b && a.c == b.c;
}

inline Values other_operand(const Image& image, Operand kind, std::uint32_t value,
                            const Instruction& in) {
  switch (kind) {
    case Operand::None: return {};  // its bits are zero
    case Operand::Bool:
    case Operand::Negate:
    case Operand::RangeFlags: return {{value ^ 1}};
    case Operand::Kind: return of_type(image, static_cast<TypeKind>(value));
    case Operand::Enum:
      return static_cast<TypeKind>(in.a) == TypeKind::Enum ? neighbours(value, image.enums.size())
                                                           : Values{};
    case Operand::Integer: return neighbours(value, image.integers.size());
    case Operand::String: return neighbours(value, image.strings.size());
    case Operand::Set: return neighbours(value, image.sets.size());
    case Operand::Pattern: return neighbours(value, image.patterns.size());
    case Operand::Limit: return neighbours(value, image.limits.size());
    case Operand::SeatKind:
      return in.c == kNoRow ? Values{} : of_type(image, static_cast<SeatKind>(value));
    case Operand::Role:
      if (value == kNoRow) return {{0}};
      return static_cast<SeatKind>(in.a) == SeatKind::Role ? numbers(value) : Values{};
    case Operand::Slot:
    case Operand::Field:
    case Operand::Count:
    case Operand::Scratch:
    case Operand::Thousandths:
    case Operand::Values:
    case Operand::Target: break;
  }
  return numbers(value);
}

template <typename Field>
Values other_values(const Image& image, const Instruction& in, std::size_t, const Field& field) {
  const OpcodeInfo& row = info(in.opcode);
  const void* const column = &field;
  if (column == &in.a) return other_operand(image, row.a, in.a, in);
  if (column == &in.b) return other_operand(image, row.b, in.b, in);
  if (column == &in.c) return other_operand(image, row.c, in.c, in);
  Values values;
  for (unsigned i = 0; i < kOpcodeCount; ++i) {
    const auto other = static_cast<Opcode>(i);
    if (other != in.opcode && same_operands(in.opcode, other)) values.all.push_back(i);
  }
  return values;
}

}  // namespace remit::test
