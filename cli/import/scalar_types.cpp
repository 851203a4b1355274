#include "cli/import/scalar_types.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <remit/limits.h>
#include "cli/import/names.h"
#include "stdlib/formats.h"
#include "stdlib/text.h"

namespace remit::cli {

namespace {

constexpr std::int64_t kBytesOfCharacter = 4;  // at most, in UTF-8

// A `format` of JSON Schema, the type that holds its values, and how the two differ.
struct FormatRow {
  std::string_view format;
  std::string_view type;
  std::string_view difference;
};
constexpr FormatRow kFormats[] = {
    {"date-time", "timestamp", "a time in UTC (`Z`), at most to the millisecond"},
    {"date", "date", ""},
    {"email", "email", ""},
    {"hostname", "host", ""},
    {"ipv4", "ip", "an IPv6 address is taken too"},
    {"ipv6", "ip", "an IPv4 address is taken too"},
    {"uri", "url", "a url with `//`, without user and fragment"},
};

// The type of a format. One that has none, here or in the language, leaves the text a string.
std::optional<ImportedType> format_type(SchemaView& schema) {
  const Json* format = schema.look("format");
  if (format == nullptr || !format->is_string()) return std::nullopt;
  const auto row = std::ranges::find(kFormats, format->text, &FormatRow::format);
  if (row == std::end(kFormats)) return std::nullopt;
  const auto kind = kind_spelled(row->type);
  if (!kind) return std::nullopt;
  (void)schema.find("format");
  ImportedType type;
  type.kind = *kind;
  type.text = row->type;
  if (!row->difference.empty()) type.notes.emplace_back(row->difference);
  return type;
}

// Why a value cannot be one of an enum, or empty.
std::string enum_value_problem(const Json& value) {
  return value.is_string() ? wire_name_problem(value.text) : "is not a text";
}

// Fills `type`, or says why the values do not make an enum.
std::string enum_type(const std::vector<const Json*>& values, const DeclareEnum& declare,
                      ImportedType& type) {
  if (values.size() > limits::kEnumValuesMax)
    return fmt::format("not an enum: it has {} values", values.size());
  NameSet names;
  for (const Json* value : values) {
    if (is_name(value->text)) names.take(value->text);
  }
  std::set<std::string_view> seen;
  std::string body;
  for (const Json* value : values) {
    if (const std::string why = enum_value_problem(*value); !why.empty())
      return fmt::format("not an enum: {} {}", stdlib::printable(json_text(*value)), why);
    if (!seen.insert(value->text).second) continue;
    const std::string name =
        is_name(value->text) ? value->text : names.claim(spell_name(value->text));
    type.values.push_back({name, value->text});
    body += fmt::format("{}{}{}", body.empty() ? "" : ", ", name,
                        name == value->text ? "" : " named " + string_literal(value->text));
  }
  type.kind = TypeKind::Enum;
  type.text = declare(fmt::format("{{ {} }}", body));
  return {};
}

// The range that `minimum` and its kin leave of all 64-bit integers.
struct Range {
  Wide low = INT64_MIN;
  Wide high = INT64_MAX;
};

Range range_of(SchemaView& schema) {
  Range range;
  const auto minimum = number_at(schema, "minimum"), maximum = number_at(schema, "maximum");
  if (minimum) range.low = std::max(range.low, minimum->ceiling);
  if (maximum) range.high = std::min(range.high, maximum->floor);
  if (const auto above = number_at(schema, "exclusiveMinimum"))
    range.low = std::max(range.low, above->floor + 1);
  if (const auto below = number_at(schema, "exclusiveMaximum"))
    range.high = std::min(range.high, below->ceiling - 1);
  // As draft 4 had it: `true` beside `minimum`.
  const auto is_true = [&](std::string_view keyword) {
    const Json* value = schema.look(keyword);
    return value != nullptr && value->kind == JsonKind::True && schema.find(keyword) != nullptr;
  };
  if (minimum && is_true("exclusiveMinimum")) range.low = std::max(range.low, minimum->floor + 1);
  if (maximum && is_true("exclusiveMaximum"))
    range.high = std::min(range.high, maximum->ceiling - 1);
  return range;
}

}  // namespace

std::optional<TypeKind> kind_spelled(std::string_view word) {
#define REMIT_TYPE(kind, text, tag, form) \
  if (word == (text)) return TypeKind::kind;
#include <remit/types.def>
#undef REMIT_TYPE
  return std::nullopt;
}

ImportedType opaque_type(std::string why) {
  ImportedType type;
  type.text = fmt::format("opaque({})", kOpaqueBytesAssumed);
  type.notes.push_back(std::move(why));
  return type;
}

std::optional<AroundNumber> number_at(SchemaView& schema, std::string_view keyword) {
  const Json* value = schema.look(keyword);
  if (value == nullptr || value->kind != JsonKind::Number) return std::nullopt;
  return around(schema.find(keyword)->text);
}

ImportedType string_type(SchemaView& schema, const ImportOptions& options,
                         const DeclareEnum& declare) {
  ImportedType type;
  std::vector<std::string> notes;
  if (const auto values = schema.values(); !values.empty()) {
    std::string why = enum_type(values, declare, type);
    if (why.empty()) return type;
    type = {};
    notes.push_back(std::move(why));
  } else if (const auto format = format_type(schema)) {
    return *format;
  }
  // maxLength counts characters, a bound here counts bytes.
  Wide bytes = options.text_bytes;
  if (const auto length = number_at(schema, "maxLength")) {
    bytes = std::clamp<Wide>(length->floor * kBytesOfCharacter, 1, limits::kStringBytesMax);
    const auto given = json_text(*schema.look("maxLength"));
    notes.push_back(length->floor * kBytesOfCharacter == bytes
                        ? fmt::format("at most {} characters, which take up to 4 bytes each", given)
                        : fmt::format("at most {} characters; here {}", given,
                                      stdlib::counted(static_cast<std::size_t>(bytes), "byte")));
  }
  type.kind = TypeKind::String;
  type.high = static_cast<std::int64_t>(bytes);
  type.text = fmt::format("string({})", type.high);
  type.notes = std::move(notes);
  return type;
}

ImportedType integer_type(SchemaView& schema) {
  Range range = range_of(schema);
  ImportedType type;
  if (const auto values = schema.values(); !values.empty()) {
    std::set<Wide> numbers;
    for (const Json* value : values) {
      if (value->kind != JsonKind::Number || !around(value->text).is_integer())
        return opaque_type(
            fmt::format("one of its values is not an integer: {}", json_text(*value)));
      numbers.insert(around(value->text).floor);
    }
    range = {std::max(range.low, *numbers.begin()), std::min(range.high, *numbers.rbegin())};
    if (*numbers.rbegin() - *numbers.begin() >= static_cast<Wide>(numbers.size())) {
      std::string list;
      for (const Json* value : values) list += (list.empty() ? "" : ", ") + json_text(*value);
      type.notes.push_back(fmt::format("the values between are taken too: only {}", list));
    }
  }
  if (range.low > range.high) return opaque_type("no integer lies within its bounds");
  type.kind = TypeKind::Int;
  type.low = static_cast<std::int64_t>(range.low);
  type.high = static_cast<std::int64_t>(range.high);
  const bool is_bounded = type.low != INT64_MIN || type.high != INT64_MAX;
  type.text = is_bounded ? fmt::format("int({}..={})", type.low, type.high) : "int";
  return type;
}

ImportedType number_type(SchemaView& schema, const ImportOptions& options) {
  if (!options.numbers_are_integers) {
    return opaque_type("a number: `--number int` makes it an int; an amount is `money as major`");
  }
  ImportedType type = integer_type(schema);
  if (type.kind == TypeKind::Int) type.notes.emplace_back("a number: fractions are refused");
  return type;
}

ImportedType boolean_type(SchemaView& schema) {
  ImportedType type;
  type.kind = TypeKind::Bool;
  type.text = "bool";
  if (const auto values = schema.values(); values.size() == 1)
    type.notes.push_back(fmt::format("both values are taken: only {}", json_text(*values.front())));
  return type;
}

std::optional<std::string> default_text(const ImportedType& type, const Json& value) {
  switch (form_of(type.kind)) {
    case TypeForm::Bool:
      if (value.kind == JsonKind::True) return "true";
      return value.kind == JsonKind::False ? std::optional<std::string>("false") : std::nullopt;
    case TypeForm::Number: {
      if (type.kind != TypeKind::Int || value.kind != JsonKind::Number) return std::nullopt;
      const AroundNumber number = around(value.text);
      if (!number.is_integer() || number.floor < type.low || number.floor > type.high)
        return std::nullopt;
      return fmt::format("{}", static_cast<std::int64_t>(number.floor));
    }
    case TypeForm::PlainText:
      if (!value.is_string() || stdlib::has_forbidden_character(value.text) ||
          !stdlib::is_text_value(type.kind, value.text, type.high))
        return std::nullopt;
      return string_literal(value.text);
    case TypeForm::Format:
      if (!value.is_string() || value.text.find('"') != std::string::npos ||
          !stdlib::is_text_value(type.kind, value.text, 0))
        return std::nullopt;
      return fmt::format("{}\"{}\"", spelling(type.kind), value.text);
    case TypeForm::Enum: {
      const auto named = std::ranges::find(type.values, value.text, &EnumValueName::wire);
      if (!value.is_string() || named == type.values.end()) return std::nullopt;
      return named->name;
    }
    case TypeForm::Tool:
    case TypeForm::Opaque:
    case TypeForm::Record:
    case TypeForm::Collection: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace remit::cli
