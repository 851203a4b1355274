#include "vm/image/schema_text.h"

#include "stdlib/money.h"

namespace remit::vm {

std::string type_text(const Image& image, TypeId id) {
  const TypeRow& type = image[id];
  std::string word(spelling(type.kind));
  const std::string_view currency = image.default_currency().text();
  const auto name = [&](StringId name) { return image[name]; };
  const auto element = [&] { return '<' + type_text(image, static_cast<TypeId>(type.ref)) + '>'; };
  switch (type.kind) {
    case TypeKind::Int:
      if (type.low == INT64_MIN && type.high == INT64_MAX) return word;
      return word + '(' + std::to_string(type.low) + "..=" + std::to_string(type.high) + ')';
    case TypeKind::Money:
      if (type.low == 0 && type.high == INT64_MAX) return word;
      return word + '(' + stdlib::format_money(type.low, currency) +
             "..=" + stdlib::format_money(type.high, currency) + ')';
    case TypeKind::String:
    case TypeKind::Opaque: return word + '(' + std::to_string(type.high) + ')';
    case TypeKind::Enum: return name(image.enum_of(type).name);
    case TypeKind::Record: return name(image.record_of(type).name);
    case TypeKind::Set: return word + element() + '(' + std::to_string(type.high) + ')';
    case TypeKind::List:
      return word + element() + '(' + std::to_string(type.low) + "..=" + std::to_string(type.high) +
             ')';
    case TypeKind::Bool:
    case TypeKind::Duration:
    case TypeKind::Timestamp:
    case TypeKind::TimeOfDay:
    case TypeKind::Id:
    case TypeKind::Host:
    case TypeKind::Path:
    case TypeKind::Email:
    case TypeKind::Url:
    case TypeKind::Ip:
    case TypeKind::Tool: return word;
  }
  return word;
}

}  // namespace remit::vm
