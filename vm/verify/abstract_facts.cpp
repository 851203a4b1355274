// Constants, facts and sets on the abstract stack.

#include <algorithm>

#include <remit/limits.h>

#include "stdlib/formats.h"
#include "stdlib/time.h"
#include "vm/image/seats.h"
#include "vm/verify/abstract_steps.h"

namespace remit::vm {

// ---- constants and facts

void AbstractMachine::push_constant() {
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
    if (value.kind == TypeKind::TimeOfDay && (number < 0 || number > stdlib::kTimeOfDayMax))
      fail(LoadFault::BadOperand, "a time of day");
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
  push(value);
}

void AbstractMachine::push_set() {
  const SetRow& set = image_.sets[instruction().c];
  AbstractValue value;
  value.kind = TypeKind::Set;
  value.element = set.kind;
  if (set.kind == TypeKind::Enum) value.ref = set.ref;
  value.cidr = set.element == ElementKind::Cidr;
  value.high = set.elements.count;
  const auto elements = image_.rows(set.elements);
  if (set.element == ElementKind::Integer) {
    value.element_low = elements.front();
    value.element_high = elements.back();
  } else {
    for (const std::int64_t row : elements)
      value.element_high =
          std::max(value.element_high, static_cast<Wide>(image_.strings[row].size()));
  }
  spend(set.elements.count);
  push(value);
}

AbstractValue AbstractMachine::value_of(TypeId id) const {
  const TypeRow& type = image_[id];
  AbstractValue value;
  value.kind = type.kind;
  value.low = type.low;
  value.high = stdlib::text_bytes_max(type.kind, type.high);
  if (type.kind == TypeKind::Bool) {
    value.high = 1;
  } else if (type.kind == TypeKind::Enum) {
    value.ref = type.ref;
    value.high = static_cast<Wide>(image_.enum_of(type).values.count) - 1;
  } else if (type.kind == TypeKind::Tool) {
    value.high = static_cast<Wide>(image_.tools.size()) - 1;
  } else if (is_collection(type.kind)) {
    const AbstractValue element = value_of(static_cast<TypeId>(type.ref));
    value.element = element.kind;
    value.ref = element.ref;
    value.element_low = element.low;
    value.element_high = element.high;
    if (element.kind == TypeKind::Record) value.record = image_.element_of(type).ref;
  }
  return value;
}

AbstractValue AbstractMachine::value_of_tool_root(std::uint32_t slot) const {
  AbstractValue value;
  switch (static_cast<ToolSlot>(slot)) {
    case ToolSlot::Name:
      value.kind = TypeKind::Tool;
      value.high = static_cast<Wide>(image_.tools.size()) - 1;
      return value;
    case ToolSlot::Undo:
      value.kind = TypeKind::Duration;
      value.high = stdlib::kDurationMax;
      return value;
    case ToolSlot::Effect: value.ref = context_.layout->enums.effect; break;
    case ToolSlot::Reads:
    case ToolSlot::Clearance: value.ref = context_.layout->enums.classes; break;
  }
  value.kind = TypeKind::Enum;
  value.high = static_cast<Wide>(image_.enums[value.ref].values.count) - 1;
  return value;
}

// ---- presence

std::vector<Presence> AbstractMachine::optional_chain(std::uint32_t slot, SlotInfo info,
                                                      bool element) const {
  const Layout& layout = *context_.layout;
  std::vector<Presence> chain;
  for (;;) {
    if (info.optional) chain.push_back(element ? slot | kElementBit : slot);
    if (info.parent == kNoSlot) return chain;
    slot = info.parent;
    info = element ? *layout.element_field(loop_->collection.record, slot)
                   : *layout.find(context_.tool, slot);
  }
}

// What must not be shown, or only in quotes, is known by what was read for it.
void AbstractMachine::note_read(std::uint32_t slot, SlotInfo info, bool element) {
  if (!element && !context_.layout->is_host(slot)) {
    const Argument& argument = *context_.layout->argument_at(context_.tool, slot);
    reads_args_ = true;
    reads_sensitive_ = reads_sensitive_ ||
                       context_.layout->sensitive_tools[argument.tools].overlaps(*context_.scope);
  }
  while (info.field != kNoRow) {
    reads_sensitive_ = reads_sensitive_ || image_.fields[info.field].sensitive != 0;
    if (info.parent == kNoSlot) return;
    info = element ? *context_.layout->element_field(loop_->collection.record, info.parent)
                   : *context_.layout->find(context_.tool, info.parent);
  }
}

bool AbstractMachine::known_present(Presence fact) {
  if (state_.present.everything()) return true;
  const auto number = numbers_.find(fact);
  if (number != numbers_.end() && state_.present.has(number->second)) return true;
  needed_.push_back(fact);
  return before_.has(fact);
}

FactSet AbstractMachine::numbered(const std::vector<Presence>& facts) {
  FactSet set;
  for (const Presence fact : facts) {
    if (numbers_.size() == kTestedFactsMax && !numbers_.contains(fact)) continue;
    set.add(numbers_.try_emplace(fact, numbers_.size()).first->second);
  }
  return set;
}

PresenceSet AbstractMachine::facts_of(const FactSet& set) const {
  PresenceSet facts;
  facts.everything = set.everything();
  for (const auto& [fact, number] : numbers_) {
    if (!facts.everything && set.has(number)) facts.known.push_back(fact);
  }
  return facts;
}

// The fact in a slot, the same in every tool that this code may run for.
std::optional<SlotInfo> AbstractMachine::fact(std::uint32_t slot) {
  const Layout& layout = *context_.layout;
  if (layout.is_host(slot)) return layout.host[slot];
  const Argument* const argument =
      context_.scope == nullptr ? nullptr : layout.argument_at(context_.tool, slot);
  if (argument == nullptr) fail(LoadFault::UnknownFact);
  // The same argument has the same type, so all that lies in it is the same too.
  if (!layout.argument_tools[argument->tools].includes(*context_.scope))
    fail(LoadFault::ArgumentDiffers);
  return layout.find(context_.tool, slot);
}

std::optional<SlotInfo> AbstractMachine::element_field(std::uint32_t field) {
  if (!loop_) fail(LoadFault::BadOperand, "an element outside a loop");
  if (loop_->collection.record == kNoRow) {
    if (field != 0) fail(LoadFault::BadOperand, "a field of a scalar");
    return std::nullopt;
  }
  const auto info = context_.layout->element_field(loop_->collection.record, field);
  if (!info) fail(LoadFault::BadOperand, "a field of the element");
  return info;
}

// A counter is there wherever its limit applies: whenever its policy does, for each of its tools.
void AbstractMachine::load_used() {
  const std::uint32_t row = instruction().c;
  const LimitRow& limit = image_.limits[row];
  const ItemRow& item = image_[limit.item];
  const bool known = context_.policy == item.policy && item.when.count == 0 &&
                     item.unless.count == 0 &&
                     context_.layout->limit_tools[row].includes(*context_.scope);
  if (!known) fail(LoadFault::UnknownFact, "a counter that may not be there");
  AbstractValue value;
  value.kind = limit.kind;
  value.high = INT64_MAX;
  push(value);
}

void AbstractMachine::push_approved() {
  if (!context_.in_assert) fail(LoadFault::BadOperand, "`approved` outside an assert");
  const auto seat = seat_asked(instruction());
  const bool is_role = seat && seat->kind == SeatKind::Role;
  if (is_role && seat->role >= image_.enums[context_.layout->enums.role].values.count)
    fail(LoadFault::BadOperand, "a role");
  // What is asked has one form.
  if (seat ? !is_role && seat->role != 0 : instruction().a != 0)
    fail(LoadFault::UnusedBits, "a seat");
  AbstractValue value;
  value.kind = TypeKind::Int;
  value.high = limits::kApprovalsMax;
  push(value);
}

void AbstractMachine::load(bool element) {
  const std::uint32_t slot = instruction().c;
  const auto info = element ? element_field(slot) : fact(slot);
  AbstractValue value;
  if (!info) {
    value.kind = loop_->collection.element;
    value.ref = loop_->collection.ref;
    value.low = loop_->collection.element_low;
    value.high = loop_->collection.element_high;
  } else if (!element && slot < kFirstHostSlot) {
    value = value_of_tool_root(slot);
  } else {
    value = value_of(info->type);
  }
  if (value.kind == TypeKind::Record || value.kind == TypeKind::Opaque)
    fail(LoadFault::BadType, "a record or opaque is not a value");
  if (info) {
    note_read(slot, *info, element);
    for (const Presence fact : optional_chain(slot, *info, element)) {
      if (!known_present(fact)) fail(LoadFault::AbsentRead);
    }
  }
  push(value);
}

void AbstractMachine::has(bool element) {
  const std::uint32_t slot = instruction().c;
  const auto info = element ? element_field(slot) : fact(slot);
  // An element that is a scalar has no place of its own, and is always there.
  const SlotInfo place = info.value_or(SlotInfo{});
  if (!place.optional) fail(LoadFault::BadType, "a fact that is always present");
  note_read(slot, place, element);
  push_bool();
  state_.when_true = numbered(optional_chain(slot, place, element));
}

void AbstractMachine::make_set() {
  const Instruction& in = instruction();
  AbstractValue set;
  set.kind = TypeKind::Set;
  set.high = in.b;
  set.scratch = true;
  for (std::uint32_t i = 0; i < in.b; ++i) {
    const AbstractValue value = pop();
    if (!is_scalar(value.kind) || value.scaled) fail(LoadFault::BadType, "an element of a set");
    if (i > 0 && (value.kind != set.element || value.ref != set.ref || value.cidr != set.cidr))
      fail(LoadFault::BadType, "elements of two types");
    if (value.low < INT64_MIN || value.high > INT64_MAX)
      fail(LoadFault::Overflow, "an element of a set");
    set.element = value.kind;
    set.ref = value.ref;
    set.cidr = value.cidr;
    set.element_low = i == 0 ? value.low : std::min(set.element_low, value.low);
    set.element_high = i == 0 ? value.high : std::max(set.element_high, value.high);
  }
  if (is_text(set.element) != (in.a != 0)) fail(LoadFault::BadType, "elements of a set");
  // Sets that are alive together lie side by side.
  if (in.c != scratch_in_use()) fail(LoadFault::ScratchOverlap);
  if (in.c + in.b > limits::kScratchElementsMax) fail(LoadFault::ScratchOverflow);
  push(set);
}

// A part of a text is a text of its own format, with that format's bound.
void AbstractMachine::derived(TypeKind from, TypeKind to) {
  const AbstractValue value = pop();
  if (value.kind != from) fail(LoadFault::BadType, spelling(from));
  AbstractValue result;
  result.kind = to;
  result.high = stdlib::text_bytes_max(to, stdlib::kSchemeBytesMax);
  push(result);
}

}  // namespace remit::vm
