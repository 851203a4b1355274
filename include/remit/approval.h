// What a person answered when an action waited for them: the record of one approval or refusal.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace remit::inline v0 {

// The host has authenticated who answered. `digest` is the action that was shown to them
// (Engine::digest), `requirement` the meaning of the item for which it waits (both 64 lower-case
// hex digits, from the decision record's `awaiting`). Texts are copied when the record is bound.
//
// A grant is for that meaning and counts in time: until the deadline after the action was first
// asked about, as `call.first_asked` or the earliest `asked_at` of any record for it says. A
// refusal is of the action, whatever its times, cost and requirement. So a host passes on every
// record that it has of a call, and ends the call.id once somebody has refused it.
struct Approval {
  std::string_view id{};    // unique within the request; used up by the permit that rests on it
  std::string_view by{};    // the person; `KIM` is `kim`, since directories write both
  std::string_view kind{};  // of actor_kind; only a `human` counts
  std::string_view tenant{};
  std::string_view role{};
  bool granted = false;  // else refused
  std::string_view digest{};
  std::string_view requirement{};
  std::int64_t cost_micros = 0;  // the cost that was shown; a more expensive action is not approved
  std::int64_t asked_at_ms = 0;  // ms since 1970, as the others
  std::int64_t at_ms = 0;
  std::optional<std::int64_t> expires_ms = std::nullopt;
};

}  // namespace remit::inline v0
