#include "cli/import_types.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include <remit/limits.h>
#include "stdlib/text.h"

namespace remit::cli {

namespace {

// Where a manifest gives no bound, these hold. They are generous for real calls and keep the static
// bound finite.
constexpr std::int64_t kStringBytes = 4096;
constexpr std::int64_t kListElements = 100;
constexpr std::int64_t kOpaqueBytes = 16384;
constexpr int kReferenceHopsMax = 16;
// A manifest that refers to itself is cut off rather than followed.
constexpr int kNestingMax = 32;
constexpr std::size_t kSchemasMax = 200'000;

ImportedTypes::Type opaque(std::string why) {
  return {fmt::format("opaque({})", kOpaqueBytes), std::move(why), false};
}

std::optional<std::int64_t> integer_at(const Json& schema, const char* key) {
  const auto found = schema.find(key);
  if (found == schema.end() || !found->is_number_integer()) return std::nullopt;
  if (found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX) return std::nullopt;
  return found->get<std::int64_t>();
}

std::string string_at(const Json& schema, const char* key) {
  const auto found = schema.find(key);
  return found != schema.end() && found->is_string() ? found->get<std::string>() : std::string();
}

ImportedTypes::Type integer_type(const Json& schema) {
  auto low = integer_at(schema, "minimum");
  auto high = integer_at(schema, "maximum");
  if (const auto above = integer_at(schema, "exclusiveMinimum"); above && *above < INT64_MAX)
    low = *above + 1;
  if (const auto below = integer_at(schema, "exclusiveMaximum"); below && *below > INT64_MIN)
    high = *below - 1;
  if (!low && !high) return {"int", "", false};
  const std::int64_t from = low.value_or(INT64_MIN + 1);
  const std::int64_t to = high.value_or(INT64_MAX);
  if (from > to) return opaque("its minimum is above its maximum");
  return {fmt::format("int({}..={})", from, to), "", false};
}

// `["string","null"]` is a nullable string; any other union is none of our types.
struct Unwrapped {
  const Json* schema;
  std::string type;
  bool nullable = false;
};

std::optional<Unwrapped> unwrap_union(const Json& alternatives) {
  const Json* only = nullptr;
  bool nullable = false;
  for (const Json& alternative : alternatives) {
    if (alternative.is_object() && string_at(alternative, "type") == "null") {
      nullable = true;
    } else if (only != nullptr) {
      return std::nullopt;
    } else {
      only = &alternative;
    }
  }
  if (only == nullptr) return std::nullopt;
  return Unwrapped{only, "", nullable};
}

std::optional<Unwrapped> unwrap(const Json& schema) {
  for (const char* key : {"anyOf", "oneOf"}) {
    const auto found = schema.find(key);
    if (found != schema.end() && found->is_array() && !schema.contains("type"))
      return unwrap_union(*found);
  }
  const auto type = schema.find("type");
  if (type == schema.end())
    return Unwrapped{&schema, schema.contains("enum") ? "string" : "", false};
  if (type->is_string()) return Unwrapped{&schema, type->get<std::string>(), false};
  if (!type->is_array()) return std::nullopt;
  Unwrapped result{&schema, "", false};
  for (const Json& one : *type) {
    if (one == "null") {
      result.nullable = true;
    } else if (!result.type.empty() || !one.is_string()) {
      return std::nullopt;
    } else {
      result.type = one.get<std::string>();
    }
  }
  return result;
}

}  // namespace

const Json& ImportedTypes::resolved(const Json& schema) const {
  const Json* at = &schema;
  for (int hop = 0; hop < kReferenceHopsMax && at->is_object(); ++hop) {
    const std::string reference = string_at(*at, "$ref");
    if (!reference.starts_with("#/")) return *at;
    try {
      const Json::json_pointer pointer(reference.substr(1));
      if (!root_.contains(pointer)) return *at;
      at = &root_.at(pointer);
    } catch (const Json::exception&) {
      return *at;
    }
  }
  return *at;
}

ImportedTypes::Type ImportedTypes::type_of(const Json& written, std::string_view name, int depth) {
  if (nesting_ >= kNestingMax) return opaque("a schema nested too deeply");
  if (++visited_ > kSchemasMax) return opaque("the manifest has too many schemas");
  ++nesting_;
  Type type = type_inside(written, name, depth);
  --nesting_;
  return type;
}

ImportedTypes::Type ImportedTypes::type_inside(const Json& written, std::string_view name,
                                               int depth) {
  const Json& schema = resolved(written);
  if (!schema.is_object()) return opaque("its schema is not an object");
  if (schema.contains("$ref")) return opaque("its $ref leads nowhere");
  const std::optional<Unwrapped> inner = unwrap(schema);
  if (!inner) return opaque("it may have several types");
  if (inner->schema != &schema) {
    Type type = type_of(*inner->schema, name, depth);
    type.nullable = type.nullable || inner->nullable;
    return type;
  }
  Type type;
  if (inner->type == "string") {
    type = string_type(schema, name);
  } else if (inner->type == "boolean") {
    type = {"bool", "", false};
  } else if (inner->type == "integer") {
    type = integer_type(schema);
  } else if (inner->type == "array") {
    type = list_type(schema, name, depth);
  } else if (inner->type == "object") {
    type = record_type(schema, name, depth);
  } else if (inner->type == "number") {
    type = opaque("a number: if it is an amount, make it `money as major`");
  } else {
    type = opaque("it has no type that can be checked");
  }
  type.nullable = type.nullable || inner->nullable;
  return type;
}

ImportedTypes::Type ImportedTypes::string_type(const Json& schema, std::string_view name) {
  const auto values = schema.find("enum");
  if (values != schema.end() && values->is_array() && !values->empty() &&
      values->size() <= limits::kEnumValuesMax) {
    std::vector<std::string> names;
    const bool spelled = std::all_of(values->begin(), values->end(), [&names](const Json& value) {
      if (!value.is_string() || !is_plain_name(value.get<std::string>())) return false;
      const auto text = value.get<std::string>();
      if (std::find(names.begin(), names.end(), text) == names.end()) names.push_back(text);
      return true;
    });
    if (spelled)
      return {declare("enum", name, fmt::format("{{ {} }}", fmt::join(names, ", "))), "", false};
  }
  // maxLength counts characters, a bound here counts bytes: four to a character at most.
  std::int64_t bytes = kStringBytes;
  if (const auto length = integer_at(schema, "maxLength"); length && *length > 0) {
    bytes = *length > limits::kStringBytesMax / 4 ? limits::kStringBytesMax : *length * 4;
  }
  return {fmt::format("string({})", bytes), "", false};
}

ImportedTypes::Type ImportedTypes::list_type(const Json& schema, std::string_view name, int depth) {
  const auto items = schema.find("items");
  if (items == schema.end()) return opaque("a list of unknown elements");
  const Type element = type_of(*items, fmt::format("{}_item", name), depth);
  if (element.nullable) return opaque("a list whose elements may be null");
  if (element.text.starts_with("list<") || element.text.starts_with("opaque(")) {
    return opaque("a list of what is neither a scalar nor a record");
  }
  const std::int64_t low = std::max<std::int64_t>(integer_at(schema, "minItems").value_or(0), 0);
  const std::int64_t high = integer_at(schema, "maxItems").value_or(std::max(kListElements, low));
  if (low > high || high > limits::kCollectionMax || high < 1)
    return opaque("a list of too many elements");
  return {fmt::format("list<{}>({}..={})", element.text, low, high), "", false};
}

ImportedTypes::Type ImportedTypes::record_type(const Json& schema, std::string_view name,
                                               int depth) {
  const auto properties = schema.find("properties");
  if (properties == schema.end() || !properties->is_object() || properties->empty()) {
    return opaque("an object of unknown fields");
  }
  if (depth >= limits::kRecordDepthMax) return opaque("an object nested too deeply");
  if (properties->size() > limits::kRecordFieldsMax) return opaque("an object of too many fields");
  std::string body = "{\n";
  for (const std::string& line : fields_of(schema, name, depth + 1))
    body += fmt::format("  {}\n", line);
  return {declare("record", name, body + "}"), "", false};
}

std::vector<std::string> ImportedTypes::fields_of(const Json& object, std::string_view name,
                                                  int depth) {
  std::vector<std::string> lines;
  NameSet names;
  const auto properties = object.find("properties");
  if (properties == object.end() || !properties->is_object()) return lines;
  const auto required = object.find("required");
  for (const auto& [wire, schema] : properties->items()) {
    if (bad_name_.empty() && stdlib::printable(wire) != wire) bad_name_ = stdlib::printable(wire);
    const std::string field = names.claim(spell(wire));
    const Type type = type_of(schema, spell(fmt::format("{}_{}", name, field)), depth);
    const bool must = required != object.end() && required->is_array() &&
                      std::find(required->begin(), required->end(), Json(wire)) != required->end();
    if (!type.note.empty()) lines.push_back(fmt::format("// {}: {}", field, type.note));
    lines.push_back(fmt::format("{}: {}{}{}", field, type.text, must && !type.nullable ? "" : "?",
                                field == wire ? std::string() : " named " + string_literal(wire)));
  }
  return lines;
}

std::string ImportedTypes::declare(std::string_view keyword, std::string_view name,
                                   const std::string& body) {
  const auto [entry, is_new] = declared_.try_emplace(fmt::format("{} {}", keyword, body));
  if (is_new) {
    entry->second = names_.claim(name);
    declarations_.push_back(fmt::format("{} {} {}", keyword, entry->second, body));
  }
  return entry->second;
}

}  // namespace remit::cli
