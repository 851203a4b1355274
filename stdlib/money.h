// Money: 64-bit micro-units (10^-6) of the bundle's currency. Exact decimal text in, exact decimal
// text out.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace remit::stdlib {

inline constexpr int kMoneyDecimals = 6;  // of an amount; of a minor unit at most

// How an amount is written in a request: None as `"USD 12.50"`, Minor as `1250`, Major as `12.50`,
// Text as `"12.50"`. The list of the others is money_units.def.
enum class MoneyUnit : std::uint8_t {
  None,
#define REMIT_MONEY_UNIT(kind, spelling) kind,
#include "stdlib/money_units.def"
#undef REMIT_MONEY_UNIT
};

// The words of a schema for a unit, by MoneyUnit behind None.
inline constexpr std::string_view kMoneyUnitNames[] = {
#define REMIT_MONEY_UNIT(kind, spelling) spelling,
#include "stdlib/money_units.def"
#undef REMIT_MONEY_UNIT
};

// `minor`; empty for None.
[[nodiscard]] constexpr std::string_view spelling(MoneyUnit unit) {
  return unit == MoneyUnit::None ? std::string_view()
                                 : kMoneyUnitNames[static_cast<std::size_t>(unit) - 1];
}
// None for any other word.
[[nodiscard]] constexpr MoneyUnit money_unit(std::string_view word) {
  const auto* const found = std::ranges::find(kMoneyUnitNames, word);
  return found == std::end(kMoneyUnitNames) ? MoneyUnit::None
                                            : static_cast<MoneyUnit>(found - kMoneyUnitNames + 1);
}

struct Currency {
  std::string_view code;
  int minor_digits = 2;  // decimals of the minor unit
};

// `12.50` or `-0.000004` (at most 6 decimals, no exponent, no leading zero) in micro-units; nothing
// if it is not such a number or out of range.
[[nodiscard]] std::optional<std::int64_t> parse_decimal_micros(std::string_view text);

// `USD 12.50` or `-USD 3` of this currency. One space; at most 6 decimals; any number of leading
// zeros is refused.
[[nodiscard]] std::optional<std::int64_t> parse_money(std::string_view text,
                                                      std::string_view currency);

// An integer of minor units with `minor_digits` (0 to 6) decimals in micro-units.
[[nodiscard]] std::optional<std::int64_t> micros_of_minor(std::int64_t minor, int minor_digits);
// The reverse; nothing if it is not a whole number of minor units.
[[nodiscard]] std::optional<std::int64_t> minor_of_micros(std::int64_t micros, int minor_digits);

// `1234.50`, with 2 to 6 decimals.
[[nodiscard]] std::string format_decimal_micros(std::int64_t micros);
// `USD 1234.50`, `-USD 3.00`.
[[nodiscard]] std::string format_money(std::int64_t micros, std::string_view currency);

}  // namespace remit::stdlib
