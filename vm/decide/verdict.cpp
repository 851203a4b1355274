#include "vm/decide/verdict.h"

#include <algorithm>

namespace remit::vm {

namespace {

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

// A rule or a row grants, at once or after people agreed; nothing else ever does.
bool grants(const ItemRow& item) {
  return may_grant(item.kind) && (item.verdict == VerdictClass::Permit || is_wait(item));
}

// Of what a rule lifts, that which concerns the tool.
void lift(const Findings& findings, RangeOf<ItemId> overrides) {
  const std::vector<ItemId>& items = findings.plan->items;
  for (std::uint32_t i = overrides.first; i < overrides.end(); ++i) {
    const ItemId target = findings.image->overridden[i];
    const auto at = std::ranges::lower_bound(items, target);
    if (at != items.end() && *at == target)
      set_bit(findings.lifted, static_cast<std::size_t>(at - items.begin()));
  }
}

void add(const Image& image, const ItemRow& item, JoinedDuties& duties) {
  for (const DutyRow& duty : image.rows(item.duties)) {
    switch (duty.kind) {
      case DutyKind::Log: duties.log = std::max(duties.log, duty.value); break;
      case DutyKind::Notify: duties.notify.push_back(static_cast<std::uint32_t>(duty.value)); break;
      case DutyKind::Redact: duties.redact.push_back(duty.name); break;
      case DutyKind::DryRun: duties.dry_run = true; break;
      case DutyKind::Snapshot: duties.snapshot = true; break;
      case DutyKind::StepUp: duties.step_up = true; break;
      case DutyKind::Delay: duties.delay_ms = std::max(duties.delay_ms, duty.value); break;
    }
  }
}

}  // namespace

Outcome first_verdict(const Findings& findings) {
  const Image& image = *findings.image;
  std::ranges::fill(findings.lifted, 0);
  for (const std::uint32_t rule : findings.plan->lifting) {
    if (bit(findings.matched, rule)) lift(findings, findings.item(rule).overrides);
  }
  std::uint32_t granted = 0;
  VerdictClass strictest = VerdictClass::None;
  for_each_live(findings, [&](std::size_t position) {
    const ItemRow& item = findings.item(position);
    const auto layer = static_cast<unsigned>(image[item.policy].layer);
    if (grants(item)) granted |= 1U << layer;
    strictest = std::max(strictest, item.verdict);
  });
  Outcome outcome;
  for (std::size_t layer = 0; layer < image.layers.size(); ++layer) {
    const bool needs = image.layers[layer].guards_only == 0;
    if (needs && (granted >> layer & 1) == 0) outcome.ungranted_layers |= 1U << layer;
  }
  outcome.verdict = outcome.ungranted_layers != 0 ? Verdict::Deny : verdict_of(strictest);
  return outcome;
}

Outcome waited_verdict(const Findings& findings) {
  bool refused = false, expired = false;
  VerdictClass open = VerdictClass::None;
  for_each_live(findings, [&](std::size_t position) {
    const ItemRow& item = findings.item(position);
    if (!is_wait(item)) return;
    refused = refused || bit(findings.refused, position);
    expired = expired || findings.expired(position);
    if (findings.open(position)) open = std::max(open, item.verdict);
  });
  Outcome outcome;
  if (refused) {
    outcome.ground = Ground::Refused;
  } else if (expired) {
    outcome.ground = Ground::Expired;
    outcome.fault = Fault::Expired;
  } else {
    outcome.verdict = verdict_of(open);
    outcome.ground = open == VerdictClass::None ? Ground::Released : Ground::Waiting;
  }
  return outcome;
}

Outcome asserted_verdict(const Findings& findings, const Outcome& before) {
  const bool violated = std::ranges::any_of(findings.plan->asserts, [&](std::uint32_t position) {
    return bit(findings.matched, position) &&
           before.verdict <= verdict_of(findings.item(position).verdict);
  });
  if (!violated) return before;
  Outcome outcome;
  outcome.fault = Fault::Assert;
  outcome.ground = Ground::Asserted;
  outcome.forbidden = before.verdict;
  return outcome;
}

bool decides(const Findings& findings, const Outcome& outcome, std::size_t position) {
  const ItemRow& item = findings.item(position);
  // On any ground but Asserted, `forbidden` is Deny, which no assert names.
  if (item.kind == ItemKind::Assert) return outcome.forbidden <= verdict_of(item.verdict);
  switch (outcome.ground) {
    case Ground::Items:
      return item.verdict != VerdictClass::None && verdict_of(item.verdict) == outcome.verdict;
    case Ground::Refused: return bit(findings.refused, position);
    case Ground::Expired: return is_wait(item) && findings.expired(position);
    case Ground::Waiting:
      return findings.open(position) && verdict_of(item.verdict) == outcome.verdict;
    case Ground::Released: return is_wait(item) || item.verdict == VerdictClass::Permit;
    case Ground::Asserted: return false;
  }
  return false;
}

JoinedDuties joined_duties(const Findings& findings, const Outcome& outcome) {
  JoinedDuties duties;
  if (outcome.verdict != Verdict::Deny) {
    for_each_live(findings, [&](std::size_t position) {
      add(*findings.image, findings.item(position), duties);
    });
    return duties;
  }
  JoinedDuties of_denial;
  for_each_deciding(findings, outcome, [&](std::size_t position) {
    add(*findings.image, findings.item(position), of_denial);
  });
  duties.log = of_denial.log;
  duties.notify = std::move(of_denial.notify);
  return duties;
}

}  // namespace remit::vm
