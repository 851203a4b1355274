// What a host keeps so that limits, approvals and "at most once" hold: the store of the protocol of
// docs/guide/limits.md. The gateway asks through this interface; postgres_store.h implements it.
//
// Every operation is atomic, and safe to repeat when its answer was lost. Times are milliseconds
// since 1970 and come from the caller. Nothing throws: what the store cannot say is a StoreError,
// and after one the caller knows nothing about whether the operation took place.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <remit/answer.h>
#include <remit/reservation.h>

namespace gateway {

using remit::LimitKey;
using remit::Reservation;
using remit::Window;

struct StoreError {
  enum class Kind : std::uint8_t {
    Down,           // not reachable
    Slow,           // no answer within the deadline
    NotInstalled,   // its tables or functions do not exist
    InvalidAnswer,  // an answer that cannot be true
    Stale,          // an answer that was true once
  };
  Kind kind = Kind::Down;
  std::string message;
};

[[nodiscard]] std::string_view name(StoreError::Kind kind);  // `store.down`

template <typename Answer>
using StoreResult = std::expected<Answer, StoreError>;

struct Counter {
  std::string limit;
  std::int64_t used = 0;
  std::int64_t as_of_ms = 0;  // the moment that the sum holds for
};

// Why these cannot be the counters of the keys, if they cannot: one is missing, negative, or holds
// for a moment before `oldest_ms`.
[[nodiscard]] std::optional<StoreError> unbelievable(std::span<const Counter> counters,
                                                     std::span<const LimitKey> keys,
                                                     std::int64_t oldest_ms);

enum class ReserveOutcome : std::uint8_t {
  Reserved,      // now, or by an earlier try of the same call with the same terms
  LimitPassed,   // `what` is the limit; nothing was reserved
  ApprovalUsed,  // `what` is the approval: used by another call, or unknown; nothing was reserved
  OtherTerms,    // the call is reserved under another decision, until its lease ends
  AlreadyBegan,  // the call was executed before, or may have been
};
struct Reserved {
  ReserveOutcome outcome = ReserveOutcome::LimitPassed;
  std::string what;
};

enum class BeginOutcome : std::uint8_t {
  Began,
  LeasePassed,
  NotReserved,
  AlreadyBegan,
  Refused,  // somebody has refused the call: it never begins
  Expired,  // the call has waited too long: neither does it
};
struct Begun {
  BeginOutcome outcome = BeginOutcome::NotReserved;
  std::int64_t at_ms = 0;  // of Began: when the action counts from
};

enum class Effect : std::uint8_t {
  Happened,  // or may have
  None,      // certainly not: the amounts are given back
};

// A proposed call, by the name that the agent's runtime gave it.
struct Call {
  std::string id;  // minted once, kept over resubmission
  // When people were first asked about it, sent to the engine with every later submission.
  std::optional<std::int64_t> first_asked_ms;
  bool same = false;     // false: another proposal came under this name before
  bool refused = false;  // somebody said no: nothing comes of it any more
  bool expired = false;  // it waited too long: nothing either
};

// How far a call has come, for an agent that asks again. `result` is what the tool said.
struct Progress {
  std::string state;  // `reserved`, `executing`, `settled`, `released`
  bool began = false;
  std::string result;
};

// What somebody is asked to agree to.
struct Wait {
  std::int64_t id = 0;     // the store's
  std::string state = {};  // the store's: `open`, `superseded`, `refused`, `expired`, `began`
  std::string agent = {};  // the store's: whose call it is
  std::string call = {}, item = {}, verdict = {};
  std::string digest = {}, requirement = {};  // 64 hex digits
  std::string tenant = {};
  std::vector<remit::Party> parties = {};
  std::vector<std::string> owners = {};  // of the target, when it was asked last
  std::string because = {};
  std::int64_t cost_micros = 0, asked_at_ms = 0, within_ms = 0;
  std::int64_t until_ms = 0;  // the deadline, from when the call was first asked about; the store's
};

// An answer to a wait; the fields are those of an approval record, and one more.
struct Answer {
  std::string id = {}, by = {}, tenant = {}, role = {};
  bool granted = false;
  std::string digest = {}, requirement = {};
  std::int64_t cost_micros = 0, asked_at_ms = 0, at_ms = 0;
  std::optional<std::int64_t> expires_ms = {};
  // To the store: `by` is the actor of the call, or somebody for whom it works.
  bool of_chain = false;
};

class Store {
 public:
  virtual ~Store() = default;

  // Mints or finds the call of a proposal.
  virtual StoreResult<Call> submit(std::string_view agent, std::string_view proposal_id,
                                   std::string_view proposal) = 0;
  // Ends a call that somebody refused.
  virtual StoreResult<void> refuse(std::string_view call, std::int64_t now_ms) = 0;
  // Ends a call that has waited too long.
  virtual StoreResult<void> expire(std::string_view call, std::int64_t now_ms) = 0;
  virtual StoreResult<std::optional<Progress>> progress(std::string_view call) = 0;

  // Phase one: the counters, in the order of the keys, without what this call has reserved itself.
  // `zone` is the tenant's: `Europe/Berlin`.
  virtual StoreResult<std::vector<Counter>> used(std::string_view call,
                                                 std::span<const LimitKey> keys,
                                                 std::string_view zone, std::int64_t now_ms) = 0;
  // Phase two: all lines and all approvals, or nothing; until `lease_until_ms`.
  virtual StoreResult<Reserved> reserve(std::string_view call, std::span<const Reservation> lines,
                                        std::span<const std::string> approvals,
                                        std::string_view zone, std::int64_t now_ms,
                                        std::int64_t lease_until_ms) = 0;
  // The one door to an effect: Began at most once per call, before the lease ends, and not if the
  // call was refused or has expired.
  virtual StoreResult<Begun> begin(std::string_view call, std::int64_t now_ms) = 0;
  // For who began it. False if the call is not executing.
  virtual StoreResult<bool> settle(std::string_view call, Effect effect,
                                   std::string_view result) = 0;
  // Gives back what was reserved and did not begin. False if there was nothing to give back.
  virtual StoreResult<bool> release(std::string_view call) = 0;
  // Releases every reservation whose lease has ended; how many there were. Forgets what is too old
  // to count.
  virtual StoreResult<std::int64_t> sweep(std::int64_t now_ms) = 0;

  // Keeps a wait; one that is there already keeps its `asked_at`. The first of a call is when the
  // call was first asked about. Its number.
  virtual StoreResult<std::int64_t> keep_wait(const Wait& wait) = 0;
  // The call waits for nothing but these: what it was once said to wait for is superseded.
  virtual StoreResult<void> waits_only_for(std::string_view call,
                                           std::span<const std::int64_t> waits) = 0;
  virtual StoreResult<std::optional<Wait>> wait(std::int64_t id) = 0;
  // Waits that somebody can still answer, oldest first: in time, not superseded, and of calls that
  // have not begun, that nobody has refused and that have not expired.
  virtual StoreResult<std::vector<Wait>> pending(std::int64_t now_ms) = 0;
  // The id of the record. A refusal by somebody of the chain or who was asked ends the call.
  virtual StoreResult<std::string> answer_wait(std::int64_t wait, const Answer& answer) = 0;
  // The answers to the waits of a call, without those that another call has used.
  virtual StoreResult<std::vector<Answer>> answers(std::string_view call) = 0;

  // The lowest version of an image that is accepted; nothing where nobody has ever said one.
  virtual StoreResult<std::optional<std::int64_t>> least_version() = 0;
  // From now on no lower one. Never lowers it.
  virtual StoreResult<void> accept_from(std::int64_t version) = 0;
};

}  // namespace gateway
