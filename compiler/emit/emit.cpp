#include "compiler/emit/emit.h"

#include <algorithm>
#include <numeric>
#include <type_traits>

#include "compiler/emit/emitter.h"
#include "compiler/ir/tool_hash.h"
#include "stdlib/money.h"
#include "vm/image/required.h"
#include "vm/image/row_fields.h"

namespace remit::compiler {

namespace {

// Sorts a pool and says where each old row went.
template <typename T>
std::vector<std::uint32_t> sort_pool(std::vector<T>& pool) {
  std::vector<std::uint32_t> order(pool.size()), place(pool.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t row) -> const T& { return pool[row]; });
  std::vector<T> sorted;
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    sorted.push_back(std::move(pool[order[i]]));
  }
  pool = std::move(sorted);
  return place;
}

}  // namespace

void Emitter::header() {
  image_.dev = heading_.dev;
  if (!heading_.dev) image_.name = string(heading_.name);
  image_.version = heading_.version;
  image_.expires_ms = heading_.expires_ms.value_or(vm::kNever);
  image_.steps_max = heading_.steps_max;
  vm::CurrencyRow currency;
  std::ranges::copy(typed_.currency, currency.code.begin());
  currency.minor_digits = static_cast<std::uint8_t>(typed_.minor_digits);
  image_.currencies.push_back(currency);
}

void Emitter::enums() {
  for (const EnumInfo& info : typed_.enums) {
    const auto values = vm::next_rows(image_.enum_values, info.values.size());
    for (const EnumValueInfo& value : info.values) {
      image_.enum_values.push_back(
          {string(value.name), string(value.wire_name), static_cast<std::uint8_t>(value.platform)});
    }
    image_.enums.push_back({string(info.name), static_cast<std::uint8_t>(info.ordered), values});
  }
}

Emitter::TypeKey Emitter::key_of(const Type& type) const {
  if (type.element != nullptr)
    return {type.kind, type_rows_.at(key_of(*type.element)), type.low, type.high};
  return {type.kind, ref_of(type), type.low, type.high};
}

void Emitter::collect_types(const Type& type) {
  if (type.element != nullptr)
    collect_types(*type.element);
  else
    type_rows_.try_emplace(key_of(type), 0U);
}

void Emitter::types() {
  std::vector<const Type*> collections;
  const auto visit = [&](const std::vector<FieldInfo>& fields) {
    for (const FieldInfo& field : fields) {
      collect_types(*field.type);
      if (field.type->element != nullptr) collections.push_back(field.type);
    }
  };
  for (const RecordInfo& record : typed_.records) visit(record.fields);
  for (const RootInfo& root : typed_.roots) visit(root.fields);
  for (const ToolInfo& tool : typed_.tools) visit(tool.args);
  // Rows are numbered in sorted order; collections come last and know their elements' rows by then.
  const auto number = [&] {
    std::uint32_t next = 0;
    for (auto& [key, row] : type_rows_) row = next++;
  };
  number();
  for (const Type* type : collections) type_rows_.try_emplace(key_of(*type), 0U);
  number();
  for (const auto& [key, row] : type_rows_) {
    const auto& [kind, ref, low, high] = key;
    image_.types.push_back({kind, ref, low, high});
  }
}

vm::RangeOf<vm::FieldRow> Emitter::fields(const std::vector<FieldInfo>& fields, bool is_root,
                                          std::uint32_t root, bool is_args) {
  const auto range = vm::next_rows(image_.fields, fields.size());
  for (const FieldInfo& field : fields) {
    vm::FieldRow row;
    row.name = string(field.name);
    row.wire_name = string(field.wire_name);
    row.type = type_row(*field.type);
    row.optional = field.optional;
    row.sensitive = field.sensitive;
    row.unit = field.money.unit;
    if (row.unit != MoneyUnit::None)
      row.unit_digits = static_cast<std::uint8_t>(field.money.decimals);
    if (field.has_default)
      row.default_row = is_text(field.type->kind) ? pools_.string(field.default_text)
                                                  : pools_.integer(field.default_integer);
    if (is_root) row.slot = slots_.root_slot(root, field);
    if (is_args) row.slot = slots_.argument_slot(field);
    image_.fields.push_back(row);
  }
  return range;
}

void Emitter::schema() {
  enums();
  types();
  for (const RecordInfo& record : typed_.records)
    image_.records.push_back({string(record.name), fields(record.fields, false, 0, false)});
  for (std::uint32_t i = 0; i < typed_.roots.size(); ++i) {
    image_.roots.push_back(
        {string(typed_.roots[i].name), fields(typed_.roots[i].fields, true, i, false)});
  }
  tools();
}

void Emitter::tools() {
  for (std::size_t i = 0; i < typed_.tools.size(); ++i) {
    const ToolInfo& tool = typed_.tools[i];
    vm::ToolRow row;
    row.name = string(tool.name);
    row.wire_name = string(tool.wire_name);
    row.effect = tool.effect;
    row.reads = tool.reads;
    row.clearance = tool.clearance;
    row.undo_ms = tool.has_undo ? tool.undo_ms : -1;
    row.args = fields(tool.args, false, 0, true);
    row.results = vm::next_rows(image_.names, tool.results.size());
    for (const std::string_view name : tool.results) image_.names.push_back(string(name));
    row.steps_bound = bounds_[i];
    row.hash = tool_hash(tool, typed_);
    image_.tools.push_back(row);
  }
}

// ---- order

vm::DebugStringId Emitter::debug_string(std::string_view text) {
  const auto next = static_cast<vm::DebugStringId>(image_.debug.strings.size());
  const auto [entry, is_new] = debug_strings_.try_emplace(std::string(text), next);
  if (is_new) image_.debug.strings.push_back(entry->first);
  return entry->second;
}

// Pools become sorted, and every reference to them follows.
void Emitter::renumber() {
  for (const std::string& pattern : pools_.patterns) pools_.string(pattern);
  for (const Pools::Set& set : pools_.sets) {
    for (const std::string& text : set.texts) pools_.string(text);
  }
  image_.strings = pools_.strings;
  image_.integers = pools_.integers;
  const auto strings = sort_pool(image_.strings), integers = sort_pool(image_.integers);
  const auto patterns = sort_pool(pools_.patterns), sets = sort_pool(pools_.sets);
  const auto debug_strings = sort_pool(image_.debug.strings);
  const auto move = [&]<typename Id>(Id& id, const std::vector<std::uint32_t>& place) {
    if (image_.has(id)) id = static_cast<Id>(place[static_cast<std::size_t>(id)]);
  };
  vm::for_each_column(image_, [&](auto& column) {
    using Column = std::remove_reference_t<decltype(column)>;
    if constexpr (std::is_same_v<Column, vm::StringId>) move(column, strings);
    if constexpr (std::is_same_v<Column, vm::DebugStringId>) move(column, debug_strings);
  });
  for (vm::FieldRow& field : image_.fields) {
    if (field.default_row == vm::kNoRow) continue;
    const bool text = is_text(image_[field.type].kind);
    field.default_row = (text ? strings : integers)[field.default_row];
  }
  const auto string_row = [&](std::string_view text) {
    return static_cast<std::uint32_t>(std::ranges::lower_bound(image_.strings, text) -
                                      image_.strings.begin());
  };
  for (const std::string& pattern : pools_.patterns)
    image_.patterns.push_back(static_cast<vm::StringId>(string_row(pattern)));
  for (const Pools::Set& set : pools_.sets) {
    vm::SetRow row;
    row.element = set.cidr   ? vm::ElementKind::Cidr
                  : set.text ? vm::ElementKind::Text
                             : vm::ElementKind::Integer;
    row.kind = set.kind;
    row.ref = set.ref;
    row.elements =
        vm::next_rows(image_.set_elements, set.text ? set.texts.size() : set.integers.size());
    for (const std::int64_t value : set.integers) image_.set_elements.push_back(value);
    for (const std::string& text : set.texts) image_.set_elements.push_back(string_row(text));
    image_.sets.push_back(row);
  }
  for (vm::Instruction& instruction : image_.code) {
    const vm::Operand operand = vm::info(instruction.opcode).c;
    if (operand == vm::Operand::String) instruction.c = strings[instruction.c];
    if (operand == vm::Operand::Integer) instruction.c = integers[instruction.c];
    if (operand == vm::Operand::Pattern) instruction.c = patterns[instruction.c];
    if (operand == vm::Operand::Set) instruction.c = sets[instruction.c];
  }
}

vm::Image Emitter::run() {
  header();
  schema();
  policies();
  tables();
  limits();
  inputs();
  emit_templates();
  clauses_of_items();
  renumber();
  const vm::RequiredFacts required(image_);
  for (std::size_t i = 0; i < image_.tools.size(); ++i) {
    const std::vector<std::uint32_t> slots = required.of(static_cast<vm::ToolId>(i));
    image_.tools[i].required = vm::next_rows(image_.required_slots, slots.size());
    image_.required_slots.insert(image_.required_slots.end(), slots.begin(), slots.end());
  }
  return std::move(image_);
}

vm::Image emit(const ir::Bundle& bundle, const Heading& heading,
               const std::vector<std::int64_t>& bounds, const lang::SourceMap& sources,
               std::string_view root) {
  return Emitter(bundle, heading, bounds, sources, root).run();
}

}  // namespace remit::compiler
