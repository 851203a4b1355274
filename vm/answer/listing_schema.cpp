// The schema in the listing of an image: enums, records, roots and tools; and the constant sets.
#include "stdlib/text.h"
#include "stdlib/time.h"
#include "vm/answer/listing.h"

namespace remit::vm {

namespace {

std::string default_text(const Listed& listed, const FieldRow& field) {
  const TypeRow& type = listed.image[field.type];
  if (is_text(type.kind)) return stdlib::quote(listed.image.strings[field.default_row]);
  return shown_integer(listed, type.kind, type.ref, listed.image.integers[field.default_row]);
}

void append_field(const Listed& listed, const FieldRow& field, std::string_view label,
                  std::string& text) {
  std::string value = shown_name(listed, field.name) + ": " + shown_type(listed, field.type);
  if (field.wire_name != field.name)
    value += ", wire name " + stdlib::quote(listed.text(field.wire_name));
  if (field.optional != 0) value += ", optional";
  if (field.sensitive != 0) value += ", sensitive";
  if (field.unit != MoneyUnit::None) value.append(", as ").append(spelling(field.unit));
  if (field.unit_digits != 0) value += ", in " + stdlib::counted(field.unit_digits, "decimal");
  if (field.default_row != kNoRow) value += ", default " + default_text(listed, field);
  if (field.label_slot != kNoRow) value += ", label slot " + std::to_string(field.label_slot);
  append_fact(label, value + ", slot " + std::to_string(field.slot), text);
}

void append_fields(const Listed& listed, RangeOf<FieldRow> fields, std::string_view label,
                   std::string& text) {
  for (const FieldRow& field : listed.image.rows(fields)) append_field(listed, field, label, text);
}

void append_enum(const Listed& listed, const EnumRow& row, std::string& text) {
  text += "enum " + shown_name(listed, row.name) + (row.ordered != 0 ? ", ordered" : "") + '\n';
  for (std::uint32_t i = row.values.first; i < row.values.end(); ++i) {
    const EnumValueRow& value = listed.image.enum_values[i];
    std::string shown = shown_name(listed, value.name);
    if (value.wire_name != value.name)
      shown += ", wire name " + stdlib::quote(listed.text(value.wire_name));
    append_fact(std::to_string(i - row.values.first),
                shown + (value.platform != 0 ? ", platform" : ""), text);
  }
}

void append_tool(const Listed& listed, ToolId id, std::string& text) {
  const Image& image = listed.image;
  const ToolRow& tool = image[id];
  text += "tool " + shown_name(listed, tool.name) + '\n';
  append_fact("wire name", stdlib::quote(listed.text(tool.wire_name)), text);
  append_fact("effect", shown_ordinal(listed, "effect", tool.effect), text);
  append_fact("undo", tool.undo_ms < 0 ? "never" : stdlib::format_duration(tool.undo_ms), text);
  append_fact("reads", shown_ordinal(listed, "class", tool.reads), text);
  append_fact("clearance", shown_ordinal(listed, "class", tool.clearance), text);
  append_fields(listed, tool.args, "argument", text);
  for (const StringId name : image.rows(tool.results))
    append_fact("result", shown_name(listed, name), text);
  for (const std::uint32_t slot : image.rows(tool.required))
    append_fact("required", shown_slot(listed, id, slot), text);
  append_fact("bound", stdlib::counted(static_cast<std::size_t>(tool.steps_bound), "step"), text);
  append_fact("hash", shown_hash(tool.hash), text);
}

}  // namespace

void append_schema(const Listed& listed, std::string& text) {
  const Image& image = listed.image;
  for (const CurrencyRow& row : image.currencies)
    text += "currency " + std::string(row.text()) + ", minor unit of " +
            stdlib::counted(row.minor_digits, "decimal") + '\n';
  for (const EnumRow& row : image.enums) append_enum(listed, row, text);
  for (const RecordRow& row : image.records) {
    text += "record " + shown_name(listed, row.name) + '\n';
    append_fields(listed, row.fields, "field", text);
  }
  for (const RootRow& row : image.roots) {
    text += "root " + shown_name(listed, row.name) + '\n';
    append_fields(listed, row.fields, "field", text);
  }
  for (std::size_t i = 0; i < image.tools.size(); ++i)
    append_tool(listed, static_cast<ToolId>(i), text);
}

void append_sets(const Listed& listed, std::string& text) {
  const Image& image = listed.image;
  for (std::size_t s = 0; s < image.sets.size(); ++s) {
    const SetRow& set = image.sets[s];
    const std::string_view what = set.element == ElementKind::Integer ? "numbers"
                                  : set.element == ElementKind::Text  ? "texts"
                                                                      : "address ranges";
    text += "set " + std::to_string(s) + ", " + std::string(what) + " of " +
            shown_kind(listed, set.kind, set.ref) + '\n';
    for (const std::int64_t element : image.rows(set.elements)) {
      append_fact(set.element == ElementKind::Integer
                      ? shown_integer(listed, set.kind, set.ref, element)
                      : stdlib::quote(image[string_of(element)]),
                  {}, text);
    }
  }
}

}  // namespace remit::vm
