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
  WireWriter(const Linked& linked, stdlib::JsonWriter& json)
      : linked_(linked), image_(linked.program.image()), json_(json) {}

  // The fields of a root, of args or of a record, where its layout says behind `values`.
  void fields(RangeOf<FieldRow> range, const Value* values) {
    for (std::uint32_t i = range.first; i < range.end(); ++i) {
      const FieldRow& field = image_.fields[i];
      const Value* value = values + linked_.program.layout().fields[i].offset;
      if (value->absent()) continue;
      json_.key(linked_.text(field.wire_name));
      this->value(field, value);
    }
  }

  void scalar(const TypeRow& type, MoneyUnit unit, const Value& value);

 private:
  [[nodiscard]] const TypeRow& type_of(const FieldRow& field) const { return image_[field.type]; }

  void record(std::uint32_t row, const Value* first) {
    json_.begin_object();
    fields(image_.records[row].fields, first);
    json_.end_object();
  }

  void value(const FieldRow& field, const Value* value) {
    const TypeRow& type = type_of(field);
    if (type.kind == TypeKind::Record) return record(type.ref, value + 1);
    if (!is_collection(type.kind)) return scalar(type, field.unit, *value);
    const TypeRow& element = image_.element_of(type);
    json_.begin_array();
    for (std::uint32_t i = 0; i < value->size; ++i) {
      if (element.kind == TypeKind::Record)
        record(element.ref, value->elements + std::size_t{i} * value->symbol);
      else
        scalar(element, MoneyUnit::None, value->elements[i]);
    }
    json_.end_array();
  }

  const Linked& linked_;
  const Image& image_;
  stdlib::JsonWriter& json_;
};

void WireWriter::scalar(const TypeRow& type, MoneyUnit unit, const Value& value) {
  switch (form_of(type.kind)) {
    case TypeForm::Bool:
    case TypeForm::Number: {
      const CurrencyRow& currency = image_.default_currency();
      REMIT_CHECK(
          unit != MoneyUnit::Minor || stdlib::minor_of_micros(value.integer, currency.minor_digits),
          "no other amount is decoded, bound or a default");
      return stdlib::write_number(json_, type.kind, value.integer,
                                  {currency.text(), currency.minor_digits}, unit);
    }
    case TypeForm::Enum: return json_.string(enum_value_name(image_, type, value.integer));
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

void write_value(const Linked& linked, const TypeRow& type, MoneyUnit unit, const Value& value,
                 stdlib::JsonWriter& json) {
  WireWriter(linked, json).scalar(type, unit, value);
}

void write_args(const Facts::State& facts, stdlib::JsonWriter& json) {
  const Linked& linked = *facts.linked;
  json.begin_object();
  WireWriter(linked, json).fields(linked.program.image()[facts.tool].args, facts.slots.data());
  json.end_object();
}

void write_roots(const Facts::State& facts, stdlib::JsonWriter& json) {
  const Linked& linked = *facts.linked;
  const Image& image = linked.program.image();
  for (const RootRow& root : image.roots) {
    bool any = false;
    for (const FieldRow& field : image.rows(root.fields))
      any = any || !facts.slots[field.slot].absent();
    if (!any) continue;
    json.key(linked.text(root.name));
    json.begin_object();
    WireWriter(linked, json).fields(root.fields, facts.slots.data());
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
    TypeRow type;
    type.kind = limit.kind;
    json.key(full_name(linked, limit.item));
    write_value(linked, type, MoneyUnit::None, facts.counters[i], json);
  }
  json.end_object();
}

void write_approval(const Facts::State& facts, const ApprovalRecord& record,
                    stdlib::JsonWriter& json) {
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
    json.string(value);
  }
  if (record.expires_ms != kNever) {
    json.key("expires");
    json.string(stdlib::format_timestamp(record.expires_ms));
  }
  json.end_object();
}

}  // namespace

void write_request(const Facts::State& facts, stdlib::JsonWriter& json) {
  const Linked& linked = *facts.linked;
  json.begin_object();
  json.key("tool");
  json.string(linked.text(linked.program.image()[facts.tool].wire_name));
  write_roots(facts, json);
  json.key("args");
  write_args(facts, json);
  write_counters(facts, json);
  if (!facts.approvals.empty()) {
    json.key("approvals");
    json.begin_array();
    for (const ApprovalRecord& record : facts.approvals) write_approval(facts, record, json);
    json.end_array();
  }
  json.end_object();
}

}  // namespace remit::vm
