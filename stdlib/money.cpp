#include "stdlib/money.h"

#include "stdlib/integer.h"

namespace remit::stdlib {

namespace {

// An amount after its sign. There is one zero, which has none.
std::optional<std::int64_t> signed_micros(bool negative, std::string_view text, int decimals_max) {
  const auto micros = parse_decimal(text, kMoneyDecimals);
  if (!micros || (negative && *micros == 0)) return std::nullopt;
  const std::size_t dot = text.find('.');
  if (dot != std::string_view::npos &&
      text.size() - dot - 1 > static_cast<std::size_t>(decimals_max))
    return std::nullopt;
  return narrow(negative ? -*micros : *micros);
}

}  // namespace

std::int64_t step_of(int decimals) { return power_of_ten(kMoneyDecimals - decimals); }

std::string to_text(MoneyForm form) {
  if (form.unit == MoneyUnit::None) return {};
  return std::string(spelling(form.unit)) + ' ' + std::to_string(form.decimals);
}

std::optional<std::int64_t> parse_decimal_micros(std::string_view text, int decimals_max) {
  const bool negative = text.starts_with('-');
  return signed_micros(negative, text.substr(negative ? 1 : 0), decimals_max);
}

std::optional<std::int64_t> parse_money(std::string_view text, std::string_view currency) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (!text.starts_with(currency) || text.size() <= currency.size() || text[currency.size()] != ' ')
    return std::nullopt;
  return signed_micros(negative, text.substr(currency.size() + 1), kMoneyDecimals);
}

std::optional<std::int64_t> micros_of_minor(std::int64_t minor, int minor_digits) {
  return narrow(Wide{minor} * step_of(minor_digits));
}

std::string format_decimal_micros(std::int64_t micros, int decimals_min) {
  return format_decimal(micros, kMoneyDecimals, decimals_min);
}

std::string format_money(std::int64_t micros, std::string_view currency) {
  const std::string decimal = format_decimal_micros(micros);
  const bool negative = decimal.starts_with('-');
  return (negative ? "-" : "") + std::string(currency) + ' ' + decimal.substr(negative ? 1 : 0);
}

}  // namespace remit::stdlib
