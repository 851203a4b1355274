#include "stdlib/number_text.h"

#include <algorithm>

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

void write_money(JsonWriter& json, std::int64_t micros, std::string_view currency, MoneyForm form) {
  const std::string decimal = format_decimal_micros(micros, std::min(2, form.decimals));
  switch (form.unit) {
    case MoneyUnit::None: return json.string(format_money(micros, currency));
    case MoneyUnit::Text: return json.string(decimal);
    case MoneyUnit::Major: return json.raw(decimal);
    case MoneyUnit::Minor: {
      const std::int64_t step = step_of(form.decimals);
      return micros % step == 0 ? json.integer(micros / step) : json.raw(decimal);
    }
  }
}

}  // namespace

void write_number(JsonWriter& json, TypeKind kind, std::int64_t value, std::string_view currency,
                  MoneyForm form) {
  if (kind == TypeKind::Bool) return json.boolean(value != 0);
  if (kind == TypeKind::Int) return json.integer(value);
  if (kind == TypeKind::Money) return write_money(json, value, currency, form);
  const auto text = number_text(kind, value, currency);
  REMIT_CHECK(text.has_value(), "only numbers have a text of their own");
  json.string(*text);
}

}  // namespace remit::stdlib
