#include "vm/decide/bind.h"

#include <algorithm>
#include <cstring>

#include <remit/limits.h>
#include "stdlib/formats.h"
#include "stdlib/ip.h"
#include "stdlib/json_pack.h"
#include "stdlib/money.h"
#include "stdlib/text.h"
#include "stdlib/time.h"

namespace remit::vm {

namespace {

// A text that lies in the arena.
Value in_arena(Facts::State& state, std::string_view text) {
  std::uint32_t symbol = state.linked->symbol(text);
  if (symbol == 0 && text.size() > kLongTextBytes) symbol = state.long_texts.symbol(text);
  return Value::of_text(text, symbol);
}

std::optional<Value> copied(Facts::State& state, std::optional<std::string_view> text) {
  const auto copy = text ? state.arena.copy(*text) : std::nullopt;
  if (!copy) return std::nullopt;
  return in_arena(state, *copy);
}

std::optional<Value> canonical(Facts::State& state, TypeKind format, std::string_view text) {
  // An address has one spelling: it is taken as it stands, or takes no room.
  if (format == TypeKind::Ip) return stdlib::parse_ip(text) ? copied(state, text) : std::nullopt;
  if (text.size() > static_cast<std::size_t>(stdlib::text_bytes_max(format, 0)) + 1)
    return std::nullopt;
  auto* buffer = reinterpret_cast<char*>(state.arena.reserve(text.size() + 2));
  if (buffer == nullptr) return std::nullopt;
  const auto result = stdlib::canonical_text(format, text, {buffer, text.size() + 2});
  if (!result) return std::nullopt;
  return in_arena(state, *result);
}

std::optional<Value> parsed(std::optional<std::int64_t> integer) {
  return integer.transform(Value::of_integer);
}

// A number that is written as text on the wire.
std::optional<Value> number(TypeKind kind, std::string_view text) {
  if (kind == TypeKind::Duration) return parsed(stdlib::parse_duration(text));
  if (kind == TypeKind::Timestamp) return parsed(stdlib::parse_timestamp(text));
  if (kind == TypeKind::TimeOfDay) return parsed(stdlib::parse_time_of_day(text));
  return std::nullopt;
}

std::optional<Value> enum_value(const Linked& linked, const TypeRow& type, std::string_view name) {
  const auto ordinal = linked.ordinal(static_cast<EnumId>(type.ref), name);
  if (!ordinal) return std::nullopt;
  return Value::of_integer(*ordinal);
}

// As encodings compare: texts and names by length and then bytes, integers by their bits.
int compare_text(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

int compare_encoded(const Linked& linked, const TypeRow& type, const Value& a, const Value& b) {
  const Image& image = linked.program.image();
  if (is_text(type.kind)) return compare_text(a.view(), b.view());
  if (type.kind == TypeKind::Enum)
    return compare_text(enum_value_name(image, type, a.integer),
                        enum_value_name(image, type, b.integer));
  if (type.kind == TypeKind::Tool) {
    return compare_text(linked.text(image[tool_of(a.integer)].name),
                        linked.text(image[tool_of(b.integer)].name));
  }
  const auto x = static_cast<std::uint64_t>(a.integer), y = static_cast<std::uint64_t>(b.integer);
  return x < y ? -1 : x > y ? 1 : 0;
}

// Encodings hold names where values are numbers, and are compared by bytes however long.
bool merges_in_another_order(const TypeRow& element) {
  return element.kind == TypeKind::Enum || element.kind == TypeKind::Tool ||
         (is_text(element.kind) &&
          stdlib::text_bytes_max(element.kind, element.high) > std::int64_t{kLongTextBytes});
}

bool is_json_null(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\r";
  const std::size_t first = std::min(text.find_first_not_of(kSpace), text.size());
  text = text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
  return text == "null";
}

}  // namespace

std::string_view enum_value_name(const Image& image, const TypeRow& type, std::int64_t ordinal) {
  return image[image.rows(image.enum_of(type).values)[static_cast<std::size_t>(ordinal)].name];
}

std::string_view enum_wire_name(const Image& image, const TypeRow& type, std::int64_t ordinal) {
  return image[image.rows(image.enum_of(type).values)[static_cast<std::size_t>(ordinal)].wire_name];
}

std::optional<Value> value_of_integer(const Linked& linked, const TypeRow& type,
                                      std::int64_t integer) {
  const Image& image = linked.program.image();
  const std::int64_t low = type.low;
  std::int64_t high = type.high;
  if (!is_integral(type.kind)) return std::nullopt;
  if (type.kind == TypeKind::Bool) high = 1;
  if (type.kind == TypeKind::Enum)
    high = static_cast<std::int64_t>(image.enum_of(type).values.count) - 1;
  if (type.kind == TypeKind::Tool) high = static_cast<std::int64_t>(image.tools.size()) - 1;
  if (integer < low || integer > high) return std::nullopt;
  return Value::of_integer(integer);
}

std::optional<Value> value_of_text(Facts::State& state, const TypeRow& type,
                                   std::string_view text) {
  const Linked& linked = *state.linked;
  switch (form_of(type.kind)) {
    case TypeForm::Bool:
    case TypeForm::Record:
    case TypeForm::Collection: return std::nullopt;
    case TypeForm::Number: return number(type.kind, text);
    case TypeForm::PlainText:
      if (!stdlib::is_text_value(type.kind, text, type.high)) return std::nullopt;
      return copied(state, text);
    case TypeForm::Format: return canonical(state, type.kind, text);
    case TypeForm::Enum: return enum_value(linked, type, text);
    case TypeForm::Tool: {
      const auto tool = linked.wire_tools.find(text);
      if (tool == linked.wire_tools.end()) return std::nullopt;
      return Value::of_integer(static_cast<std::int64_t>(tool->second));
    }
    case TypeForm::Opaque: {
      // Shown as it stands wherever the request is written, so it must be one JSON value.
      const auto packed = stdlib::packed_json(text, limits::kOpaqueDepthMax);
      return packed ? value_of_packed_json(state, type, *packed) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<Value> value_of_integer(const Linked& linked, const FieldRow& field,
                                      std::int64_t integer) {
  const TypeRow& type = linked.program.image()[field.type];
  if (type.kind == TypeKind::Money && integer % stdlib::step_of(money_form(field).decimals) != 0)
    return std::nullopt;
  return value_of_integer(linked, type, integer);
}

std::optional<Value> value_of_text(Facts::State& state, const FieldRow& field,
                                   std::string_view text) {
  const TypeRow& type = state.linked->program.image()[field.type];
  // Before the size is checked: `null` is absence, and an opaque may be too short to hold it.
  if (type.kind == TypeKind::Opaque && field.optional != 0 && is_json_null(text))
    return Value::none();
  return value_of_text(state, type, text);
}

std::optional<Value> value_of_packed_json(Facts::State& state, const TypeRow& type,
                                          std::string_view packed) {
  if (packed.size() > static_cast<std::size_t>(type.high)) return std::nullopt;
  const auto copy = state.arena.copy(packed);
  return copy ? std::optional(Value::of_text(*copy)) : std::nullopt;
}

std::size_t room_for(const TypeRow& type, const TypeRow& element, std::size_t count) {
  const bool twice = type.kind == TypeKind::Set && merges_in_another_order(element);
  return std::max<std::size_t>(twice ? 2 * count : count, 1);
}

std::optional<Value> set_of(const Linked& linked, const TypeRow& element,
                            std::span<Value> elements) {
  std::ranges::sort(elements, [&](const Value& a, const Value& b) {
    return compare_encoded(linked, element, a, b) < 0;
  });
  for (std::size_t i = 1; i < elements.size(); ++i) {
    if (compare_encoded(linked, element, elements[i - 1], elements[i]) == 0) return std::nullopt;
  }
  Value set = Value::of_elements(elements.data(), static_cast<std::uint32_t>(elements.size()));
  if (merges_in_another_order(element)) {
    Value* const behind =
        std::ranges::copy(elements, elements.data() + elements.size()).out - elements.size();
    sort_for_merging({behind, elements.size()}, is_text(element.kind));
    set.symbol = kMergeOrderFollows;
  }
  return set;
}

std::uint64_t decoding_order(const Linked& linked, ToolId tool, std::uint32_t slot) {
  // Arguments come after all host facts, in the order of their rows and then of what lies in them.
  const Argument* const argument = linked.program.layout().argument_at(tool, slot);
  return argument == nullptr ? slot : std::uint64_t{argument->field} << 32 | slot;
}

std::string cut_name(std::string_view name) {
  if (name.size() <= limits::kUnknownNameShownBytes) return std::string(name);
  return std::string(stdlib::beginning(name, limits::kUnknownNameShownBytes)) + "…";
}

}  // namespace remit::vm
