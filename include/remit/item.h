// What a policy consists of. The list of kinds is items.def.
#pragma once

#include <cstdint>
#include <string_view>

namespace remit::inline v0 {

// Row and GuardRow are the rows of a table and of a guard table, named `table.label`.
enum class ItemKind : std::uint8_t {
#define REMIT_ITEM(kind, spelling) kind,
#include <remit/items.def>
#undef REMIT_ITEM
};

[[nodiscard]] constexpr std::string_view spelling(ItemKind kind) {
  switch (kind) {
#define REMIT_ITEM(kind_name, text) \
  case ItemKind::kind_name: return text;
#include <remit/items.def>
#undef REMIT_ITEM
  }
  return {};
}

// Rules and rows of tables may grant; everything else can only tighten.
[[nodiscard]] constexpr bool may_grant(ItemKind kind) {
  return kind == ItemKind::Rule || kind == ItemKind::Row;
}

[[nodiscard]] constexpr bool is_row(ItemKind kind) {
  return kind == ItemKind::Row || kind == ItemKind::GuardRow;
}

}  // namespace remit::inline v0
