// Names and values as the listing of an image shows them.
#include <algorithm>

#include "stdlib/hash.h"
#include "stdlib/number_text.h"
#include "stdlib/text.h"
#include "stdlib/time.h"
#include "vm/answer/listing.h"

namespace remit::vm {

namespace {

// Code and cells may hold a number that their type does not have.
bool has_value(const Listed& listed, TypeKind kind, std::uint32_t ref, std::int64_t value) {
  if (value < 0) return kind == TypeKind::Int || kind == TypeKind::Money;
  const auto ordinal = static_cast<std::uint64_t>(value);
  if (kind == TypeKind::Bool) return ordinal <= 1;
  if (kind == TypeKind::Enum) return ordinal < listed.image.enums[ref].values.count;
  if (kind == TypeKind::Tool) return ordinal < listed.image.tools.size();
  if (kind == TypeKind::TimeOfDay) return value <= stdlib::kTimeOfDayMax;
  return kind != TypeKind::Timestamp || value <= stdlib::kTimestampMax;
}

std::string enum_value(const Listed& listed, std::uint32_t row, std::int64_t ordinal) {
  const EnumValueRow& value =
      listed.image.rows(listed.image.enums[row].values)[static_cast<std::uint32_t>(ordinal)];
  return shown_name(listed, value.name);
}

const CurrencyRow& currency_of(const Image& image, std::uint32_t ref) {
  return ref == kNoRow ? image.default_currency() : image.currencies[ref];
}

std::string bounds(const std::string& low, const std::string& high) {
  return '(' + low + "..=" + high + ')';
}

}  // namespace

std::string shown_name(std::string_view name) {
  return stdlib::is_dotted(name) ? std::string(name) : stdlib::quote(name);
}

std::string shown_name(const Listed& listed, StringId name) {
  return shown_name(listed.text(name));
}

std::string shown_item(const Listed& listed, ItemId item) {
  const ItemRow& row = listed.image[item];
  const PolicyRow& policy = listed.image[row.policy];
  return shown_name(listed, policy.name) + '.' + shown_name(listed, row.name);
}

std::string shown_tool(const Listed& listed, ToolId tool) {
  return shown_name(listed, listed.image[tool].name);
}

// The root `tool` has slots and no fields.
std::string shown_slot(const Listed& listed, ToolId tool, std::uint32_t slot) {
  static constexpr std::string_view kToolFields[] = {"name", "effect", "undo", "reads",
                                                     "clearance"};
  const std::string fact = slot < kFirstHostSlot
                               ? "tool." + std::string(kToolFields[slot])
                               : shown_name(listed.layout.path_of(listed.image, tool, slot));
  return std::to_string(slot) + ' ' + fact;
}

std::string shown_ordinal(const Listed& listed, std::string_view enumeration,
                          std::int64_t ordinal) {
  const auto& enums = listed.image.enums;
  const auto row = std::ranges::find_if(
      enums, [&](const EnumRow& one) { return listed.text(one.name) == enumeration; });
  if (row == enums.end() || ordinal < 0 || ordinal >= std::int64_t{row->values.count})
    return std::to_string(ordinal);
  return enum_value(listed, static_cast<std::uint32_t>(row - enums.begin()), ordinal);
}

std::string shown_seat(const Listed& listed, const SeatRow& seat) {
  return seat.kind == SeatKind::Role ? shown_ordinal(listed, "role", seat.role)
                                     : std::string(stdlib::name_of(seat.kind));
}

std::string shown_integer(const Listed& listed, TypeKind kind, std::uint32_t ref,
                          std::int64_t value) {
  if (!has_value(listed, kind, ref, value)) return std::to_string(value);
  if (kind == TypeKind::Enum) return enum_value(listed, ref, value);
  if (kind == TypeKind::Tool) return shown_tool(listed, static_cast<ToolId>(value));
  // Only money has a currency.
  const std::string_view currency =
      kind == TypeKind::Money ? currency_of(listed.image, ref).text() : std::string_view();
  return stdlib::number_text(kind, value, currency).value_or(std::to_string(value));
}

std::string shown_kind(const Listed& listed, TypeKind kind, std::uint32_t ref) {
  std::string word(spelling(kind));
  if (ref == kNoRow) return word;
  const Image& image = listed.image;
  if (kind == TypeKind::Enum) return word + ' ' + shown_name(listed, image.enums[ref].name);
  if (kind == TypeKind::Record) return word + ' ' + shown_name(listed, image.records[ref].name);
  if (kind == TypeKind::Money) return word + ' ' + std::string(image.currencies[ref].text());
  return word + ' ' + std::to_string(ref);
}

std::string shown_type(const Listed& listed, TypeId id) {
  const TypeRow& type = listed.image[id];
  std::string text = is_collection(type.kind)
                         ? std::string(spelling(type.kind)) + '<' +
                               shown_type(listed, static_cast<TypeId>(type.ref)) + '>'
                         : shown_kind(listed, type.kind, type.ref);
  const bool is_money = type.kind == TypeKind::Money;
  switch (form_of(type.kind)) {
    case TypeForm::Number:
      // The bounds of times are those of the language.
      if (type.kind != TypeKind::Int && !is_money) return text;
      if (type.low == (is_money ? 0 : INT64_MIN) && type.high == INT64_MAX) return text;
      if (is_money)
        return text + bounds(shown_integer(listed, type.kind, type.ref, type.low),
                             shown_integer(listed, type.kind, type.ref, type.high));
      break;
    case TypeForm::Bool:
    case TypeForm::PlainText:
    case TypeForm::Format:
    case TypeForm::Enum:
    case TypeForm::Tool:
    case TypeForm::Opaque:
    case TypeForm::Record:
      if (type.low == 0 && type.high == 0) return text;
      break;
    case TypeForm::Collection: break;
  }
  return text + bounds(std::to_string(type.low), std::to_string(type.high));
}

std::string shown_time(std::int64_t ms) {
  return ms >= 0 && ms <= stdlib::kTimestampMax ? stdlib::format_timestamp(ms) : std::to_string(ms);
}

std::string shown_hash(const Hash& hash) { return "sha256:" + stdlib::to_hex(hash); }

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

void append_fact(std::string_view label, std::string_view value, std::string& text) {
  text.append("  ").append(label);
  if (!value.empty())
    text.append(kLabelWidth - std::min(label.size(), kLabelWidth - 1), ' ').append(value);
  text += '\n';
}

}  // namespace remit::vm
