// Rows into a draft.

#include <span>

#include "tests/images/builder/draft.h"

namespace remit::images {

namespace {

using vm::Image;
using vm::Opcode;
using vm::Operand;

class Reader {
 public:
  explicit Reader(const Image& image) : image_(image) {}

  Draft run() {
    Draft draft;
    header(draft.header);
    if (image_.name != vm::kNoString) draft.name = text(image_.name);
    draft.currencies = image_.currencies;
    draft.currency = image_.default_currency().code;
    for (const vm::EnumRow& row : image_.enums) {
      Enum& one = draft.enums.emplace_back(Enum{row, text(row.name), {}});
      for (const vm::EnumValueRow& value : image_.rows(row.values))
        one.values.push_back(
            {value, text(value.name),
             value.wire_name == value.name ? std::string() : text(value.wire_name)});
    }
    for (const vm::RecordRow& row : image_.records)
      draft.records.push_back({text(row.name), fields(row.fields)});
    for (const vm::RootRow& row : image_.roots)
      draft.roots.push_back({text(row.name), fields(row.fields)});
    for (const vm::ToolRow& row : image_.tools) {
      Tool& tool = draft.tools.emplace_back(
          Tool{row, text(row.name), text(row.wire_name), fields(row.args), {}});
      for (const vm::StringId name : image_.rows(row.results)) tool.results.push_back(text(name));
    }
    for (const vm::TableRow& row : image_.tables) {
      const vm::RangeOf<vm::ToolId> scope = image_.items[row.items.first].scope;
      draft.tables.push_back(
          {code(row.when, scope), code(row.unless, scope), inputs(row.inputs, scope)});
    }
    for (const vm::LayerRow& row : image_.layers) {
      Layer& layer = draft.layers.emplace_back(Layer{row, text(row.name), {}});
      for (const vm::PolicyRow& policy : image_.rows(row.policies))
        layer.policies.push_back(this->policy(policy));
    }
    draft.debug = !image_.debug.empty();
    return draft;
  }

 private:
  [[nodiscard]] std::string text(vm::StringId id) const { return image_[id]; }
  [[nodiscard]] std::string enum_name(std::uint32_t row) const {
    return row < image_.enums.size() ? text(image_.enums[row].name) : std::string();
  }

  // What a reference of a type of this kind names.
  [[nodiscard]] std::string of(TypeKind kind, std::uint32_t ref) const {
    if (kind == TypeKind::Enum) return enum_name(ref);
    if (kind == TypeKind::Record) return text(image_.records[ref].name);
    if (kind == TypeKind::Money) return std::string(image_.currencies[ref].text());
    return {};
  }

  void header(Image& header) const {
    header.dev = image_.dev;
    header.version = image_.version;
    header.expires_ms = image_.expires_ms;
    header.steps_max = image_.steps_max;
  }

  [[nodiscard]] Type type(std::uint32_t id) const {
    const vm::TypeRow& row = image_.types[id];
    Type type{row.kind, row.low, row.high, of(row.kind, row.ref), {}};
    if (is_collection(row.kind)) type.element.push_back(this->type(row.ref));
    return type;
  }

  [[nodiscard]] std::vector<Field> fields(vm::RangeOf<vm::FieldRow> range) const {
    std::vector<Field> result;
    for (const vm::FieldRow& row : image_.rows(range)) {
      Field field{.row = row,
                  .name = text(row.name),
                  .wire_name = text(row.wire_name),
                  .type = type(static_cast<std::uint32_t>(row.type)),
                  .default_integer = {},
                  .default_text = {}};
      if (row.default_row != vm::kNoRow) {
        if (is_text(field.type.kind))
          field.default_text = image_.strings[row.default_row];
        else
          field.default_integer = image_.integers[row.default_row];
      }
      result.push_back(std::move(field));
    }
    return result;
  }

  // ---- code

  // The path of a place among fields that begin at `first`; the type of what lies there.
  struct Found {
    std::string path;
    vm::TypeId type{};
  };
  [[nodiscard]] std::uint32_t width(vm::TypeId id) const {
    const vm::TypeRow& type = image_[id];
    std::uint32_t slots = 1;
    if (type.kind == TypeKind::Record) {
      for (const vm::FieldRow& field : image_.rows(image_.record_of(type).fields))
        slots += width(field.type);
    }
    return slots;
  }
  [[nodiscard]] std::optional<Found> within(const vm::FieldRow& field, std::uint32_t first,
                                            std::uint32_t slot) const {
    if (slot < first || slot >= first + width(field.type)) return std::nullopt;
    if (slot == first) return Found{text(field.name), field.type};
    const std::uint32_t record = image_[field.type].ref;
    auto inner = within(image_.rows(image_.records[record].fields), first + 1, slot);
    if (inner) inner->path = text(field.name) + '.' + inner->path;
    return inner;
  }
  [[nodiscard]] std::optional<Found> within(std::span<const vm::FieldRow> fields,
                                            std::uint32_t first, std::uint32_t slot) const {
    for (const vm::FieldRow& field : fields) {
      if (auto found = within(field, first, slot)) return found;
      first += width(field.type);
    }
    return std::nullopt;
  }
  [[nodiscard]] std::optional<Found> fact(std::uint32_t slot, vm::RangeOf<vm::ToolId> scope) const {
    static constexpr const char* kTool[] = {"tool.name", "tool.effect", "tool.undo", "tool.reads",
                                            "tool.clearance"};
    if (slot < vm::kFirstHostSlot) return Found{kTool[slot], {}};
    for (const vm::RootRow& root : image_.roots) {
      for (const vm::FieldRow& field : image_.rows(root.fields)) {
        if (auto found = within(field, field.slot, slot))
          return Found{text(root.name) + '.' + found->path, found->type};
      }
    }
    if (scope.count == 0) return std::nullopt;
    const auto tool = static_cast<std::size_t>(image_.scope_tools[scope.first]);
    for (const vm::FieldRow& field : image_.rows(image_.tools[tool].args)) {
      if (auto found = within(field, field.slot, slot))
        return Found{"args." + found->path, found->type};
    }
    return std::nullopt;
  }

  [[nodiscard]] Set set(const vm::SetRow& row) const {
    Set set{row.element, row.kind, of(row.kind, row.ref), {}, {}};
    for (const std::int64_t element : image_.rows(row.elements)) {
      if (row.element == vm::ElementKind::Integer)
        set.integers.push_back(element);
      else
        set.texts.push_back(image_[vm::string_of(element)]);
    }
    return set;
  }

  [[nodiscard]] Code code(vm::CodeRange range, vm::RangeOf<vm::ToolId> scope) const {
    Code code;
    std::uint32_t record = vm::kNoRow;  // of the element of the loop at hand
    std::optional<vm::TypeId> last;     // of what was loaded last
    for (const vm::Instruction& in : image_.rows(range)) {
      const vm::OpcodeInfo& info = vm::info(in.opcode);
      Op op{.opcode = in.opcode,
            .a = in.a,
            .b = in.b,
            .number = in.c,
            .text = {},
            .integer = 0,
            .of = {},
            .set = {}};
      if (info.b == Operand::Enum && static_cast<TypeKind>(in.a) == TypeKind::Enum) {
        op.of = enum_name(in.b);
        op.b = 0;
      }
      if (info.cost_rule == vm::CostRule::Loop && last) {
        const vm::TypeRow& list = image_[*last];
        const bool rows =
            is_collection(list.kind) && image_.element_of(list).kind == TypeKind::Record;
        record = rows ? image_.element_of(list).ref : vm::kNoRow;
      }
      std::optional<Found> found;
      if (info.c == Operand::Slot) found = fact(in.c, scope);
      if (in.opcode == Opcode::Load && found && in.c >= vm::kFirstHostSlot) last = found->type;
      if (info.c == Operand::Field && record != vm::kNoRow)
        found = within(image_.rows(image_.records[record].fields), 0, in.c);
      if (found) op.text = found->path;
      if (info.c == Operand::String) op.text = image_.strings[in.c];
      if (info.c == Operand::Pattern) op.text = text(image_.patterns[in.c]);
      if (info.c == Operand::Integer) op.integer = image_.integers[in.c];
      if (info.c == Operand::Set) op.set.push_back(set(image_.sets[in.c]));
      if (info.c == Operand::Limit) op.text = text(image_[image_.limits[in.c].item].name);
      // What is named needs no number.
      const bool numbered = info.c == Operand::Role || info.c == Operand::Scratch ||
                            info.c == Operand::Thousandths || info.c == Operand::Target ||
                            info.c == Operand::Values;
      if (!numbered && (found || info.c != Operand::Field)) op.number = 0;
      code.push_back(std::move(op));
    }
    return code;
  }

  // ---- policies

  [[nodiscard]] std::vector<Input> inputs(vm::RangeOf<vm::InputRow> range,
                                          vm::RangeOf<vm::ToolId> scope) const {
    std::vector<Input> result;
    for (const vm::InputRow& row : image_.rows(range))
      result.push_back({row.kind, of(row.kind, row.ref), code(row.code, scope)});
    return result;
  }

  [[nodiscard]] std::optional<Template> message(vm::TemplateId id,
                                                vm::RangeOf<vm::ToolId> scope) const {
    if (id == vm::kNoTemplate) return std::nullopt;
    Template result;
    const vm::RangeOf<vm::TemplatePieceRow> pieces = image_[id].pieces;
    for (const vm::TemplatePieceRow& row : image_.rows(pieces)) {
      result.push_back(
          {row, row.text == vm::kNoString ? std::string() : text(row.text), code(row.code, scope)});
    }
    return result;
  }

  [[nodiscard]] std::string full_name(ItemId id) const {
    const vm::ItemRow& item = image_[id];
    return text(image_[item.policy].name) + '.' + text(item.name);
  }

  [[nodiscard]] Policy policy(const vm::PolicyRow& row) const {
    Policy policy{text(row.name), code(row.applies, {}), {}};
    for (std::uint32_t i = row.items.first; i < row.items.end(); ++i)
      policy.items.push_back(item(i, row));
    return policy;
  }

  [[nodiscard]] Item item(std::uint32_t index, const vm::PolicyRow& policy) const {
    const vm::ItemRow& row = image_.items[index];
    Item item;
    item.row = row;
    item.name = text(row.name);
    for (const vm::ToolId tool : image_.rows(row.scope))
      item.scope.push_back(text(image_[tool].name));
    item.when = code(row.when, row.scope);
    item.unless = code(row.unless, row.scope);
    for (const vm::PartyRow& party : image_.rows(row.parties)) {
      const auto seats = image_.rows(party.seats);
      item.parties.push_back({party.need, {seats.begin(), seats.end()}});
    }
    for (const vm::DutyRow& duty : image_.rows(row.duties))
      item.duties.push_back({duty, duty.name == vm::kNoString ? std::string() : text(duty.name)});
    for (const ItemId target : image_.rows(row.overrides))
      item.overrides.push_back(full_name(target));
    if (is_row(row.kind)) item.table = row.detail;
    for (const vm::CellRow& cell : image_.rows(row.cells)) {
      const auto parts = image_.rows(cell.items);
      item.cells.push_back({cell, {parts.begin(), parts.end()}});
    }
    if (row.kind == ItemKind::Limit) {
      const vm::LimitRow& limit = image_.limit_of(row);
      item.limit = {limit, of(limit.kind, limit.ref), code(limit.maximum, row.scope),
                    code(limit.amount, row.scope), inputs(limit.keys, row.scope)};
    }
    item.because = message(row.because, row.scope);
    item.advise = message(row.advise, row.scope);
    if (!image_.debug.empty()) debug(index, policy, item);
    return item;
  }

  void debug(std::uint32_t index, const vm::PolicyRow& policy, Item& item) const {
    const vm::ItemDebugRow& row = image_.debug.items[index];
    item.file = image_[row.file];
    item.line = row.line;
    vm::CodeRange when = image_.items[index].when, unless = image_.items[index].unless;
    if (item.table) {
      when = image_.tables[*item.table].when;
      unless = image_.tables[*item.table].unless;
    }
    for (const vm::ClauseRow& clause : image_.rows(row.clauses)) {
      Clause& made = item.clauses.emplace_back();
      made.row = clause;
      made.text = image_[clause.text];
      made.file = image_[clause.file];
      made.count = clause.code.count;
      vm::CodeRange whole = policy.applies;
      if (clause.cell != vm::kNoRow) {
        made.owner = Owner::Cell;
        whole = clause.code;
      } else if (when.has(clause.code.first)) {
        made.owner = Owner::When;
        whole = when;
      } else if (unless.has(clause.code.first)) {
        made.owner = Owner::Unless;
        whole = unless;
      }
      made.first = clause.code.first - whole.first;
    }
  }

  const Image& image_;
};

}  // namespace

Draft draft_of(const vm::Image& image) { return Reader(image).run(); }

}  // namespace remit::images
