#include "cli/import/types.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <remit/limits.h>
#include "stdlib/text.h"

namespace remit::cli {

namespace {

// A manifest whose schemas refer to each other over and over is cut off rather than followed.
constexpr std::size_t kSchemasMax = 100'000;
constexpr int kNestingMax = 32;
// What the arguments of one tool may take; the host's facts take the rest.
constexpr std::size_t kToolSlotsMax = limits::kSlotsMax / 2;

bool is_true(const Json* value) { return value != nullptr && value->kind == JsonKind::True; }

// Adds what the schema says and the type does not. One that is opaque says it already.
void note_dropped(const SchemaView& schema, ImportedType& type) {
  if (type.kind == TypeKind::Opaque) return;
  for (const std::string& keyword : schema.dropped())
    type.notes.push_back(fmt::format("not kept: {}", keyword));
}

std::set<std::string_view> required_of(SchemaView& object) {
  std::set<std::string_view> names;
  const Json* required = object.find("required");
  if (required == nullptr) return names;
  for (const Json& name : required->children) {
    if (name.is_string()) names.insert(name.text);
  }
  return names;
}

}  // namespace

bool takes_others(SchemaView& object) {
  const Json* others = object.find("additionalProperties");
  return others != nullptr && others->kind != JsonKind::False;
}

ImportedType ImportedTypes::type_of(SchemaView& schema, std::string_view name, int depth) {
  if (++visited_ > kSchemasMax) return opaque_type("the manifest has too many schemas");
  if (nesting_ == kNestingMax) return opaque_type("a schema nested too deeply");
  const std::size_t declared = declarations_.size(), open = open_.size();
  ++nesting_;
  open_.insert(open_.end(), schema.targets().begin(), schema.targets().end());
  ImportedType type = type_inside(schema, name, depth);
  open_.resize(open);
  --nesting_;
  type.nullable = type.nullable || schema.is_nullable();
  // What was declared for the inside of a value that is carried as it is has no use.
  if (type.kind == TypeKind::Opaque) forget_declarations(declared);
  return type;
}

ImportedType ImportedTypes::type_inside(SchemaView& schema, std::string_view name, int depth) {
  if (!schema.problem().empty()) return opaque_type(schema.problem());
  const std::string type = schema.type();
  if (type == "string") {
    return string_type(schema, options_,
                       [&](const std::string& body) { return declare("enum", name, body); });
  }
  if (type == "boolean") return boolean_type(schema);
  if (type == "integer") return integer_type(schema);
  if (type == "number") return number_type(schema, options_);
  if (type == "array") return list_type(schema, name, depth);
  if (type == "object") return record_type(schema, name, depth);
  if (type == "null") return opaque_type("it may only be null");
  const auto says = [&](std::string_view keyword) { return schema.look(keyword) != nullptr; };
  if (!says("type") && !says("anyOf") && !says("oneOf") && !says("enum"))
    return opaque_type("it has no type that can be checked");
  return opaque_type(type.empty() ? "it may be of several types"
                                  : fmt::format("`{}` is not a type of JSON Schema", type));
}

ImportedType ImportedTypes::list_type(SchemaView& schema, std::string_view name, int depth) {
  const Json* items = schema.find("items");
  if (items == nullptr || items->is_array()) return opaque_type("a list of unknown elements");
  SchemaView element_schema(*document_, *items, open_);
  if (element_schema.is_never()) return opaque_type("a list that is always empty");
  ImportedType element = type_of(element_schema, spell(fmt::format("{}_item", name)), depth);
  if (element.nullable) return opaque_type("a list whose elements may be null");
  if (!is_scalar(element.kind) && element.kind != TypeKind::Record)
    return opaque_type("a list of what is neither a scalar nor a record");
  note_dropped(element_schema, element);

  ImportedType type;
  for (const std::string& note : element.notes)
    type.notes.push_back(fmt::format("each element: {}", note));
  // A set has no least size, and a record no equality.
  const bool is_set = is_scalar(element.kind) && is_true(schema.look("uniqueItems"));
  if (is_set) {
    (void)schema.find("uniqueItems");
    type.notes.emplace_back("a set: its order is not passed on");
  }
  const auto least = is_set ? std::nullopt : number_at(schema, "minItems");
  const auto most = number_at(schema, "maxItems");
  const Wide low = least ? std::max<Wide>(least->ceiling, 0) : 0;
  Wide high = most ? most->floor : std::max<Wide>(kListElementsAssumed, low);
  if (high > limits::kCollectionMax && low <= limits::kCollectionMax) {
    high = limits::kCollectionMax;
    type.notes.push_back(fmt::format("at most {} elements; here {}",
                                     most ? json_text(*schema.look("maxItems")) : "any number of",
                                     limits::kCollectionMax));
  }
  if (high < 1) return opaque_type("a list that is always empty");
  if (low > high || high > limits::kCollectionMax)
    return opaque_type("a list of too many elements");
  if (element.slots * static_cast<std::size_t>(high) > limits::kListValuesMax)
    return opaque_type("a list of too many values");
  type.kind = is_set ? TypeKind::Set : TypeKind::List;
  type.text = is_set ? fmt::format("set<{}>({})", element.text, static_cast<std::int64_t>(high))
                     : fmt::format("list<{}>({}..={})", element.text,
                                   static_cast<std::int64_t>(low), static_cast<std::int64_t>(high));
  return type;
}

ImportedType ImportedTypes::record_type(SchemaView& schema, std::string_view name, int depth) {
  const Json* properties = schema.look("properties");
  if (properties == nullptr || !properties->is_object() || properties->children.empty())
    return opaque_type("an object of unknown fields");
  if (depth >= limits::kRecordDepthMax) return opaque_type("an object nested too deeply");
  if (properties->children.size() > limits::kRecordFieldsMax)
    return opaque_type("an object of too many fields");
  const Fields fields = fields_of(schema, name, depth + 1);
  if (fields.slots > limits::kRecordValuesMax) return opaque_type("an object of too many values");
  ImportedType type;
  if (takes_others(schema)) type.notes.emplace_back("other fields are refused here");
  std::string body = "{\n";
  for (const std::string& line : fields.lines) body += fmt::format("  {}\n", line);
  type.kind = TypeKind::Record;
  type.slots = fields.slots;
  type.text = declare("record", name, body + "}");
  return type;
}

ImportedTypes::Fields ImportedTypes::fields_of(SchemaView& object, std::string_view name,
                                               int depth) {
  Fields fields;
  NameSet names;
  const std::set<std::string_view> required = required_of(object);
  const Json* properties = object.find("properties");
  const bool has_some = properties != nullptr && properties->is_object();
  if (has_some) {
    for (const Json& property : properties->children) {
      if (stdlib::is_word(property.key)) names.take(property.key);
    }
    for (const Json& property : properties->children)
      add_field(property, required.contains(property.key), name, depth, names, fields);
  }
  for (const std::string_view wire : required) {
    if (has_some && properties->member(wire) != nullptr) continue;
    for (std::string& line :
         comment_lines(fmt::format("{} is required and not described: a call with it is refused",
                                   stdlib::quote_beginning(wire))))
      fields.lines.push_back(std::move(line));
  }
  return fields;
}

void ImportedTypes::add_field(const Json& property, bool required, std::string_view name, int depth,
                              NameSet& names, Fields& into) {
  const std::string& wire = property.key;
  if (bad_name_ == nullptr && !wire_name_problem(wire).empty()) bad_name_ = &property;
  const std::string field = stdlib::is_word(wire) ? wire : names.claim(spell(wire));
  const auto comment = [&](std::string_view note) {
    for (std::string& line : comment_lines(fmt::format("{}: {}", field, note)))
      into.lines.push_back(std::move(line));
  };
  SchemaView schema(*document_, property, open_);
  if (schema.is_never()) return comment("no value is allowed, so it is left out");
  const std::size_t declared = declarations_.size();
  ImportedType type = type_of(schema, spell(fmt::format("{}_{}", name, field)), depth);
  if (into.slots + type.slots > kToolSlotsMax) {
    type = opaque_type("it has more values than the arguments of one tool may have");
    forget_declarations(declared);
  }
  into.slots += type.slots;

  // Absence of a required argument stays a mistake, and of a field of a record too.
  std::optional<std::string> fallback;
  if (const Json* value = schema.look("default");
      value != nullptr && depth == 0 && !required && !type.nullable)
    fallback = default_text(type, *value);
  if (const Json* value = schema.look("default");
      fallback || (value != nullptr && value->kind == JsonKind::Null))
    (void)schema.find("default");
  note_dropped(schema, type);
  // Only an opaque value can be null; elsewhere null is absence.
  const bool absent_for_null = type.nullable && !(required && type.kind == TypeKind::Opaque);
  if (absent_for_null) {
    type.notes.emplace_back(required ? "required, as null too; here it may be absent, and null is "
                                       "passed on as absent"
                                     : "null is passed on as absent");
  }
  for (const std::string& note : type.notes) comment(note);
  const bool optional = !fallback && (!required || absent_for_null);
  into.lines.push_back(fmt::format("{}: {}{}{}{}", field, type.text, optional ? "?" : "",
                                   field == wire ? "" : " named " + string_literal(wire),
                                   fallback ? " = " + *fallback : ""));
}

std::vector<std::string> ImportedTypes::arguments_of(const Json& document, SchemaView& arguments,
                                                     std::string_view tool) {
  document_ = &document;
  bad_name_ = nullptr;
  open_ = arguments.targets();
  open_.push_back(&document);
  return fields_of(arguments, tool, 0).lines;
}

std::vector<std::string> ImportedTypes::declarations() const {
  std::vector<std::string> texts;
  for (const Declaration& declaration : declarations_) texts.push_back(declaration.text);
  return texts;
}

std::string ImportedTypes::declare(std::string_view keyword, std::string_view name,
                                   const std::string& body) {
  const std::string key = fmt::format("{} {}", keyword, body);
  const auto [entry, is_new] = declared_.try_emplace(key);
  if (is_new) {
    entry->second = names_.claim(name);
    declarations_.push_back({key, fmt::format("{} {} {}", keyword, entry->second, body)});
  }
  return entry->second;
}

void ImportedTypes::forget_declarations(std::size_t count) {
  for (std::size_t i = count; i < declarations_.size(); ++i) declared_.erase(declarations_[i].key);
  declarations_.resize(count);
}

}  // namespace remit::cli
