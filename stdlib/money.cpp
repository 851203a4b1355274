#include "stdlib/money.h"

#include <limits>

#include <remit/internal/wide.h>
#include "stdlib/integer.h"

namespace remit::stdlib {

namespace {

constexpr std::size_t kDecimals = 6;
constexpr Wide kMicrosPerUnit = 1'000'000;

std::int64_t power_of_ten(int exponent) {
  std::int64_t value = 1;
  for (int i = 0; i < exponent; ++i) value *= 10;
  return value;
}

// The size of an amount; without its sign, since the lowest amount has no positive counterpart.
std::optional<Wide> parse_magnitude(std::string_view text) {
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view fraction =
      dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  if (dot != std::string_view::npos && (fraction.empty() || fraction.size() > kDecimals))
    return std::nullopt;
  const auto units = parse_digits(whole);
  const auto parts =
      fraction.empty() ? std::optional<std::int64_t>(0) : parse_digits_with_zeros(fraction);
  if (!units || !parts) return std::nullopt;
  return Wide{*units} * kMicrosPerUnit +
         Wide{*parts} * power_of_ten(static_cast<int>(kDecimals - fraction.size()));
}

}  // namespace

std::optional<std::int64_t> parse_decimal_micros(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto micros = parse_magnitude(text.substr(negative ? 1 : 0));
  return micros ? narrow(negative ? -*micros : *micros) : std::nullopt;
}

std::optional<std::int64_t> parse_money(std::string_view text, std::string_view currency) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (!text.starts_with(currency) || text.size() <= currency.size() || text[currency.size()] != ' ')
    return std::nullopt;
  const auto micros = parse_magnitude(text.substr(currency.size() + 1));
  return micros ? narrow(negative ? -*micros : *micros) : std::nullopt;
}

std::optional<std::int64_t> micros_of_minor(std::int64_t minor, int minor_digits) {
  return narrow(Wide{minor} * power_of_ten(static_cast<int>(kDecimals) - minor_digits));
}

std::optional<std::int64_t> minor_of_micros(std::int64_t micros, int minor_digits) {
  const std::int64_t unit = power_of_ten(static_cast<int>(kDecimals) - minor_digits);
  if (micros % unit != 0) return std::nullopt;
  return micros / unit;
}

std::string format_decimal_micros(std::int64_t micros) {
  const Wide magnitude = micros < 0 ? -Wide{micros} : Wide{micros};
  const auto units = static_cast<std::uint64_t>(magnitude / kMicrosPerUnit);
  std::string fraction = std::to_string(static_cast<std::uint64_t>(magnitude % kMicrosPerUnit));
  fraction.insert(0, kDecimals - fraction.size(), '0');
  while (fraction.size() > 2 && fraction.ends_with('0')) fraction.pop_back();
  return (micros < 0 ? "-" : "") + std::to_string(units) + '.' + fraction;
}

std::string format_money(std::int64_t micros, std::string_view currency) {
  const std::string decimal = format_decimal_micros(micros);
  const bool negative = decimal.starts_with('-');
  return (negative ? "-" : "") + std::string(currency) + ' ' + decimal.substr(negative ? 1 : 0);
}

}  // namespace remit::stdlib
