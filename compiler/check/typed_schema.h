// What the schemas of a bundle declare, resolved: the vocabulary of everything else in it.
//
// Filled once, by check_schema; whoever comes later only reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/check/types.h"
#include "lang/source.h"
#include "stdlib/money.h"
#include "stdlib/seat.h"

namespace remit::compiler {

enum class ToolIndex : std::uint32_t {};

struct EnumValueInfo {
  std::string_view name;
  std::string_view wire_name;
  bool platform = false;
  lang::Span span;
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
  bool absent_ok = false;   // annotated: its absence may open a grant and loosen a guard
  stdlib::MoneyForm money;  // how an amount is written in requests
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

// A seat of a wait.
struct SeatInfo {
  stdlib::SeatKind kind = stdlib::SeatKind::Role;
  std::uint32_t role = 0;  // ordinal; of the other kinds 0

  friend bool operator==(const SeatInfo&, const SeatInfo&) = default;
};

struct Schema {
  std::string_view currency;
  int minor_digits = 2;
  std::vector<EnumInfo> enums;       // sorted by name
  std::vector<RecordInfo> records;   // sorted by name
  std::vector<RootInfo> roots;       // decoding order
  std::vector<ToolInfo> tools;       // sorted by name
  std::vector<FieldInfo> tool_root;  // the fields of the root `tool`

  [[nodiscard]] const EnumInfo& enumeration(const Type& type) const { return enums[type.ref]; }
  [[nodiscard]] const EnumInfo& enumeration(EnumIndex index) const {
    return enums[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] const RecordInfo& record(const Type& type) const { return records[type.ref]; }
  [[nodiscard]] const ToolInfo& tool(ToolIndex index) const {
    return tools[static_cast<std::size_t>(index)];
  }
  [[nodiscard]] std::optional<EnumIndex> find_enum(std::string_view name) const;
  [[nodiscard]] std::optional<RecordIndex> find_record(std::string_view name) const;
  [[nodiscard]] std::optional<ToolIndex> find_tool(std::string_view dotted) const;
  // Of the engine or of the host.
  [[nodiscard]] bool is_root(std::string_view name) const;
};

// Whether `<` means something between values of a type.
[[nodiscard]] bool has_order(const Type& type, const Schema& schema);
// A value of an integral type as an author writes it: `USD 12.50`, `production`, `09:00`.
[[nodiscard]] std::string spelled_value(const Type& type, Wide value, const Schema& schema);
// A type as an author writes it: `int(0..=100)`, `set<role>(32)`.
[[nodiscard]] std::string spelled(const Type& type, const Schema& schema);

}  // namespace remit::compiler
