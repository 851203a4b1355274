// Numbers as text, and safe narrowing of 128-bit results.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <remit/internal/wide.h>

namespace remit::stdlib {

// `0` or digits without a leading zero, in range of i64.
[[nodiscard]] std::optional<std::int64_t> parse_digits(std::string_view text);
// One or more digits, zeros anywhere.
[[nodiscard]] std::optional<std::int64_t> parse_digits_with_zeros(std::string_view text);
// A JSON integer token: `-?(0|[1-9][0-9]*)`, in range; `-0` is refused.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

[[nodiscard]] constexpr std::int64_t power_of_ten(int exponent) {
  std::int64_t value = 1;
  for (int i = 0; i < exponent; ++i) value *= 10;
  return value;
}

// `12` or `12.345`, with 1 to `places` decimals, in units of 10^-places. It has no sign, since the
// lowest amount has no positive counterpart.
[[nodiscard]] std::optional<Wide> parse_decimal(std::string_view text, int places);
// The reverse, without zeros at the end but with at least `places_min` decimals; `places` is at
// least 1.
[[nodiscard]] std::string format_decimal(std::int64_t value, int places, int places_min);

[[nodiscard]] constexpr std::optional<std::int64_t> narrow(Wide value) {
  if (value < INT64_MIN || value > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

[[nodiscard]] std::string to_text(Wide value);

// The bound of every intermediate value: +-(2^127 - 1).
inline constexpr Wide kWideMax = ((Wide{1} << 126) - 1) * 2 + 1;

// Sum, difference and product within +-kWideMax; nothing beyond.
[[nodiscard]] std::optional<Wide> checked_add(Wide a, Wide b);
[[nodiscard]] std::optional<Wide> checked_subtract(Wide a, Wide b);
[[nodiscard]] std::optional<Wide> checked_multiply(Wide a, Wide b);

}  // namespace remit::stdlib
