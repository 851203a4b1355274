#include "vm/answer/typed_value.h"

#include "vm/decide/bind.h"

namespace remit::vm {

namespace {

class Typed {
 public:
  explicit Typed(const Linked& linked) : linked_(linked), image_(linked.program.image()) {}

  // The fields of args or of a record, where its layout says behind `values`.
  std::vector<NamedValue> fields(RangeOf<FieldRow> range, const Value* values, bool sensitive) {
    std::vector<NamedValue> named;
    for (std::uint32_t i = range.first; i < range.end(); ++i) {
      const FieldRow& field = image_.fields[i];
      const Value* value = values + linked_.program.layout().fields[i].offset;
      if (value->absent()) continue;
      named.push_back({std::string(linked_.text(field.wire_name)),
                       this->value(image_[field.type], value, sensitive || field.sensitive != 0)});
    }
    return named;
  }

 private:
  TypedValue value(const TypeRow& type, const Value* value, bool sensitive) {
    TypedValue typed;
    if (type.kind == TypeKind::Record) {
      typed.fields = fields(image_.record_of(type).fields, value + 1, sensitive);
    } else if (is_collection(type.kind)) {
      const TypeRow& element = image_.element_of(type);
      for (std::uint32_t i = 0; i < value->size; ++i)
        typed.elements.push_back(this->element(element, *value, i, sensitive));
    } else {
      typed = typed_scalar(linked_, type, *value);
    }
    typed.kind = type.kind;
    typed.sensitive = sensitive;
    return typed;
  }

  TypedValue element(const TypeRow& type, const Value& collection, std::uint32_t number,
                     bool sensitive) {
    if (type.kind != TypeKind::Record) return value(type, collection.elements + number, sensitive);
    TypedValue typed;
    typed.kind = type.kind;
    typed.sensitive = sensitive;
    // Elements have no slot that says whether they are there.
    typed.fields = fields(image_.record_of(type).fields,
                          collection.elements + std::size_t{number} * collection.symbol, sensitive);
    return typed;
  }

  const Linked& linked_;
  const Image& image_;
};

}  // namespace

TypedValue typed_scalar(const Linked& linked, const TypeRow& type, const Value& value) {
  const Image& image = linked.program.image();
  TypedValue typed;
  typed.kind = type.kind;
  if (is_integral(type.kind)) typed.integer = value.integer;
  switch (form_of(type.kind)) {
    case TypeForm::Bool:
    case TypeForm::Number:
    case TypeForm::Record:
    case TypeForm::Collection: break;
    case TypeForm::Enum: typed.text = enum_wire_name(image, type, value.integer); break;
    case TypeForm::Tool:
      // Its number means nothing outside of the image.
      typed.integer = 0;
      typed.text = linked.text(image[tool_of(value.integer)].wire_name);
      break;
    case TypeForm::PlainText:
    case TypeForm::Format:
    case TypeForm::Opaque: typed.text = value.view(); break;
  }
  return typed;
}

std::vector<NamedValue> typed_args(const Facts::State& facts) {
  return Typed(*facts.linked)
      .fields(facts.linked->program.image()[facts.tool].args, facts.slots.data(), false);
}

}  // namespace remit::vm
