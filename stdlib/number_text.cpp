#include "stdlib/number_text.h"

#include <remit/internal/check.h>
#include "stdlib/time.h"

namespace remit::stdlib {

std::optional<std::string> number_text(TypeKind kind, std::int64_t value,
                                       std::string_view currency) {
  if (kind == TypeKind::Bool) return value != 0 ? "true" : "false";
  if (kind == TypeKind::Int) return std::to_string(value);
  if (kind == TypeKind::Money) return format_money(value, currency);
  if (kind == TypeKind::Duration) return format_duration(value);
  if (kind == TypeKind::Timestamp) return format_timestamp(value);
  if (kind == TypeKind::TimeOfDay) return format_time_of_day(value);
  return std::nullopt;
}

namespace {

void write_money(JsonWriter& json, std::int64_t micros, const Currency& currency, MoneyUnit unit) {
  switch (unit) {
    case MoneyUnit::None: return json.string(format_money(micros, currency.code));
    case MoneyUnit::Text: return json.string(format_decimal_micros(micros));
    case MoneyUnit::Major: break;
    case MoneyUnit::Minor:
      if (const auto minor = minor_of_micros(micros, currency.minor_digits))
        return json.integer(*minor);
      break;
  }
  json.raw(format_decimal_micros(micros));
}

}  // namespace

void write_number(JsonWriter& json, TypeKind kind, std::int64_t value, const Currency& currency,
                  MoneyUnit unit) {
  if (kind == TypeKind::Bool) return json.boolean(value != 0);
  if (kind == TypeKind::Int) return json.integer(value);
  if (kind == TypeKind::Money) return write_money(json, value, currency, unit);
  const auto text = number_text(kind, value, currency.code);
  REMIT_CHECK(text.has_value(), "only numbers have a text of their own");
  json.string(*text);
}

}  // namespace remit::stdlib
