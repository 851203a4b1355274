#include <remit/facts.h>

#include <algorithm>
#include <atomic>

#include <remit/limits.h>
#include "vm/bind.h"
#include "vm/bind_records.h"
#include "vm/facts_state.h"

namespace remit {

using vm::SlotInfo;
using vm::TypeRow;

Facts::Facts(std::unique_ptr<State> state) : state_(std::move(state)) {}
Facts::Facts(Facts&&) noexcept = default;
Facts& Facts::operator=(Facts&&) noexcept = default;
Facts::~Facts() = default;

std::uint64_t next_facts_revision() {
  static std::atomic<std::uint64_t> next{1};
  return next.fetch_add(1, std::memory_order_relaxed) << 32;
}

void Facts::State::clear() {
  ++revision;
  std::ranges::fill(slots, Value::none());
  arena.clear();
  problem.fault = Fault::None;
  problem.order = UINT64_MAX;
  problem.path.clear();
  path.clear();
  std::ranges::fill(counters, Value::none());
  approvals.clear();
  used = 0;
  args_bound = false;
  tool_known = false;
}

void Facts::State::begin(vm::ToolId chosen) {
  const vm::Image& image = linked->program.image();
  const vm::ToolRow& row = image.tools[static_cast<std::size_t>(chosen)];
  tool = chosen;
  tool_known = true;
  slots.assign(linked->program.layout().slot_count(chosen), Value::none());
  slots[static_cast<std::size_t>(vm::ToolSlot::Name)] =
      Value::of_integer(static_cast<std::int64_t>(chosen));
  slots[static_cast<std::size_t>(vm::ToolSlot::Effect)] = Value::of_integer(row.effect);
  if (row.undo_ms >= 0)
    slots[static_cast<std::size_t>(vm::ToolSlot::Undo)] = Value::of_integer(row.undo_ms);
  slots[static_cast<std::size_t>(vm::ToolSlot::Reads)] = Value::of_integer(row.reads);
  slots[static_cast<std::size_t>(vm::ToolSlot::Clearance)] = Value::of_integer(row.clearance);
  const std::size_t words =
      (linked->tools[static_cast<std::size_t>(chosen)].items.size() + 63) / 64;
  for (auto* bits : {&matched, &lifted, &released, &refused}) bits->assign(words, 0);
  counters.assign(linked->tools[static_cast<std::size_t>(chosen)].limits.size(), Value::none());
}

void Facts::State::fail(Fault fault, std::uint64_t order, std::string where) {
  if (problem.fault != Fault::None && problem.order <= order) return;
  problem = {fault, order, std::move(where)};
}

namespace {

// The type of a slot that a host may bind; null if there is none.
const TypeRow* bindable(const Facts::State& state, std::uint32_t slot) {
  if (!state.tool_known || slot < vm::kFirstHostSlot) return nullptr;
  const auto info = state.linked->program.layout().find(state.tool, slot);
  if (!info || info->field == vm::kNoRow) return nullptr;
  return &state.linked->program.image().types[static_cast<std::size_t>(info->type)];
}

bool bind(Facts::State& state, SlotId id, std::optional<Value> value) {
  const auto slot = static_cast<std::uint32_t>(id);
  if (!value) {
    if (!state.tool_known) return false;
    const auto path =
        state.linked->program.layout().path_of(state.linked->program.image(), state.tool, slot);
    state.fail(Fault::InvalidRequest, vm::decoding_order(*state.linked, state.tool, slot), path);
    return false;
  }
  ++state.revision;
  state.slots[slot] = *value;
  if (!state.linked->program.layout().is_host(slot)) state.args_bound = true;
  return true;
}

// Binds the elements of a set or list of scalars; `convert` makes one of each.
template <typename Range, typename Convert>
bool bind_elements(Facts::State& state, SlotId slot, const Range& range, Convert&& convert) {
  const TypeRow* type = bindable(state, static_cast<std::uint32_t>(slot));
  if (type == nullptr || !is_collection(type->kind)) return bind(state, slot, std::nullopt);
  const auto count = static_cast<std::int64_t>(range.size());
  const TypeRow& element = state.linked->program.image().types[type->ref];
  if (count < type->low || count > type->high || !is_scalar(element.kind))
    return bind(state, slot, std::nullopt);
  auto* values = reinterpret_cast<Value*>(
      state.arena.reserve(sizeof(Value) * std::max<std::size_t>(range.size(), 1)));
  for (std::size_t i = 0; i < range.size(); ++i) {
    const std::optional<Value> value = convert(element, range[i]);
    if (!value) return bind(state, slot, std::nullopt);
    values[i] = *value;
  }
  if (type->kind == TypeKind::Set && !vm::sort_set(*state.linked, element, {values, range.size()}))
    return bind(state, slot, std::nullopt);
  return bind(state, slot, Value::of_elements(values, static_cast<std::uint32_t>(count)));
}

}  // namespace

bool Facts::set(SlotId slot, std::int64_t integer) {
  const TypeRow* type = bindable(*state_, static_cast<std::uint32_t>(slot));
  return bind(
      *state_, slot,
      type == nullptr ? std::nullopt : vm::value_of_integer(*state_->linked, *type, integer));
}

bool Facts::set(SlotId slot, std::string_view text) {
  const TypeRow* type = bindable(*state_, static_cast<std::uint32_t>(slot));
  const bool takes_text =
      type != nullptr &&
      (!is_integral(type->kind) || type->kind == TypeKind::Enum || type->kind == TypeKind::Tool);
  return bind(*state_, slot, takes_text ? vm::value_of_text(*state_, *type, text) : std::nullopt);
}

bool Facts::set(SlotId slot, std::span<const std::int64_t> integers) {
  return bind_elements(*state_, slot, integers, [this](const TypeRow& type, std::int64_t integer) {
    return vm::value_of_integer(*state_->linked, type, integer);
  });
}

bool Facts::set(SlotId slot, std::span<const std::string_view> texts) {
  return bind_elements(*state_, slot, texts, [this](const TypeRow& type, std::string_view text) {
    return vm::value_of_text(*state_, type, text);
  });
}

bool Facts::set_rows(SlotId slot, std::span<const Value> fields, std::size_t rows) {
  const TypeRow* type = bindable(*state_, static_cast<std::uint32_t>(slot));
  const vm::Image& image = state_->linked->program.image();
  if (type == nullptr || type->kind != TypeKind::List ||
      image.types[type->ref].kind != TypeKind::Record)
    return bind(*state_, slot, std::nullopt);
  const vm::Layout& layout = state_->linked->program.layout();
  const std::uint32_t record = image.types[type->ref].ref;
  const std::size_t width = layout.row_widths[record];
  if (static_cast<std::int64_t>(rows) < type->low || static_cast<std::int64_t>(rows) > type->high ||
      fields.size() != rows * width)
    return bind(*state_, slot, std::nullopt);
  auto* values = reinterpret_cast<Value*>(
      state_->arena.reserve(sizeof(Value) * std::max<std::size_t>({fields.size(), rows, 1})));
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const SlotInfo info = *layout.element_field(record, static_cast<std::uint32_t>(i % width));
    const TypeRow& field = image.types[static_cast<std::size_t>(info.type)];
    const bool parent_absent =
        info.parent != vm::kNoSlot && values[i - i % width + info.parent].absent();
    std::optional<Value> value;
    if (fields[i].absent()) {
      if (info.optional || parent_absent) value = Value::none();
    } else if (!parent_absent) {
      value = field.kind == TypeKind::Record ? Value::of_integer(1)
              : is_integral(field.kind)
                  ? vm::value_of_integer(*state_->linked, field, fields[i].integer)
                  : vm::value_of_text(*state_, field, fields[i].view());
    }
    if (!value) return bind(*state_, slot, std::nullopt);
    values[i] = *value;
  }
  Value list = Value::of_elements(values, static_cast<std::uint32_t>(rows));
  // An element takes a place even if its record has no fields.
  list.symbol = std::max(static_cast<std::uint32_t>(width), 1U);
  return bind(*state_, slot, list);
}

bool Facts::set_present(SlotId record) {
  const TypeRow* type = bindable(*state_, static_cast<std::uint32_t>(record));
  return bind(*state_, record,
              type != nullptr && type->kind == TypeKind::Record
                  ? std::optional(Value::of_integer(1))
                  : std::nullopt);
}

bool Facts::set_absent(SlotId slot) {
  const auto number = static_cast<std::uint32_t>(slot);
  const TypeRow* type = bindable(*state_, number);
  if (type == nullptr) return false;
  const vm::Layout& layout = state_->linked->program.layout();
  const std::uint32_t width = layout.fields[layout.find(state_->tool, number)->field].width;
  ++state_->revision;
  for (std::uint32_t i = 0; i < width; ++i) state_->slots[number + i] = Value::none();
  return true;
}

bool Facts::set_counter(std::string_view limit, std::int64_t used) {
  if (!state_->tool_known) return false;
  const auto index = vm::counter_index(*state_->linked, state_->tool, limit);
  if (!index || used < 0) {
    state_->fail(Fault::InvalidRequest, vm::counter_order(index.value_or(SIZE_MAX)),
                 "limits." + std::string(limit));
    return false;
  }
  ++state_->revision;
  state_->counters[*index] = Value::of_integer(used);
  return true;
}

bool Facts::add_approval(const Approval& approval) {
  if (!state_->tool_known) return false;
  ++state_->revision;
  const std::size_t index = state_->approvals.size();
  const std::string_view problem = vm::add_approval(*state_, approval);
  if (problem.empty()) return true;
  std::string path = "approvals";
  if (index < limits::kApprovalsMax)
    path += '[' + std::to_string(index) + "]." + std::string(problem);
  state_->fail(Fault::InvalidRequest, vm::approval_order(index), std::move(path));
  return false;
}

void Facts::reset(std::string_view tool) {
  state_->clear();
  if (state_->linked == nullptr) return;
  const auto found = state_->linked->wire_tools.find(tool);
  if (found != state_->linked->wire_tools.end()) state_->begin(found->second);
}

std::string_view Facts::fault_path() const { return state_->path; }

}  // namespace remit
