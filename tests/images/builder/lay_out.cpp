// Schema and policies of a draft into rows; code is in lay_out_code.cpp.
#include "tests/images/builder/lay_out.h"

#include <algorithm>

#include "stdlib/hash.h"
#include "vm/image/required.h"
#include "vm/verify/program.h"

namespace remit::images {

namespace {

template <typename Row>
std::uint32_t row_named(const std::vector<const Row*>& rows, std::string_view name) {
  const auto found = std::ranges::find(rows, name, &Row::name);
  return found == rows.end() ? vm::kNoRow : static_cast<std::uint32_t>(found - rows.begin());
}

template <typename Row>
std::vector<const Row*> sorted(const std::vector<Row>& rows) {
  std::vector<const Row*> result;
  for (const Row& row : rows) result.push_back(&row);
  std::ranges::stable_sort(result, {}, &Row::name);
  return result;
}

bool waits(const vm::ItemRow& row) {
  return row.kind != ItemKind::Assert &&
         (row.verdict == vm::VerdictClass::Queue || row.verdict == vm::VerdictClass::Escalate);
}

}  // namespace

std::uint32_t RowWriter::enum_row(std::string_view name) const { return row_named(enums_, name); }
std::uint32_t RowWriter::record_row(std::string_view name) const {
  return row_named(records_, name);
}
std::uint32_t RowWriter::tool_row(std::string_view name) const { return row_named(tools_, name); }
std::uint32_t RowWriter::item_row(std::string_view full_name) const {
  const auto found = std::ranges::find(items_, full_name, &Placed::full_name);
  return found == items_.end() ? vm::kNoRow : static_cast<std::uint32_t>(found - items_.begin());
}

std::uint32_t RowWriter::currency_row(std::string_view code) const {
  const std::string_view wanted =
      code.empty() ? std::string_view(draft_.currency.data(), draft_.currency.size()) : code;
  const auto found = std::ranges::find(currencies_, wanted, &vm::CurrencyRow::text);
  return found == currencies_.end() ? vm::kNoRow
                                    : static_cast<std::uint32_t>(found - currencies_.begin());
}
std::uint32_t RowWriter::ref(TypeKind kind, std::string_view of) const {
  if (kind == TypeKind::Enum) return enum_row(of);
  if (kind == TypeKind::Record) return record_row(of);
  return kind == TypeKind::Money ? currency_row(of) : vm::kNoRow;
}

RowWriter::Context RowWriter::context(const Placed& placed) const {
  const Item& item = *placed.item;
  Context context{placed.policy, nullptr};
  // Code of an item is compiled for all its tools; the first in order lends its slots.
  for (const std::string& tool : item.scope) {
    if (context.tool == nullptr || tool < *context.tool) context.tool = &tool;
  }
  return context;
}

void RowWriter::order() {
  currencies_ = draft_.currencies;
  std::ranges::stable_sort(currencies_, {}, &vm::CurrencyRow::code);
  enums_ = sorted(draft_.enums);
  records_ = sorted(draft_.records);
  tools_ = sorted(draft_.tools);
  std::uint32_t policy_row = 0;
  for (const Layer& layer : draft_.layers) {
    policies_.push_back(sorted(layer.policies));
    for (const Policy* policy : policies_.back()) {
      for (const Item* item : sorted(policy->items)) {
        items_.push_back({item, policy, policy_row, policy->name + '.' + item->name});
        if (item->table && std::ranges::find(tables_, *item->table) == tables_.end())
          tables_.push_back(*item->table);
      }
      ++policy_row;
    }
  }
}

// ---- schema

TypeKey RowWriter::type_key(const Type& type) {
  TypeKey key{type.kind, ref(type.kind, type.of), type.low, type.high};
  if (!type.element.empty()) key.ref = static_cast<std::uint32_t>(this->type(type.element[0]));
  return key;
}

// Elements have lower rows than their collections, so these have a pool of their own behind.
vm::TypeId RowWriter::type(const Type& type) {
  const TypeKey key = type_key(type);
  if (!is_collection(type.kind)) return static_cast<vm::TypeId>(pools_.scalars.row(key));
  return static_cast<vm::TypeId>(size(pools_.scalars.values()) + pools_.collections.row(key));
}

vm::RangeOf<vm::FieldRow> RowWriter::fields(const std::vector<Field>& fields,
                                            const std::vector<std::uint32_t>* slots) {
  const auto range = vm::next_rows(image_.fields, fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Field& field = fields[i];
    vm::FieldRow row = field.row;
    row.name = string(field.name);
    row.wire_name = string(field.wire_name);
    row.type = type(field.type);
    row.default_row = vm::kNoRow;
    if (field.default_integer) row.default_row = pools_.integers.row(*field.default_integer);
    if (field.default_text) row.default_row = pools_.strings.row(*field.default_text);
    row.slot = slots == nullptr ? 0 : (*slots)[i];
    image_.fields.push_back(row);
  }
  return range;
}

void RowWriter::schema() {
  image_.currencies = currencies_;
  image_.currency = static_cast<vm::CurrencyId>(currency_row({}));
  for (const Enum* one : enums_) {
    vm::EnumRow row = one->row;
    row.name = string(one->name);
    row.values = vm::next_rows(image_.enum_values, one->values.size());
    for (const EnumValue& value : one->values) {
      vm::EnumValueRow value_row = value.row;
      value_row.name = string(value.name);
      value_row.wire_name = string(value.wire_name.empty() ? value.name : value.wire_name);
      image_.enum_values.push_back(value_row);
    }
    image_.enums.push_back(row);
  }
  for (const Record* record : records_)
    image_.records.push_back({string(record->name), fields(record->fields, nullptr)});
  for (std::size_t r = 0; r < draft_.roots.size(); ++r) {
    const Root& root = draft_.roots[r];
    image_.roots.push_back({string(root.name), fields(root.fields, &places_.of_root(r))});
  }
  for (const Tool* tool : tools_) {
    vm::ToolRow row = tool->row;
    row.name = string(tool->name);
    row.wire_name = string(tool->wire_name);
    row.args =
        fields(tool->args, &places_.of_tool(static_cast<std::size_t>(tool - &draft_.tools[0])));
    row.results = vm::next_rows(image_.names, tool->results.size());
    for (const std::string& result : tool->results) image_.names.push_back(string(result));
    row.required = {};
    image_.tools.push_back(row);
  }
}

// ---- policies

void RowWriter::scope(const Item& item, vm::ItemRow& row) {
  std::vector<std::uint32_t> tools, targets;
  for (const std::string& tool : item.scope) tools.push_back(tool_row(tool));
  for (const std::string& target : item.overrides) targets.push_back(item_row(target));
  for (auto* list : {&tools, &targets}) {
    std::ranges::sort(*list);
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  row.scope = vm::next_rows(image_.scope_tools, tools.size());
  for (const std::uint32_t tool : tools)
    image_.scope_tools.push_back(static_cast<vm::ToolId>(tool));
  row.overrides = vm::next_rows(image_.overridden, targets.size());
  for (const std::uint32_t target : targets)
    image_.overridden.push_back(static_cast<ItemId>(target));
}

// Who is asked, and what the host owes.
void RowWriter::verdict(const Placed& placed, vm::ItemRow& row) {
  const Item& item = *placed.item;
  std::vector<Party> parties = item.parties;
  const auto roles = std::ranges::find(draft_.enums, "role", &Enum::name);
  const auto seat_name = [&](const vm::SeatRow& seat) {
    if (seat.kind != vm::SeatKind::Role)
      return std::string_view(seat.kind == vm::SeatKind::Owner ? "owner" : "requester");
    const bool known = roles != draft_.enums.end() && seat.role < roles->values.size();
    return known ? std::string_view(roles->values[seat.role].name) : std::string_view();
  };
  for (Party& party : parties) std::ranges::stable_sort(party.seats, {}, seat_name);
  std::ranges::stable_sort(parties, {}, [&](const Party& party) {
    std::string name;
    for (const vm::SeatRow& seat : party.seats)
      name.append(name.empty() ? "" : "|").append(seat_name(seat));
    return name;
  });
  row.parties = vm::next_rows(image_.parties, parties.size());
  for (const Party& party : parties) {
    image_.parties.push_back({party.need, vm::next_rows(image_.seats, party.seats.size())});
    image_.seats.insert(image_.seats.end(), party.seats.begin(), party.seats.end());
  }
  row.duties = vm::next_rows(image_.duties, item.duties.size());
  for (const Duty& duty : item.duties) {
    vm::DutyRow duty_row = duty.row;
    duty_row.name =
        parameter_of(duty.row.kind) == DutyParameter::Name ? string(duty.name) : vm::kNoString;
    image_.duties.push_back(duty_row);
  }
  const auto first = image_.duties.begin() + row.duties.first;
  std::sort(first, image_.duties.end(), [](const vm::DutyRow& a, const vm::DutyRow& b) {
    return std::tuple(a.kind, a.value, a.name) < std::tuple(b.kind, b.value, b.name);
  });
  // A wait that nobody gave a requirement has one of its own.
  if (waits(row) && row.requirement == vm::Hash{})
    row.requirement = stdlib::sha256(std::as_bytes(std::span(placed.full_name)));
}

void RowWriter::cells(const Item& item, vm::ItemRow& row) {
  row.cells = vm::next_rows(image_.cells, item.cells.size());
  for (const Cell& cell : item.cells) {
    vm::CellRow cell_row = cell.row;
    cell_row.items = vm::next_rows(image_.cell_items, cell.items.size());
    image_.cells.push_back(cell_row);
    image_.cell_items.insert(image_.cell_items.end(), cell.items.begin(), cell.items.end());
    std::stable_sort(image_.cell_items.begin() + cell_row.items.first, image_.cell_items.end(),
                     [](const vm::CellItemRow& a, const vm::CellItemRow& b) {
                       return std::tuple(a.open_low == 0, a.low) <
                              std::tuple(b.open_low == 0, b.low);
                     });
  }
}

vm::RangeOf<vm::InputRow> RowWriter::inputs(const std::vector<Input>& inputs) {
  const auto range = vm::next_rows(image_.inputs, inputs.size());
  for (const Input& input : inputs)
    image_.inputs.push_back({input.kind, ref(input.kind, input.of), {}});
  return range;
}

void RowWriter::item(const Placed& placed) {
  const Item& item = *placed.item;
  vm::ItemRow row = item.row;
  row.name = string(item.name);
  row.policy = static_cast<vm::PolicyId>(placed.policy_row);
  row.detail = vm::kNoRow;
  scope(item, row);
  verdict(placed, row);
  cells(item, row);
  if (item.table)
    row.detail =
        static_cast<std::uint32_t>(std::ranges::find(tables_, *item.table) - tables_.begin());
  if (item.limit) {
    row.detail = size(image_.limits);
    vm::LimitRow limit = item.limit->row;
    limit.ref = ref(limit.kind, item.limit->of);
    limit.item = static_cast<ItemId>(size(image_.items));
    image_.limits.push_back(limit);
  }
  image_.items.push_back(row);
}

void RowWriter::tables() {
  for (const std::size_t table : tables_) {
    vm::TableRow row;
    for (std::uint32_t i = 0; i < items_.size(); ++i) {
      if (items_[i].item->table != table) continue;
      if (row.items.count == 0) row.items.first = i;
      row.items.count = i - row.items.first + 1;
    }
    row.inputs = inputs(draft_.tables[table].inputs);
    const Context context = this->context(items_[row.items.first]);
    for (const Input& input : draft_.tables[table].inputs) inputs_.emplace_back(&input, context);
    image_.tables.push_back(row);
  }
  for (const Placed& placed : items_) {
    if (!placed.item->limit) continue;
    const std::vector<Input>& keys = placed.item->limit->keys;
    image_.limits[image_.items[static_cast<std::size_t>(&placed - items_.data())].detail].keys =
        inputs(keys);
    for (const Input& input : keys) inputs_.emplace_back(&input, context(placed));
  }
}

void RowWriter::policies() {
  std::uint32_t item = 0;
  for (std::size_t l = 0; l < draft_.layers.size(); ++l) {
    vm::LayerRow row = draft_.layers[l].row;
    row.name = string(draft_.layers[l].name);
    row.policies = vm::next_rows(image_.policies, policies_[l].size());
    image_.layers.push_back(row);
    for (const Policy* policy : policies_[l]) {
      image_.policies.push_back(
          {string(policy->name), static_cast<vm::LayerId>(l), {item, size(policy->items)}, {}});
      item += size(policy->items);
    }
  }
  for (const Placed& placed : items_) this->item(placed);
}

void RowWriter::collect_types() {
  order();
  const auto visit = [&](const std::vector<Field>& fields) {
    for (const Field& field : fields) static_cast<void>(type(field.type));
  };
  for (const Record& record : draft_.records) visit(record.fields);
  for (const Root& root : draft_.roots) visit(root.fields);
  for (const Tool& tool : draft_.tools) visit(tool.args);
}

void RowWriter::write() {
  image_ = draft_.header;
  image_.name = draft_.name ? string(*draft_.name) : vm::kNoString;
  order();
  schema();
  policies();
  tables();
  all_code();
  debug();
}

vm::Image RowWriter::run() {
  write();
  pools();
  return std::move(image_);
}

vm::Image laid_out(const Draft& draft) {
  const Places places(draft);
  Pools pools;
  RowWriter(draft, places, pools).collect_types();
  pools.scalars.freeze();
  pools.collections = {};
  RowWriter(draft, places, pools).collect();
  pools.freeze();
  return repaired(RowWriter(draft, places, pools).run());
}

vm::Image repaired(vm::Image image) {
  for (vm::ToolRow& tool : image.tools) tool.required = {};
  image.required_slots.clear();
  const auto bounds = vm::step_bounds(image);
  if (!bounds) return image;
  const vm::RequiredFacts required(image);
  for (std::size_t i = 0; i < image.tools.size(); ++i) {
    image.tools[i].steps_bound = (*bounds)[i];
    const auto slots = required.of(static_cast<vm::ToolId>(i));
    image.tools[i].required = vm::next_rows(image.required_slots, slots.size());
    image.required_slots.insert(image.required_slots.end(), slots.begin(), slots.end());
  }
  return image;
}

}  // namespace remit::images
