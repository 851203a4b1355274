#include "cli/import/schema_view.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <remit/internal/characters.h>
#include "stdlib/integer.h"
#include "stdlib/text.h"

namespace remit::cli {

namespace {

constexpr std::size_t kLayersMax = 16;
constexpr std::size_t kKeywordsMax = 256;

constexpr std::string_view kRemarks[] = {"title",      "description", "examples",  "example",
                                         "deprecated", "readOnly",    "writeOnly", "$comment",
                                         "$schema",    "$id"};
constexpr std::string_view kDefinitions[] = {"$defs", "definitions"};

// One segment of a JSON pointer in a URI fragment: `%xx`, then `~1` and `~0`.
std::optional<std::string> pointer_segment(std::string_view written) {
  const auto bytes = percent_decoded(written);
  if (!bytes) return std::nullopt;
  std::string segment;
  for (std::size_t i = 0; i < bytes->size(); ++i) {
    const char c = (*bytes)[i];
    const char next = i + 1 < bytes->size() ? (*bytes)[i + 1] : '\0';
    if (c == '~' && next != '0' && next != '1') return std::nullopt;
    segment += c != '~' ? c : next == '0' ? '~' : '/';
    if (c == '~') ++i;
  }
  return segment;
}

bool is_same_value(const Json& a, const Json& b) {
  return a.children.empty() && b.children.empty() && a.kind == b.kind && a.text == b.text;
}

bool is_null(const Json& schema) {
  const Json* type = schema.member("type");
  const Json* constant = schema.member("const");
  return (type != nullptr && type->is_string("null")) ||
         (constant != nullptr && constant->kind == JsonKind::Null);
}

bool is_definitions(std::string_view keyword) {
  return std::ranges::find(kDefinitions, keyword) != std::end(kDefinitions);
}

// The constant that is all that an alternative says, or null.
const Json* constant_alone(const Json& schema) {
  const Json* constant = schema.member("const");
  const bool alone = std::ranges::all_of(schema.children, [](const Json& member) {
    return member.key == "const" || member.key == "type" || is_remark(member.key);
  });
  return alone ? constant : nullptr;
}

std::string type_of_value(const Json& value) {
  switch (value.kind) {
    case JsonKind::Null: return "null";
    case JsonKind::False:
    case JsonKind::True: return "boolean";
    case JsonKind::Number: return around(value.text).is_integer() ? "integer" : "number";
    case JsonKind::String: return "string";
    case JsonKind::Array: return "array";
    case JsonKind::Object: return "object";
  }
  return {};
}

}  // namespace

bool is_remark(std::string_view keyword) {
  return std::ranges::find(kRemarks, keyword) != std::end(kRemarks) || keyword.starts_with("x-");
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      bytes += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return bytes;
}

const Json* pointed_at(const Json& document, std::string_view reference) {
  if (!reference.starts_with('#')) return nullptr;
  std::string_view pointer = reference.substr(1);
  const Json* at = &document;
  while (at != nullptr && !pointer.empty()) {
    if (pointer.front() != '/') return nullptr;
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    const auto segment = pointer_segment(pointer.substr(0, end));
    pointer.remove_prefix(end);
    if (!segment) return nullptr;
    if (at->is_array()) {
      const auto index = stdlib::parse_digits(*segment);
      const auto count = static_cast<std::int64_t>(at->children.size());
      at = index && *index < count ? &at->children[static_cast<std::size_t>(*index)] : nullptr;
    } else {
      at = at->member(*segment);
    }
  }
  return at;
}

SchemaView::SchemaView(const Json& document, const Json& schema, std::span<const Json* const> open)
    : document_(document), open_(open.begin(), open.end()) {
  add(schema);
}

void SchemaView::refuse(std::string why) {
  if (problem_.empty()) problem_ = std::move(why);
}

void SchemaView::add(const Json& schema) {
  if (schema.kind == JsonKind::True) return;
  if (schema.kind == JsonKind::False) {
    never_ = true;
    return;
  }
  if (!schema.is_object()) return refuse("its schema is neither an object nor true or false");
  if (layers_.size() == kLayersMax) return refuse("its schema refers on and on");
  if (schema.children.size() > kKeywordsMax) return refuse("its schema has too many keywords");
  layers_.push_back(&schema);
  if (const Json* nullable = schema.member("nullable")) {
    nullable_ = nullable_ || nullable->kind == JsonKind::True;
    expressed_.insert(nullable);
  }
  if (const Json* reference = schema.member("$ref")) follow(*reference);
  if (const Json* all = schema.member("allOf")) {
    if (!all->is_array() || all->children.size() != 1)
      return refuse("it must be of several schemas at once (`allOf`)");
    expressed_.insert(all);
    add(all->children.front());
  }
  choose(schema, "anyOf");
  choose(schema, "oneOf");
}

void SchemaView::follow(const Json& reference) {
  expressed_.insert(&reference);
  if (!reference.is_string() || !reference.text.starts_with('#'))
    return refuse(fmt::format("its $ref {} is not within the tool's schema", json_text(reference)));
  const Json* target = pointed_at(document_, reference.text);
  if (target == nullptr)
    return refuse(fmt::format("its $ref {} leads nowhere", json_text(reference)));
  if (std::ranges::find(open_, target) != open_.end() ||
      std::ranges::find(layers_, target) != layers_.end())
    return refuse(fmt::format("it holds itself, by $ref {}", json_text(reference)));
  targets_.push_back(target);
  add(*target);
}

// Of alternatives one that is left when null is taken out, or constants, are understood.
void SchemaView::choose(const Json& schema, std::string_view keyword) {
  const Json* alternatives = schema.member(keyword);
  if (alternatives == nullptr || !alternatives->is_array()) return;
  std::vector<const Json*> left, constants;
  for (const Json& one : alternatives->children) {
    if (is_null(one)) continue;
    left.push_back(&one);
    if (const Json* constant = constant_alone(one)) constants.push_back(constant);
  }
  const bool one_left = left.size() == 1 && constants.empty();
  const bool all_constant = !left.empty() && constants.size() == left.size();
  if (!(one_left || all_constant) || (all_constant && !constants_.empty())) return;
  nullable_ = nullable_ || left.size() < alternatives->children.size();
  expressed_.insert(alternatives);
  if (one_left)
    add(*left.front());
  else
    constants_ = constants;
}

const Json* SchemaView::look(std::string_view keyword) const {
  for (const Json* layer : layers_) {
    if (const Json* value = layer->member(keyword)) return value;
  }
  return nullptr;
}

const Json* SchemaView::find(std::string_view keyword) {
  const Json* value = look(keyword);
  if (value != nullptr) expressed_.insert(value);
  return value;
}

std::string SchemaView::written_type() {
  const Json* type = find("type");
  if (type == nullptr) return {};
  if (type->is_string()) return type->text;
  std::string only;
  for (const Json& one : type->children) {
    if (one.is_string("null")) {
      nullable_ = true;
    } else if (!only.empty() || !one.is_string()) {
      return "several";
    } else {
      only = one.text;
    }
  }
  return only;
}

std::string SchemaView::type() {
  if (look("type") != nullptr) {
    const std::string written = written_type();
    return written == "several" ? std::string() : written;
  }
  std::string type;
  for (const Json* value : values()) {
    const std::string one = type_of_value(*value);
    if (!type.empty() && type != one) return {};
    type = one;
  }
  if (!type.empty()) return type;
  if (look("properties") != nullptr) return "object";
  return look("items") != nullptr ? "array" : "";
}

std::vector<const Json*> SchemaView::values() {
  std::vector<const Json*> values;
  if (const Json* constant = find("const")) {
    values.push_back(constant);
  } else if (const Json* list = look("enum"); list != nullptr && list->is_array()) {
    expressed_.insert(list);
    for (const Json& value : list->children) values.push_back(&value);
  } else {
    values = constants_;
  }
  const auto nulls =
      std::erase_if(values, [](const Json* value) { return value->kind == JsonKind::Null; });
  nullable_ = nullable_ || nulls > 0;
  return values;
}

std::vector<std::string> SchemaView::dropped() const {
  std::vector<std::string> result;
  for (const Json* layer : layers_) {
    for (const Json& member : layer->children) {
      if (is_remark(member.key) || is_definitions(member.key) || expressed_.contains(&member))
        continue;
      // The same thing said again is expressed where it was said first.
      const Json* first = look(member.key);
      if (expressed_.contains(first) && is_same_value(*first, member)) continue;
      result.push_back(fmt::format("`{}` {}", stdlib::printable(member.key),
                                   stdlib::printable(json_text(member))));
    }
  }
  return result;
}

}  // namespace remit::cli
