#include "vm/image/layout.h"

#include <algorithm>
#include <span>
#include <tuple>

#include "vm/image/record_sizes.h"

namespace remit::vm {

namespace {

std::vector<FieldShape> shapes_of(const Image& image) {
  const std::vector<RecordSize> sizes = record_sizes(image);
  std::vector<FieldShape> shapes;
  shapes.reserve(image.fields.size());
  for (const FieldRow& field : image.fields) {
    const TypeRow& type = image[field.type];
    shapes.push_back({field.type, field.optional != 0,
                      type.kind == TypeKind::Record ? type.ref : kNoRow,
                      static_cast<std::uint32_t>(values_of(image, sizes, field.type)), field.slot});
  }
  for (const RecordRow& record : image.records) {
    std::uint32_t next = 0;
    for (std::uint32_t i = 0; i < record.fields.count; ++i) {
      FieldShape& shape = shapes[record.fields.first + i];
      shape.offset = next;
      next += shape.width;
    }
  }
  return shapes;
}

// Those alike in two tools have the same key.
auto key_of(const Image& image, const Argument& argument) {
  const FieldRow& field = image.fields[argument.field];
  return std::tuple(argument.slot, field.name, field.type, field.optional);
}

void lay_out_arguments(const Image& image, Layout& layout) {
  std::vector<std::pair<ToolId, std::uint32_t>> all;  // with their place in layout.arguments
  for (std::size_t t = 0; t < image.tools.size(); ++t) {
    const RangeOf<FieldRow> args = image.tools[t].args;
    const auto first = static_cast<std::uint32_t>(layout.arguments.size());
    for (std::uint32_t i = args.first; i < args.end(); ++i)
      layout.arguments.push_back({image.fields[i].slot, i, 0});
    std::ranges::sort(layout.arguments.begin() + first, layout.arguments.end(), {},
                      &Argument::slot);
    layout.arguments_of.push_back({first, args.count});
    for (std::uint32_t i = 0; i < args.count; ++i)
      all.emplace_back(static_cast<ToolId>(t), first + i);
  }
  const auto key = [&](const auto& entry) { return key_of(image, layout.arguments[entry.second]); };
  std::ranges::stable_sort(all, {}, key);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i == 0 || key(all[i - 1]) != key(all[i])) {
      layout.argument_tools.emplace_back();
      layout.sensitive_tools.emplace_back();
    }
    layout.argument_tools.back().add(all[i].first);
    if (image.fields[layout.arguments[all[i].second].field].sensitive != 0)
      layout.sensitive_tools.back().add(all[i].first);
    layout.arguments[all[i].second].tools =
        static_cast<std::uint32_t>(layout.argument_tools.size() - 1);
  }
}

EngineEnums engine_enums(const Image& image) {
  EngineEnums enums;
  for (std::uint32_t i = 0; i < image.enums.size(); ++i) {
    const std::string& name = image[image.enums[i].name];
    if (name == "effect") enums.effect = i;
    if (name == "class") enums.classes = i;
    if (name == "role") enums.role = i;
  }
  return enums;
}

std::string_view name_of(const Image& image, const FieldRow& field, bool wire) {
  return image[wire ? field.wire_name : field.name];
}

// The root of a host field, by its row; roots follow one another.
std::string_view root_of(const Image& image, std::uint32_t row) {
  const auto after = std::ranges::partition_point(
      image.roots, [row](const RootRow& root) { return root.fields.end() <= row; });
  return after == image.roots.end() ? std::string_view() : image[after->name];
}

}  // namespace

Layout make_layout(const Image& image) {
  Layout layout;
  layout.fields = shapes_of(image);
  for (const RecordRow& record : image.records) {
    layout.records.push_back(record.fields);
    std::uint32_t width = 0;
    if (record.fields.count != 0) {
      const FieldShape& last = layout.fields[record.fields.end() - 1];
      width = last.offset + last.width;
    }
    layout.row_widths.push_back(width);
  }
  layout.host.resize(kFirstHostSlot);
  layout.host[static_cast<std::size_t>(ToolSlot::Undo)].optional = true;
  for (const RootRow& root : image.roots) {
    for (std::uint32_t i = root.fields.first; i < root.fields.end(); ++i) {
      const auto first = static_cast<std::uint32_t>(layout.host.size());
      for (std::uint32_t slot = first; slot < first + layout.fields[i].width; ++slot)
        layout.host.push_back(*layout.inside(i, first, slot));
      layout.host[first].is_field_of_root = true;
    }
  }
  lay_out_arguments(image, layout);
  for (const LimitRow& limit : image.limits)
    layout.limit_tools.push_back(tools_of(image, image[limit.item].scope));
  layout.enums = engine_enums(image);
  return layout;
}

// The field of a record that an offset lies in.
std::uint32_t Layout::field_at(std::uint32_t record, std::uint32_t offset) const {
  const auto rows = std::span(fields).subspan(records[record].first, records[record].count);
  const auto after = std::ranges::upper_bound(rows, offset, {}, &FieldShape::offset);
  return records[record].first + static_cast<std::uint32_t>(after - rows.begin()) - 1;
}

// What stands in `slot`, one of those that the field at slot `first` takes.
std::optional<SlotInfo> Layout::inside(std::uint32_t field, std::uint32_t first,
                                       std::uint32_t slot) const {
  std::uint32_t parent = kNoSlot;
  while (slot != first) {
    const FieldShape& around = fields[field];
    if (around.record == kNoRow || slot >= first + around.width) return std::nullopt;
    parent = first;
    field = field_at(around.record, slot - first - 1);
    first += 1 + fields[field].offset;
  }
  return SlotInfo{fields[field].type, fields[field].optional, parent, field, false};
}

const Argument* Layout::argument_at(ToolId tool, std::uint32_t slot) const {
  const RangeOf<Argument> range = arguments_of[static_cast<std::size_t>(tool)];
  const auto own = std::span(arguments).subspan(range.first, range.count);
  const auto after = std::ranges::upper_bound(own, slot, {}, &Argument::slot);
  if (after == own.begin()) return nullptr;
  const Argument& argument = *(after - 1);
  return slot - argument.slot < fields[argument.field].width ? &argument : nullptr;
}

std::optional<SlotInfo> Layout::find(ToolId tool, std::uint32_t slot) const {
  if (is_host(slot)) return host[slot];
  const Argument* const argument = argument_at(tool, slot);
  if (argument == nullptr) return std::nullopt;
  return inside(argument->field, argument->slot, slot);
}

std::optional<SlotInfo> Layout::element_field(std::uint32_t record, std::uint32_t offset) const {
  if (offset >= row_widths[record]) return std::nullopt;
  const std::uint32_t field = field_at(record, offset);
  return inside(field, fields[field].offset, offset);
}

std::uint32_t Layout::slot_count(ToolId tool) const {
  const RangeOf<Argument> range = arguments_of[static_cast<std::size_t>(tool)];
  if (range.count == 0) return static_cast<std::uint32_t>(host.size());
  const Argument& last = arguments[range.end() - 1];
  return last.slot + fields[last.field].width;
}

std::string Layout::path_of(const Image& image, ToolId tool, std::uint32_t slot) const {
  std::string path;
  while (slot != kNoSlot) {
    const auto info = find(tool, slot);
    if (!info || info->field == kNoRow) return path;
    const std::string name(name_of(image, image.fields[info->field], true));
    if (!path.empty()) path.insert(0, 1, '.');
    path.insert(0, name);
    if (info->parent != kNoSlot) {
      slot = info->parent;
      continue;
    }
    path.insert(0, 1, '.');
    path.insert(0, is_host(slot) ? root_of(image, info->field) : "args");
    return path;
  }
  return path;
}

std::uint32_t Layout::find_path(const Image& image, ToolId tool, std::string_view path) const {
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return kNoSlot;
  const std::string_view first = path.substr(0, dot);
  const auto root = std::ranges::find_if(
      image.roots, [&](const RootRow& row) { return image[row.name] == first; });
  if (first != "args" && root == image.roots.end()) return kNoSlot;
  RangeOf<FieldRow> rows = first == "args" ? image[tool].args : root->fields;
  std::uint32_t base = 0;  // where the fields of a record begin
  for (std::string_view rest = path.substr(dot + 1);;) {
    const std::size_t next = rest.find('.');
    std::uint32_t row = rows.first;
    const std::uint32_t end = rows.end();
    while (row < end && name_of(image, image.fields[row], false) != rest.substr(0, next)) ++row;
    if (row == end) return kNoSlot;
    const std::uint32_t slot = base + fields[row].offset;
    if (next == std::string_view::npos) return slot;
    if (fields[row].record == kNoRow) return kNoSlot;
    rows = records[fields[row].record];
    base = slot + 1;
    rest.remove_prefix(next + 1);
  }
}

}  // namespace remit::vm
