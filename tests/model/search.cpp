#include "tests/model/search.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "tests/model/state.h"

namespace model {
namespace {

class Search {
 public:
  explicit Search(const Experiment& experiment) : experiment_(experiment) {}

  Outcome run() {
    State first;
    first.owner.fill(-1);
    for (int who = 0; who < kClients; ++who) {
      first.clients[who].tries = static_cast<std::int8_t>(experiment_.tries[who]);
    }
    add(first, 0, "");
    for (std::size_t next = 0; next < states_.size() && outcome_.broken.empty(); ++next) {
      current_ = next;
      expand();
    }
    outcome_.states = states_.size();
    return std::move(outcome_);
  }

 private:
  struct Step {
    const char* name;
    std::uint32_t from;
    std::int8_t who;
  };
  struct Hash {
    using is_transparent = void;
    const Search* search;
    std::size_t operator()(std::uint32_t index) const { return (*this)(search->states_[index]); }
    std::size_t operator()(const State& state) const {
      return std::hash<std::string_view>{}(bytes(state));
    }
  };
  struct Equal {
    using is_transparent = void;
    const Search* search;
    bool operator()(std::uint32_t a, std::uint32_t b) const { return a == b; }
    bool operator()(const State& a, std::uint32_t b) const {
      return bytes(a) == bytes(search->states_[b]);
    }
    bool operator()(std::uint32_t a, const State& b) const { return (*this)(b, a); }
  };
  static std::string_view bytes(const State& state) {
    return {reinterpret_cast<const char*>(&state), sizeof state};
  }

  void add(State state, int who, const char* name) {
    ++outcome_.steps;
    if (experiment_.mistake == Mistake::None) forget(state);
    if (seen_.contains(state)) return;
    const std::uint32_t index = static_cast<std::uint32_t>(states_.size());
    states_.push_back(state);
    steps_.push_back({name, static_cast<std::uint32_t>(current_), static_cast<std::int8_t>(who)});
    seen_.insert(index);
    note(state);
    if (std::string broken = broken_invariant(experiment_, state); !broken.empty())
      fail(std::move(broken));
  }

  // Clears what a store without mistakes never reads again, so that fewer states differ.
  static void forget(State& state) {
    for (Action& action : state.store.actions) {
      if (action.state == ActionState::Reserved) continue;
      action.reserved_at = action.lease_until = kNever;
    }
  }

  void fail(std::string broken) {
    if (!outcome_.broken.empty()) return;
    outcome_.broken = std::move(broken);
    for (std::size_t at = states_.size() - 1; at != 0; at = steps_[at].from) {
      const Step& step = steps_[at];
      const std::string who =
          step.who < 0 ? "" : "client " + std::to_string(static_cast<int>(step.who)) + " ";
      outcome_.trace.push_back(who + step.name);
    }
    std::ranges::reverse(outcome_.trace);
  }

  void expand() {
    const State& state = states_[current_];
    if (state.clock < experiment_.time_max) {
      State next = state;
      ++next.clock;
      add(next, -1, "the clock ticks");
    }
    sweep(states_[current_]);
    for (int who = 0; who < kClients; ++who) {
      client_step(State(states_[current_]), who);
      die(State(states_[current_]), who);
    }
  }

  void sweep(State next) {
    const Time now = next.clock;
    std::uint8_t skipped = 0;
    for (int call = 0; call < kCalls; ++call) {
      if (row_locked(next, call)) skipped = static_cast<std::uint8_t>(skipped | 1U << call);
    }
    if (next.store.sweep(experiment_.mistake, now, skipped) == 0) return;
    for (int call = 0; call < kCalls; ++call) {
      const Action& action = next.store.actions[call];
      const bool lapsed = action.state == ActionState::Reserved && action.lease_until <= now;
      if (lapsed && (skipped >> call & 1) == 0)
        fail("something is reserved after its lease and a sweep");
    }
    add(next, -1, "the sweeper sweeps");
  }

  // A client that dies loses what it knew; the store drops its locks and its open transaction.
  void die(State next, int who) {
    Client& client = next.clients[who];
    if (client.at == At::Idle) return;
    idle(next, who);
    add(next, who, "dies");
  }

  void idle(State& state, int who) const {
    unlock(state, who);
    state.clients[who] = {.at = At::Idle, .locks = 0, .tries = state.clients[who].tries, .now = 0};
  }

  void unlock(State& state, int who) const {
    std::ranges::replace(state.owner, static_cast<std::int8_t>(who), std::int8_t{-1});
    state.clients[who].locks = 0;
  }

  void client_step(State next, int who) {
    Client& client = next.clients[who];
    const int call = experiment_.call_of[who];
    switch (client.at) {
      case At::Locking: {
        const auto lock = next_lock(experiment_, client, who);
        if (next.owner[lock] != -1) return;  // waits
        next.owner[lock] = static_cast<std::int8_t>(who);
        ++client.locks;
        if (next_lock(experiment_, client, who) < 0) client.at = At::Looking;
        return add(next, who, "takes a lock");
      }
      case At::Looking: return look(next, who);
      case At::Writing:
      case At::Rest: return write(next, who);
      case At::Reserved: return reserved(next, who);
      case At::Beginning: return begin(next, who);
      case At::Executing: return execute(next, who);
      case At::Settling:
        next.store.settle(call, true);
        idle(next, who);
        return add(next, who, "settles");
      case At::Idle: return start(next, who);
    }
  }

  void start(State next, int who) {
    Client& client = next.clients[who];
    if (client.tries == 0) return;
    --client.tries;
    client.now = clock_of(next, who);
    const bool locks = experiment_.mistake != Mistake::ReserveWithoutLocks &&
                       next_lock(experiment_, client, who) >= 0;
    client.at = locks ? At::Locking : At::Looking;
    add(next, who, "reads its clock and asks to reserve");
  }

  void look(State next, int who) {
    Client& client = next.clients[who];
    const int call = experiment_.call_of[who];
    const Reserve answer =
        next.store.check(experiment_.scenario, experiment_.mistake, call, client.now);
    outcome_.limit_refused |= answer == Reserve::LimitPassed;
    outcome_.approval_refused |= answer == Reserve::ApprovalUsed;
    outcome_.retry_found_began |= answer == Reserve::AlreadyBegan;
    if (answer == Reserve::Room) {
      client.at = At::Writing;
      return add(next, who, "finds room");
    }
    if (answer == Reserve::Reserved) {
      unlock(next, who);
      client.at = At::Reserved;
      client.now = 0;
      return add(next, who, "finds that it is reserved");
    }
    idle(next, who);
    add(next, who, "is refused");
  }

  void write(State next, int who) {
    Client& client = next.clients[who];
    const int call = experiment_.call_of[who];
    std::uint8_t lines = Store::all_lines(experiment_.scenario, call);
    outcome_.reserved_after_release |= next.store.actions[call].state == ActionState::Released;
    const bool first_only = experiment_.mistake == Mistake::LineByLine && client.at == At::Writing;
    if (first_only && lines != 1) lines = static_cast<std::uint8_t>(lines & 1);
    next.store.write(experiment_.scenario, call, lines, client.now);
    client.at = first_only && lines != Store::all_lines(experiment_.scenario, call) ? At::Rest
                                                                                    : At::Reserved;
    if (client.at == At::Reserved) {
      unlock(next, who);
      client.now = 0;
    }
    add(next, who, "writes its reservation");
  }

  void reserved(State next, int who) {
    State other = next;
    next.clients[who].now = clock_of(next, who);
    next.clients[who].at = At::Beginning;
    add(next, who, "reads its clock again");
    if (row_locked(other, experiment_.call_of[who])) return;
    other.store.release(experiment_.mistake, experiment_.call_of[who]);
    idle(other, who);
    add(other, who, "gives up and releases");
  }

  void begin(State next, int who) {
    Client& client = next.clients[who];
    const int call = experiment_.call_of[who];
    if (row_locked(next, call)) return;
    const Action before = next.store.actions[call];
    const Begin answer = next.store.begin(experiment_.mistake, call, client.now);
    outcome_.lease_refused |= answer == Begin::LeasePassed;
    const bool late = answer == Begin::Began && before.lease_until <= client.now;
    if (answer == Begin::Began) {
      client.now = next.store.actions[call].began_at;
      client.at = At::Executing;
    } else {
      idle(next, who);
    }
    add(next, who, answer == Begin::Began ? "begins" : "may not begin");
    if (late) fail("an action begins after its lease");
  }

  void execute(State next, int who) {
    State other = next;
    const int call = experiment_.call_of[who];
    ++next.effects[call];
    next.effect_at[call] = next.clients[who].now;
    next.clients[who] = {
        .at = At::Settling, .locks = 0, .tries = next.clients[who].tries, .now = 0};
    add(next, who, "executes");
    other.store.settle(call, false);
    idle(other, who);
    add(other, who, "fails without effect, and says so");
  }

  // Between its look and what it writes, a transaction holds the row of its action.
  [[nodiscard]] bool row_locked(const State& state, int call) const {
    if (experiment_.mistake == Mistake::RowNotLocked) return false;
    for (int who = 0; who < kClients; ++who) {
      const At at = state.clients[who].at;
      if (experiment_.call_of[who] == call && (at == At::Writing || at == At::Rest)) return true;
    }
    return false;
  }

  [[nodiscard]] Time clock_of(const State& state, int who) const {
    return static_cast<Time>(state.clock + experiment_.skew[who]);
  }

  void note(const State& state) {
    int executed = 0;
    for (const std::int8_t effects : state.effects) executed += effects;
    outcome_.executed_max = std::max(outcome_.executed_max, executed);
  }

  const Experiment& experiment_;
  Outcome outcome_;
  std::vector<State> states_;
  std::vector<Step> steps_;
  std::size_t current_ = 0;
  std::unordered_set<std::uint32_t, Hash, Equal> seen_{1 << 20, Hash{this}, Equal{this}};
};

}  // namespace

Outcome search(const Experiment& experiment) { return Search(experiment).run(); }

}  // namespace model
