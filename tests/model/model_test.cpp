// The protocol of the host: what holds over every interleaving, and that the search sees mistakes.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <string>

#include <gtest/gtest.h>

#include "tests/model/search.h"

namespace model {
namespace {

// Two fit under the first cap; under the second one does. The first two calls claim the same
// approval.
constexpr Scenario kTight = {.amount = {{{1, 1}, {1, 0}, {1, 1}}},
                             .approvals = {1, 1, 2},
                             .cap = {2, 1},
                             .window = 2,
                             .lease = 2};
// Three calls, two of which fit, and nothing else in the way.
constexpr Scenario kOpen = {.amount = {{{1, 0}, {1, 0}, {1, 0}}},
                            .approvals = {0, 0, 0},
                            .cap = {2, 9},
                            .window = 2,
                            .lease = 2};

std::string text(const Outcome& outcome) {
  std::string text = outcome.broken + "\n";
  for (const std::string& step : outcome.trace) text += "  " + step + "\n";
  return text;
}

// REMIT_MODEL_TRIES=2 gives every client two tries: minutes and gigabytes instead of seconds.
Outcome searched(const char* name, Experiment experiment) {
  if (const char* tries = std::getenv("REMIT_MODEL_TRIES")) {
    experiment.tries.fill(std::max(1, std::atoi(tries)));
  }
  Outcome outcome = search(experiment);
  std::printf("%-28s %9zu states %10zu steps\n", name, outcome.states, outcome.steps);
  return outcome;
}

TEST(Protocol, NoCapIsPassedByThreeCallsOfWhichTwoFit) {
  const Outcome outcome = searched("three calls", {.scenario = kOpen, .call_of = {0, 1, 2}});
  EXPECT_EQ(outcome.broken, "") << text(outcome);
  EXPECT_GE(outcome.executed_max, 2);
  EXPECT_TRUE(outcome.limit_refused);
  EXPECT_TRUE(outcome.lease_refused);
  EXPECT_TRUE(outcome.reserved_after_release);
}

TEST(Protocol, LinesAndApprovalsAreReservedTogetherOrNotAtAll) {
  const Outcome outcome =
      searched("two lines, one approval", {.scenario = kTight, .call_of = {0, 1, 2}});
  EXPECT_EQ(outcome.broken, "") << text(outcome);
  EXPECT_TRUE(outcome.limit_refused);
  EXPECT_TRUE(outcome.approval_refused);
}

TEST(Protocol, ADuplicateSubmissionExecutesOnce) {
  const Outcome outcome = searched("one call twice", {.scenario = kTight, .call_of = {0, 0, 2}});
  EXPECT_EQ(outcome.broken, "") << text(outcome);
  EXPECT_TRUE(outcome.retry_found_began);
}

TEST(Protocol, ClocksThatDifferBreakNothing) {
  const Outcome outcome = searched(
      "clocks apart", {.scenario = kOpen, .call_of = {0, 1, 2}, .skew = {0, 2, 1}, .time_max = 4});
  EXPECT_EQ(outcome.broken, "") << text(outcome);
}

struct Seeded {
  Mistake mistake;
  const char* name;
  Experiment experiment;
  const char* broken;
};

void PrintTo(const Seeded& seeded, std::ostream* out) { *out << seeded.name; }

class SeededMistake : public testing::TestWithParam<Seeded> {};

TEST_P(SeededMistake, IsFound) {
  Experiment experiment = GetParam().experiment;
  experiment.mistake = GetParam().mistake;
  const Outcome outcome = searched(GetParam().name, experiment);
  EXPECT_EQ(outcome.broken, GetParam().broken) << text(outcome);
  EXPECT_FALSE(outcome.trace.empty());
}

constexpr Experiment kThreeCalls = {.scenario = kOpen, .call_of = {0, 1, 2}};
constexpr Experiment kTwoLines = {.scenario = kTight, .call_of = {0, 1, 2}};
constexpr Experiment kSameCall = {.scenario = kOpen, .call_of = {0, 0, 1}};
constexpr Experiment kDuplicate = {.scenario = kTight, .call_of = {0, 0, 2}};

INSTANTIATE_TEST_SUITE_P(
    Protocol, SeededMistake,
    testing::Values(
        Seeded{Mistake::ReserveWithoutLocks, "reserve_without_locks", kThreeCalls,
               "a cap was passed"},
        Seeded{Mistake::RowNotLocked, "row_not_locked", kDuplicate, "a call executed twice"},
        Seeded{Mistake::LocksInOwnOrder, "locks_in_own_order", kTwoLines,
               "clients wait for each other"},
        Seeded{Mistake::LineByLine, "line_by_line", kTwoLines, "one line of two is reserved"},
        Seeded{Mistake::ApprovalsUnchecked, "approvals_unchecked", kTwoLines,
               "an approval was used twice"},
        Seeded{Mistake::ReserveAgain, "reserve_again", kSameCall, "a call executed twice"},
        Seeded{Mistake::BeginWithoutLease, "begin_without_lease", kThreeCalls,
               "an action begins after its lease"},
        Seeded{Mistake::BeginTwice, "begin_twice", kDuplicate, "a call executed twice"},
        Seeded{Mistake::CountedFromReservation, "counted_from_reservation", kThreeCalls,
               "a cap was passed"},
        Seeded{Mistake::SweepOfExecuting, "sweep_of_executing", kThreeCalls, "a cap was passed"},
        Seeded{Mistake::ReleaseOfExecuting, "release_of_executing", kDuplicate, "a cap was passed"},
        Seeded{Mistake::UsedAfterRelease, "used_after_release", kTwoLines,
               "an approval stays used by a call that gave everything back"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace model
