#include "vm/approvals.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace remit::vm {

namespace {

template <typename Visit>
void for_each_set(ApprovalMask mask, Visit&& visit) {
  for (; mask != 0; mask &= mask - 1) visit(static_cast<std::size_t>(std::countr_zero(mask)));
}

std::span<const PartyRow> parties_of(const Image& image, const ItemRow& item) {
  return std::span(image.parties).subspan(item.parties.first, item.parties.count);
}

bool asked(std::string_view person, const ApprovalQuestion& question) {
  return person == question.actor || person == question.on_behalf_of ||
         std::ranges::any_of(question.requesters,
                             [=](const Value& requester) { return requester.view() == person; });
}

// The record is about this action and this item, by somebody who may speak for it.
bool concerns(const Image& image, const ItemRow& item, const ApprovalRecord& record,
              const ApprovalQuestion& question) {
  return record.digest == question.digest && record.requirement == item.requirement &&
         record.kind == question.human &&
         std::ranges::any_of(
             parties_of(image, item),
             [&](const PartyRow& party) { return role_of(image, party) == record.role; }) &&
         (record.tenant == question.tenant || record.role_is_platform) &&
         !asked(record.by, question) && record.asked_at_ms <= record.at_ms &&
         record.at_ms <= question.now_ms;
}

// Of what concerns the item: it is still good, and for at most what was approved.
bool counts(const ItemRow& item, const ApprovalRecord& record, const ApprovalQuestion& question) {
  return question.now_ms <= record.asked_at_ms + item.within_ms &&
         question.now_ms <= record.expires_ms && question.cost_micros <= record.cost_micros;
}

ApprovalMask earliest_of_each(std::span<const ApprovalRecord> records, ApprovalMask counting) {
  ApprovalMask used = 0;
  for_each_set(counting, [&](std::size_t i) {
    bool first = true;
    for_each_set(counting, [&](std::size_t other) {
      const auto key = [&](std::size_t at) { return std::tie(records[at].at_ms, records[at].id); };
      first = first && !(records[other].by == records[i].by && key(other) < key(i));
    });
    if (first) used |= ApprovalMask{1} << i;
  });
  return used;
}

}  // namespace

WaitAnswer judge_wait(const Image& image, const ItemRow& item,
                      std::span<const ApprovalRecord> records, const ApprovalQuestion& question) {
  ApprovalMask counting = 0;
  WaitAnswer answer;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!concerns(image, item, records[i], question)) continue;
    if (!records[i].granted)
      answer.state = WaitState::Refused;
    else if (counts(item, records[i], question))
      counting |= ApprovalMask{1} << i;
  }
  answer.used = earliest_of_each(records, counting);
  // A refusal wins over any grant.
  if (answer.state == WaitState::Refused) return answer;
  const bool released = std::ranges::all_of(parties_of(image, item), [&](const PartyRow& party) {
    return people(records, answer.used, role_of(image, party)) >=
           static_cast<std::int64_t>(party.need);
  });
  if (released) answer.state = WaitState::Released;
  return answer;
}

std::int64_t people(std::span<const ApprovalRecord> records, ApprovalMask used,
                    std::uint32_t role) {
  std::int64_t count = 0;
  for_each_set(used, [&](std::size_t i) {
    if (role != kNoRow && records[i].role != role) return;
    bool seen = false;
    for_each_set(used & ((ApprovalMask{1} << i) - 1), [&](std::size_t before) {
      seen = seen || (records[before].by == records[i].by &&
                      (role == kNoRow || records[before].role == role));
    });
    if (!seen) ++count;
  });
  return count;
}

std::vector<std::string_view> people_of(std::span<const ApprovalRecord> records, ApprovalMask used,
                                        std::uint32_t role) {
  std::vector<std::string_view> names;
  for_each_set(used, [&](std::size_t i) {
    if (records[i].role == role && std::ranges::find(names, records[i].by) == names.end())
      names.push_back(records[i].by);
  });
  return names;
}

}  // namespace remit::vm
