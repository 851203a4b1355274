// Approval records (language reference, Approvals): which of them concern a waiting item, and what
// state they leave it in. Judging allocates nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <remit/value.h>
#include "vm/image.h"

namespace remit::vm {

// A record as the host gave it; texts are borrowed from the Facts that hold it.
struct ApprovalRecord {
  std::string_view id, by, tenant;
  std::uint32_t kind = 0;         // ordinal of actor_kind
  std::string_view role_name;     // any name; one that is no role concerns nothing
  std::uint32_t role = kNoRow;    // ordinal of role
  bool role_is_platform = false;  // it approves for every tenant
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

// What a record is held against.
struct ApprovalQuestion {
  Hash digest{};            // of the action at hand
  std::string_view tenant;  // tenant.id
  // Who asked; nobody of these approves.
  std::string_view actor, on_behalf_of;
  std::span<const Value> requesters;
  std::int64_t now_ms = 0;
  std::int64_t cost_micros = 0;
  std::uint32_t human = 0;  // ordinal of actor_kind
};

enum class WaitState : std::uint8_t { Open, Released, Refused };

struct WaitAnswer {
  WaitState state = WaitState::Open;
  // The grants that fill seats: of each person the earliest that counts.
  ApprovalMask used = 0;
};

[[nodiscard]] WaitAnswer judge_wait(const Image& image, const ItemRow& item,
                                    std::span<const ApprovalRecord> records,
                                    const ApprovalQuestion& question);

// Who gave the grants of `used` in a role; each once.
[[nodiscard]] std::vector<std::string_view> people_of(std::span<const ApprovalRecord> records,
                                                      ApprovalMask used, std::uint32_t role);
// How many people gave the grants of `used` in a role, or with kNoRow in any.
[[nodiscard]] std::int64_t people(std::span<const ApprovalRecord> records, ApprovalMask used,
                                  std::uint32_t role);

}  // namespace remit::vm
