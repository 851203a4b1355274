// One state of the search: the store, what each client is about to do, and what has happened so
// far; and the invariants that every state must keep.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <type_traits>

#include "tests/model/search.h"
#include "tests/model/store_model.h"

namespace model {

enum class At : std::uint8_t {
  Locking,    // takes the next lock
  Looking,    // asks what reserve would answer
  Writing,    // writes, and commits
  Rest,       // writes the other line: only where lines are written one by one
  Reserved,   // knows that it has a reservation
  Beginning,  // has read its clock again
  Executing,  // has begun; the effect is still to come
  Settling,   // the effect has happened
  Idle,       // not begun, finished, refused or dead
};

struct Client {
  At at = At::Idle;
  std::int8_t locks = 0;  // how many it holds
  std::int8_t tries = 0;  // left
  Time now = 0;           // what its clock said; once it has begun: from when the action counts
};

// Locks: one a call, an approval and a limit, in this order.
constexpr int kLocks = kCalls + kApprovals + kLimits;

// All members are single bytes, so that a state is compared and hashed as its bytes.
struct State {
  Store store;
  std::array<Client, kClients> clients;
  std::array<std::int8_t, kLocks> owner;
  std::array<std::int8_t, kCalls> effects = {};
  std::array<Time, kCalls> effect_at = {};
  Time clock = 0;
};
static_assert(std::has_unique_object_representations_v<State>);

// The lock that a client takes next, or -1 when it has all. One that no other client ever takes is
// left out: it cannot matter, and each lock doubles the states.
[[nodiscard]] int next_lock(const Experiment&, const Client&, int who);

// The first invariant that does not hold, or empty.
[[nodiscard]] std::string broken_invariant(const Experiment&, const State&);

}  // namespace model
