// A store that is down, slow or lying, under the gateway: a deny with its reason, and nothing
// executed.
#include "tests/gateway/desk.h"

namespace gateway {
namespace {

using remit::Verdict;

class Failing : public Desk {
 protected:
  void expect_nothing_happened(const Reply& reply, const std::string& reason) {
    EXPECT_EQ(reply.verdict, Verdict::Deny);
    EXPECT_EQ(reply.reason, reason);
    EXPECT_TRUE(tool.runs.empty());
    EXPECT_EQ(reserved(), 0);
  }
};

TEST_F(Failing, AStoreThatIsDownIsADeny) {
  PostgresStore down({.where = "host=/nonexistent", .timeout_ms = 200});
  expect_nothing_happened(Gateway(host(down)).propose(refund("p-1", 20'00)), "store.down");
  EXPECT_EQ(reports.size(), 1U);
}

TEST_F(Failing, AStoreThatIsLockedIsADenyInTime) {
  PostgresStore slow({.where = "", .timeout_ms = 200});
  sql("BEGIN; LOCK TABLE gateway.line IN ACCESS EXCLUSIVE MODE");
  const Reply reply = Gateway(host(slow)).propose(refund("p-1", 20'00));
  sql("ROLLBACK");
  expect_nothing_happened(reply, "store.slow");
}

TEST_F(Failing, ANegativeCounterIsADeny) {
  unreliable.lie = [](std::vector<Counter>& counters) { counters.front().used = -1; };
  expect_nothing_happened(propose(refund("p-1", 20'00)), "store.invalid_answer");
}

TEST_F(Failing, ANegativeLineInTheTablesIsADeny) {
  propose(refund("p-0", 20'00));
  tool.runs.clear();
  sql("ALTER TABLE gateway.line DROP CONSTRAINT line_amount_check; UPDATE gateway.line SET amount "
      "= -5");
  EXPECT_EQ(propose(refund("p-1", 20'00)).reason, "store.invalid_answer");
  EXPECT_TRUE(tool.runs.empty());
}

TEST_F(Failing, AnOldCounterIsADeny) {
  unreliable.lie = [&](std::vector<Counter>& counters) {
    counters.back().as_of_ms = now_ms - 5001;
  };
  expect_nothing_happened(propose(refund("p-1", 20'00)), "store.stale");
}

TEST_F(Failing, AMissingCounterIsADeny) {
  unreliable.lie = [](std::vector<Counter>& counters) { counters.pop_back(); };
  expect_nothing_happened(propose(refund("p-1", 20'00)), "store.invalid_answer");
}

TEST_F(Failing, TheCounterOfAnotherLimitIsADeny) {
  unreliable.lie = [](std::vector<Counter>& counters) { std::swap(counters[0], counters[1]); };
  expect_nothing_happened(propose(refund("p-1", 20'00)), "store.invalid_answer");
}

// Whoever halts the engine stops what was permitted and has not run.
TEST_F(Failing, AHaltWhileItIsReservedExecutesNothing) {
  unreliable.after = [&](const std::string& name) {
    if (name == "reserve") engine.halt();
  };
  expect_nothing_happened(propose(refund("p-1", 20'00)), "pair.halted");
  unreliable.after = nullptr;
  engine.halt(false);
  EXPECT_EQ(propose(refund("p-1", 20'00)).verdict, Verdict::Permit);
  EXPECT_EQ(tool.runs.size(), 1U);
}

TEST_F(Failing, AHaltWhileItBeginsExecutesNothing) {
  unreliable.after = [&](const std::string& name) {
    if (name == "begin") engine.retire();
  };
  expect_nothing_happened(propose(refund("p-1", 20'00)), "pair.retired");
}

// The counter only says what to decide; the cap is looked at again where it is reserved.
TEST_F(Failing, ACounterThatIsTooLowPassesNoCap) {
  for (const char* id : {"p-1", "p-2"}) propose(refund(id, 49'00));
  unreliable.lie = [](std::vector<Counter>& counters) {
    for (Counter& counter : counters) counter.used = 0;
  };
  const Reply third = propose(refund("p-3", 49'00));
  EXPECT_EQ(third.verdict, Verdict::Deny);
  EXPECT_EQ(third.reason, "gateway.limit_passed desk.refunds.unattended");
  EXPECT_EQ(tool.runs.size(), 2U);
}

class FailingOperation : public Failing, public testing::WithParamInterface<const char*> {};

TEST_P(FailingOperation, BeforeAnythingIsADenyAndCanBeAskedAgain) {
  unreliable.failures[GetParam()] = Failure::Before;
  expect_nothing_happened(propose(refund("p-1", 20'00)), "store.slow");
  EXPECT_EQ(propose(refund("p-1", 20'00)).verdict, Verdict::Permit);
  EXPECT_EQ(tool.runs.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Failing, FailingOperation,
                         testing::Values("submit", "progress", "sweep", "used", "answers",
                                         "reserve"),
                         [](const auto& info) { return std::string(info.param); });

TEST_F(Failing, AWaitThatCannotBeKeptIsADeny) {
  unreliable.failures["keep_wait"] = Failure::Before;
  expect_nothing_happened(propose(refund("p-1", 500'00)), "store.slow");
  EXPECT_EQ(propose(refund("p-1", 500'00)).verdict, Verdict::Queue);
}

TEST_F(Failing, ACallThatCannotBeEndedIsADeny) {
  const Reply first = propose(refund("p-1", 500'00));
  must(store.answer_wait(first.waits[0],
                         {.by = "ana", .tenant = "t2", .role = "support_lead", .at_ms = now_ms}));
  unreliable.failures["refuse"] = Failure::Before;
  expect_nothing_happened(propose(refund("p-1", 500'00)), "store.slow");
  EXPECT_EQ(propose(refund("p-1", 500'00)).reason, "desk.refunds.bands.medium");
}

TEST_F(Failing, ADeadlineThatCannotBeRememberedIsADeny) {
  propose(refund("p-1", 500'00));
  now_ms += 5 * kHour;
  unreliable.failures["expire"] = Failure::Before;
  expect_nothing_happened(propose(refund("p-1", 500'00)), "store.slow");
  EXPECT_EQ(propose(refund("p-1", 500'00)).reason, "engine.expired");
}

TEST_F(Failing, AReservationWhoseAnswerIsLostIsUsedByTheNextTry) {
  unreliable.failures["reserve"] = Failure::After;
  EXPECT_EQ(propose(refund("p-1", 20'00)).reason, "store.slow");
  EXPECT_EQ(reserved(), 2);
  EXPECT_EQ(propose(refund("p-1", 20'00)).verdict, Verdict::Permit);
  EXPECT_EQ(reserved(), 2);
  EXPECT_EQ(tool.runs.size(), 1U);
}

TEST_F(Failing, AReservationWhoseAnswerIsLostEndsWithItsLease) {
  unreliable.failures["reserve"] = Failure::After;
  propose(refund("p-1", 20'00));
  now_ms += 30'000;
  EXPECT_EQ(must(store.sweep(now_ms)), 1);
  EXPECT_EQ(reserved(), 0);
}

TEST_F(Failing, ABeginningWhoseAnswerIsLostIsNeverExecutedAndStaysCounted) {
  unreliable.failures["begin"] = Failure::After;
  EXPECT_EQ(propose(refund("p-1", 20'00)).reason, "store.slow");
  const Reply second = propose(refund("p-1", 20'00));
  EXPECT_EQ(second.verdict, Verdict::Deny);
  EXPECT_EQ(second.reason, "gateway.already_executing");
  EXPECT_TRUE(tool.runs.empty());
  EXPECT_EQ(reserved(), 2);
}

TEST_F(Failing, ABeginningThatDidNotTakePlaceCanBeAskedAgain) {
  unreliable.failures["begin"] = Failure::Before;
  EXPECT_EQ(propose(refund("p-1", 20'00)).reason, "store.slow");
  EXPECT_EQ(propose(refund("p-1", 20'00)).verdict, Verdict::Permit);
  EXPECT_EQ(tool.runs.size(), 1U);
}

TEST_F(Failing, ASettlementThatIsLostIsReportedAndNotRepeated) {
  unreliable.failures["settle"] = Failure::Before;
  EXPECT_EQ(propose(refund("p-1", 20'00)).verdict, Verdict::Permit);
  EXPECT_EQ(reports.size(), 1U);
  EXPECT_EQ(propose(refund("p-1", 20'00)).reason, "gateway.already_executing");
  EXPECT_EQ(tool.runs.size(), 1U);
}

}  // namespace
}  // namespace gateway
