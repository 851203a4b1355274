#include "examples/gateway/record.h"

#include <algorithm>

namespace gateway {

std::string reason_of(const remit::Answer& answer) {
  if (answer.fault == remit::Fault::None) return answer.by.empty() ? "" : answer.by.front();
  const std::string fault(remit::code(answer.fault));
  return answer.at.empty() ? fault : fault + " at " + answer.at;
}

std::string advise_of(const remit::Answer& answer) {
  const auto first = std::ranges::find(answer.messages, reason_of(answer), &remit::Message::item);
  return first == answer.messages.end() ? std::string() : first->advise.value_or("");
}

std::vector<Wait> waits_of(const remit::Answer& answer) {
  std::vector<Wait> waits;
  for (const remit::Wait& wait : answer.waits) {
    const auto said = std::ranges::find(answer.messages, wait.item, &remit::Message::item);
    waits.push_back({.item = wait.item,
                     .verdict = std::string(remit::name(wait.verdict)),
                     .digest = answer.digest,
                     .requirement = wait.requirement,
                     .parties = wait.parties,
                     .because = said == answer.messages.end() ? "" : said->because.value_or(""),
                     .within_ms = wait.within_ms});
  }
  return waits;
}

std::string reason_of(const Reserved& reserved) {
  switch (reserved.outcome) {
    case ReserveOutcome::Reserved: return "gateway.reserved";
    case ReserveOutcome::LimitPassed: return "gateway.limit_passed " + reserved.what;
    case ReserveOutcome::ApprovalUsed: return "gateway.approval_used " + reserved.what;
    case ReserveOutcome::OtherTerms: return "gateway.in_progress";
    case ReserveOutcome::AlreadyBegan: return "gateway.already_began";
  }
  return "gateway.not_reserved";
}

std::string reason_of(const Begun& begun) {
  switch (begun.outcome) {
    case BeginOutcome::Began: return "gateway.began";
    case BeginOutcome::LeasePassed: return "gateway.lease_passed";
    case BeginOutcome::NotReserved: return "gateway.not_reserved";
    case BeginOutcome::AlreadyBegan: return "gateway.already_began";
    case BeginOutcome::Refused: return "gateway.refused";
    case BeginOutcome::Expired: return "gateway.expired";
  }
  return "gateway.not_reserved";
}

remit::Approval approval_of(const Answer& answer) {
  return {.id = answer.id,
          .by = answer.by,
          .kind = "human",
          .tenant = answer.tenant,
          .role = answer.role,
          .granted = answer.granted,
          .digest = answer.digest,
          .requirement = answer.requirement,
          .cost_micros = answer.cost_micros,
          .asked_at_ms = answer.asked_at_ms,
          .at_ms = answer.at_ms,
          .expires_ms = answer.expires_ms};
}

}  // namespace gateway
