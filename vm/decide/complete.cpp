#include "vm/decide/complete.h"

#include <algorithm>

#include "vm/decide/decide.h"
#include "vm/decide/names.h"

namespace remit::vm {

namespace {

const ToolPlan& plan_of(const Facts::State& facts) { return facts.linked->plan_of(facts.tool); }

// A fact inside a record that is there is there too, unless it may be absent; one inside a record
// that is not there is not.
bool is_broken(const std::vector<Value>& slots, const NestedFact& fact) {
  const bool there = !slots[fact.slot].absent(), around = !slots[fact.parent].absent();
  return there != around && !(fact.optional && around);
}

// By the tables of linking. May say no of facts that are complete, if there was no room for all
// their records in the tables; never yes of others.
bool is_surely_complete(const Facts::State& facts) {
  const ToolPlan& plan = plan_of(facts);
  bool lacks = !plan.nested_is_whole;
  for (const std::uint32_t slot : plan.required_args) lacks |= facts.slots[slot].absent();
  for (const std::uint32_t slot : plan.required) lacks |= facts.slots[slot].absent();
  for (const NestedFact& fact : facts.linked->nested) lacks |= is_broken(facts.slots, fact);
  for (const NestedFact& fact : plan.nested) lacks |= is_broken(facts.slots, fact);
  return !lacks;
}

// A record that is there is whole, and of one that is not there nothing is.
std::uint32_t broken_slot(const Facts::State& facts) {
  const Layout& layout = facts.linked->program.layout();
  const auto is_broken_at = [&](std::uint32_t slot, const SlotInfo& info) {
    return info.parent != kNoSlot && is_broken(facts.slots, {slot, info.parent, info.optional});
  };
  for (std::uint32_t slot = kFirstHostSlot; slot < layout.host.size(); ++slot) {
    if (is_broken_at(slot, layout.host[slot])) return slot;
  }
  const RangeOf<Argument> arguments = layout.arguments_of[static_cast<std::size_t>(facts.tool)];
  for (std::uint32_t i = arguments.first; i < arguments.end(); ++i) {
    const Argument& argument = layout.arguments[i];
    const std::uint32_t width = layout.fields[argument.field].width;
    for (std::uint32_t slot = argument.slot + 1; slot < argument.slot + width; ++slot) {
      if (is_broken_at(slot, *layout.find(facts.tool, slot))) return slot;
    }
  }
  return kNoSlot;
}

// Visits the required facts that are absent, arguments first, until `visit` says no. An absent
// `args` is not an empty one, but a host that binds slots has no body.
template <typename Visit>
void for_each_missing(const Facts::State& facts, Visit&& visit) {
  const ToolPlan& plan = plan_of(facts);
  for (const std::uint32_t slot : plan.required_args) {
    if (facts.slots[slot].absent() && !visit(Lack{.fault = Fault::InvalidRequest, .slot = slot}))
      return;
  }
  for (const std::uint32_t slot : plan.required) {
    if (facts.slots[slot].absent() && !visit(Lack{.fault = Fault::MissingFact, .slot = slot}))
      return;
  }
}

// The same of the counters of limits that apply.
template <typename Visit>
void for_each_missing_counter(const Facts::State& facts, Evaluation& found, Visit&& visit) {
  const auto& limits = plan_of(facts).limits;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    if (facts.counters[i].absent() &&
        limit_applies(facts, found, facts.linked->program.image().limits[limits[i]]) &&
        !visit(Lack{.fault = Fault::MissingFact, .limit = limits[i]}))
      return;
  }
}

Lack lack_of_slots(const Facts::State& facts) {
  if (is_surely_complete(facts)) return {};
  if (const std::uint32_t slot = broken_slot(facts); slot != kNoSlot)
    return {.fault = Fault::InvalidRequest, .slot = slot};
  Lack first;
  for_each_missing(facts, [&](const Lack& lack) {
    first = lack;
    return false;
  });
  return first;
}

void fill(Facts::State& facts, const std::vector<DefaultFact>& defaults) {
  for (const DefaultFact& fact : defaults) {
    if (!facts.slots[fact.slot].absent()) continue;
    facts.slots[fact.slot] = fact.value;
    facts.filled.push_back(fact.slot);  // there is room for all of them
  }
}

}  // namespace

void fill_defaults(Facts::State& facts) noexcept {
  fill(facts, facts.linked->defaults);
  fill(facts, plan_of(facts).defaults);
}

Lack first_lack_but_counters(const Facts::State& facts, Evaluation& found) noexcept {
  if (facts.problem.fault != Fault::None) return {.fault = facts.problem.fault};
  if (!facts.tool_known) return {.fault = Fault::UnknownTool};
  const Lack lack = lack_of_slots(facts);
  if (lack.fault == Fault::None) note_applying(facts, found);
  return lack;
}

Lack first_lack(const Facts::State& facts, Evaluation& found) noexcept {
  Lack first = first_lack_but_counters(facts, found);
  if (first.fault != Fault::None) return first;
  for_each_missing_counter(facts, found, [&](const Lack& lack) {
    first = lack;
    return false;
  });
  if (first.fault != Fault::None) return first;
  // An absent value is stored as 0.
  const Value halted = facts.slots[facts.linked->program.engine_slots().control_halted];
  return {.fault = halted.integer != 0 ? Fault::Halted : Fault::None};
}

std::string place_of(const Facts::State& facts, const Lack& lack) {
  const Linked& linked = *facts.linked;
  const Image& image = linked.program.image();
  if (lack.slot != kNoSlot) return linked.program.layout().path_of(image, facts.tool, lack.slot);
  if (lack.limit != kNoRow) return "limits." + full_name(linked, image.limits[lack.limit].item);
  return facts.problem.path;
}

std::vector<std::string> missing_places(const Facts::State& facts, Evaluation& found) {
  std::vector<std::string> places;
  const auto add = [&](const Lack& lack) {
    places.push_back(place_of(facts, lack));
    return true;
  };
  const Lack lack = first_lack_but_counters(facts, found);
  if (lack.fault == Fault::None) {
    for_each_missing_counter(facts, found, add);
    return places;
  }
  // Of a record that is there in part.
  const std::uint32_t broken = broken_slot(facts);
  if (broken != kNoSlot && facts.slots[broken].absent())
    add(Lack{.fault = Fault::InvalidRequest, .slot = broken});
  for_each_missing(facts, add);
  return places;
}

}  // namespace remit::vm
