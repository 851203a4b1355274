// The store of the reference gateway in a few bytes: three calls, two limits, two approvals, a
// clock that counts to a handful.
//
// For the search (search.h), which visits every state that clients can bring it into, and for
// tests/gateway, which holds the real store against it. What a call reserves is fixed by the
// Scenario.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace model {

inline constexpr int kCalls = 3;
inline constexpr int kLimits = 2;
inline constexpr int kApprovals = 2;

using Time = std::int8_t;
inline constexpr Time kNever = -1;

// What each call reserves, and what may be reserved.
struct Scenario {
  std::array<std::array<std::int8_t, kLimits>, kCalls> amount;  // 0: the limit does not apply
  std::array<std::uint8_t, kCalls> approvals;                   // bits
  std::array<std::int8_t, kLimits> cap;
  Time window, lease;
};

enum class ActionState : std::uint8_t { None, Reserved, Executing, Settled, Released };

struct Action {
  ActionState state = ActionState::None;
  std::uint8_t lines = 0;  // bits of the limits whose line is held
  Time reserved_at = kNever, lease_until = kNever, began_at = kNever;
  bool operator==(const Action&) const = default;
};

// Mistakes that a store can make, each of which the search must find.
enum class Mistake : std::uint8_t {
  None,
  ReserveWithoutLocks,  // two clients look at the counter before either writes
  RowNotLocked,         // a call begins between the look of its other client and what that writes
  LocksInOwnOrder,      // each client in the order that it likes
  LineByLine,           // each line in a transaction of its own
  ApprovalsUnchecked,   // marked as used, not looked at
  ReserveAgain,         // a retry reserves once more
  BeginWithoutLease,    // however late
  BeginTwice,           // whoever comes
  CountedFromReservation,  // a line leaves the window before its action does
  SweepOfExecuting,        // what began and is past its lease is given back
  ReleaseOfExecuting,      // a client that failed gives back what another executes
  UsedAfterRelease,        // an approval stays with a call that gave everything back
};

enum class Reserve : std::uint8_t { Room, Reserved, LimitPassed, ApprovalUsed, AlreadyBegan };
enum class Begin : std::uint8_t { Began, LeasePassed, NotReserved, AlreadyBegan };

struct Store {
  std::array<Action, kCalls> actions;
  std::array<std::int8_t, kApprovals> used_by = {-1, -1};
  bool operator==(const Store&) const = default;

  // The counter of a limit at `now`, without the lines of `call`.
  [[nodiscard]] int used(const Scenario&, Mistake, int call, int limit, Time now) const;

  // What reserve would answer, and its effect once that is Reserved. They are apart so that the
  // search can put other clients between them.
  [[nodiscard]] Reserve check(const Scenario&, Mistake, int call, Time now) const;
  // `lines`: the bits to write.
  void write(const Scenario&, int call, std::uint8_t lines, Time now);
  [[nodiscard]] static std::uint8_t all_lines(const Scenario&, int call);

  Begin begin(Mistake, int call, Time now);
  bool settle(int call, bool had_effect);
  bool release(Mistake, int call);
  // `skipped`: the bits of calls whose row another client holds.
  int sweep(Mistake, Time now, std::uint8_t skipped = 0);

 private:
  void give_back(Mistake, int call);
};

}  // namespace model
