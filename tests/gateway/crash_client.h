// A client of the crash test: a process that takes calls through the protocol until it is killed.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "examples/gateway/store.h"

namespace gateway::crash {

inline constexpr std::int64_t kLeaseMs = 200;
inline constexpr int kSkewMs = 60;  // clocks of clients differ by up to twice this

struct Cap {
  const char* limit;
  std::int64_t window_ms, max;
  int keys;  // how many tenants share the calls
};
inline constexpr Cap kCaps[] = {{"bank.burst", 300, 60, 1}, {"bank.minute", 2000, 120, 3}};

// What a call reserves and claims: a function of its number, so that every process agrees. Two
// calls in a row claim the same approval.
[[nodiscard]] std::vector<Reservation> lines_of(int call);
[[nodiscard]] std::vector<std::string> approvals_of(int call);
[[nodiscard]] std::string id_of(int call);

inline constexpr int kOutcomes = static_cast<int>(BeginOutcome::Expired) + 1;  // the longer enum

// Memory that all processes share, and that survives their death.
struct Board {
  std::atomic<int> next_call = 0;
  std::atomic<bool> stop = false;
  std::array<std::atomic<int>, kOutcomes> reserve = {};  // by ReserveOutcome
  std::array<std::atomic<int>, kOutcomes> begin = {};    // by BeginOutcome
  std::atomic<int> executed = 0, without_effect = 0, down = 0, errors = 0;
  char first_error[200] = {};
};

// Never returns but when `board.stop` is set. What it executes it appends to the file `ledger`, a
// line `CALL AT_MS` in one write, which is the effect that must not happen twice.
void run_client(Board& board, int ledger, unsigned seed);

}  // namespace gateway::crash
