#include <remit/facts.h>

#include <algorithm>
#include <atomic>

#include <remit/limits.h>
#include "stdlib/text.h"
#include "vm/decide/bind.h"
#include "vm/decide/bind_records.h"
#include "vm/decide/facts_state.h"

namespace remit::inline v0 {

using vm::SlotInfo;
using vm::TypeRow;

Facts::Facts(std::unique_ptr<State> state) : state_(std::move(state)) {}
Facts::Facts(Facts&&) noexcept = default;
Facts& Facts::operator=(Facts&&) noexcept = default;
Facts::~Facts() = default;

std::uint64_t next_facts_number() {
  static std::atomic<std::uint64_t> next{1};
  return next.fetch_add(1, std::memory_order_relaxed);
}

namespace {

// Forgets a path, and the memory of a long one: a request may name fields as long as itself.
void clear_path(std::string& path) {
  constexpr std::size_t kPathBytesKept = 1024;
  if (path.capacity() > kPathBytesKept) std::string().swap(path);
  path.clear();
}

}  // namespace

void Facts::State::clear() {
  ++revision;
  std::ranges::fill(slots, Value::none());
  arena.clear();
  long_texts.clear();
  problem.fault = Fault::None;
  problem.order = UINT64_MAX;
  problem.has_sent_name = false;
  clear_path(problem.path);
  std::ranges::fill(counters, Value::none());
  approvals.clear();
  filled.clear();
  args_bound = false;
  tool_known = false;
  bound_without_tool = false;
}

void Facts::State::begin(vm::ToolId chosen) {
  const vm::Image& image = linked->program.image();
  const vm::ToolRow& row = image[chosen];
  const vm::ToolPlan& plan = linked->plan_of(chosen);
  // Whatever finds no memory here leaves facts of no tool, which deny.
  tool_known = false;
  slots.assign(linked->program.layout().slot_count(chosen), Value::none());
  slots[static_cast<std::size_t>(vm::ToolSlot::Name)] =
      Value::of_integer(static_cast<std::int64_t>(chosen));
  slots[static_cast<std::size_t>(vm::ToolSlot::Effect)] = Value::of_integer(row.effect);
  if (row.undo_ms >= 0)
    slots[static_cast<std::size_t>(vm::ToolSlot::Undo)] = Value::of_integer(row.undo_ms);
  slots[static_cast<std::size_t>(vm::ToolSlot::Reads)] = Value::of_integer(row.reads);
  slots[static_cast<std::size_t>(vm::ToolSlot::Clearance)] = Value::of_integer(row.clearance);
  scratch->fit(plan);
  filled.reserve(linked->defaults.size() + plan.defaults.size());
  counters.assign(plan.limits.size(), Value::none());
  tool = chosen;
  tool_known = true;
}

bool Facts::State::fail(Fault fault, std::uint64_t order) noexcept {
  ++revision;
  if (problem.fault != Fault::None && problem.order <= order) return false;
  problem.fault = fault;
  problem.order = order;
  problem.has_sent_name = false;
  problem.path.clear();
  return true;
}

namespace {

// The binding of one value. One that is left by an exception has failed: it is not known
// what the facts then lack, so they deny until they are filled anew.
class Attempt {
 public:
  explicit Attempt(Facts::State* state) : state_(state) {}
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;
  ~Attempt() {
    if (!done_ && state_ != nullptr) state_->fail(Fault::InvalidRequest, 0);
  }
  bool done(bool bound) {
    done_ = true;
    return bound;
  }

 private:
  Facts::State* state_;
  bool done_ = false;
};

// Facts without a tool take nothing, and remember that they were to.
bool has_tool(Facts::State* state) {
  if (state != nullptr && !state->tool_known) state->bound_without_tool = true;
  return state != nullptr && state->tool_known;
}

// The value of a scalar or opaque field, as a host gives it; nothing if it is none.
std::optional<Value> value_of(Facts::State& state, const vm::FieldRow& field,
                              const FactValue& given) {
  if (const auto* integer = std::get_if<std::int64_t>(&given))
    return vm::value_of_integer(*state.linked, field, *integer);
  const auto* text = std::get_if<std::string_view>(&given);
  const TypeKind kind = state.linked->program.image()[field.type].kind;
  const bool takes_text = !is_integral(kind) || kind == TypeKind::Enum || kind == TypeKind::Tool;
  return text != nullptr && takes_text ? vm::value_of_text(state, field, *text) : std::nullopt;
}

// One slot that a host binds.
class Binding {
 public:
  Binding(Facts::State* state, SlotId slot) : state_(state), slot_(SlotAccess::number(slot)) {
    if (state_ == nullptr || !state_->tool_known) return;
    foreign_ = SlotAccess::foreign(*state_, slot);
    if (!foreign_.empty()) return;
    info_ = state_->linked->program.layout().find(state_->tool, slot_);
    if (info_ && info_->field == vm::kNoRow) info_.reset();
  }

  // Null if these facts have no such slot.
  [[nodiscard]] const TypeRow* type() const { return !info_ ? nullptr : &image()[info_->type]; }
  [[nodiscard]] const vm::Image& image() const { return state_->linked->program.image(); }
  [[nodiscard]] std::uint32_t width() const {
    return state_->linked->program.layout().fields[info_->field].width;
  }

  // Binds the value; remembers a failure if there is none.
  bool bind(std::optional<Value> value) {
    if (!value) return fail();
    ++state_->revision;
    std::erase(state_->filled, slot_);
    state_->slots[slot_] = *value;
    mark_records_around();
    if (!state_->linked->program.layout().is_host(slot_)) state_->args_bound = true;
    return true;
  }

  bool bind_scalar(const FactValue& given) {
    return bind(info_ ? value_of(*state_, image().fields[info_->field], given) : std::nullopt);
  }

  bool clear() {
    if (!info_) return fail();
    ++state_->revision;
    for (std::uint32_t i = 0; i < width(); ++i) state_->slots[slot_ + i] = Value::none();
    std::erase_if(state_->filled,
                  [&](std::uint32_t slot) { return slot >= slot_ && slot < slot_ + width(); });
    state_->slots[slot_] = Value::none_as_said();
    return true;
  }

 private:
  // A record that must be there is there once something in it is.
  void mark_records_around() {
    const vm::Layout& layout = state_->linked->program.layout();
    for (auto info = info_; info->parent != vm::kNoSlot;) {
      const std::uint32_t around = info->parent;
      info = layout.find(state_->tool, around);
      if (info->optional || !state_->slots[around].absent()) return;
      state_->slots[around] = Value::of_integer(1);
    }
  }

  bool fail() {
    if (!has_tool(state_)) return false;
    // A slot that is not of these facts stands nowhere in the order; it comes first.
    const bool is_foreign = !foreign_.empty();
    const std::uint64_t order =
        is_foreign ? 0 : vm::decoding_order(*state_->linked, state_->tool, slot_);
    if (!state_->fail(Fault::InvalidRequest, order)) return false;
    state_->problem.path =
        is_foreign ? std::string(foreign_)
                   : state_->linked->program.layout().path_of(image(), state_->tool, slot_);
    return false;
  }

  Facts::State* state_;
  std::uint32_t slot_;
  std::string_view foreign_;
  std::optional<SlotInfo> info_;
};

// Binds the elements of a set or list of scalars; `convert` makes one of each.
template <typename Range, typename Convert>
bool bind_elements(Facts::State* state, SlotId slot, const Range& range, Convert&& convert) {
  Binding binding(state, slot);
  const TypeRow* type = binding.type();
  if (type == nullptr || !is_collection(type->kind)) return binding.bind(std::nullopt);
  const auto count = static_cast<std::int64_t>(range.size());
  const TypeRow& element = binding.image().element_of(*type);
  if (count < type->low || count > type->high || !is_scalar(element.kind))
    return binding.bind(std::nullopt);
  auto* values = reinterpret_cast<Value*>(
      state->arena.reserve(sizeof(Value) * vm::room_for(*type, element, range.size())));
  if (values == nullptr) return binding.bind(std::nullopt);
  for (std::size_t i = 0; i < range.size(); ++i) {
    const std::optional<Value> value = convert(element, range[i]);
    if (!value) return binding.bind(std::nullopt);
    values[i] = *value;
  }
  if (type->kind == TypeKind::Set)
    return binding.bind(vm::set_of(*state->linked, element, {values, range.size()}));
  return binding.bind(Value::of_elements(values, static_cast<std::uint32_t>(count)));
}

}  // namespace

bool Facts::set(SlotId slot, std::int64_t integer) {
  Attempt attempt(state_.get());
  return attempt.done(Binding(state_.get(), slot).bind_scalar(integer));
}

bool Facts::set(SlotId slot, std::string_view text) {
  Attempt attempt(state_.get());
  return attempt.done(Binding(state_.get(), slot).bind_scalar(text));
}

bool Facts::set(SlotId slot, const char* text) {
  if (text != nullptr) return set(slot, std::string_view(text));
  Attempt attempt(state_.get());
  return attempt.done(Binding(state_.get(), slot).bind(std::nullopt));
}

bool Facts::set(SlotId slot, std::span<const std::int64_t> integers) {
  Attempt attempt(state_.get());
  return attempt.done(bind_elements(state_.get(), slot, integers,
                                    [this](const TypeRow& type, std::int64_t integer) {
                                      return vm::value_of_integer(*state_->linked, type, integer);
                                    }));
}

bool Facts::set(SlotId slot, std::span<const std::string_view> texts) {
  Attempt attempt(state_.get());
  return attempt.done(
      bind_elements(state_.get(), slot, texts, [this](const TypeRow& type, std::string_view text) {
        return vm::value_of_text(*state_, type, text);
      }));
}

namespace {

bool bind_rows(Facts::State* state, SlotId slot, std::span<const FactValue> fields,
               std::size_t rows) {
  Binding binding(state, slot);
  const TypeRow* type = binding.type();
  if (type == nullptr || type->kind != TypeKind::List ||
      binding.image().element_of(*type).kind != TypeKind::Record)
    return binding.bind(std::nullopt);
  const vm::Image& image = binding.image();
  const vm::Layout& layout = state->linked->program.layout();
  const std::uint32_t record = image.element_of(*type).ref;
  const std::size_t width = layout.row_widths[record];
  if (static_cast<std::int64_t>(rows) < type->low || static_cast<std::int64_t>(rows) > type->high ||
      fields.size() != rows * width)
    return binding.bind(std::nullopt);
  auto* values = reinterpret_cast<Value*>(
      state->arena.reserve(sizeof(Value) * std::max<std::size_t>({fields.size(), rows, 1})));
  if (values == nullptr) return binding.bind(std::nullopt);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const SlotInfo info = *layout.element_field(record, static_cast<std::uint32_t>(i % width));
    const vm::FieldRow& field = image.fields[info.field];
    const bool parent_absent =
        info.parent != vm::kNoSlot && values[i - i % width + info.parent].absent();
    std::optional<Value> value;
    if (std::holds_alternative<std::monostate>(fields[i])) {
      if (info.optional || parent_absent) value = Value::none();
    } else if (!parent_absent) {
      const bool is_record = image[info.type].kind == TypeKind::Record;
      if (!is_record)
        value = value_of(*state, field, fields[i]);
      else if (std::holds_alternative<std::int64_t>(fields[i]))
        value = Value::of_integer(1);
    }
    if (!value) return binding.bind(std::nullopt);
    values[i] = *value;
  }
  Value list = Value::of_elements(values, static_cast<std::uint32_t>(rows));
  // An element takes a place even if its record has no fields.
  list.symbol = std::max(static_cast<std::uint32_t>(width), 1U);
  return binding.bind(list);
}

}  // namespace

bool Facts::set_rows(SlotId slot, std::span<const FactValue> fields, std::size_t rows) {
  Attempt attempt(state_.get());
  return attempt.done(bind_rows(state_.get(), slot, fields, rows));
}

bool Facts::set_present(SlotId record) {
  Attempt attempt(state_.get());
  Binding binding(state_.get(), record);
  const TypeRow* type = binding.type();
  return attempt.done(binding.bind(type != nullptr && type->kind == TypeKind::Record
                                       ? std::optional(Value::of_integer(1))
                                       : std::nullopt));
}

bool Facts::set_absent(SlotId slot) {
  Attempt attempt(state_.get());
  return attempt.done(Binding(state_.get(), slot).clear());
}

namespace {

bool bind_counter(Facts::State& state, std::string_view limit, std::int64_t used) {
  const auto index = vm::counter_index(*state.linked, state.tool, limit);
  if (!index || used < 0) {
    if (state.fail(Fault::InvalidRequest, vm::counter_order(index.value_or(SIZE_MAX)))) {
      state.problem.has_sent_name = !index;
      state.problem.path =
          "limits." + (stdlib::is_utf8(limit) ? vm::cut_name(limit) : "(not UTF-8)");
    }
    return false;
  }
  ++state.revision;
  state.counters[*index] = Value::of_integer(used);
  return true;
}

bool bind_approval(Facts::State& state, const Approval& approval) {
  ++state.revision;
  const std::size_t index = state.approvals.size();
  const std::string_view problem = vm::add_approval(state, approval);
  if (problem.empty()) return true;
  if (!state.fail(Fault::InvalidRequest, vm::approval_order(index))) return false;
  std::string path = "approvals";
  if (index < limits::kApprovalsMax)
    path += '[' + std::to_string(index) + "]." + std::string(problem);
  state.problem.path = std::move(path);
  return false;
}

}  // namespace

bool Facts::set_counter(std::string_view limit, std::int64_t used) {
  Attempt attempt(state_.get());
  return attempt.done(has_tool(state_.get()) && bind_counter(*state_, limit, used));
}

bool Facts::add_approval(const Approval& approval) {
  Attempt attempt(state_.get());
  return attempt.done(has_tool(state_.get()) && bind_approval(*state_, approval));
}

void Facts::reset(std::string_view tool) {
  if (state_ == nullptr) return;
  state_->clear();
  const auto found = state_->linked->wire_tools.find(tool);
  if (found != state_->linked->wire_tools.end()) state_->begin(found->second);
}

}  // namespace remit::inline v0
