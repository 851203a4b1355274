// Every interleaving of three clients, a sweeper and a clock over the store of store_model.h.
//
// Each client takes its call through the protocol of docs/guide/limits.md: it reads the clock,
// takes its locks one by one, looks, writes, reads the clock again, begins, executes, settles; it
// may give up instead, may die after any step, and starts again as often as it has tries. Clocks
// may differ. `search` visits every state once, breadth first, and stops at the first that breaks
// an invariant, so the trace that it returns is a shortest one.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "tests/model/store_model.h"

namespace model {

inline constexpr int kClients = 3;

struct Experiment {
  Scenario scenario;
  std::array<int, kClients> call_of;  // two clients of one call are a duplicate submission
  std::array<Time, kClients> skew = {0, 0, 0};  // what each client's clock is ahead
  std::array<int, kClients> tries = {2, 1, 1};  // of each client, until it stays away
  Time time_max = 3;
  Mistake mistake = Mistake::None;
};

struct Outcome {
  std::size_t states = 0, steps = 0;
  std::string broken;              // the invariant, or empty
  std::vector<std::string> trace;  // the steps that lead there
  // What was reached, so that a search which reaches nothing is noticed.
  int executed_max = 0;  // actions with an effect in one state
  bool limit_refused = false, approval_refused = false, retry_found_began = false;
  bool lease_refused = false, reserved_after_release = false;
};

[[nodiscard]] Outcome search(const Experiment& experiment);

}  // namespace model
