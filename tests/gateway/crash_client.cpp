#include "tests/gateway/crash_client.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <random>
#include <thread>

#include <unistd.h>

#include "examples/gateway/postgres_store.h"

namespace gateway::crash {
namespace {

class Client {
 public:
  Client(Board& board, int ledger, unsigned seed) : board_(board), ledger_(ledger), random_(seed) {
    skew_ms_ = below(2 * kSkewMs) - kSkewMs;
  }

  void take_a_call() {
    // Mostly a new call, often one that another client has, or had, in its hands.
    const int newest = chance(40) ? board_.next_call++ : board_.next_call.load();
    const int call = std::max(0, newest - (chance(50) ? below(24) : 0));
    if (chance(5)) succeeded(store_.sweep(now()));
    const std::int64_t asked = now();
    const auto reserved = store_.reserve(id_of(call), lines_of(call), approvals_of(call), "UTC",
                                         asked, asked + kLeaseMs);
    if (!succeeded(reserved)) return;
    ++board_.reserve[static_cast<std::size_t>(reserved->outcome)];
    perhaps_die_or_sleep();
    if (reserved->outcome != ReserveOutcome::Reserved) return;
    if (chance(4)) {
      succeeded(store_.release(id_of(call)));
      return;
    }
    const auto begun = store_.begin(id_of(call), now());
    if (!succeeded(begun)) return;  // it may have begun: never execute on a guess
    ++board_.begin[static_cast<std::size_t>(begun->outcome)];
    perhaps_die_or_sleep();
    if (begun->outcome == BeginOutcome::Began) execute(call, begun->at_ms);
  }

 private:
  void execute(int call, std::int64_t at_ms) {
    const bool happens = !chance(5);
    if (happens) {
      char line[64];
      const int size =
          std::snprintf(line, sizeof line, "%d %lld\n", call, static_cast<long long>(at_ms));
      if (write(ledger_, line, static_cast<std::size_t>(size)) != size) std::abort();
      ++board_.executed;
    } else {
      ++board_.without_effect;
    }
    perhaps_die_or_sleep();
    succeeded(store_.settle(id_of(call), happens ? Effect::Happened : Effect::None, ""));
  }

  template <typename Answer>
  bool succeeded(const StoreResult<Answer>& asked) {
    if (asked) return true;
    if (asked.error().kind == StoreError::Kind::Down) {
      ++board_.down;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    } else if (board_.errors++ == 0) {
      std::snprintf(board_.first_error, sizeof board_.first_error, "%s",
                    asked.error().message.c_str());
    }
    return false;
  }

  void perhaps_die_or_sleep() {
    if (below(400) == 0) raise(SIGKILL);
    if (chance(3)) std::this_thread::sleep_for(std::chrono::milliseconds(below(2 * kLeaseMs)));
  }

  std::int64_t now() const {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count() + skew_ms_;
  }
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  bool chance(int percent) { return below(100) < percent; }

  Board& board_;
  int ledger_;
  std::mt19937 random_;
  int skew_ms_ = 0;
  PostgresStore store_{{.where = "", .timeout_ms = 10'000}};
};

}  // namespace

std::string id_of(int call) { return "c-" + std::to_string(call); }

std::vector<Reservation> lines_of(int call) {
  std::vector<Reservation> lines;
  for (const Cap& cap : kCaps) {
    LimitKey counter;
    counter.limit = cap.limit;
    counter.key = "[\"t" + std::to_string(call % cap.keys) + "\"]";
    counter.window_ms = cap.window_ms;
    lines.push_back({counter, 1 + call % 9, cap.max});
  }
  if (call % 2 == 1) std::ranges::reverse(lines);  // the order of the lines must not matter
  return lines;
}

std::vector<std::string> approvals_of(int call) {
  if (call % 8 >= 2) return {};
  return {"ap-" + std::to_string(call / 2)};
}

void run_client(Board& board, int ledger, unsigned seed) {
  Client client(board, ledger, seed);
  while (!board.stop) client.take_a_call();
}

}  // namespace gateway::crash
