#include "vm/approvals.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include <remit/limits.h>

namespace remit::vm {

namespace {

template <typename Visit>
void for_each_set(ApprovalMask mask, Visit&& visit) {
  for (; mask != 0; mask &= mask - 1) visit(static_cast<std::size_t>(std::countr_zero(mask)));
}

std::span<const PartyRow> parties_of(const Image& image, const ItemRow& item) {
  return std::span(image.parties).subspan(item.parties.first, item.parties.count);
}

// Whether a grant in a role takes a seat of the party.
bool seats(const Image& image, const PartyRow& party, std::uint32_t role) {
  return role_of(image, party) == role;
}

bool has_seat(const Image& image, const ItemRow& item, std::uint32_t role) {
  return std::ranges::any_of(parties_of(image, item),
                             [&](const PartyRow& party) { return seats(image, party, role); });
}

bool of_tenant(const ApprovalRecord& record, const ApprovalQuestion& question) {
  return record.tenant == question.tenant || record.role_is_platform;
}

// A refusal is of the action: neither a clock that is ahead nor a reworded rule loses it, and who
// asked may take back what was asked.
bool refuses(const Image& image, const ItemRow& item, const ApprovalRecord& record, bool by_chain,
             const ApprovalQuestion& question) {
  return record.digest == question.digest && record.kind == question.human &&
         (by_chain || (has_seat(image, item, record.role) && of_tenant(record, question)));
}

// The grant is for this action and this item, by somebody who may speak for it.
bool concerns(const Image& image, const ItemRow& item, const ApprovalRecord& record, bool by_chain,
              const ApprovalQuestion& question) {
  return record.digest == question.digest && record.requirement == item.requirement &&
         record.kind == question.human && has_seat(image, item, record.role) &&
         of_tenant(record, question) && !by_chain && record.asked_at_ms <= record.at_ms &&
         record.at_ms <= question.now_ms;
}

// Of what concerns the item: it is still good, and for at most what was approved. The start is not
// after the record's own `asked_at`.
bool counts(const ItemRow& item, const ApprovalRecord& record, const ApprovalQuestion& question) {
  return question.now_ms <= *question.start_ms + item.within_ms &&
         question.now_ms <= record.expires_ms && question.cost_micros <= record.cost_micros;
}

ApprovalMask earliest_of_each(std::span<const ApprovalRecord> records, ApprovalMask counting) {
  ApprovalMask used = 0;
  for_each_set(counting, [&](std::size_t i) {
    bool first = true;
    for_each_set(counting, [&](std::size_t other) {
      const auto key = [&](std::size_t at) { return std::tie(records[at].at_ms, records[at].id); };
      first = first && !(records[other].person == records[i].person && key(other) < key(i));
    });
    if (first) used |= ApprovalMask{1} << i;
  });
  return used;
}

}  // namespace

bool alike(std::string_view a, std::string_view b) {
  const auto folded = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::ranges::equal(a, b, {}, folded, folded);
}

ApprovalMask records_by(std::span<const ApprovalRecord> records, const Chain& chain) {
  ApprovalMask mask = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto is = [&](std::string_view person) { return alike(records[i].by, person); };
    if (is(chain.actor) || is(chain.on_behalf_of) ||
        std::ranges::any_of(chain.requesters, is, &Value::view))
      mask |= ApprovalMask{1} << i;
  }
  return mask;
}

std::optional<std::int64_t> start_of(std::span<const ApprovalRecord> records, const Hash& digest,
                                     std::optional<std::int64_t> first_asked_ms) {
  std::optional<std::int64_t> start = first_asked_ms;
  for (const ApprovalRecord& record : records) {
    if (record.digest == digest && (!start || record.asked_at_ms < *start))
      start = record.asked_at_ms;
  }
  return start;
}

WaitAnswer judge_wait(const Image& image, const ItemRow& item,
                      std::span<const ApprovalRecord> records, const ApprovalQuestion& question) {
  ApprovalMask counting = 0;
  WaitAnswer answer;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const ApprovalRecord& record = records[i];
    const bool by_chain = (question.by_chain >> i & 1) != 0;
    if (!record.granted) {
      if (refuses(image, item, record, by_chain, question)) answer.state = WaitState::Refused;
    } else if (concerns(image, item, record, by_chain, question) &&
               counts(item, record, question)) {
      counting |= ApprovalMask{1} << i;
    }
  }
  answer.used = earliest_of_each(records, counting);
  // A refusal wins over any grant.
  if (answer.state == WaitState::Refused) return answer;
  const bool released = std::ranges::all_of(parties_of(image, item), [&](const PartyRow& party) {
    std::uint32_t taken = 0;  // of one item each person has one grant
    for_each_set(answer.used,
                 [&](std::size_t i) { taken += seats(image, party, records[i].role); });
    return taken >= party.need;
  });
  if (released) answer.state = WaitState::Released;
  return answer;
}

std::int64_t people(std::span<const ApprovalRecord> records, ApprovalMask used,
                    std::uint32_t role) {
  // A bit for each person, of whom there are no more than records.
  static_assert(limits::kApprovalsMax <= 64);
  std::uint64_t seen = 0;
  for_each_set(used, [&](std::size_t i) {
    if (role == kNoRow || records[i].role == role) seen |= std::uint64_t{1} << records[i].person;
  });
  return std::popcount(seen);
}

std::vector<std::string_view> people_of(const Image& image, const PartyRow& party,
                                        std::span<const ApprovalRecord> records,
                                        ApprovalMask used) {
  std::vector<std::string_view> names;
  for_each_set(used, [&](std::size_t i) {
    if (seats(image, party, records[i].role)) names.push_back(records[i].by);
  });
  std::ranges::sort(names);
  return names;
}

}  // namespace remit::vm
