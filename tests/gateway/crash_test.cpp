// Sixty-four clients, killed at random, against a real server, which is made to crash as well.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <new>
#include <random>
#include <set>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "examples/gateway/schema.h"
#include "tests/gateway/crash_client.h"
#include "tests/gateway/fixture.h"

namespace gateway::crash {
namespace {

constexpr int kClients = 64;
constexpr int kCalls = 200'000;

using Clock = std::chrono::steady_clock;

std::int64_t now_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// Who is killed when is not repeated by a seed, but what the clients do mostly is.
unsigned seed_of_this_run() {
  const char* const wanted = std::getenv("REMIT_CRASH_SEED");
  return wanted == nullptr ? std::random_device{}() : static_cast<unsigned>(std::atoll(wanted));
}

struct Execution {
  int call;
  std::int64_t at_ms;
};

class Crash : public OnPostgres {
 protected:
  void SetUp() override {
    OnPostgres::SetUp();
    // An approval for every pair of calls that claims one, all under one wait.
    approve("ap-0", "c-0");
    sql("INSERT INTO gateway.approval (id, wait_id, by_person, tenant, role, granted, cost, at)"
        " SELECT 'ap-' || 4 * n, 1, 'person-' || n, 't1', 'lead', true, 0, 0"
        " FROM generate_series(1, " +
        std::to_string(kCalls / 8) + ") AS n");
    void* const shared =
        mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(shared, MAP_FAILED);
    board = new (shared) Board;
    path = testing::TempDir() + "ledger-" + std::to_string(getpid());
    ledger = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND, 0600);
    ASSERT_GE(ledger, 0);
  }
  void TearDown() override {
    for (const pid_t child : children) kill(child, SIGKILL);
    while (wait(nullptr) > 0) {
    }
    close(ledger);
    std::remove(path.c_str());
    munmap(board, sizeof(Board));
  }

  void start_client() {
    const unsigned seed = static_cast<unsigned>(random());
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      run_client(*board, ledger, seed);
      _exit(0);
    }
    children.insert(child);
  }

  // Those that were killed, by others or by themselves, are replaced.
  void replace_the_dead() {
    for (pid_t dead; (dead = waitpid(-1, nullptr, WNOHANG)) > 0; ++killed) {
      children.erase(dead);
      start_client();
    }
  }

  void kill_a_client() {
    auto victim = children.begin();
    std::advance(victim, static_cast<long>(random() % children.size()));
    kill(*victim, SIGKILL);
  }

  // A process of the server that dies makes the server forget all others and recover.
  void crash_the_server() {
    beside = Connection("", 10'000);  // the last crash ended this one
    const std::int64_t backend = number(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'gateway'"
        " AND pid <> pg_backend_pid() LIMIT 1");
    ASSERT_GT(backend, 0);
    ASSERT_EQ(kill(static_cast<pid_t>(backend), SIGKILL), 0);
  }

  void stop_clients() {
    board->stop = true;
    const auto deadline = Clock::now() + std::chrono::seconds(15);
    while (!children.empty() && Clock::now() < deadline) {
      for (pid_t dead; (dead = waitpid(-1, nullptr, WNOHANG)) > 0;) children.erase(dead);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    EXPECT_TRUE(children.empty()) << children.size() << " clients hang";
    beside = Connection("", 10'000);
    // Statements whose clients are dead still run to their end.
    for (int tries = 0; tries < 1000; ++tries) {
      if (number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'gateway'"
                 " AND pid <> pg_backend_pid() AND state = 'active'") == 0) {
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << "statements of dead clients do not end";
  }

  std::vector<Execution> executions() const {
    std::vector<Execution> all;
    std::ifstream file(path);
    for (Execution one; file >> one.call >> one.at_ms;) all.push_back(one);
    return all;
  }

  Board* board = nullptr;
  std::string path;
  int ledger = -1;
  std::set<pid_t> children;
  int killed = 0;
  const unsigned seed = seed_of_this_run();
  std::mt19937 random{seed};
};

// The most that was executed within any window of a counter.
std::int64_t most_within(const std::multimap<std::int64_t, std::int64_t>& amounts,
                         std::int64_t window_ms) {
  std::int64_t most = 0, sum = 0;
  auto first = amounts.begin();
  for (const auto& [at, amount] : amounts) {
    sum += amount;
    for (; first->first <= at - window_ms; ++first) sum -= first->second;
    most = std::max(most, sum);
  }
  return most;
}

// The most that any counter of a cap held.
std::int64_t most_executed(const Cap& cap, const std::vector<Execution>& executions) {
  std::map<std::string, std::multimap<std::int64_t, std::int64_t>> by_key;
  for (const Execution& one : executions) {
    for (const Reservation& line : lines_of(one.call)) {
      if (line.counter.limit == cap.limit) by_key[line.counter.key].emplace(one.at_ms, line.amount);
    }
  }
  std::int64_t most = 0;
  for (const auto& [key, amounts] : by_key) {
    most = std::max(most, most_within(amounts, cap.window_ms));
  }
  return most;
}

TEST_F(Crash, NoCapIsPassedAndNothingHappensTwice) {
  const char* const wanted = std::getenv("REMIT_CRASH_SECONDS");
  const auto seconds =
      std::chrono::seconds(wanted == nullptr ? 12 : std::max(2, std::atoi(wanted)));
  for (int client = 0; client < kClients; ++client) start_client();
  const auto began = Clock::now();
  int crashes = 0;
  while (Clock::now() - began < seconds && board->next_call < kCalls) {
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 60));
    kill_a_client();
    replace_the_dead();
    // Twice: at a third and at two thirds of the time.
    if (crashes < 2 && Clock::now() - began > (crashes + 1) * seconds / 3) {
      crash_the_server();
      ++crashes;
    }
  }
  stop_clients();

  PostgresStore survivor({});
  must(survivor.sweep(now_ms() + kLeaseMs + 2 * kSkewMs));
  EXPECT_EQ(number("SELECT count(*) FROM gateway.action WHERE state = 'reserved'"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM gateway.line WHERE counts_from IS NULL"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM gateway.approval JOIN gateway.action ON call_id = used_by"
                   " WHERE began_at IS NULL"),
            0);

  const std::vector<Execution> all = executions();
  for (const Cap& cap : kCaps) {
    EXPECT_LE(most_executed(cap, all), cap.max) << cap.limit;
    EXPECT_GT(most_executed(cap, all), cap.max / 2) << cap.limit << ": no counter was near its cap";
  }
  std::set<int> calls;
  std::set<std::string> approvals;
  for (const Execution& one : all) {
    EXPECT_TRUE(calls.insert(one.call).second) << id_of(one.call) << " executed twice";
    for (const std::string& approval : approvals_of(one.call)) {
      EXPECT_TRUE(approvals.insert(approval).second) << approval << " used twice";
    }
  }
  EXPECT_EQ(board->errors, 0) << board->first_error;

  const auto& reserve = board->reserve;
  std::printf(
      "seed %u: %zu executed, %d without effect; reserve: %d reserved, %d caps, %d approvals, %d "
      "other "
      "terms, %d began;"
      " begin: %d late, %d not reserved, %d twice; %d clients killed, %d server crashes, %d "
      "answers lost\n",
      seed, all.size(), board->without_effect.load(), reserve[0].load(), reserve[1].load(),
      reserve[2].load(), reserve[3].load(), reserve[4].load(), board->begin[1].load(),
      board->begin[2].load(), board->begin[3].load(), killed, crashes, board->down.load());
  // A run in which nothing went wrong would show nothing.
  EXPECT_GT(all.size(), 50U);
  EXPECT_GT(approvals.size(), 3U);
  EXPECT_GT(reserve[static_cast<int>(ReserveOutcome::LimitPassed)], 50);
  EXPECT_GT(reserve[static_cast<int>(ReserveOutcome::AlreadyBegan)], 10);
  EXPECT_GT(killed, 50);
  EXPECT_EQ(crashes, 2);
}

// The test can fail: of two that look at the same room, both take it.
TEST_F(Crash, SeesAStoreThatTakesNoLocks) {
  std::string schema = kSchema;
  const std::string locking = "PERFORM pg_advisory_xact_lock(lock_number)";
  const std::size_t at = schema.find(locking);
  ASSERT_NE(at, std::string::npos);
  sql(schema.replace(at, locking.size(), "PERFORM pg_sleep(0.001)"));
  for (int client = 0; client < kClients; ++client) start_client();
  std::this_thread::sleep_for(std::chrono::seconds(3));
  stop_clients();
  const std::vector<Execution> all = executions();
  EXPECT_TRUE(most_executed(kCaps[0], all) > kCaps[0].max ||
              most_executed(kCaps[1], all) > kCaps[1].max);
}

}  // namespace
}  // namespace gateway::crash
