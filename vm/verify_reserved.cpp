// Columns that are set aside: format 2 has a place for them, and this version of the language gives
// them no meaning. Each must be what an image without it has, so that none is passed over.

#include <algorithm>
#include <optional>
#include <string_view>

#include "stdlib/money.h"
#include "vm/load_fault.h"
#include "vm/verify.h"

namespace remit::vm {

namespace {

template <typename Row, typename Holds>
bool all(const std::vector<Row>& rows, Holds&& holds) {
  return std::ranges::all_of(rows, holds);
}

std::uint8_t digits_of(const FieldRow& field, const CurrencyRow& currency) {
  switch (field.unit) {
    case MoneyUnit::None: return 0;
    case MoneyUnit::Minor: return currency.minor_digits;
    case MoneyUnit::Major:
    case MoneyUnit::Text: return stdlib::kMoneyDecimals;
  }
  return 0;
}

// The column that has a meaning of a later language; nothing if there is none.
std::optional<std::string_view> column_in_use(const Image& image) {
  // Money is in one currency, whose row every amount names.
  if (image.currencies.size() != 1) return "a second currency";
  const auto one_currency = [](TypeKind kind, std::uint32_t ref) {
    return kind != TypeKind::Money || ref == 0;
  };
  if (!all(image.types, [&](const TypeRow& r) { return one_currency(r.kind, r.ref); }) ||
      !all(image.sets, [&](const SetRow& r) { return one_currency(r.kind, r.ref); }) ||
      !all(image.inputs, [&](const InputRow& r) { return one_currency(r.kind, r.ref); }) ||
      !all(image.limits, [&](const LimitRow& r) { return one_currency(r.kind, r.ref); }))
    return "money of no one currency";
  if (!all(image.types, [](const TypeRow& r) { return r.kind != TypeKind::Set || r.low == 0; }))
    return "the least size of a set";
  if (!all(image.enum_values, [](const EnumValueRow& r) { return r.wire_name == r.name; }))
    return "the wire name of an enum value";
  if (!all(image.fields, [&](const FieldRow& r) {
        return r.unit_digits == digits_of(r, image.default_currency());
      }))
    return "the decimals of a unit";
  if (!all(image.fields, [](const FieldRow& r) { return r.label_slot == kNoRow; }))
    return "the label of an argument";
  if (!all(image.items, [](const ItemRow& r) { return r.shadow == 0; })) return "a shadow item";
  if (!all(image.parties, [](const PartyRow& r) { return r.seats.count == 1; }))
    return "a party of several seats";
  if (!all(image.seats, [](const SeatRow& r) { return r.kind == SeatKind::Role; }))
    return "a seat that is no role";
  if (!all(image.limits, [](const LimitRow& r) {
        return r.window == Window::Sliding || r.window == Window::Month;
      }))
    return "a window that is neither a time nor a calendar month";
  if (!all(image.limits, [](const LimitRow& r) { return r.keys.count > 0; }))
    return "a limit without keys";
  return std::nullopt;
}

}  // namespace

Verified verify_reserved(const Image& image) {
  if (const auto column = column_in_use(image))
    return std::unexpected(load_error(LoadFault::Reserved, 0, *column));
  return {};
}

}  // namespace remit::vm
