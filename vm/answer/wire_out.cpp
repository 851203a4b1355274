#include "vm/answer/wire_out.h"

#include <algorithm>
#include <string>
#include <utility>

#include <remit/internal/check.h>
#include "stdlib/hash.h"
#include "stdlib/money.h"
#include "stdlib/number_text.h"
#include "stdlib/time.h"
#include "vm/decide/bind.h"
#include "vm/decide/names.h"

namespace remit::vm {

namespace {

class WireWriter {
 public:
  WireWriter(const Linked& linked, stdlib::JsonWriter& json, Redaction* redaction = nullptr)
      : linked_(linked), image_(linked.program.image()), json_(json), redaction_(redaction) {}

  // The fields of a root or of args; their offsets are slots.
  void root(std::string_view name, RangeOf<FieldRow> range, const Value* slots) {
    root_ = name;
    fields(range, slots, {});
  }

  void scalar(const TypeRow& type, stdlib::MoneyForm form, const Value& value);

 private:
  // Where the fields of a record or an element are, for a redaction. In a list inside an element,
  // the field of the element that holds it stands for all of it.
  struct Around {
    FactPlace place;
    bool is_deeper = false;
  };

  // The fields of a root, of args or of a record, where its layout says behind `values`.
  void fields(RangeOf<FieldRow> range, const Value* values, const Around& around) {
    for (std::uint32_t i = range.first; i < range.end(); ++i) {
      const FieldRow& field = image_.fields[i];
      const FieldShape& shape = linked_.program.layout().fields[i];
      const Value* value = values + shape.offset;
      if (value->absent()) continue;
      json_.key(linked_.text(field.wire_name));
      Around here = around;
      here.place.width = shape.width;
      if (!here.is_deeper)
        (here.place.in_element ? here.place.field : here.place.slot) += shape.offset;
      if (redaction_ != nullptr && field.sensitive != 0)
        json_.raw(redaction_->fact(root_, here.place, text_of(field, value)));
      else
        this->value(field, value, here);
    }
  }

  std::string text_of(const FieldRow& field, const Value* value) {
    std::string text;
    stdlib::JsonWriter json(text);
    WireWriter(linked_, json).value(field, value, {});
    return text;
  }

  void record(std::uint32_t row, const Value* first, const Around& around) {
    json_.begin_object();
    fields(image_.records[row].fields, first, around);
    json_.end_object();
  }

  void value(const FieldRow& field, const Value* value, const Around& here) {
    const TypeRow& type = image_[field.type];
    if (type.kind == TypeKind::Record) {
      Around inside = here;
      // Behind the record's own slot.
      if (!here.is_deeper) ++(here.place.in_element ? inside.place.field : inside.place.slot);
      return record(type.ref, value + 1, inside);
    }
    if (!is_collection(type.kind)) return scalar(type, money_form(field), *value);
    const TypeRow& element = image_.element_of(type);
    Around inside = here;
    inside.is_deeper = here.is_deeper || here.place.in_element;
    inside.place.in_element = true;
    json_.begin_array();
    for (std::uint32_t i = 0; i < value->size; ++i) {
      if (element.kind == TypeKind::Record)
        record(element.ref, value->elements + std::size_t{i} * value->symbol, inside);
      else
        scalar(element, {}, value->elements[i]);
    }
    json_.end_array();
  }

  const Linked& linked_;
  const Image& image_;
  stdlib::JsonWriter& json_;
  Redaction* redaction_;
  std::string_view root_;
};

void WireWriter::scalar(const TypeRow& type, stdlib::MoneyForm form, const Value& value) {
  switch (form_of(type.kind)) {
    case TypeForm::Bool:
    case TypeForm::Number: {
      REMIT_CHECK(
          type.kind != TypeKind::Money || value.integer % stdlib::step_of(form.decimals) == 0,
          "no other amount is decoded, bound or a default");
      return stdlib::write_number(json_, type.kind, value.integer, image_.default_currency().text(),
                                  form);
    }
    case TypeForm::Enum: return json_.string(enum_wire_name(image_, type, value.integer));
    case TypeForm::Tool:
      return json_.string(linked_.text(image_[tool_of(value.integer)].wire_name));
    case TypeForm::Opaque: return json_.raw(value.view());
    case TypeForm::PlainText:
    case TypeForm::Format: return json_.string(value.view());
    case TypeForm::Record:
    case TypeForm::Collection: return;
  }
}

}  // namespace

std::string scalar_text(const Linked& linked, const TypeRow& type, stdlib::MoneyForm form,
                        const Value& value) {
  std::string text;
  stdlib::JsonWriter json(text);
  WireWriter(linked, json).scalar(type, form, value);
  return text;
}

std::string amount_text(const Linked& linked, TypeKind kind, std::int64_t amount) {
  TypeRow type;
  type.kind = kind;
  return scalar_text(linked, type, {}, Value::of_integer(amount));
}

void write_args(const Facts::State& facts, stdlib::JsonWriter& json, Redaction* redaction) {
  const Linked& linked = *facts.linked;
  json.begin_object();
  WireWriter(linked, json, redaction)
      .root("args", linked.program.image()[facts.tool].args, facts.slots.data());
  json.end_object();
}

void write_roots(const Facts::State& facts, stdlib::JsonWriter& json, Redaction* redaction) {
  const Linked& linked = *facts.linked;
  const Image& image = linked.program.image();
  for (const RootRow& root : image.roots) {
    bool any = false;
    for (const FieldRow& field : image.rows(root.fields))
      any = any || !facts.slots[field.slot].absent();
    if (!any) continue;
    json.key(linked.text(root.name));
    json.begin_object();
    WireWriter(linked, json, redaction)
        .root(linked.text(root.name), root.fields, facts.slots.data());
    json.end_object();
  }
}

namespace {

void write_counters(const Facts::State& facts, stdlib::JsonWriter& json) {
  const Linked& linked = *facts.linked;
  const auto& limits = linked.plan_of(facts.tool).limits;
  const auto absent = [](const Value& value) { return value.absent(); };
  if (std::ranges::all_of(facts.counters, absent)) return;
  json.key("limits");
  json.begin_object();
  for (std::size_t i = 0; i < limits.size(); ++i) {
    if (facts.counters[i].absent()) continue;
    const LimitRow& limit = linked.program.image().limits[limits[i]];
    json.key(full_name(linked, limit.item));
    json.raw(amount_text(linked, limit.kind, facts.counters[i].integer));
  }
  json.end_object();
}

void write_approval(const Facts::State& facts, const ApprovalRecord& record,
                    stdlib::JsonWriter& json, Redaction* redaction) {
  const Linked& linked = *facts.linked;
  const Image& image = linked.program.image();
  const RangeOf<EnumValueRow> kinds = image[linked.actor_kinds].values;
  const std::pair<std::string_view, std::string> members[] = {
      {"id", std::string(record.id)},
      {"by", std::string(record.by)},
      {"kind", std::string(linked.text(image.rows(kinds)[record.kind].name))},
      {"tenant", std::string(record.tenant)},
      {"role", std::string(record.role_name)},
      {"verdict", record.granted ? "granted" : "refused"},
      {"digest", stdlib::to_hex(record.digest)},
      {"requirement", stdlib::to_hex(record.requirement)},
      {"cost", stdlib::format_money(record.cost_micros, image.default_currency().text())},
      {"asked_at", stdlib::format_timestamp(record.asked_at_ms)},
      {"at", stdlib::format_timestamp(record.at_ms)}};
  json.begin_object();
  for (const auto& [key, value] : members) {
    json.key(key);
    if (redaction != nullptr && key == "digest")
      json.raw(redaction->approved_digest('"' + value + '"'));
    else
      json.string(value);
  }
  if (record.expires_ms != kNever) {
    json.key("expires");
    json.string(stdlib::format_timestamp(record.expires_ms));
  }
  json.end_object();
}

}  // namespace

void write_request(const Facts::State& facts, stdlib::JsonWriter& json, Redaction* redaction) {
  const Linked& linked = *facts.linked;
  json.begin_object();
  json.key("tool");
  json.string(linked.text(linked.program.image()[facts.tool].wire_name));
  write_roots(facts, json, redaction);
  json.key("args");
  write_args(facts, json, redaction);
  write_counters(facts, json);
  if (!facts.approvals.empty()) {
    json.key("approvals");
    json.begin_array();
    for (const ApprovalRecord& record : facts.approvals)
      write_approval(facts, record, json, redaction);
    json.end_array();
  }
  json.end_object();
}

}  // namespace remit::vm
