#include "vm/decide/decide.h"

#include <algorithm>

#include "vm/decide/complete.h"
#include "vm/decide/digest.h"

namespace remit::vm {

namespace {

const ToolPlan& plan_of(const Facts::State& facts) { return facts.linked->plan_of(facts.tool); }

bool policy_applies(const Facts::State& facts, const Evaluation& found, PolicyId policy) {
  const std::vector<PolicyGroup>& groups = plan_of(facts).groups;
  const auto group = std::ranges::lower_bound(groups, policy, {}, &PolicyGroup::policy);
  return bit(found.applying, static_cast<std::size_t>(group - groups.begin()));
}

class Conditions {
 public:
  Conditions(const Facts::State& facts, Evaluation& found)
      : facts_(facts),
        found_(found),
        linked_(*facts.linked),
        image_(linked_.program.image()),
        plan_(plan_of(facts)),
        view_(view_of(facts, found.used)) {}

  // Every item but the asserts, which are asked once there is a verdict.
  void match() noexcept {
    const Value now = view_.slots[linked_.program.engine_slots().clock_now];
    std::size_t limit = 0;
    for (std::size_t g = 0; g < plan_.groups.size(); ++g) {
      const PolicyGroup& group = plan_.groups[g];
      if (!bit(found_.applying, g)) {
        limit += group.limits;
        continue;
      }
      for (std::uint32_t i = group.items.first; i < group.items.end(); ++i) {
        const ItemRow& item = row(i);
        if (item.kind == ItemKind::Limit) {
          if (exceeds(item, limit)) set_bit(found_.matched, i);
          ++limit;
        } else if (item.kind == ItemKind::Assert) {
          continue;
        } else if (is_row(item.kind)) {
          const TableRow& table = image_.table_of(item);
          match_rows(item.detail, i);
          i += table.items.count - 1;
        } else if (now.integer < item.expires_ms) {
          if (conditions_hold(item.when, item.unless)) set_bit(found_.matched, i);
        }
      }
    }
  }

  void match_asserts() noexcept {
    for (const std::uint32_t position : plan_.asserts) {
      const ItemRow& item = row(position);
      if (policy_applies(facts_, found_, item.policy) && conditions_hold(item.when, item.unless))
        set_bit(found_.matched, position);
    }
  }

 private:
  [[nodiscard]] const ItemRow& row(std::uint32_t position) const {
    return image_[plan_.items[position]];
  }
  bool holds(CodeRange code, bool otherwise) noexcept {
    return code.count == 0 ? otherwise : vm::holds(linked_, code, view_, found_.workspace);
  }
  bool conditions_hold(CodeRange when, CodeRange unless) noexcept {
    return holds(when, true) && !holds(unless, false);
  }

  bool exceeds(const ItemRow& item, std::size_t limit) noexcept {
    return conditions_hold(item.when, item.unless) && limit_use(facts_, found_, limit).exceeded();
  }

  void match_rows(std::uint32_t number, std::uint32_t first) noexcept {
    const TableRow& table = image_.tables[number];
    if (!conditions_hold(table.when, table.unless)) return;
    Wide values[limits::kTableInputsMax];
    for (std::uint32_t i = 0; i < table.inputs.count; ++i)
      values[i] = value_of_input(linked_, table, i, view_, found_.workspace);
    for_each_row(image_, table, linked_.tables[number], {values, table.inputs.count},
                 [&](std::uint32_t row) { set_bit(found_.matched, first + row); });
  }

  const Facts::State& facts_;
  Evaluation& found_;
  const Linked& linked_;
  const Image& image_;
  const ToolPlan& plan_;
  const FactsView view_;
};

std::optional<std::int64_t> number_in(std::span<const Value> slots, std::uint32_t slot) {
  const Value value = slots[slot];
  return value.absent() ? std::nullopt : std::optional(value.integer);
}

// What became of the live waits.
void judge_waits(const Facts::State& facts, Evaluation& found, const Findings& findings) {
  if (facts.approvals.empty()) return;
  const Approvals approvals = approvals_of(facts);
  found.start_ms = approvals.start_ms;
  for_each_live(findings, [&](std::size_t position) {
    const ItemRow& item = findings.item(position);
    if (!is_wait(item)) return;
    const WaitAnswer answer = judge_wait(*findings.image, item, approvals);
    found.used |= answer.used;
    if (answer.state == WaitAnswer::State::Released) set_bit(found.released, position);
    if (answer.state == WaitAnswer::State::Refused) set_bit(found.refused, position);
  });
}

// `approved` reads which grants are used.
void ask_asserts(const Facts::State& facts, Evaluation& found, const Findings& findings) noexcept {
  if (findings.plan->asserts.empty()) return;
  Conditions(facts, found).match_asserts();
  found.outcome = asserted_verdict(findings, found.outcome);
}

}  // namespace

bool was_evaluated(const Decision& decision) {
  return decision.fault() == Fault::None || decision.fault() == Fault::Expired ||
         decision.fault() == Fault::Assert;
}

void note_applying(const Facts::State& facts, Evaluation& found) noexcept {
  const Linked& linked = *facts.linked;
  const FactsView view = view_of(facts, 0);
  const std::vector<PolicyGroup>& groups = plan_of(facts).groups;
  std::ranges::fill(found.applying, 0);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const CodeRange code = linked.program.image()[groups[i].policy].applies;
    if (code.count == 0 || holds(linked, code, view, found.workspace)) set_bit(found.applying, i);
  }
}

bool limit_applies(const Facts::State& facts, Evaluation& found, const LimitRow& limit) noexcept {
  const Linked& linked = *facts.linked;
  const ItemRow& item = linked.program.image()[limit.item];
  const FactsView view = view_of(facts, found.used);
  const auto is = [&](CodeRange code, bool otherwise) {
    return code.count == 0 ? otherwise : holds(linked, code, view, found.workspace);
  };
  return policy_applies(facts, found, item.policy) && is(item.when, true) &&
         !is(item.unless, false);
}

LimitUse limit_use(const Facts::State& facts, Evaluation& found, std::size_t index) noexcept {
  const Linked& linked = *facts.linked;
  const ToolPlan& plan = plan_of(facts);
  const LimitRow& row = linked.program.image().limits[plan.limits[index]];
  const FactsView view = view_of(facts, found.used);
  const auto amount = [&](CodeRange code) {
    return code.count == 0 ? Wide{1}
                           : evaluate(linked, code, code.first, view, found.workspace).wide;
  };
  LimitUse use;
  use.used = facts.counters[index].absent() ? 0 : facts.counters[index].integer;
  use.amount = amount(row.amount);
  use.maximum = amount(row.maximum);
  return use;
}

ActionAtHand action_at_hand(const Linked& linked, std::span<const Value> slots) {
  const EngineSlots& at = linked.program.engine_slots();
  const auto text = [&](std::uint32_t slot) {
    const Value& value = slots[slot];
    return value.absent() ? std::string_view() : value.view();
  };
  const auto people = [&](std::uint32_t slot) -> std::span<const Value> {
    const Value& value = slots[slot];
    return value.absent() ? std::span<const Value>() : std::span(value.elements, value.size);
  };
  ActionAtHand action;
  action.chain = {text(at.actor_id), text(at.actor_on_behalf_of_id), people(at.actor_requesters)};
  action.owners = people(at.target_owners);
  action.tenant = text(at.tenant_id);
  action.now_ms = slots[at.clock_now].integer;
  action.cost_micros = slots[at.spend_cost].integer;
  action.first_asked_ms = number_in(slots, at.call_first_asked);
  action.human = linked.human;
  return action;
}

Approvals approvals_of(const Facts::State& facts) {
  ActionAtHand action = action_at_hand(*facts.linked, facts.slots);
  action.digest = action_digest(facts);
  return approvals_of(facts.approvals, action);
}

Findings findings_of(const Facts::State& facts, Evaluation& found) {
  const EngineSlots& slots = facts.linked->program.engine_slots();
  Findings findings;
  findings.image = &facts.linked->program.image();
  findings.plan = &plan_of(facts);
  findings.matched = found.matched;
  findings.lifted = found.lifted;
  findings.released = found.released;
  findings.refused = found.refused;
  findings.clock = {number_in(facts.slots, slots.clock_now).value_or(0), found.start_ms};
  return findings;
}

void evaluate_facts(const Facts::State& facts, Evaluation& found) noexcept {
  for (auto* bits : {&found.matched, &found.released, &found.refused}) std::ranges::fill(*bits, 0);
  found.used = 0;
  found.start_ms = number_in(facts.slots, facts.linked->program.engine_slots().call_first_asked);
  Conditions(facts, found).match();
  Findings findings = findings_of(facts, found);
  found.outcome = first_verdict(findings);
  if (found.outcome.waits()) {
    judge_waits(facts, found, findings);
    findings = findings_of(facts, found);
    found.outcome = waited_verdict(findings);
  }
  if (found.outcome.verdict != Verdict::Deny) ask_asserts(facts, found, findings);
}

void release(const Facts::State& facts, Evaluation& found) noexcept {
  const Findings findings = findings_of(facts, found);
  for (const std::uint32_t position : findings.plan->asserts) clear_bit(found.matched, position);
  found.outcome = {};
  found.outcome.verdict = Verdict::Permit;
  found.outcome.ground = Ground::Released;
  ask_asserts(facts, found, findings);
}

Decision decide(const Linked& linked, Fault off, Facts::State& facts) noexcept {
  const auto deny = [&](Fault fault) { return DecisionAccess::deny(linked, &facts, fault); };
  if (off != Fault::None) return DecisionAccess::switched_off(linked, &facts, off);
  // Facts made for another load have slots that mean something else.
  if (facts.linked.get() != &linked) return deny(Fault::NoBundle);
  Evaluation& found = *facts.scratch;
  found.workspace.no_memory = false;
  if (facts.is_readable()) fill_defaults(facts);
  const Fault fault = first_lack(facts, found).fault;
  if (fault == Fault::None) evaluate_facts(facts, found);
  if (found.workspace.no_memory) return deny(Fault::Internal);
  if (fault != Fault::None) return deny(fault);
  Decision decision =
      DecisionAccess::make(linked, &facts, found.outcome.verdict, found.outcome.fault);
  const ToolPlan& plan = plan_of(facts);
  for_each_bit(found.matched, [&](std::size_t position) {
    DecisionAccess::add_match(decision, plan.items[position]);
  });
  return decision;
}

Evaluation evaluate_again(const Facts::State& facts) {
  Evaluation found;
  found.fit(plan_of(facts));
  note_applying(facts, found);
  evaluate_facts(facts, found);
  found.workspace.require_memory();
  return found;
}

}  // namespace remit::vm
