// Approval records: which of them count for a waiting item, and what state they leave it in
// (docs/reference/language.md, section 10). Judging allocates nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <remit/limits.h>
#include "vm/decide/value.h"
#include "vm/image/image.h"

namespace remit::vm {

// A record as the host gave it; texts are borrowed from the Facts that hold it.
struct ApprovalRecord {
  std::string_view id, by, tenant;
  std::uint32_t person = 0;              // who `by` is: the same number in records by persons alike
  std::uint32_t kind = 0;                // ordinal of actor_kind
  std::string_view role_name;            // any name; one of no seat concerns nothing
  SeatRow seat{SeatKind::Role, kNoRow};  // of that name
  bool role_is_platform = false;         // it approves for every tenant
  bool granted = false;
  Hash digest{};
  Hash requirement{};
  std::int64_t cost_micros = 0;
  std::int64_t asked_at_ms = 0;
  std::int64_t at_ms = 0;
  std::int64_t expires_ms = kNever;
};

// A bit for each record of a request, of which there are at most limits::kApprovalsMax.
using ApprovalMask = std::uint64_t;

// Ids of persons are compared alike: equal after folding ASCII case. A directory that writes `kim`
// and `KIM` means one person, and who asked does not approve under another spelling.
[[nodiscard]] bool alike(std::string_view a, std::string_view b);

// The chain of an action: each of these may refuse it, and none may approve it. Those for whom the
// actor works may confirm what they asked for, where the seat `requester` asks them to.
struct Chain {
  std::string_view actor, on_behalf_of;  // the second may be empty
  std::span<const Value> requesters;
};

// What is to be answered; it borrows from the facts.
struct ActionAtHand {
  Hash digest{};
  Chain chain;
  std::span<const Value> owners;  // target.owners
  std::string_view tenant;        // tenant.id
  std::int64_t now_ms = 0;
  std::int64_t cost_micros = 0;
  std::optional<std::int64_t> first_asked_ms;
  std::uint32_t human = 0;  // ordinal of actor_kind
};

// What the records say of one action, whichever item asks: found out once for a decision, since
// many items may ask. Borrows the records.
struct Approvals {
  std::span<const ApprovalRecord> records;
  std::int64_t now_ms = 0;
  // When the action was first asked about: what is to be answered is answered within its deadline
  // from then, whoever asks again and whatever was reworded meanwhile. The least of
  // `first_asked_ms` and of when each record for this action was asked.
  std::optional<std::int64_t> start_ms;
  // Grants that count for every item whose requirement they name and of which they have the seat.
  ApprovalMask grants = 0;
  ApprovalMask refusals = 0;   // that refuse every item of which they have the seat
  bool is_taken_back = false;  // somebody of the chain refused: that refuses every item
  // The numbers of the records, earliest first.
  std::array<std::uint8_t, limits::kApprovalsMax> by_time{};
};
[[nodiscard]] Approvals approvals_of(std::span<const ApprovalRecord> records,
                                     const ActionAtHand& action);

struct WaitAnswer {
  // Whether it expired is the clock's to say (verdict.h).
  enum class State : std::uint8_t { Open, Released, Refused };
  State state = State::Open;
  // The grants that fill seats: of each person the earliest that counts.
  ApprovalMask used = 0;
};

[[nodiscard]] WaitAnswer judge_wait(const Image& image, const ItemRow& item,
                                    const Approvals& approvals);

// Whether somebody may sit in a seat of an action, as far as the facts say: of a role that is for
// whoever authenticates the record to say.
[[nodiscard]] bool may_sit(std::string_view person, const SeatRow& seat,
                           const ActionAtHand& action);

// Who gave the grants that one item used for a party, as their records write them, bytewise.
[[nodiscard]] std::vector<std::string_view> people_of(const Image& image, const PartyRow& party,
                                                      std::span<const ApprovalRecord> records,
                                                      ApprovalMask used);
// How many people gave the grants of `used` in a seat; without one in any but `requester`, since
// who asked is no second pair of eyes. Alike ones are one.
[[nodiscard]] std::int64_t people(std::span<const ApprovalRecord> records, ApprovalMask used,
                                  const std::optional<SeatRow>& seat);

}  // namespace remit::vm
