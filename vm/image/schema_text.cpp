#include "vm/image/schema_text.h"

#include "stdlib/money.h"

namespace remit::vm {

std::string type_text(const Image& image, TypeId id) {
  const TypeRow& type = image[id];
  std::string word(spelling(type.kind));
  const std::string_view currency = image.default_currency().text();
  const auto name = [&](StringId name) { return image[name]; };
  const auto element = [&] { return '<' + type_text(image, static_cast<TypeId>(type.ref)) + '>'; };
  const auto range = [](const std::string& low, const std::string& high) {
    return '(' + low + "..=" + high + ')';
  };
  const auto numbers = [&] { return range(std::to_string(type.low), std::to_string(type.high)); };
  const auto most = [&] { return '(' + std::to_string(type.high) + ')'; };
  switch (form_of(type.kind)) {
    case TypeForm::Bool:
    case TypeForm::Format:
    case TypeForm::Tool: return word;
    case TypeForm::Number:
      if (type.kind == TypeKind::Int && (type.low != INT64_MIN || type.high != INT64_MAX))
        return word + numbers();
      if (type.kind == TypeKind::Money && (type.low != 0 || type.high != INT64_MAX))
        return word + range(stdlib::format_money(type.low, currency),
                            stdlib::format_money(type.high, currency));
      return word;
    case TypeForm::PlainText: return type.kind == TypeKind::String ? word + most() : word;
    case TypeForm::Opaque: return word + most();
    case TypeForm::Enum: return name(image.enum_of(type).name);
    case TypeForm::Record: return name(image.record_of(type).name);
    case TypeForm::Collection:
      return word + element() + (type.kind == TypeKind::Set ? most() : numbers());
  }
  return word;
}

}  // namespace remit::vm
