#include "vm/json/decode.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include <remit/limits.h>
#include "stdlib/integer.h"
#include "stdlib/money.h"
#include "stdlib/roots.h"
#include "stdlib/time.h"
#include "vm/decide/bind.h"
#include "vm/decide/bind_records.h"
#include "vm/decide/names.h"
#include "vm/json/place.h"

namespace remit::vm {

namespace {

using stdlib::MoneyForm;

class Decoder {
 public:
  Decoder(const JsonDocument& document, Facts::State& facts, DecodePart part)
      : document_(document),
        facts_(facts),
        part_(part),
        linked_(*facts.linked),
        image_(linked_.program.image()) {}

  FactsProblem run();

 private:
  bool fail(Fault fault, std::string path) {
    if (problem_.fault != Fault::None) return false;
    problem_.fault = fault;
    problem_.order = 0;
    problem_.path = std::move(path);
    return false;
  }
  bool invalid(const RequestPlace& place) { return fail(Fault::InvalidRequest, place.path()); }

  bool tool();
  bool root(const RootRow& row);
  bool args();
  std::optional<std::int64_t> counter(TypeKind kind, const JsonNode& node);
  bool counters();
  bool approvals();
  bool approval(const JsonNode& node, const RequestPlace& place);
  bool unknown_names(const JsonNode& object, std::size_t known, const RequestPlace* place,
                     auto&& is_known);
  // The fields of a root, record or args, where its layout says behind `values`.
  bool fields(RangeOf<FieldRow> range, const JsonNode& object, Value* values, bool complete,
              const RequestPlace& place);
  bool field(const FieldRow& field, const JsonNode* node, Value* value, bool complete,
             const RequestPlace& place);
  bool value(const TypeRow& type, MoneyForm form, const JsonNode& node, Value* into,
             const RequestPlace& place);
  bool collection(const TypeRow& type, const JsonNode& node, Value* into,
                  const RequestPlace& place);
  std::optional<Value> scalar(const TypeRow& type, MoneyForm form, const JsonNode& node);
  std::optional<std::int64_t> money(MoneyForm form, const JsonNode& node);

  const JsonDocument& document_;
  Facts::State& facts_;
  DecodePart part_;
  const Linked& linked_;
  const Image& image_;
  FactsProblem problem_;
};

std::optional<std::int64_t> Decoder::money(MoneyForm form, const JsonNode& node) {
  const std::string_view currency = image_.default_currency().text();
  switch (form.unit) {
    case MoneyUnit::Minor: {
      const auto minor =
          node.kind == JsonKind::Number ? stdlib::parse_integer(node.text) : std::nullopt;
      return minor ? stdlib::micros_of_minor(*minor, form.decimals) : std::nullopt;
    }
    case MoneyUnit::Major:
    case MoneyUnit::Text: {
      const bool is_major = form.unit == MoneyUnit::Major;
      if (node.kind != (is_major ? JsonKind::Number : JsonKind::String)) return std::nullopt;
      return stdlib::parse_decimal_micros(node.text, form.decimals);
    }
    case MoneyUnit::None: break;
  }
  if (node.kind == JsonKind::String) return stdlib::parse_money(node.text, currency);
  // Only an object has members with keys, and only a string can spell a currency.
  if (node.count != 2) return std::nullopt;
  const JsonNode *code = document_.member(node, "currency"),
                 *micros = document_.member(node, "micros");
  if (code == nullptr || micros == nullptr || code->text != currency) return std::nullopt;
  return micros->kind == JsonKind::Number ? stdlib::parse_integer(micros->text) : std::nullopt;
}

std::optional<Value> Decoder::scalar(const TypeRow& type, MoneyForm form, const JsonNode& node) {
  if (type.kind == TypeKind::Bool) {
    if (node.kind != JsonKind::True && node.kind != JsonKind::False) return std::nullopt;
    return Value::of_integer(node.kind == JsonKind::True ? 1 : 0);
  }
  if (type.kind == TypeKind::Int || type.kind == TypeKind::Money) {
    const auto integer = type.kind == TypeKind::Money    ? money(form, node)
                         : node.kind == JsonKind::Number ? stdlib::parse_integer(node.text)
                                                         : std::nullopt;
    return integer ? value_of_integer(linked_, type, *integer) : std::nullopt;
  }
  if (type.kind == TypeKind::Opaque) {
    if (document_.depth(node) > limits::kOpaqueDepthMax) return std::nullopt;
    std::string text;
    document_.write(node, text);
    return value_of_packed_json(facts_, type, text);
  }
  return node.kind == JsonKind::String ? value_of_text(facts_, type, node.text) : std::nullopt;
}

bool Decoder::collection(const TypeRow& type, const JsonNode& node, Value* into,
                         const RequestPlace& place) {
  if (node.kind != JsonKind::Array || node.count < type.low || node.count > type.high)
    return invalid(place);
  const TypeRow& element = image_.element_of(type);
  const bool records = element.kind == TypeKind::Record;
  const std::size_t width =
      records ? std::max(linked_.program.layout().row_widths[element.ref], 1U) : 1;
  auto* values = reinterpret_cast<Value*>(
      facts_.arena.reserve(sizeof(Value) * room_for(type, element, width * node.count)));
  if (values == nullptr) return invalid(place);
  RequestPlace at{&place, {}, 0};
  for (std::uint32_t child = node.first; child != 0;
       child = document_.node(child).next, ++at.element) {
    const JsonNode& item = document_.node(child);
    if (records) {
      if (item.kind != JsonKind::Object) return invalid(at);
      if (!fields(image_.record_of(element).fields, item, values + at.element * width, true, at))
        return false;
    } else if (const auto scalar = this->scalar(element, {}, item)) {
      values[at.element] = *scalar;
    } else {
      return invalid(at);
    }
  }
  if (type.kind == TypeKind::Set) {
    const auto set = set_of(linked_, element, {values, node.count});
    if (!set) return invalid(place);
    *into = *set;
    return true;
  }
  *into = Value::of_elements(values, node.count);
  if (records) into->symbol = static_cast<std::uint32_t>(width);
  return true;
}

bool Decoder::value(const TypeRow& type, MoneyForm form, const JsonNode& node, Value* into,
                    const RequestPlace& place) {
  if (is_collection(type.kind)) return collection(type, node, into, place);
  if (type.kind == TypeKind::Record) {
    if (node.kind != JsonKind::Object) return invalid(place);
    *into = Value::of_integer(1);
    return fields(image_.record_of(type).fields, node, into + 1, true, place);
  }
  const auto scalar = this->scalar(type, form, node);
  if (!scalar) return invalid(place);
  *into = *scalar;
  return true;
}

bool Decoder::field(const FieldRow& field, const JsonNode* node, Value* value, bool complete,
                    const RequestPlace& place) {
  // An optional field is absent by a null too, even one that could hold it.
  const bool absent = node == nullptr || (node->kind == JsonKind::Null && field.optional != 0);
  if (absent) return !complete || field.optional != 0 || invalid(place);
  return this->value(image_[field.type], money_form(field), *node, value, place);
}

// The bytewise first of several unknown names. Members that are known are few.
bool Decoder::unknown_names(const JsonNode& object, std::size_t known, const RequestPlace* place,
                            auto&& is_known) {
  if (known == object.count) return true;
  const JsonNode* unknown =
      document_.first_member(object, [&](std::string_view name) { return !is_known(name); });
  const std::string name = cut_name(unknown->key);
  problem_.has_sent_name = true;  // decoding stops at the first problem, and this is it
  return invalid({place, name});
}

bool Decoder::fields(RangeOf<FieldRow> range, const JsonNode& object, Value* values, bool complete,
                     const RequestPlace& place) {
  std::size_t known = 0;
  for (std::uint32_t i = range.first; i < range.end(); ++i) {
    const FieldRow& row = image_.fields[i];
    const FieldShape& shape = linked_.program.layout().fields[i];
    const std::string_view name = linked_.text(row.wire_name);
    const JsonNode* node = document_.member(object, name);
    if (node != nullptr) ++known;
    std::fill_n(values + shape.offset, shape.width, Value::none());
    if (!field(row, node, values + shape.offset, complete, {&place, name})) return false;
  }
  return unknown_names(object, known, &place, [&](std::string_view name) {
    for (const FieldRow& field : image_.rows(range)) {
      if (linked_.text(field.wire_name) == name) return true;
    }
    return false;
  });
}

bool Decoder::tool() {
  const JsonNode* node = document_.member(document_.root(), "tool");
  if (node == nullptr) return fail(Fault::MissingFact, "tool");
  if (node->kind != JsonKind::String) return invalid({nullptr, "tool"});
  const auto found = linked_.wire_tools.find(node->text);
  if (found == linked_.wire_tools.end()) return fail(Fault::UnknownTool, "tool");
  facts_.begin(found->second);
  return true;
}

bool Decoder::root(const RootRow& row) {
  const std::string_view name = linked_.text(row.name);
  const JsonNode* node = document_.member(document_.root(), name);
  if (node == nullptr) return true;
  const RequestPlace place{nullptr, name};
  if (node->kind != JsonKind::Object) return invalid(place);
  return fields(row.fields, *node, facts_.slots.data(), false, place);
}

bool Decoder::args() {
  const JsonNode* node = document_.member(document_.root(), "args");
  if (node == nullptr) return true;
  const RequestPlace place{nullptr, "args"};
  if (node->kind != JsonKind::Object) return invalid(place);
  facts_.args_bound = true;
  return fields(image_[facts_.tool].args, *node, facts_.slots.data(), false, place);
}

// ---- counters and approvals

std::optional<std::int64_t> Decoder::counter(TypeKind kind, const JsonNode& node) {
  if (kind == TypeKind::Money) return money({}, node);
  if (kind == TypeKind::Duration)
    return node.kind == JsonKind::String ? stdlib::parse_duration(node.text, INT64_MAX)
                                         : std::nullopt;
  return node.kind == JsonKind::Number ? stdlib::parse_integer(node.text) : std::nullopt;
}

bool Decoder::counters() {
  const JsonNode* node = document_.member(document_.root(), "limits");
  if (node == nullptr) return true;
  const RequestPlace place{nullptr, "limits"};
  if (node->kind != JsonKind::Object) return invalid(place);
  const auto& limits = linked_.plan_of(facts_.tool).limits;
  std::size_t known = 0;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const LimitRow& limit = image_.limits[limits[i]];
    const std::string name = full_name(linked_, limit.item);
    const JsonNode* member = document_.member(*node, name);
    if (member == nullptr) continue;
    ++known;
    const auto used = counter(limit.kind, *member);
    if (!used || *used < 0) return invalid({&place, name});
    facts_.counters[i] = Value::of_integer(*used);
  }
  return unknown_names(*node, known, &place, [&](std::string_view name) {
    return counter_index(linked_, facts_.tool, name).has_value();
  });
}

bool Decoder::approvals() {
  const JsonNode* node = document_.member(document_.root(), "approvals");
  if (node == nullptr) return true;
  const RequestPlace place{nullptr, "approvals"};
  if (node->kind != JsonKind::Array || node->count > limits::kApprovalsMax) return invalid(place);
  RequestPlace at{&place, {}, 0};
  for (std::uint32_t child = node->first; child != 0;
       child = document_.node(child).next, ++at.element) {
    if (!approval(document_.node(child), at)) return false;
  }
  return true;
}

bool Decoder::approval(const JsonNode& node, const RequestPlace& place) {
  if (node.kind != JsonKind::Object) return invalid(place);
  constexpr auto& kMembers = kApprovalMembers;
  Approval record;
  const auto text = [](std::string_view& into) {
    return [&into](const JsonNode& value) {
      into = value.text;
      return value.kind == JsonKind::String;
    };
  };
  const auto time = [](auto& into) {
    return [&into](const JsonNode& value) {
      const auto ms =
          value.kind == JsonKind::String ? stdlib::parse_timestamp(value.text) : std::nullopt;
      if (ms) into = std::int64_t{*ms};
      return ms.has_value();
    };
  };
  const std::function<bool(const JsonNode&)> readers[] = {
      text(record.id),
      text(record.by),
      text(record.kind),
      text(record.tenant),
      text(record.role),
      [&](const JsonNode& value) {
        record.granted = value.text == "granted";
        return record.granted || value.text == "refused";
      },
      text(record.digest),
      text(record.requirement),
      [&](const JsonNode& value) {
        const auto cost = money({}, value);
        record.cost_micros = cost.value_or(-1);
        return cost.has_value();
      },
      time(record.asked_at_ms),
      time(record.at_ms),
      time(record.expires_ms)};
  std::size_t known = 0, bad = std::size(kMembers);
  for (std::size_t i = 0; i < std::size(kMembers); ++i) {
    const std::string_view name = kMembers[i];
    const JsonNode* member = document_.member(node, name);
    if (member != nullptr) ++known;
    const bool absent = member == nullptr || member->kind == JsonKind::Null;
    const bool good = absent ? name == "expires" : readers[i](*member);
    if (!good) bad = std::min(bad, i);
  }
  // The first member that is bad, be it by its type or by its meaning.
  const std::string_view problem = add_approval(facts_, record);
  if (!problem.empty())
    bad = std::min<std::size_t>(
        bad, static_cast<std::size_t>(std::ranges::find(kMembers, problem) - kMembers));
  if (bad != std::size(kMembers)) return invalid({&place, kMembers[bad]});
  return unknown_names(node, known, &place, [](std::string_view name) {
    return std::ranges::find(kMembers, name) != std::end(kMembers);
  });
}

FactsProblem Decoder::run() {
  if (!tool()) return problem_;
  std::size_t known = 0;
  for (const RootRow& row : image_.roots) {
    if (document_.member(document_.root(), linked_.text(row.name)) != nullptr) ++known;
    if (!root(row)) return problem_;
  }
  if (!args()) return problem_;
  if (part_ == DecodePart::Whole && (!counters() || !approvals())) return problem_;
  for (const std::string_view name : stdlib::kEngineRoots)
    known += document_.member(document_.root(), name) != nullptr ? 1 : 0;
  unknown_names(document_.root(), known, nullptr, [&](std::string_view name) {
    return std::ranges::binary_search(linked_.request_members, name);
  });
  if (!facts_.args_bound) invalid({nullptr, "args"});
  return problem_;
}

}  // namespace

FactsProblem decode(std::string_view text, std::size_t bytes_max, JsonDocument& document,
                    Facts::State& facts, DecodePart part) {
  if (!document.parse(text, bytes_max)) return {.fault = Fault::InvalidRequest, .order = 0};
  return Decoder(document, facts, part).run();
}

Fault read_request(const std::shared_ptr<const Linked>& linked, Fault off, std::string_view text,
                   std::size_t bytes_max, Facts::State& facts, DecodePart part) {
  facts.clear();
  facts.linked = linked;
  if (off != Fault::None) return off;
  // What was half decoded decides nothing, be it for want of memory: the fault stays until the
  // facts are filled anew.
  facts.fail(Fault::InvalidRequest, 0);
  if (!facts.reader) facts.reader = std::make_unique<JsonDocument>();
  auto& document = static_cast<JsonDocument&>(*facts.reader);
  FactsProblem problem = decode(text, bytes_max, document, facts, part);
  document.give_back();
  facts.problem = std::move(problem);
  return facts.problem.fault;
}

}  // namespace remit::vm
