#include "stdlib/integer.h"

#include <algorithm>
#include <charconv>

namespace remit::stdlib {

namespace {

std::optional<Wide> within(Wide value, bool overflowed) {
  if (overflowed || value > kWideMax || value < -kWideMax) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::int64_t> parse_digits_with_zeros(std::string_view text) {
  if (text.empty() || text.front() == '-' || text.front() == '+') return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_digits(std::string_view text) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return parse_digits_with_zeros(text);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  if (!text.starts_with('-')) return parse_digits(text);
  const std::string_view digits = text.substr(1);
  if (digits.empty() || digits.front() == '0' || digits.front() == '-') return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
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
