#include "vm/decide/decide.h"

#include <algorithm>

#include "vm/decide/bind.h"
#include "vm/decide/digest.h"
#include "vm/decide/names.h"

namespace remit::vm {

namespace {

const ToolPlan& plan_of(const Facts::State& facts) { return facts.linked->plan_of(facts.tool); }

// ---- what must be there

// Required arguments first, then host facts; each in decoding order.
Fault missing_fact(Facts::State& facts) {
  const Linked& linked = *facts.linked;
  const Image& image = linked.program.image();
  const auto path = [&](std::uint32_t slot) {
    facts.place([&] { return linked.program.layout().path_of(image, facts.tool, slot); });
  };
  const RangeOf<FieldRow> args = image[facts.tool].args;
  // An absent body is not an empty one, but a host that binds slots has no body.
  for (const FieldRow& field : image.rows(args)) {
    if (field.optional == 0 && facts.slots[field.slot].absent())
      return path(field.slot), Fault::InvalidRequest;
  }
  for (const std::uint32_t slot : plan_of(facts).required) {
    if (facts.slots[slot].absent()) return path(slot), Fault::MissingFact;
  }
  return Fault::None;
}

// A record that is there is whole, and of one that is not there nothing is.
Fault incomplete_record(Facts::State& facts) {
  const Linked& linked = *facts.linked;
  const Layout& layout = linked.program.layout();
  const auto broken = [&](std::uint32_t slot, const SlotInfo& info) {
    if (info.parent == kNoSlot) return false;
    const bool there = !facts.slots[slot].absent(), around = !facts.slots[info.parent].absent();
    if (there == around || (info.optional && around)) return false;
    facts.place([&] { return layout.path_of(linked.program.image(), facts.tool, slot); });
    return true;
  };
  for (std::uint32_t slot = kFirstHostSlot; slot < layout.host.size(); ++slot) {
    if (broken(slot, layout.host[slot])) return Fault::InvalidRequest;
  }
  const RangeOf<Argument> arguments = layout.arguments_of[static_cast<std::size_t>(facts.tool)];
  for (std::uint32_t i = arguments.first; i < arguments.end(); ++i) {
    const Argument& argument = layout.arguments[i];
    const std::uint32_t width = layout.fields[argument.field].width;
    for (std::uint32_t slot = argument.slot + 1; slot < argument.slot + width; ++slot) {
      if (broken(slot, *layout.find(facts.tool, slot))) return Fault::InvalidRequest;
    }
  }
  return Fault::None;
}

// Asked once for each policy, however many limits and asserts it has: so it is counted.
void note_applying(Facts::State& facts) noexcept {
  const Linked& linked = *facts.linked;
  const FactsView view = view_of(facts);
  const std::vector<PolicyGroup>& groups = plan_of(facts).groups;
  std::ranges::fill(facts.applying, 0);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const CodeRange code = linked.program.image()[groups[i].policy].applies;
    if (code.count == 0 || holds(linked, code, view, *facts.workspace)) set_bit(facts.applying, i);
  }
}

bool policy_applies(const Facts::State& facts, PolicyId policy) {
  const std::vector<PolicyGroup>& groups = plan_of(facts).groups;
  const auto group = std::ranges::lower_bound(groups, policy, {}, &PolicyGroup::policy);
  return bit(facts.applying, static_cast<std::size_t>(group - groups.begin()));
}

// The counter of every limit that applies.
Fault missing_counter(Facts::State& facts) {
  const auto& limits = plan_of(facts).limits;
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const LimitRow& limit = facts.linked->program.image().limits[limits[i]];
    if (!facts.counters[i].absent() || !limit_applies(facts, limit)) continue;
    facts.place([&] { return "limits." + full_name(*facts.linked, limit.item); });
    return Fault::MissingFact;
  }
  return Fault::None;
}

Fault halted(const Facts::State& facts) {
  // An absent value is stored as 0.
  const Value halted = facts.slots[facts.linked->program.engine_slots().control_halted];
  return halted.integer != 0 ? Fault::Halted : Fault::None;
}

// Everything that comes before counters.
Fault check_slots(Facts::State& facts) {
  if (facts.problem.fault != Fault::None) {
    facts.place([&] { return facts.problem.path; });
    return facts.problem.fault;
  }
  if (!facts.tool_known) return Fault::UnknownTool;
  fill_defaults(facts);
  if (const Fault fault = incomplete_record(facts); fault != Fault::None) return fault;
  if (const Fault fault = missing_fact(facts); fault != Fault::None) return fault;
  note_applying(facts);
  return Fault::None;
}

// ---- conditions

class Conditions {
 public:
  explicit Conditions(Facts::State& facts)
      : facts_(facts),
        linked_(*facts.linked),
        image_(linked_.program.image()),
        plan_(plan_of(facts)),
        view_(view_of(facts)) {}

  // Every item but the asserts, which are asked once there is a verdict.
  void match() noexcept {
    const Value now = view_.slots[linked_.program.engine_slots().clock_now];
    std::size_t limit = 0;
    for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
      const PolicyGroup& group = plan_.groups[g];
      const bool applies = bit(facts_.applying, g);
      for (std::uint32_t i = group.items.first; i < group.items.end(); ++i) {
        const ItemRow& item = row(i);
        if (item.kind == ItemKind::Limit) {
          if (applies && exceeds(item, limit)) set_bit(facts_.matched, i);
          ++limit;
        } else if (!applies || item.kind == ItemKind::Assert) {
          continue;
        } else if (is_row(item.kind)) {
          const TableRow& table = image_.table_of(item);
          match_rows(item.detail, i);
          i += table.items.count - 1;
        } else if (now.integer < item.expires_ms) {
          if (conditions_hold(item.when, item.unless)) set_bit(facts_.matched, i);
        }
      }
    }
  }

  void match_asserts() noexcept {
    for (const std::uint32_t position : plan_.asserts) {
      const ItemRow& item = row(position);
      if (policy_applies(facts_, item.policy) && conditions_hold(item.when, item.unless))
        set_bit(facts_.matched, position);
    }
  }

 private:
  [[nodiscard]] const ItemRow& row(std::uint32_t position) const {
    return image_[plan_.items[position]];
  }
  bool holds(CodeRange code, bool otherwise) noexcept {
    return code.count == 0 ? otherwise : vm::holds(linked_, code, view_, *facts_.workspace);
  }
  bool conditions_hold(CodeRange when, CodeRange unless) noexcept {
    return holds(when, true) && !holds(unless, false);
  }

  bool exceeds(const ItemRow& item, std::size_t limit) noexcept {
    return conditions_hold(item.when, item.unless) && limit_use(facts_, limit).exceeded();
  }

  void match_rows(std::uint32_t number, std::uint32_t first) noexcept {
    const TableRow& table = image_.tables[number];
    if (!conditions_hold(table.when, table.unless)) return;
    Wide values[limits::kTableInputsMax];
    for (std::uint32_t i = 0; i < table.inputs.count; ++i)
      values[i] = value_of_input(linked_, table, i, view_, *facts_.workspace);
    for_each_row(image_, table, linked_.tables[number], {values, table.inputs.count},
                 [&](std::uint32_t row) { set_bit(facts_.matched, first + row); });
  }

  Facts::State& facts_;
  const Linked& linked_;
  const Image& image_;
  const ToolPlan& plan_;
  const FactsView view_;
};

std::optional<std::int64_t> number_in(const Facts::State& facts, std::uint32_t slot) {
  const Value value = facts.slots[slot];
  return value.absent() ? std::nullopt : std::optional(value.integer);
}

// What became of the live waits.
void judge_waits(Facts::State& facts, const Findings& findings) {
  if (facts.approvals.empty()) return;
  const Approvals approvals = approvals_of(facts);
  facts.start_ms = approvals.start_ms;
  for_each_live(findings, [&](std::size_t position) {
    const ItemRow& item = findings.item(position);
    if (!is_wait(item)) return;
    const WaitAnswer answer = judge_wait(*findings.image, item, approvals);
    facts.used |= answer.used;
    if (answer.state == WaitState::Released) set_bit(facts.released, position);
    if (answer.state == WaitState::Refused) set_bit(facts.refused, position);
  });
}

WaitClock wait_clock(const Facts::State& facts) {
  const EngineSlots& slots = facts.linked->program.engine_slots();
  return {number_in(facts, slots.clock_now).value_or(0), facts.start_ms};
}

}  // namespace

Fault check_facts(Facts::State& facts) {
  if (const Fault fault = check_slots(facts); fault != Fault::None) return fault;
  if (const Fault fault = missing_counter(facts); fault != Fault::None) return fault;
  return halted(facts);
}

Fault check_facts_but_counters(Facts::State& facts) { return check_slots(facts); }

bool limit_applies(const Facts::State& facts, const LimitRow& limit) noexcept {
  const Linked& linked = *facts.linked;
  const ItemRow& item = linked.program.image()[limit.item];
  const FactsView view = view_of(facts);
  const auto is = [&](CodeRange code, bool otherwise) {
    return code.count == 0 ? otherwise : holds(linked, code, view, *facts.workspace);
  };
  return policy_applies(facts, item.policy) && is(item.when, true) && !is(item.unless, false);
}

LimitUse limit_use(const Facts::State& facts, std::size_t index) noexcept {
  const Linked& linked = *facts.linked;
  const ToolPlan& plan = plan_of(facts);
  const LimitRow& row = linked.program.image().limits[plan.limits[index]];
  const FactsView view = view_of(facts);
  const auto amount = [&](CodeRange code) {
    return code.count == 0 ? Wide{1}
                           : evaluate(linked, code, code.first, view, *facts.workspace).wide;
  };
  LimitUse use;
  use.used = facts.counters[index].absent() ? 0 : facts.counters[index].integer;
  use.amount = amount(row.amount);
  use.maximum = amount(row.maximum);
  return use;
}

Approvals approvals_of(const Facts::State& facts) {
  const EngineSlots& slots = facts.linked->program.engine_slots();
  const auto text = [&](std::uint32_t slot) {
    const Value& value = facts.slots[slot];
    return value.absent() ? std::string_view() : value.view();
  };
  ActionAtHand action;
  action.digest = action_digest(facts);
  action.chain = {text(slots.actor_id), text(slots.actor_on_behalf_of_id), {}};
  if (const Value& requesters = facts.slots[slots.actor_requesters]; !requesters.absent())
    action.chain.requesters = {requesters.elements, requesters.size};
  action.tenant = text(slots.tenant_id);
  action.now_ms = facts.slots[slots.clock_now].integer;
  action.cost_micros = facts.slots[slots.spend_cost].integer;
  action.first_asked_ms = number_in(facts, slots.call_first_asked);
  action.human = facts.linked->human;
  return approvals_of(facts.approvals, action);
}

Findings findings_of(Facts::State& facts) {
  Findings findings;
  findings.image = &facts.linked->program.image();
  findings.plan = &plan_of(facts);
  findings.matched = facts.matched;
  findings.lifted = facts.lifted;
  findings.released = facts.released;
  findings.refused = facts.refused;
  findings.clock = wait_clock(facts);
  return findings;
}

Outcome decide_facts(Facts::State& facts) noexcept {
  for (auto* bits : {&facts.matched, &facts.released, &facts.refused}) std::ranges::fill(*bits, 0);
  facts.used = 0;
  facts.start_ms = number_in(facts, facts.linked->program.engine_slots().call_first_asked);
  Conditions(facts).match();
  Findings findings = findings_of(facts);
  Outcome outcome = first_verdict(findings);
  if (outcome.waits()) {
    judge_waits(facts, findings);
    findings.clock = wait_clock(facts);
    outcome = waited_verdict(findings);
  }
  if (outcome.verdict == Verdict::Deny || findings.plan->asserts.empty()) return outcome;
  // `approved` reads what judging the waits found out.
  Conditions(facts).match_asserts();
  return asserted_verdict(findings, outcome);
}

Decision decide(const Linked& linked, Fault off, Facts::State& facts) noexcept {
  const auto deny = [&](Fault fault) { return DecisionAccess::deny(linked, &facts, fault); };
  facts.path.clear();
  facts.outcome.reset();
  if (off != Fault::None) return DecisionAccess::switched_off(linked, &facts, off);
  // Facts made for another load have slots that mean something else.
  if (facts.linked.get() != &linked) return deny(Fault::NoBundle);
  facts.workspace->no_memory = false;
  const Fault fault = check_facts(facts);
  const Outcome outcome = fault == Fault::None ? decide_facts(facts) : Outcome();
  if (facts.workspace->no_memory) return deny(Fault::Internal);
  if (fault != Fault::None) return deny(fault);
  facts.outcome = outcome;
  Decision decision = DecisionAccess::make(linked, &facts, outcome.verdict, outcome.fault);
  const ToolPlan& plan = plan_of(facts);
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    if (bit(facts.matched, i)) DecisionAccess::add_match(decision, plan.items[i]);
  }
  return decision;
}

Outcome decide_again(Facts::State& facts) {
  facts.workspace->no_memory = false;
  note_applying(facts);
  const Outcome outcome = decide_facts(facts);
  facts.workspace->require_memory();
  return outcome;
}

}  // namespace remit::vm
