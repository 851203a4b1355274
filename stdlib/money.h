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

// How an amount is written in a request: its unit, and the decimals that it has there; an amount
// with more of them cannot be written so. Without a unit it has all.
struct MoneyForm {
  MoneyUnit unit = MoneyUnit::None;
  int decimals = kMoneyDecimals;

  friend bool operator==(const MoneyForm&, const MoneyForm&) = default;
};

// The steps of amounts with so many decimals, in micro-units: 10'000 for 2.
[[nodiscard]] std::int64_t step_of(int decimals);
// `major 2`, as hashes and listings have it; empty without a unit.
[[nodiscard]] std::string to_text(MoneyForm form);

// `12.50` or `-0.000004` (at most so many decimals, no exponent, no leading zero, no minus zero) in
// micro-units; nothing if it is not such a number or out of range.
[[nodiscard]] std::optional<std::int64_t> parse_decimal_micros(std::string_view text,
                                                               int decimals_max = kMoneyDecimals);

// `USD 12.50` or `-USD 3` of this currency. One space; at most 6 decimals; leading zeros and minus
// zero are refused.
[[nodiscard]] std::optional<std::int64_t> parse_money(std::string_view text,
                                                      std::string_view currency);

// An integer of minor units with `minor_digits` (0 to 6) decimals in micro-units.
[[nodiscard]] std::optional<std::int64_t> micros_of_minor(std::int64_t minor, int minor_digits);

// `1234.50`, with as many decimals as it needs, and at least `decimals_min`.
[[nodiscard]] std::string format_decimal_micros(std::int64_t micros, int decimals_min = 2);
// `USD 1234.50`, `-USD 3.00`.
[[nodiscard]] std::string format_money(std::int64_t micros, std::string_view currency);

}  // namespace remit::stdlib
