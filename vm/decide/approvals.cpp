#include "vm/decide/approvals.h"

#include <algorithm>
#include <bit>
#include <utility>

#include <remit/limits.h>

namespace remit::vm {

namespace {

template <typename Visit>
void for_each_set(ApprovalMask mask, Visit&& visit) {
  for (; mask != 0; mask &= mask - 1) visit(static_cast<std::size_t>(std::countr_zero(mask)));
}

std::span<const PartyRow> parties_of(const Image& image, const ItemRow& item) {
  return image.rows(item.parties);
}

// A seat stands in one party of an item at most, so a record belongs to one.
bool has_seat(const Image& image, const PartyRow& party, const SeatRow& seat) {
  return std::ranges::find(image.rows(party.seats), seat) != image.rows(party.seats).end();
}

bool has_seat(const Image& image, const ItemRow& item, const SeatRow& seat) {
  return std::ranges::any_of(parties_of(image, item),
                             [&](const PartyRow& party) { return has_seat(image, party, seat); });
}

bool any_alike(std::span<const Value> people, std::string_view person) {
  return std::ranges::any_of(
      people, [&](std::string_view one) { return alike(one, person); }, &Value::view);
}

bool any_equal(std::span<const Value> people, std::string_view person) {
  return std::ranges::find(people, person, &Value::view) != people.end();
}

bool is_of_chain(std::string_view person, const Chain& chain) {
  return alike(person, chain.actor) || alike(person, chain.on_behalf_of) ||
         any_alike(chain.requesters, person);
}

// Whether a refusal by somebody outside the chain binds for the seat that it names. Who asked may
// take it back from any seat, and only they have the seat of the requester.
bool may_refuse(const ApprovalRecord& record, const ActionAtHand& action) {
  switch (record.seat.kind) {
    case SeatKind::Role: return true;
    case SeatKind::Requester: return false;
    case SeatKind::Owner: return any_alike(action.owners, record.by);
  }
  return false;
}

// A grant is of its time, still good, and for at most what was approved.
bool is_good(const ApprovalRecord& record, const ActionAtHand& action) {
  return record.asked_at_ms <= record.at_ms && record.at_ms <= action.now_ms &&
         action.now_ms <= record.expires_ms && action.cost_micros <= record.cost_micros;
}

// Of each person the earliest.
ApprovalMask earliest_of_each(const Approvals& approvals, ApprovalMask counting) {
  ApprovalMask used = 0;
  std::uint64_t persons = 0;  // of whom there are no more than records
  static_assert(limits::kApprovalsMax <= 64);
  for (std::size_t rank = 0; rank < approvals.records.size(); ++rank) {
    const std::size_t i = approvals.by_time[rank];
    const std::uint64_t person = std::uint64_t{1} << approvals.records[i].person;
    if ((counting >> i & 1) == 0 || (persons & person) != 0) continue;
    persons |= person;
    used |= ApprovalMask{1} << i;
  }
  return used;
}

}  // namespace

// Folding keeps people out and never lets one in: where the facts name who may sit, they name him
// byte by byte.
bool may_sit(std::string_view person, const SeatRow& seat, const ActionAtHand& action) {
  const Chain& chain = action.chain;
  switch (seat.kind) {
    case SeatKind::Role: return !is_of_chain(person, chain);
    case SeatKind::Requester:
      return (person == chain.on_behalf_of || any_equal(chain.requesters, person)) &&
             !alike(person, chain.actor);
    case SeatKind::Owner: return any_equal(action.owners, person) && !is_of_chain(person, chain);
  }
  return false;
}

bool alike(std::string_view a, std::string_view b) {
  const auto folded = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::ranges::equal(a, b, {}, folded, folded);
}

Approvals approvals_of(std::span<const ApprovalRecord> records, const ActionAtHand& action) {
  Approvals result;
  result.records = records;
  result.now_ms = action.now_ms;
  result.start_ms = action.first_asked_ms;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const ApprovalRecord& record = records[i];
    const ApprovalMask bit = ApprovalMask{1} << i;
    result.by_time[i] = static_cast<std::uint8_t>(i);
    if (record.digest != action.digest) continue;
    if (!result.start_ms || record.asked_at_ms < *result.start_ms)
      result.start_ms = record.asked_at_ms;
    if (record.kind != action.human) continue;
    const bool of_tenant = record.tenant == action.tenant || record.role_is_platform;
    if (record.granted) {
      if (of_tenant && may_sit(record.by, record.seat, action) && is_good(record, action))
        result.grants |= bit;
      continue;
    }
    // A refusal is of the action: neither a clock that is ahead nor a reworded rule loses it, and
    // who asked may take back what was asked.
    if (is_of_chain(record.by, action.chain))
      result.is_taken_back = true;
    else if (of_tenant && may_refuse(record, action))
      result.refusals |= bit;
  }
  // They lie in the order of their ids, which tells apart those of one moment.
  std::ranges::sort(std::span(result.by_time).first(records.size()), {},
                    [&](std::uint8_t i) { return std::pair(records[i].at_ms, i); });
  return result;
}

WaitAnswer judge_wait(const Image& image, const ItemRow& item, const Approvals& approvals) {
  const std::span<const ApprovalRecord> records = approvals.records;
  const bool in_time =
      approvals.start_ms && approvals.now_ms <= *approvals.start_ms + item.within_ms;
  ApprovalMask counting = 0;
  WaitAnswer answer;
  for_each_set(in_time ? approvals.grants : 0, [&](std::size_t i) {
    if (records[i].requirement == item.requirement && has_seat(image, item, records[i].seat))
      counting |= ApprovalMask{1} << i;
  });
  answer.used = earliest_of_each(approvals, counting);
  // A refusal wins over any grant.
  bool refused = approvals.is_taken_back;
  for_each_set(approvals.refusals,
               [&](std::size_t i) { refused = refused || has_seat(image, item, records[i].seat); });
  const bool released = std::ranges::all_of(parties_of(image, item), [&](const PartyRow& party) {
    std::uint32_t taken = 0;  // of one item each person has one grant
    for_each_set(answer.used,
                 [&](std::size_t i) { taken += has_seat(image, party, records[i].seat); });
    return taken >= party.need;
  });
  answer.state = refused    ? WaitAnswer::State::Refused
                 : released ? WaitAnswer::State::Released
                            : WaitAnswer::State::Open;
  return answer;
}

std::int64_t people(std::span<const ApprovalRecord> records, ApprovalMask used,
                    const std::optional<SeatRow>& seat) {
  std::uint64_t seen = 0;
  for_each_set(used, [&](std::size_t i) {
    const SeatRow& taken = records[i].seat;
    if (seat ? taken == *seat : taken.kind != SeatKind::Requester)
      seen |= std::uint64_t{1} << records[i].person;
  });
  return std::popcount(seen);
}

std::vector<std::string_view> people_of(const Image& image, const PartyRow& party,
                                        std::span<const ApprovalRecord> records,
                                        ApprovalMask used) {
  std::vector<std::string_view> names;
  for_each_set(used, [&](std::size_t i) {
    if (has_seat(image, party, records[i].seat)) names.push_back(records[i].by);
  });
  std::ranges::sort(names);
  return names;
}

}  // namespace remit::vm
