#include "vm/narrow/domain.h"

#include <algorithm>

#include <remit/internal/wide.h>
#include "stdlib/money.h"
#include "vm/decide/set_order.h"

namespace remit::vm {

void Domain::narrow_to(std::int64_t from, std::int64_t to) {
  // The multiples of `step` inside; step 1 has no remainder.
  const auto floor_of = [this](std::int64_t value) {
    const std::int64_t rest = value % step;
    return value - rest - (rest < 0 ? step : 0);
  };
  const Wide lowest = step == 1 || from % step == 0 ? Wide{from} : Wide{floor_of(from)} + step;
  const Wide highest = step == 1 ? Wide{to} : Wide{floor_of(to)};
  if (lowest > highest) {
    may_be_there = false;
    low = high = 0;
    return;
  }
  low = static_cast<std::int64_t>(lowest);
  high = static_cast<std::int64_t>(highest);
}

std::int64_t values_in(const Image& image, const TypeRow& type) {
  switch (form_of(type.kind)) {
    case TypeForm::Bool: return 2;
    case TypeForm::Enum: return image.enum_of(type).values.count;
    case TypeForm::Tool: return static_cast<std::int64_t>(image.tools.size());
    case TypeForm::Number: {
      const Wide count = Wide{type.high} - type.low + 1;
      return static_cast<std::int64_t>(std::min<Wide>(count, INT64_MAX));
    }
    case TypeForm::PlainText:
    case TypeForm::Format:
    case TypeForm::Opaque:
    case TypeForm::Record:
    case TypeForm::Collection: return INT64_MAX;
  }
  return INT64_MAX;
}

Domain domain_of(const Image& image, const FieldRow& field) {
  const TypeRow& type = image[field.type];
  Domain domain;
  switch (form_of(type.kind)) {
    case TypeForm::Bool:
    case TypeForm::Enum:
    case TypeForm::Tool: domain.narrow_to(0, values_in(image, type) - 1); break;
    case TypeForm::Number:
      if (type.kind == TypeKind::Money) domain.step = stdlib::step_of(money_form(field).decimals);
      domain.narrow_to(type.low, type.high);
      break;
    case TypeForm::Collection: {
      // The elements of a set differ.
      const bool set = type.kind == TypeKind::Set;
      const std::int64_t most = set ? values_in(image, image.element_of(type)) : INT64_MAX;
      domain.narrow_to(type.low, std::min(type.high, most));
      break;
    }
    case TypeForm::PlainText:
    case TypeForm::Format:
    case TypeForm::Opaque:
    case TypeForm::Record: break;
  }
  return domain;
}

bool Split::divides(const Domain& domain) const {
  switch (kind) {
    case Kind::Presence: return domain.may_be_absent && domain.may_be_there;
    case Kind::At: return domain.may_be_there && domain.low < cut && cut <= domain.high;
    case Kind::Text:
      return domain.may_be_there && !domain.text &&
             std::ranges::none_of(domain.not_texts,
                                  [this](const Value& other) { return same_text(other, text); });
  }
  return false;
}

// Of what may be absent, the first part of a cut keeps that.
void Split::apply(bool second, Domain& domain) const {
  switch (kind) {
    case Kind::Presence: (second ? domain.may_be_absent : domain.may_be_there) = false; return;
    case Kind::At:
      if (second) domain.may_be_absent = false;
      second ? domain.narrow_to(cut, domain.high) : domain.narrow_to(domain.low, cut - 1);
      return;
    case Kind::Text:
      if (second) {
        domain.not_texts.push_back(text);
      } else {
        domain.may_be_absent = false;
        domain.text = text;
      }
      return;
  }
}

}  // namespace remit::vm
