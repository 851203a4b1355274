#include "vm/layout.h"

#include <algorithm>

namespace remit::vm {

namespace {

const TypeRow& type_of(const Image& image, TypeId type) {
  return image.types[static_cast<std::size_t>(type)];
}

void add_field(const Image& image, std::uint32_t row, std::uint32_t parent, bool of_root,
               std::uint32_t slot, SlotTable& table) {
  const FieldRow& field = image.fields[row];
  if (table.slots.size() <= slot - table.first) table.slots.resize(slot - table.first + 1);
  table.slots[slot - table.first] = {field.type, field.optional != 0, parent, row, of_root};
  const TypeRow& type = type_of(image, field.type);
  if (type.kind != TypeKind::Record) return;
  const Range inner = image.records[type.ref].fields;
  std::uint32_t next = slot + 1;
  for (std::uint32_t i = inner.first; i < inner.first + inner.count; ++i) {
    add_field(image, i, slot, false, next, table);
    next += slots_of(image, image.fields[i].type);
  }
}

std::string_view name_of(const Image& image, const FieldRow& field, bool wire) {
  return image.strings[static_cast<std::size_t>(wire ? field.wire_name : field.name)];
}

// The root of a host field, by its row.
std::string_view root_of(const Image& image, std::uint32_t row) {
  for (const RootRow& root : image.roots) {
    if (row >= root.fields.first && row < root.fields.first + root.fields.count)
      return image.strings[static_cast<std::size_t>(root.name)];
  }
  return {};
}

}  // namespace

std::uint32_t slots_of(const Image& image, TypeId type) {
  const TypeRow& row = type_of(image, type);
  if (row.kind != TypeKind::Record) return 1;
  std::uint32_t count = 1;
  const Range fields = image.records[row.ref].fields;
  for (std::uint32_t i = fields.first; i < fields.first + fields.count; ++i)
    count += slots_of(image, image.fields[i].type);
  return count;
}

Layout make_layout(const Image& image) {
  Layout layout;
  layout.host.slots.resize(kFirstHostSlot);
  layout.host.slots[static_cast<std::size_t>(ToolSlot::Undo)].optional = true;
  for (const RootRow& root : image.roots) {
    for (std::uint32_t i = root.fields.first; i < root.fields.first + root.fields.count; ++i) {
      add_field(image, i, kNoSlot, true, image.fields[i].slot, layout.host);
    }
  }
  const auto first_argument = static_cast<std::uint32_t>(layout.host.slots.size());
  for (const ToolRow& tool : image.tools) {
    SlotTable table;
    table.first = first_argument;
    for (std::uint32_t i = tool.args.first; i < tool.args.first + tool.args.count; ++i) {
      add_field(image, i, kNoSlot, false, image.fields[i].slot, table);
    }
    layout.args.push_back(std::move(table));
  }
  for (const RecordRow& record : image.records) {
    SlotTable table;
    std::uint32_t next = 0;
    for (std::uint32_t i = record.fields.first; i < record.fields.first + record.fields.count;
         ++i) {
      add_field(image, i, kNoSlot, false, next, table);
      next += slots_of(image, image.fields[i].type);
    }
    layout.elements.push_back(std::move(table));
  }
  return layout;
}

const SlotInfo* Layout::find(ToolId tool, std::uint32_t slot) const {
  if (host.has(slot)) return &host.at(slot);
  const SlotTable& table = args[static_cast<std::size_t>(tool)];
  return table.has(slot) ? &table.at(slot) : nullptr;
}

std::uint32_t Layout::slot_count(ToolId tool) const {
  const SlotTable& table = args[static_cast<std::size_t>(tool)];
  return table.first + static_cast<std::uint32_t>(table.slots.size());
}

std::string Layout::path_of(const Image& image, ToolId tool, std::uint32_t slot) const {
  std::string path;
  while (slot != kNoSlot) {
    const SlotInfo* info = find(tool, slot);
    if (info == nullptr || info->field == kNoRow) return path;
    std::string name(name_of(image, image.fields[info->field], true));
    path = path.empty() ? name : name + '.' + path;
    if (info->parent == kNoSlot)
      return std::string(host.has(slot) ? root_of(image, info->field) : "args") + '.' + path;
    slot = info->parent;
  }
  return path;
}

std::uint32_t Layout::find_path(const Image& image, ToolId tool, std::string_view path) const {
  const std::size_t dot = path.find('.');
  if (dot == std::string_view::npos) return kNoSlot;
  const std::string_view root = path.substr(0, dot);
  const SlotTable& table = root == "args" ? args[static_cast<std::size_t>(tool)] : host;
  std::uint32_t parent = kNoSlot;
  for (std::string_view rest = path.substr(dot + 1);;) {
    const std::size_t next = rest.find('.');
    const std::string_view name = rest.substr(0, next);
    std::uint32_t found = kNoSlot;
    for (std::uint32_t slot = table.first; slot < table.first + table.slots.size(); ++slot) {
      if (!table.has(slot)) continue;
      const SlotInfo& info = table.at(slot);
      if (info.field == kNoRow || info.parent != parent ||
          name_of(image, image.fields[info.field], false) != name)
        continue;
      if (parent == kNoSlot && root != "args" && root_of(image, info.field) != root) continue;
      found = slot;
      break;
    }
    if (found == kNoSlot || next == std::string_view::npos) return found;
    parent = found;
    rest.remove_prefix(next + 1);
  }
}

}  // namespace remit::vm
