#include "vm/answer/schema.h"

#include <algorithm>

#include "vm/decide/facts_state.h"
#include "vm/image/schema_text.h"

namespace remit::vm {

namespace {

// Host facts that code reads, each by its first slot.
class SlotsRead {
 public:
  explicit SlotsRead(const Linked& linked)
      : image_(&linked.program.image()), layout_(&linked.program.layout()) {}

  void code(CodeRange range) {
    for (const Instruction& in : image_->rows(range)) {
      const bool reads = in.opcode == Opcode::Load || in.opcode == Opcode::Has;
      if (!reads || !layout_->is_host(in.c)) continue;
      std::uint32_t slot = in.c;
      while (layout_->host[slot].parent != kNoSlot) slot = layout_->host[slot].parent;
      slots_.push_back(slot);
    }
  }

  void inputs(RangeOf<InputRow> range) {
    for (const InputRow& input : image_->rows(range)) code(input.code);
  }

  // What is the item's own: neither its policy's nor its table's.
  void item(const ItemRow& item) {
    code(item.when);
    code(item.unless);
    if (item.kind == ItemKind::Limit) {
      code(image_->limit_of(item).maximum);
      code(image_->limit_of(item).amount);
      inputs(image_->limit_of(item).keys);
    }
    message(item.because);
    message(item.advise);
  }

  void add(const SlotsRead& others) {
    slots_.insert(slots_.end(), others.slots_.begin(), others.slots_.end());
    // A tool of a hundred thousand items reads few facts, many times.
    constexpr std::size_t kSlotsKept = 4096;
    if (slots_.size() > kSlotsKept) (void)sorted();
  }

  // Each once.
  [[nodiscard]] const std::vector<std::uint32_t>& sorted() {
    std::ranges::sort(slots_);
    const auto twice = std::ranges::unique(slots_);
    slots_.erase(twice.begin(), twice.end());
    return slots_;
  }

 private:
  void message(TemplateId id) {
    if (id == kNoTemplate) return;
    for (const TemplatePieceRow& piece : image_->rows((*image_)[id].pieces)) code(piece.code);
  }

  const Image* image_;
  const Layout* layout_;
  std::vector<std::uint32_t> slots_;
};

class SchemaMaker {
 public:
  explicit SchemaMaker(const Linked& linked)
      : linked_(linked), image_(linked.program.image()), layout_(linked.program.layout()) {}

  Schema run() {
    schema_.currency = image_.default_currency().text();
    schema_.minor_digits = image_.default_currency().minor_digits;
    enums();
    types();
    for (std::size_t i = 0; i < image_.records.size(); ++i)
      schema_.records[i] = {text(image_.records[i].name), fields(image_.records[i].fields, {}, {})};
    for (const RootRow& root : image_.roots)
      schema_.roots.push_back({text(root.name), fields(root.fields, text(root.name), ToolId{})});
    for (std::size_t i = 0; i < image_.tools.size(); ++i) tool(static_cast<ToolId>(i));
    read_facts();
    for (const LayerRow& layer : image_.layers)
      schema_.layers.push_back({text(layer.name), layer.guards_only != 0, layer.machine != 0});
    for (const PolicyRow& policy : image_.policies)
      schema_.policies.push_back({text(policy.name), text(image_[policy.layer].name)});
    return std::move(schema_);
  }

 private:
  [[nodiscard]] std::string_view text(StringId id) const { return linked_.text(id); }

  void enums() {
    for (const EnumRow& row : image_.enums) {
      EnumInfo& info = schema_.enums.emplace_back();
      info.name = text(row.name);
      info.ordered = row.ordered != 0;
      for (const EnumValueRow& value : image_.rows(row.values))
        info.values.push_back({text(value.name), text(value.wire_name), value.platform != 0});
    }
  }

  // One for each row of types, so that a pointer to one stays what it is.
  void types() {
    schema_.types.resize(image_.types.size());
    schema_.records.resize(image_.records.size());
    for (std::size_t i = 0; i < image_.types.size(); ++i) {
      const TypeRow& row = image_.types[i];
      TypeInfo& info = schema_.types[i];
      info.kind = row.kind;
      info.text = type_text(image_, static_cast<TypeId>(i));
      info.low = row.low;
      info.high = row.high;
      if (row.kind == TypeKind::Enum) info.enumeration = &schema_.enums[row.ref];
      if (row.kind == TypeKind::Record) info.record = &schema_.records[row.ref];
      if (is_collection(row.kind)) info.element = &schema_.types[row.ref];
    }
  }

  // Of a root or of arguments, whose slots belong to `tool`; without one, of a record.
  std::vector<FieldInfo> fields(RangeOf<FieldRow> range, std::string_view root,
                                std::optional<ToolId> tool) {
    std::vector<FieldInfo> infos;
    for (const FieldRow& row : image_.rows(range)) {
      FieldInfo& info = infos.emplace_back();
      info.name = text(row.name);
      info.wire_name = text(row.wire_name);
      info.path =
          root.empty() ? std::string(info.name) : std::string(root) + '.' + std::string(info.name);
      info.type = &schema_.types[static_cast<std::size_t>(row.type)];
      info.optional = row.optional != 0;
      info.sensitive = row.sensitive != 0;
      info.unit = spelling(row.unit);
      info.unit_decimals = row.unit_digits;
      if (row.default_row != kNoRow && is_text(info.type->kind))
        info.default_text = text(static_cast<StringId>(row.default_row));
      else if (row.default_row != kNoRow)
        info.default_integer = image_.integers[row.default_row];
      if (tool) info.slot = SlotAccess::make(linked_, *tool, row.slot);
    }
    return infos;
  }

  // A value of an enum that the engine knows by its row.
  [[nodiscard]] std::string_view value_of(std::uint32_t enumeration, std::uint32_t ordinal) const {
    if (enumeration == kNoRow) return {};
    return schema_.enums[enumeration].values[ordinal].name;
  }

  void tool(ToolId id) {
    const ToolRow& row = image_[id];
    ToolInfo& info = schema_.tools.emplace_back();
    info.name = text(row.name);
    info.wire_name = text(row.wire_name);
    info.effect = value_of(layout_.enums.effect, row.effect);
    if (row.undo_ms >= 0) info.undo_ms = row.undo_ms;
    info.reads = value_of(layout_.enums.classes, row.reads);
    info.clearance = value_of(layout_.enums.classes, row.clearance);
    info.args = fields(row.args, "args", id);
    for (const StringId name : image_.rows(row.results)) info.results.push_back(text(name));
  }

  // ---- which facts a tool reads

  // By slot, the field of a host fact that it belongs to.
  [[nodiscard]] std::vector<const FieldInfo*> fields_of_slots() const {
    std::vector<const FieldInfo*> of_slot(layout_.host.size(), nullptr);
    for (std::size_t r = 0; r < image_.roots.size(); ++r) {
      for (std::uint32_t i = 0; i < image_.roots[r].fields.count; ++i) {
        const std::uint32_t row = image_.roots[r].fields.first + i;
        std::fill_n(of_slot.begin() + image_.fields[row].slot, layout_.fields[row].width,
                    &schema_.roots[r].fields[i]);
      }
    }
    return of_slot;
  }

  // The required ones are in the image. Of the others, those that the code of an item reads, with
  // its policy and its table: given to the tools that it runs for.
  void read_facts() {
    const std::vector<const FieldInfo*> of_slot = fields_of_slots();
    // Policies and tables once, not for each of their items.
    std::vector<SlotsRead> of_policy, of_table;
    for (const PolicyRow& policy : image_.policies)
      of_policy.emplace_back(linked_).code(policy.applies);
    for (const TableRow& table : image_.tables) {
      SlotsRead& slots = of_table.emplace_back(linked_);
      slots.code(table.when);
      slots.code(table.unless);
      slots.inputs(table.inputs);
    }
    std::vector<SlotsRead> read(image_.tools.size(), SlotsRead(linked_));
    for (const ItemRow& item : image_.items) {
      SlotsRead slots = of_policy[static_cast<std::size_t>(item.policy)];
      if (is_row(item.kind)) slots.add(of_table[item.detail]);
      slots.item(item);
      for (const ToolId tool : image_.rows(item.scope))
        read[static_cast<std::size_t>(tool)].add(slots);
    }
    for (std::size_t t = 0; t < image_.tools.size(); ++t) {
      ToolInfo& info = schema_.tools[t];
      for (const std::uint32_t slot : image_.rows(image_.tools[t].required))
        info.required.push_back(of_slot[slot]);
      for (const std::uint32_t slot : read[t].sorted()) {
        const FieldInfo* const field = of_slot[slot];
        if (field != nullptr && std::ranges::find(info.required, field) == info.required.end())
          info.optional.push_back(field);
      }
    }
  }

  const Linked& linked_;
  const Image& image_;
  const Layout& layout_;
  Schema schema_;
};

// The slots of a field and of what lies inside it.
void append_slots(const Linked& linked, ToolId tool, std::uint32_t slot, const std::string& path,
                  const FieldInfo& field, std::vector<SlotPath>& into) {
  into.push_back({path, SlotAccess::make(linked, tool, slot), &field});
  if (field.type->record == nullptr) return;
  const Layout& layout = linked.program.layout();
  const auto record = static_cast<std::size_t>(
      linked.program.image().types[static_cast<std::size_t>(layout.find(tool, slot)->type)].ref);
  const RangeOf<FieldRow> rows = layout.records[record];
  for (std::uint32_t i = 0; i < rows.count; ++i) {
    const FieldInfo& inner = field.type->record->fields[i];
    append_slots(linked, tool, slot + 1 + layout.fields[rows.first + i].offset,
                 path + '.' + std::string(inner.name), inner, into);
  }
}

}  // namespace

Schema make_schema(const Linked& linked) { return SchemaMaker(linked).run(); }

std::optional<std::vector<SlotPath>> slots_of(const Linked& linked, const Schema& schema,
                                              std::string_view tool) {
  const auto found = linked.wire_tools.find(tool);
  if (found == linked.wire_tools.end()) return std::nullopt;
  std::vector<SlotPath> slots;
  for (const RootInfo& root : schema.roots) {
    for (const FieldInfo& field : root.fields)
      append_slots(linked, found->second, SlotAccess::number(field.slot), field.path, field, slots);
  }
  for (const FieldInfo& field : schema.tools[static_cast<std::size_t>(found->second)].args)
    append_slots(linked, found->second, SlotAccess::number(field.slot), field.path, field, slots);
  return slots;
}

}  // namespace remit::vm
