#include "vm/decide/digest.h"

#include "stdlib/canonical.h"
#include "vm/decide/bind.h"

namespace remit::vm {

namespace {

using stdlib::Encoder;
using stdlib::Tag;

class FactEncoder {
 public:
  FactEncoder(const Linked& linked, Encoder& encoder)
      : linked_(linked), image_(linked.program.image()), encoder_(encoder) {}

  void scalar(const TypeRow& type, const Value& value) {
    if (type.kind == TypeKind::Enum)
      encoder_.text(Tag::Enum, enum_value_name(image_, type, value.integer));
    else if (type.kind == TypeKind::Tool)
      encoder_.text(Tag::Tool, linked_.text(image_[tool_of(value.integer)].name));
    else if (is_integral(type.kind))
      encoder_.number(type.kind, value.integer, image_.default_currency().text());
    else
      encoder_.text(stdlib::tag_of(type.kind), value.view());
  }

  void field(const FieldRow& field, const Value* value) {
    const TypeRow& type = image_[field.type];
    if (value->absent()) {
      encoder_.absent();
    } else if (type.kind == TypeKind::Record) {
      fields(image_.record_of(type).fields, value + 1);
    } else if (is_collection(type.kind)) {
      const TypeRow& element = image_.element_of(type);
      encoder_.begin(stdlib::tag_of(type.kind), value->size);
      for (std::uint32_t i = 0; i < value->size; ++i) {
        if (element.kind == TypeKind::Record)
          fields(image_.record_of(element).fields,
                 value->elements + std::size_t{i} * value->symbol);
        else
          scalar(element, value->elements[i]);
      }
    } else {
      scalar(type, *value);
    }
  }

  // The fields of a root, of args or of a record, where its layout says behind `values`.
  void fields(RangeOf<FieldRow> range, const Value* values) {
    encoder_.begin(Tag::Record, range.count);
    for (std::uint32_t i = range.first; i < range.end(); ++i)
      field(image_.fields[i], values + linked_.program.layout().fields[i].offset);
  }

 private:
  const Linked& linked_;
  const Image& image_;
  Encoder& encoder_;
};

}  // namespace

stdlib::Hash action_digest(const Facts::State& facts) {
  const Linked& linked = *facts.linked;
  const Image& image = linked.program.image();
  const Layout& layout = linked.program.layout();
  const EngineSlots& engine = linked.program.engine_slots();
  const ToolRow& tool = image[facts.tool];
  Encoder encoder("remit/action/2");
  FactEncoder values(linked, encoder);
  constexpr std::uint32_t kParts = 11;
  encoder.begin(Tag::Record, kParts);
  const auto slot = [&](std::uint32_t number) {
    const Value& value = facts.slots[number];
    if (value.absent())
      encoder.absent();
    else
      values.scalar(image[layout.host[number].type], value);
  };
  slot(engine.call_id);
  slot(engine.actor_id);
  slot(engine.actor_kind);
  slot(engine.actor_version);
  slot(engine.actor_on_behalf_of_id);
  slot(engine.tenant_id);
  slot(engine.context_environment);
  encoder.text(Tag::Tool, linked.text(tool.name));
  encoder.hash(tool.hash);
  for (const RootRow& root : image.roots) {
    if (linked.text(root.name) == "target") values.fields(root.fields, facts.slots.data());
  }
  values.fields(tool.args, facts.slots.data());
  return encoder.finish();
}

}  // namespace remit::vm
