// Constants, facts and sets on the abstract stack.

#include <algorithm>
#include <span>

#include <remit/limits.h>

#include "vm/interpret_state.h"

namespace remit::vm {

// ---- constants and facts

void Interpreter::push_constant() {
  const Instruction& in = instruction();
  AbstractValue value;
  value.kind = static_cast<TypeKind>(in.a);
  if (in.opcode == Opcode::PushInteger) {
    const std::int64_t number = image_.integers[in.c];
    value.low = value.high = number;
    if (!is_integral(value.kind) || value.kind == TypeKind::Bool)
      fail(LoadFault::BadType, "an integral constant");
    if (value.kind == TypeKind::Enum) {
      value.ref = in.b;
      if (number < 0 || number >= static_cast<std::int64_t>(image_.enums[in.b].values.count))
        fail(LoadFault::BadOperand, "an ordinal");
    }
    if (value.kind == TypeKind::Tool &&
        (number < 0 || number >= static_cast<std::int64_t>(image_.tools.size())))
      fail(LoadFault::BadOperand, "a tool");
  } else {
    const std::string& text = image_.strings[in.c];
    if (in.opcode == Opcode::PushCidr) {
      value.kind = TypeKind::Ip;
      value.cidr = true;
    } else if (!is_text(value.kind)) {
      fail(LoadFault::BadType, "a text constant");
    }
    value.high = static_cast<Wide>(text.size());
  }
  push(std::move(value));
}

void Interpreter::push_set() {
  const SetRow& set = image_.sets[instruction().c];
  AbstractValue value;
  value.kind = TypeKind::Set;
  value.element = set.kind;
  if (set.kind == TypeKind::Enum) value.ref = set.ref;
  value.cidr = set.element == ElementKind::Cidr;
  value.high = set.elements.count;
  spend(set.elements.count);
  push(std::move(value));
}

AbstractValue Interpreter::value_of(TypeId id) const {
  const TypeRow& type = image_.types[static_cast<std::size_t>(id)];
  AbstractValue value;
  value.kind = type.kind;
  value.low = type.low;
  value.high = type.high;
  if (type.kind == TypeKind::Enum) {
    value.ref = type.ref;
    value.high = static_cast<Wide>(image_.enums[type.ref].values.count) - 1;
  } else if (type.kind == TypeKind::Tool) {
    value.high = static_cast<Wide>(image_.tools.size()) - 1;
  } else if (is_collection(type.kind)) {
    const AbstractValue element = value_of(static_cast<TypeId>(type.ref));
    value.element = element.kind;
    value.ref = element.ref;
    value.element_low = element.low;
    value.element_high = element.high;
    if (element.kind == TypeKind::Record) value.record = image_.types[type.ref].ref;
  }
  return value;
}

std::vector<Presence> Interpreter::optional_chain(const SlotTable& table, std::uint32_t slot,
                                                  Presence bit) const {
  std::vector<Presence> chain;
  while (slot != kNoSlot) {
    if (table.at(slot).optional) chain.push_back(slot | bit);
    slot = table.at(slot).parent;
  }
  std::ranges::sort(chain);
  return chain;
}

// The fact in a slot, the same in every tool that this code may run for.
const SlotInfo* Interpreter::fact(std::uint32_t slot) {
  const Layout& layout = *context_.layout;
  if (layout.host.has(slot)) return &layout.host.at(slot);
  if (!context_.has_scope) return fail(LoadFault::UnknownFact), nullptr;
  const SlotInfo* first = nullptr;
  for (std::uint32_t i = context_.scope.first; i < context_.scope.first + context_.scope.count;
       ++i) {
    const SlotInfo* info = layout.find(image_.scope_tools[i], slot);
    if (info == nullptr) return fail(LoadFault::UnknownFact), nullptr;
    const bool same =
        first == nullptr || (info->type == first->type && info->optional == first->optional &&
                             info->parent == first->parent &&
                             image_.fields[info->field].name == image_.fields[first->field].name);
    if (!same) return fail(LoadFault::UnknownFact, "it differs between tools"), nullptr;
    first = info;
  }
  return first;
}

const SlotInfo* Interpreter::element_field(std::uint32_t field) {
  if (!loop_) return fail(LoadFault::BadOperand, "an element outside a loop"), nullptr;
  if (loop_->collection.record == kNoRow)
    return field == 0 ? nullptr : (fail(LoadFault::BadOperand, "a field of a scalar"), nullptr);
  const SlotTable& table = context_.layout->elements[loop_->collection.record];
  if (!(field < table.slots.size() && table.slots[field].field != kNoRow))
    return fail(LoadFault::BadOperand, "a field of the element"), nullptr;
  return &table.slots[field];
}

// A counter is there wherever its limit applies: whenever its policy does, for each of its tools.
void Interpreter::load_used() {
  const LimitRow& limit = image_.limits[instruction().c];
  const ItemRow& item = image_.items[static_cast<std::size_t>(limit.item)];
  const auto tools = [&](Range scope) {
    return std::span(image_.scope_tools).subspan(scope.first, scope.count);
  };
  const bool known = context_.has_scope && context_.policy == item.policy && item.when.count == 0 &&
                     item.unless.count == 0 &&
                     std::ranges::includes(tools(item.scope), tools(context_.scope));
  if (!known) {
    fail(LoadFault::UnknownFact, "a counter that may not be there");
    return;
  }
  AbstractValue value;
  value.kind = limit.kind;
  value.high = INT64_MAX;
  push(std::move(value));
}

void Interpreter::push_approved() {
  const std::uint32_t role = instruction().c;
  if (!context_.in_assert) fail(LoadFault::BadOperand, "`approved` outside an assert");
  const auto roles = std::ranges::find_if(image_.enums, [&](const EnumRow& row) {
    return image_.strings[static_cast<std::size_t>(row.name)] == "role";
  });
  if (role != kNoRow && (roles == image_.enums.end() || role >= roles->values.count))
    fail(LoadFault::BadOperand, "a role");
  AbstractValue value;
  value.kind = TypeKind::Int;
  value.high = limits::kApprovalsMax;
  push(std::move(value));
}

void Interpreter::load(bool element) {
  const std::uint32_t slot = instruction().c;
  AbstractValue value;
  std::vector<Presence> needed;
  if (element) {
    const SlotInfo* info = element_field(slot);
    if (error_) return;
    if (info == nullptr) {
      value.kind = loop_->collection.element;
      value.ref = loop_->collection.ref;
      value.low = loop_->collection.element_low;
      value.high = loop_->collection.element_high;
    } else {
      value = value_of(info->type);
      needed =
          optional_chain(context_.layout->elements[loop_->collection.record], slot, kElementBit);
    }
  } else {
    const SlotInfo* info = fact(slot);
    if (info == nullptr) return;
    if (slot < kFirstHostSlot) {
      static constexpr std::string_view kEnums[] = {"", "effect", "", "class", "class"};
      value.kind = slot == 0 ? TypeKind::Tool : slot == 2 ? TypeKind::Duration : TypeKind::Enum;
      if (value.kind == TypeKind::Tool) value.high = static_cast<Wide>(image_.tools.size()) - 1;
      if (value.kind == TypeKind::Duration)
        value.high = static_cast<Wide>(limits::kDurationDaysMax) * 86'400'000;
      for (std::uint32_t e = 0; value.kind == TypeKind::Enum && e < image_.enums.size(); ++e) {
        if (image_.strings[static_cast<std::size_t>(image_.enums[e].name)] != kEnums[slot])
          continue;
        value.ref = e;
        value.high = static_cast<Wide>(image_.enums[e].values.count) - 1;
      }
      if (info->optional) needed = {slot};
    } else {
      value = value_of(info->type);
      const SlotTable& table =
          context_.layout->host.has(slot)
              ? context_.layout->host
              : context_.layout
                    ->args[static_cast<std::size_t>(image_.scope_tools[context_.scope.first])];
      needed = optional_chain(table, slot, 0);
    }
  }
  if (value.kind == TypeKind::Record || value.kind == TypeKind::Opaque)
    fail(LoadFault::BadType, "a record or opaque is no value");
  if (!state_.present.everything && !std::ranges::includes(state_.present.known, needed))
    fail(LoadFault::AbsentRead);
  push(std::move(value));
}

void Interpreter::has(bool element) {
  const std::uint32_t slot = instruction().c;
  const SlotInfo* info = element ? element_field(slot) : fact(slot);
  if (error_) return;
  if (info == nullptr || !info->optional) {
    fail(LoadFault::BadType, "a fact that is always present");
    return;
  }
  AbstractValue value;
  if (element) {
    value.when_true.known =
        optional_chain(context_.layout->elements[loop_->collection.record], slot, kElementBit);
  } else if (slot < kFirstHostSlot) {
    value.when_true.known = {slot};
  } else {
    const SlotTable& table =
        context_.layout->host.has(slot)
            ? context_.layout->host
            : context_.layout
                  ->args[static_cast<std::size_t>(image_.scope_tools[context_.scope.first])];
    value.when_true.known = optional_chain(table, slot, 0);
  }
  push(std::move(value));
}

void Interpreter::make_set() {
  const Instruction& in = instruction();
  AbstractValue set;
  set.kind = TypeKind::Set;
  set.high = in.b;
  for (std::uint32_t i = 0; i < in.b && !error_; ++i) {
    const AbstractValue value = pop();
    if (error_) return;
    if (!is_scalar(value.kind) || value.scaled) fail(LoadFault::BadType, "an element of a set");
    if (i > 0 && (value.kind != set.element || value.ref != set.ref || value.cidr != set.cidr))
      fail(LoadFault::BadType, "elements of two types");
    if (is_integral(value.kind) && (value.low < INT64_MIN || value.high > INT64_MAX))
      fail(LoadFault::Overflow, "an element of a set");
    set.element = value.kind;
    set.ref = value.ref;
    set.cidr = value.cidr;
  }
  if (is_text(set.element) != (in.a != 0)) fail(LoadFault::BadType, "elements of a set");
  // Sets that are alive together lie side by side.
  std::uint32_t alive = 0;
  for (const AbstractValue& value : state_.stack)
    alive += value.kind == TypeKind::Set && value.record == kInScratch
                 ? static_cast<std::uint32_t>(value.high)
                 : 0;
  if (in.c != alive || in.c + in.b > limits::kScratchElementsMax) fail(LoadFault::ScratchOverflow);
  set.record = kInScratch;
  push(std::move(set));
}

void Interpreter::derived(TypeKind from, TypeKind to) {
  const AbstractValue value = pop();
  if (value.kind != from || value.cidr) fail(LoadFault::BadType, spelling(from));
  AbstractValue result;
  result.kind = to;
  result.high = to == TypeKind::String ? 16 : 0;
  push(std::move(result));
}

}  // namespace remit::vm
