#include "stdlib/integer.h"

#include <algorithm>
#include <charconv>

namespace remit::stdlib {

namespace {

std::optional<Wide> within(Wide value, bool overflowed) {
  if (overflowed || value > kWideMax || value < -kWideMax) return std::nullopt;
  return value;
}

// All of the text: digits, and a minus before them if it is negative.
std::optional<std::int64_t> read_all(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::int64_t> parse_digits_with_zeros(std::string_view text) {
  return text.starts_with('-') ? std::nullopt : read_all(text);
}

std::optional<std::int64_t> parse_digits(std::string_view text) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return parse_digits_with_zeros(text);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (!text.starts_with('-')) return parse_digits(text);
  return text.starts_with("-0") ? std::nullopt : read_all(text);
}

std::optional<Wide> parse_decimal(std::string_view text, int places) {
  const std::size_t dot = text.find('.');
  const auto units = parse_digits(text.substr(0, dot));
  if (!units) return std::nullopt;
  const Wide value = Wide{*units} * power_of_ten(places);
  if (dot == std::string_view::npos) return value;
  const std::string_view decimals = text.substr(dot + 1);
  if (decimals.size() > static_cast<std::size_t>(places)) return std::nullopt;
  const auto parts = parse_digits_with_zeros(decimals);
  if (!parts) return std::nullopt;
  return value + Wide{*parts} * power_of_ten(places - static_cast<int>(decimals.size()));
}

std::string format_decimal(std::int64_t value, int places, int places_min) {
  const auto unit = static_cast<std::uint64_t>(power_of_ten(places));
  const auto bits = static_cast<std::uint64_t>(value);
  const std::uint64_t magnitude = value < 0 ? 0 - bits : bits;
  std::string decimals = std::to_string(magnitude % unit);
  decimals.insert(0, static_cast<std::size_t>(places) - decimals.size(), '0');
  while (decimals.size() > static_cast<std::size_t>(places_min) && decimals.ends_with('0'))
    decimals.pop_back();
  const std::string whole = (value < 0 ? "-" : "") + std::to_string(magnitude / unit);
  return decimals.empty() ? whole : whole + '.' + decimals;
}

std::string to_text(Wide value) {
  if (value == 0) return "0";
  const bool negative = value < 0;
  std::string digits;
  // Work on negative values: their range is the larger one.
  for (Wide rest = negative ? value : -value; rest != 0; rest /= 10)
    digits += static_cast<char>('0' - static_cast<int>(rest % 10));
  if (negative) digits += '-';
  std::ranges::reverse(digits);
  return digits;
}

std::optional<Wide> checked_add(Wide a, Wide b) {
  Wide result;
  const bool overflowed = __builtin_add_overflow(a, b, &result);
  return within(result, overflowed);
}

std::optional<Wide> checked_subtract(Wide a, Wide b) {
  Wide result;
  const bool overflowed = __builtin_sub_overflow(a, b, &result);
  return within(result, overflowed);
}

std::optional<Wide> checked_multiply(Wide a, Wide b) {
  Wide result;
  const bool overflowed = __builtin_mul_overflow(a, b, &result);
  return within(result, overflowed);
}

}  // namespace remit::stdlib
