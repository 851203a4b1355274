#include "compiler/ir/tool_hash.h"

#include <fmt/format.h>

#include "stdlib/canonical.h"

namespace remit::compiler {

namespace {

using stdlib::Encoder;
using stdlib::Tag;

std::string record_text(const RecordInfo& record, const TypedBundle& bundle) {
  std::string text = "{";
  for (const FieldInfo& field : record.fields) {
    if (text.size() > 1) text += ',';
    text += fmt::format("{}:{}{}", field.name, type_text(*field.type, bundle),
                        field.optional ? "?" : "");
    if (field.wire_name != field.name) text += fmt::format(" named {}", quoted(field.wire_name));
    if (const std::string unit = to_text(field.money); !unit.empty())
      text += fmt::format(" as {}", unit);
  }
  return text + '}';
}

void encode_default(Encoder& encoder, const FieldInfo& field, const TypedBundle& bundle) {
  const TypeKind kind = field.type->kind;
  const auto ordinal = static_cast<std::size_t>(field.default_integer);
  if (!field.has_default)
    encoder.absent();
  else if (kind == TypeKind::Enum)
    encoder.text(Tag::Enum, bundle.enumeration(*field.type).values[ordinal].name);
  else if (kind == TypeKind::Tool)
    encoder.text(Tag::Tool, bundle.tools[ordinal].name);
  else if (is_text(kind))
    encoder.text(stdlib::tag_of(kind), field.default_text);
  else
    encoder.number(kind, field.default_integer, bundle.currency);
}

void encode_argument(Encoder& encoder, const FieldInfo& field, const TypedBundle& bundle) {
  encoder.begin(Tag::Record, 6);
  encoder.text(Tag::Text, field.name);
  encoder.text(Tag::Text, type_text(*field.type, bundle) + (field.optional ? "?" : ""));
  encoder.text(Tag::Text, field.wire_name);
  if (const std::string unit = to_text(field.money); unit.empty())
    encoder.absent();
  else
    encoder.text(Tag::Text, unit);
  encode_default(encoder, field, bundle);
  encoder.boolean(field.sensitive);
}

std::string_view class_name(const TypedBundle& bundle, std::string_view name,
                            std::uint32_t ordinal) {
  return bundle.enums[static_cast<std::size_t>(*bundle.find_enum(name))].values[ordinal].name;
}

std::string enum_text(const EnumInfo& info) {
  std::string text = "enum(";
  for (std::size_t i = 0; i < info.values.size(); ++i) {
    const EnumValueInfo& value = info.values[i];
    text += fmt::format("{}{}", i == 0 ? "" : info.ordered ? "<" : ",", value.name);
    if (value.wire_name != value.name) text += fmt::format(" named {}", quoted(value.wire_name));
  }
  return text + ')';
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string type_text(const Type& type, const TypedBundle& bundle) {
  const std::string_view word = spelling(type.kind);
  switch (form_of(type.kind)) {
    case TypeForm::Bool:
    case TypeForm::Format:
    case TypeForm::Tool: break;
    case TypeForm::Number:
      if (type.kind == TypeKind::Int || type.kind == TypeKind::Money)
        return fmt::format("{}({}..={})", word, type.low, type.high);
      break;
    case TypeForm::PlainText:
      if (type.kind == TypeKind::String) return fmt::format("{}({})", word, type.high);
      break;
    case TypeForm::Opaque: return fmt::format("{}({})", word, type.high);
    case TypeForm::Enum: return enum_text(bundle.enumeration(type));
    case TypeForm::Record: return record_text(bundle.record(type), bundle);
    case TypeForm::Collection: {
      const std::string element = type_text(*type.element, bundle);
      if (type.kind == TypeKind::Set) return fmt::format("set<{}>({})", element, type.high);
      return fmt::format("list<{}>({}..={})", element, type.low, type.high);
    }
  }
  return std::string(word);
}

stdlib::Hash tool_hash(const ToolInfo& tool, const TypedBundle& bundle) {
  Encoder encoder("remit/tool/2");
  encoder.begin(Tag::Record, 8);
  encoder.text(Tag::Text, tool.name);
  encoder.text(Tag::Text, tool.wire_name);
  encoder.text(Tag::Enum, class_name(bundle, "effect", tool.effect));
  if (tool.has_undo)
    encoder.integer(Tag::Duration, tool.undo_ms);
  else
    encoder.absent();
  encoder.text(Tag::Enum, class_name(bundle, "class", tool.reads));
  encoder.text(Tag::Enum, class_name(bundle, "class", tool.clearance));
  encoder.begin(Tag::List, static_cast<std::uint32_t>(tool.args.size()));
  for (const FieldInfo& field : tool.args) encode_argument(encoder, field, bundle);
  encoder.begin(Tag::List, static_cast<std::uint32_t>(tool.results.size()));
  for (const std::string_view name : tool.results) encoder.text(Tag::Text, name);
  return encoder.finish();
}

}  // namespace remit::compiler
