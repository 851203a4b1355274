#include "tests/model/state.h"

namespace model {
namespace {

bool takes(const Experiment& experiment, int who, int lock) {
  const int call = experiment.call_of[who];
  if (lock < kCalls) return lock == call;
  if (lock < kCalls + kApprovals) {
    return (experiment.scenario.approvals[call] >> (lock - kCalls) & 1) != 0;
  }
  return experiment.scenario.amount[call][lock - kCalls - kApprovals] > 0;
}

// Whether more than the cap had its effect within some window.
bool cap_passed(const Experiment& experiment, const State& state, int limit) {
  const Scenario& scenario = experiment.scenario;
  for (int last = 0; last < kCalls; ++last) {
    if (state.effects[last] == 0) continue;
    const Time until = state.effect_at[last];
    int sum = 0;
    for (int call = 0; call < kCalls; ++call) {
      const Time at = state.effect_at[call];
      if (at > until - scenario.window && at <= until) {
        sum += state.effects[call] * scenario.amount[call][limit];
      }
    }
    if (sum > scenario.cap[limit]) return true;
  }
  return false;
}

int uses(const Experiment& experiment, const State& state, int approval) {
  int count = 0;
  for (int call = 0; call < kCalls; ++call) {
    if ((experiment.scenario.approvals[call] >> approval & 1) != 0) count += state.effects[call];
  }
  return count;
}

bool deadlocked(const Experiment& experiment, const State& state) {
  for (int who = 0; who < kClients; ++who) {
    int at = who;
    for (int hops = 0; hops < kClients && at >= 0; ++hops) {
      if (state.clients[at].at != At::Locking) {
        at = -1;
      } else {
        const int lock = next_lock(experiment, state.clients[at], at);
        at = lock < 0 ? -1 : state.owner[lock];
      }
      if (at == who) return true;
    }
  }
  return false;
}

}  // namespace

// The lock that a client takes next, or -1 when it has all. One that no other client ever takes
// is left out: it cannot matter, and each lock doubles the states.
int next_lock(const Experiment& experiment, const Client& client, int who) {
  std::array<int, kLocks> wanted;
  int count = 0;
  for (int lock = 0; lock < kLocks; ++lock) {
    bool shared = false;
    for (int other = 0; other < kClients; ++other)
      shared |= other != who && takes(experiment, other, lock);
    if (shared && takes(experiment, who, lock)) wanted[count++] = lock;
  }
  if (client.locks >= count) return -1;
  const bool backwards = experiment.mistake == Mistake::LocksInOwnOrder && who % 2 == 1;
  return wanted[backwards ? count - 1 - client.locks : client.locks];
}

std::string broken_invariant(const Experiment& experiment, const State& state) {
  for (int call = 0; call < kCalls; ++call) {
    if (state.effects[call] > 1) return "a call executed twice";
    const std::uint8_t lines = state.store.actions[call].lines;
    if (lines != 0 && lines != Store::all_lines(experiment.scenario, call)) {
      return "one line of two is reserved";
    }
  }
  for (int limit = 0; limit < kLimits; ++limit) {
    if (cap_passed(experiment, state, limit)) return "a cap was passed";
  }
  for (int approval = 0; approval < kApprovals; ++approval) {
    if (uses(experiment, state, approval) > 1) return "an approval was used twice";
    const int by = state.store.used_by[approval];
    if (by >= 0 && state.store.actions[by].state == ActionState::Released &&
        state.store.actions[by].began_at == kNever) {
      return "an approval stays used by a call that gave everything back";
    }
  }
  return deadlocked(experiment, state) ? "clients wait for each other" : "";
}

}  // namespace model
