#include "stdlib/number_text.h"

#include "stdlib/money.h"
#include "stdlib/time.h"

namespace remit::stdlib {

std::optional<std::string> number_text(TypeKind kind, std::int64_t value,
                                       std::string_view currency) {
  switch (kind) {
    case TypeKind::Bool: return value != 0 ? "true" : "false";
    case TypeKind::Int: return std::to_string(value);
    case TypeKind::Money: return format_money(value, currency);
    case TypeKind::Duration: return format_duration(value);
    case TypeKind::Timestamp: return format_timestamp(value);
    case TypeKind::TimeOfDay: return format_time_of_day(value);
    case TypeKind::Enum:
    case TypeKind::Tool:
    case TypeKind::String:
    case TypeKind::Id:
    case TypeKind::Host:
    case TypeKind::Path:
    case TypeKind::Email:
    case TypeKind::Url:
    case TypeKind::Ip:
    case TypeKind::Opaque:
    case TypeKind::Record:
    case TypeKind::Set:
    case TypeKind::List: break;
  }
  return std::nullopt;
}

}  // namespace remit::stdlib
