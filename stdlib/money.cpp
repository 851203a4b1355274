#include "stdlib/money.h"

#include "stdlib/integer.h"

namespace remit::stdlib {

std::optional<std::int64_t> parse_decimal_micros(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto micros = parse_decimal(text.substr(negative ? 1 : 0), kMoneyDecimals);
  return micros ? narrow(negative ? -*micros : *micros) : std::nullopt;
}

std::optional<std::int64_t> parse_money(std::string_view text, std::string_view currency) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (!text.starts_with(currency) || text.size() <= currency.size() || text[currency.size()] != ' ')
    return std::nullopt;
  const auto micros = parse_decimal(text.substr(currency.size() + 1), kMoneyDecimals);
  return micros ? narrow(negative ? -*micros : *micros) : std::nullopt;
}

std::optional<std::int64_t> micros_of_minor(std::int64_t minor, int minor_digits) {
  return narrow(Wide{minor} * power_of_ten(kMoneyDecimals - minor_digits));
}

std::optional<std::int64_t> minor_of_micros(std::int64_t micros, int minor_digits) {
  const std::int64_t unit = power_of_ten(kMoneyDecimals - minor_digits);
  if (micros % unit != 0) return std::nullopt;
  return micros / unit;
}

std::string format_decimal_micros(std::int64_t micros) {
  return format_decimal(micros, kMoneyDecimals, 2);
}

std::string format_money(std::int64_t micros, std::string_view currency) {
  const std::string decimal = format_decimal_micros(micros);
  const bool negative = decimal.starts_with('-');
  return (negative ? "-" : "") + std::string(currency) + ' ' + decimal.substr(negative ? 1 : 0);
}

}  // namespace remit::stdlib
