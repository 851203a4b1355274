#include "vm/verdict.h"

#include <algorithm>
#include <bit>

namespace remit::vm {

namespace {

const ItemRow& row(const Image& image, ItemId item) {
  return image.items[static_cast<std::size_t>(item)];
}

bool is_wait(const ItemRow& item) {
  return item.verdict == VerdictClass::Queue || item.verdict == VerdictClass::Escalate;
}

Verdict verdict_of(VerdictClass strictest) {
  switch (strictest) {
    case VerdictClass::None:
    case VerdictClass::Permit: return Verdict::Permit;
    case VerdictClass::Queue: return Verdict::Queue;
    case VerdictClass::Escalate: return Verdict::Escalate;
    case VerdictClass::Deny: return Verdict::Deny;
  }
  return Verdict::Deny;
}

// A rule grants, at once or after people agreed; a guard never does.
bool grants(const ItemRow& item) { return item.kind == ItemKind::Rule; }

template <typename Visit>
void for_each_live(const ToolPlan& plan, ConstBits matched, ConstBits lifted, Visit&& visit) {
  for (std::size_t word = 0; word < matched.size(); ++word) {
    for (std::uint64_t live = matched[word] & ~lifted[word]; live != 0; live &= live - 1) {
      visit(plan.items[word * 64 + static_cast<std::size_t>(std::countr_zero(live))]);
    }
  }
}

}  // namespace

Outcome decide_verdict(const Image& image, const ToolPlan& plan, ConstBits matched, Bits lifted,
                       const WaitClock& clock) {
  std::ranges::fill(lifted, 0);
  for (const auto& [rule, target] : plan.lifts) {
    if (bit(matched, rule)) set_bit(lifted, target);
  }
  std::uint32_t granted = 0;
  VerdictClass strictest = VerdictClass::None;
  bool expired = false;
  VerdictClass open = VerdictClass::None;
  for_each_live(plan, matched, lifted, [&](ItemId id) {
    const ItemRow& item = row(image, id);
    if (grants(item))
      granted |=
          1U << static_cast<unsigned>(image.policies[static_cast<std::size_t>(item.policy)].layer);
    strictest = std::max(strictest, item.verdict);
    if (!is_wait(item)) return;
    if (clock.expired(item))
      expired = true;
    else
      open = std::max(open, item.verdict);
  });
  Outcome outcome;
  for (std::size_t layer = 0; layer < image.layers.size(); ++layer) {
    const bool needs = image.layers[layer].guards_only == 0;
    if (needs && (granted >> layer & 1) == 0) outcome.ungranted_layers |= 1U << layer;
  }
  const Verdict first = outcome.ungranted_layers != 0 ? Verdict::Deny : verdict_of(strictest);
  outcome.verdict = first;
  if (first == Verdict::Permit || first == Verdict::Deny) return outcome;
  outcome.verdict = expired ? Verdict::Deny : verdict_of(open);
  if (expired) outcome.fault = Fault::Expired;
  return outcome;
}

std::vector<ItemId> deciding_items(const Image& image, const ToolPlan& plan, ConstBits matched,
                                   ConstBits lifted, const WaitClock& clock,
                                   const Outcome& outcome) {
  std::vector<ItemId> items;
  for_each_live(plan, matched, lifted, [&](ItemId id) {
    const ItemRow& item = row(image, id);
    bool decides = false;
    if (outcome.fault == Fault::Expired)
      decides = is_wait(item) && clock.expired(item);
    else if (outcome.verdict == Verdict::Permit)
      decides = item.verdict == VerdictClass::Permit;
    else
      decides = item.verdict != VerdictClass::None && verdict_of(item.verdict) == outcome.verdict &&
                item.verdict != VerdictClass::Permit;
    if (decides) items.push_back(id);
  });
  return items;
}

std::vector<ItemId> open_waits(const Image& image, const ToolPlan& plan, ConstBits matched,
                               ConstBits lifted, const WaitClock& clock) {
  std::vector<ItemId> items;
  for_each_live(plan, matched, lifted, [&](ItemId id) {
    if (is_wait(row(image, id)) && !clock.expired(row(image, id))) items.push_back(id);
  });
  return items;
}

Duties join_duties(const Image& image, std::span<const ItemId> items, bool only_log_and_notify) {
  Duties duties;
  for (const ItemId id : items) {
    const Range range = row(image, id).duties;
    for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
      const DutyRow& duty = image.duties[i];
      switch (duty.kind) {
        case DutyKind::Log: duties.log = std::max(duties.log, duty.value); break;
        case DutyKind::Notify:
          duties.notify.push_back(static_cast<std::uint32_t>(duty.value));
          break;
        case DutyKind::Redact: duties.redact.push_back(duty.name); break;
        case DutyKind::DryRun: duties.dry_run = true; break;
        case DutyKind::Snapshot: duties.snapshot = true; break;
        case DutyKind::StepUp: duties.step_up = true; break;
        case DutyKind::Delay: duties.delay_ms = std::max(duties.delay_ms, duty.value); break;
      }
    }
  }
  if (only_log_and_notify) {
    Duties kept;
    kept.log = duties.log;
    kept.notify = std::move(duties.notify);
    return kept;
  }
  return duties;
}

}  // namespace remit::vm
