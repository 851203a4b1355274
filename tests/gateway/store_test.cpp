// The store of the reference gateway, operation by operation.
#include <chrono>
#include <future>
#include <random>

#include "tests/gateway/fixture.h"
#include "tests/model/store_model.h"

namespace gateway {
namespace {

class Counting : public OnPostgres {};
class Reserving : public OnPostgres {};
class Executing : public OnPostgres {};

TEST_F(Counting, ALineCountsFromWhenItBeganUntilItsWindowEnds) {
  EXPECT_EQ(used(kNow), 0);
  EXPECT_EQ(reserve("c-1", {line(20, 100)}), ReserveOutcome::Reserved);
  EXPECT_EQ(begin("c-1", kNow + 10), BeginOutcome::Began);
  EXPECT_EQ(used(kNow + 10), 20);
  EXPECT_EQ(used(kNow + kDay + 9), 20);
  EXPECT_EQ(used(kNow + kDay + 10), 0);
}

TEST_F(Counting, AReservedLineCountsHoweverLongItIsReserved) {
  reserve("c-1", {line(20, 100, "shop.refunds.burst", 1000)}, {}, kNow, kMinute);
  EXPECT_EQ(used(kNow + 5000, "shop.refunds.burst", 1000), 20);
}

TEST_F(Counting, AClockThatIsBehindDoesNotHideALine) {
  reserve("c-1", {line(20, 100)});
  begin("c-1");
  EXPECT_EQ(used(kNow - kMinute), 20);
}

TEST_F(Counting, AMonthBeginsAtMidnightInTheZoneOfTheTenant) {
  const std::int64_t midnight_in_berlin = 1'764'543'600'000;  // 2025-11-30T23:00:00Z
  reserve("c-1", {line(20, 100)}, {}, midnight_in_berlin - 1);
  begin("c-1", midnight_in_berlin - 1);
  const LimitKey month = counter("shop.refunds.daily", Window::Month);
  EXPECT_EQ(used(midnight_in_berlin - 1, month, "Europe/Berlin"), 20);
  EXPECT_EQ(used(midnight_in_berlin, month, "Europe/Berlin"), 0);
  EXPECT_EQ(used(midnight_in_berlin, month, "UTC"), 20);
  // A counter that no tenant has alone keeps to UTC.
  const LimitKey of_all = counter("shop.refunds.daily", Window::Month, false);
  EXPECT_EQ(used(midnight_in_berlin, of_all, "Europe/Berlin"), 20);
}

TEST_F(Counting, APeriodOfTheCalendarBeginsAnew) {
  constexpr std::int64_t kSunday = 1'764'547'199'999;  // 2025-11-30T23:59:59.999Z
  reserve("c-1", {line(20, 100)}, {}, kSunday);
  begin("c-1", kSunday);
  for (const Window window : {Window::Day, Window::Week, Window::Month}) {
    EXPECT_EQ(used(kSunday, counter("shop.refunds.daily", window)), 20) << spelling(window);
    EXPECT_EQ(used(kSunday + 1, counter("shop.refunds.daily", window)), 0) << spelling(window);
  }
  constexpr std::int64_t kNewYear = 1'767'225'600'000;  // 2026-01-01T00:00:00Z, a Thursday
  const LimitKey year = counter("shop.refunds.daily", Window::Year);
  EXPECT_EQ(used(kNewYear - 1, year), 20);
  EXPECT_EQ(used(kNewYear, year), 0);
  reserve("c-2", {line(5, 100)}, {}, kNewYear - 1);
  begin("c-2", kNewYear - 1);
  EXPECT_EQ(used(kNewYear + 3 * kDay, counter("shop.refunds.daily", Window::Week)), 5);
  EXPECT_EQ(used(kNewYear + 4 * kDay, counter("shop.refunds.daily", Window::Week)), 0);
}

TEST_F(Counting, WhatCountsForEverIsNeverForgotten) {
  const LimitKey ever = counter("shop.refunds.daily", Window::Ever);
  for (const char* call : {"c-1", "c-2"}) {
    reserve(call, {line(20, 100)}, {}, kNow);
    begin(call);
  }
  sql("UPDATE gateway.line SET counts_from = 1");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(used(kNow, ever), 40);
    EXPECT_EQ(used(kNow), 0);
    must(store.sweep(kNow));
  }
  EXPECT_EQ(number("SELECT count(*) FROM gateway.line"), 0);
  EXPECT_EQ(reserve("c-3", {{ever, 61, 100}}), ReserveOutcome::LimitPassed);
  EXPECT_EQ(reserve("c-3", {{ever, 60, 100}}), ReserveOutcome::Reserved);
  EXPECT_EQ(used(kNow, ever), 100);
}

TEST_F(Counting, AnUnknownZoneIsAnError) {
  const LimitKey key = counter("shop.refunds.monthly", Window::Month);
  EXPECT_FALSE(store.used("c-1", {&key, 1}, "Atlantis/Poseidonis", kNow).has_value());
}

TEST_F(Counting, CountersComeInTheOrderOfTheKeys) {
  reserve("c-1", {line(1, 9, "a.b"), line(2, 9, "a.a")});
  const LimitKey keys[] = {counter("a.b"), counter("a.c"), counter("a.a", Window::Month)};
  const auto counters = must(store.used("c-2", keys, "UTC", kNow));
  ASSERT_EQ(counters.size(), 3U);
  EXPECT_EQ(counters[0].used, 1);
  EXPECT_EQ(counters[1].used, 0);
  EXPECT_EQ(counters[2].used, 2);
  EXPECT_EQ(counters[0].as_of_ms, kNow);
}

TEST_F(Counting, WhatACallReservedItselfIsNotHeldAgainstIt) {
  reserve("c-1", {line(60, 100)});
  const LimitKey key = counter("shop.refunds.daily");
  EXPECT_EQ(must(store.used("c-1", {&key, 1}, "UTC", kNow)).front().used, 0);
}

TEST_F(Counting, ASumBeyond64BitsIsTheLargestNumber) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  reserve("c-1", {line(kMost, {})});
  reserve("c-2", {line(kMost, {})});
  EXPECT_EQ(used(kNow), kMost);
  EXPECT_EQ(reserve("c-3", {line(1, kMost)}), ReserveOutcome::LimitPassed);
}

TEST_F(Reserving, TheCapMayBeReachedAndNotPassed) {
  EXPECT_EQ(reserve("c-1", {line(60, 100)}), ReserveOutcome::Reserved);
  EXPECT_EQ(reserve("c-2", {line(41, 100)}), ReserveOutcome::LimitPassed);
  EXPECT_EQ(reserve("c-3", {line(40, 100)}), ReserveOutcome::Reserved);
  EXPECT_EQ(used(kNow), 100);
}

TEST_F(Reserving, OneLineThatDoesNotFitKeepsTheOthersOut) {
  const auto answer = must(
      store.reserve("c-1", std::vector{line(1, 9, "a.a"), line(10, 9, "a.b"), line(1, 9, "a.c")},
                    {}, "UTC", kNow, kNow + kMinute));
  EXPECT_EQ(answer.outcome, ReserveOutcome::LimitPassed);
  EXPECT_EQ(answer.what, "a.b");
  EXPECT_EQ(number("SELECT count(*) FROM gateway.line"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM gateway.action"), 0);
}

TEST_F(Reserving, ALineWithoutCapIsCountedAndNotChecked) {
  EXPECT_EQ(reserve("c-1", {line(5000, {})}), ReserveOutcome::Reserved);
  EXPECT_EQ(used(kNow), 5000);
  EXPECT_EQ(reserve("c-2", {line(1, 100)}), ReserveOutcome::LimitPassed);
}

TEST_F(Reserving, ARetryGetsTheSameAnswerAndReservesOnce) {
  EXPECT_EQ(reserve("c-1", {line(60, 100)}), ReserveOutcome::Reserved);
  EXPECT_EQ(reserve("c-1", {line(60, 100)}), ReserveOutcome::Reserved);
  EXPECT_EQ(used(kNow), 60);
}

TEST_F(Reserving, ARetryOnOtherTermsIsRefusedUntilTheLeaseEnds) {
  reserve("c-1", {line(60, 100)});
  EXPECT_EQ(reserve("c-1", {line(10, 100)}), ReserveOutcome::OtherTerms);
  EXPECT_EQ(used(kNow), 60);
  EXPECT_EQ(reserve("c-1", {line(10, 100)}, {}, kNow + kMinute), ReserveOutcome::Reserved);
  EXPECT_EQ(used(kNow + kMinute), 10);
}

TEST_F(Reserving, AnApprovalIsUsedByOneCall) {
  approve("ap-1", "c-1");
  EXPECT_EQ(reserve("c-1", {line(1, 100)}, {"ap-1"}), ReserveOutcome::Reserved);
  const auto answer =
      must(store.reserve("c-2", std::vector{line(1, 100)}, std::vector<std::string>{"ap-1"}, "UTC",
                         kNow, kNow + kMinute));
  EXPECT_EQ(answer.outcome, ReserveOutcome::ApprovalUsed);
  EXPECT_EQ(answer.what, "ap-1");
  EXPECT_EQ(used(kNow), 1);
}

TEST_F(Reserving, AnApprovalThatNobodyGaveIsRefused) {
  approve("ap-1", "c-1");
  EXPECT_EQ(reserve("c-1", {line(1, 100)}, {"ap-1", "ap-2"}), ReserveOutcome::ApprovalUsed);
  EXPECT_EQ(number("SELECT count(*) FROM gateway.approval WHERE used_by IS NOT NULL"), 0);
}

TEST_F(Reserving, ACapThatIsPassedLeavesTheApprovalUnused) {
  approve("ap-1", "c-1");
  EXPECT_EQ(reserve("c-1", {line(101, 100)}, {"ap-1"}), ReserveOutcome::LimitPassed);
  EXPECT_EQ(reserve("c-1", {line(100, 100)}, {"ap-1"}), ReserveOutcome::Reserved);
}

TEST_F(Reserving, AnotherIsolationThanReadCommittedIsRefused) {
  auto done = beside.run_script(
      "BEGIN ISOLATION LEVEL REPEATABLE READ;"
      "SELECT gateway.reserve('c-1', '[]', '[]', 'UTC', 0, 1); COMMIT");
  ASSERT_FALSE(done.has_value());
  EXPECT_NE(done.error().message.find("read committed"), std::string::npos);
}

TEST_F(Executing, BeginsOnce) {
  reserve("c-1", {line(60, 100)});
  EXPECT_EQ(begin("c-1"), BeginOutcome::Began);
  EXPECT_EQ(begin("c-1"), BeginOutcome::AlreadyBegan);
  EXPECT_EQ(reserve("c-1", {line(60, 100)}), ReserveOutcome::AlreadyBegan);
  must(store.settle("c-1", Effect::Happened, "done"));
  EXPECT_EQ(begin("c-1"), BeginOutcome::AlreadyBegan);
  EXPECT_EQ(reserve("c-1", {line(60, 100)}), ReserveOutcome::AlreadyBegan);
}

TEST_F(Executing, BeginsNotWithoutAReservationAndNotAfterItsLease) {
  EXPECT_EQ(begin("c-1"), BeginOutcome::NotReserved);
  reserve("c-1", {line(60, 100)});
  EXPECT_EQ(begin("c-1", kNow + kMinute), BeginOutcome::LeasePassed);
  EXPECT_EQ(begin("c-1", kNow + kMinute - 1), BeginOutcome::Began);
}

TEST_F(Executing, BeginsNotWhatWasRefusedOrHasExpired) {
  approve("ap-1", "c-1");
  reserve("c-1", {line(60, 100)}, {"ap-1"});
  ASSERT_TRUE(store.expire("c-1", kNow));
  EXPECT_EQ(begin("c-1"), BeginOutcome::Expired);
  ASSERT_TRUE(store.refuse("c-1", kNow));
  EXPECT_EQ(begin("c-1"), BeginOutcome::Refused);
  EXPECT_TRUE(must(store.release("c-1")));
  EXPECT_EQ(used(kNow), 0);
}

// What somebody refuses while it begins does not begin.
TEST_F(Executing, WaitsForARefusalThatCameFirst) {
  approve("ap-1", "c-1");
  reserve("c-1", {line(60, 100)}, {"ap-1"});
  sql("BEGIN; SELECT gateway.refuse('c-1', 1)");
  auto begun = std::async(std::launch::async, [&] { return begin("c-1"); });
  EXPECT_EQ(begun.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
  sql("COMMIT");
  EXPECT_EQ(begun.get(), BeginOutcome::Refused);
}

TEST_F(Executing, ASweepReleasesWhatDidNotBeginInTime) {
  approve("ap-1", "c-1");
  reserve("c-1", {line(60, 100)}, {"ap-1"});
  EXPECT_EQ(must(store.sweep(kNow + kMinute - 1)), 0);
  EXPECT_EQ(must(store.sweep(kNow + kMinute)), 1);
  EXPECT_EQ(used(kNow), 0);
  EXPECT_EQ(begin("c-1"), BeginOutcome::NotReserved);
  EXPECT_EQ(reserve("c-1", {line(60, 100)}, {"ap-1"}), ReserveOutcome::Reserved);
}

TEST_F(Executing, ASweepForgetsWhatNoWindowReachesBackTo) {
  reserve("c-1", {line(5, 9)});
  must(store.begin("c-1", kNow));
  must(store.settle("c-1", Effect::Happened, "done"));
  must(store.sweep(kNow + 366 * kDay));
  EXPECT_EQ(number("SELECT count(*) FROM gateway.line"), 1);
  // A gateway whose clock is ahead of the server's forgets nothing early.
  sql("UPDATE gateway.line SET counts_from = (extract(epoch FROM now()) * 1000)::bigint");
  must(store.sweep(kNow + 9000 * kDay));
  EXPECT_EQ(number("SELECT count(*) FROM gateway.line"), 1);
  sql("UPDATE gateway.line SET counts_from = 1");
  must(store.sweep(kNow));
  EXPECT_EQ(number("SELECT count(*) FROM gateway.line"), 0);
  EXPECT_EQ(must(store.progress("c-1"))->state, "settled");
}

TEST_F(Executing, WhatBeganAndCrashedStaysCounted) {
  reserve("c-1", {line(60, 100)});
  begin("c-1");
  EXPECT_EQ(must(store.sweep(kNow + kDay - 1)), 0);
  EXPECT_EQ(used(kNow + kDay - 1), 60);
  EXPECT_FALSE(must(store.release("c-1")));
  EXPECT_EQ(used(kNow), 60);
}

TEST_F(Executing, ReleaseGivesBackLinesAndApprovals) {
  approve("ap-1", "c-1");
  reserve("c-1", {line(60, 100)}, {"ap-1"});
  EXPECT_TRUE(must(store.release("c-1")));
  EXPECT_FALSE(must(store.release("c-1")));
  EXPECT_EQ(used(kNow), 0);
  EXPECT_EQ(must(store.answers("c-1")).size(), 1U);
}

TEST_F(Executing, AnActionWithoutEffectGivesBackItsAmountsAndKeepsItsApprovals) {
  approve("ap-1", "c-1");
  reserve("c-1", {line(60, 100)}, {"ap-1"});
  begin("c-1");
  EXPECT_TRUE(must(store.settle("c-1", Effect::None, "refused by the bank")));
  EXPECT_EQ(used(kNow), 0);
  EXPECT_EQ(reserve("c-1", {line(60, 100)}, {"ap-1"}), ReserveOutcome::AlreadyBegan);
  EXPECT_EQ(reserve("c-2", {line(60, 100)}, {"ap-1"}), ReserveOutcome::ApprovalUsed);
}

TEST_F(Executing, SettlingTwiceIsTheSameAndOnlyWhatBeganIsSettled) {
  EXPECT_FALSE(must(store.settle("c-1", Effect::Happened, "")));
  reserve("c-1", {line(60, 100)});
  EXPECT_FALSE(must(store.settle("c-1", Effect::Happened, "")));
  begin("c-1");
  EXPECT_TRUE(must(store.settle("c-1", Effect::Happened, "done")));
  EXPECT_TRUE(must(store.settle("c-1", Effect::Happened, "done again")));
  EXPECT_FALSE(must(store.settle("c-1", Effect::None, "")));
  const auto progress = must(store.progress("c-1"));
  ASSERT_TRUE(progress.has_value());
  EXPECT_EQ(progress->state, "settled");
  EXPECT_EQ(progress->result, "done");
}

// The store that tests/model searches, and this one, give the same answers to the same questions.
class Model : public OnPostgres {
 protected:
  static constexpr model::Scenario kScenario = {.amount = {{{1, 1}, {1, 0}, {1, 1}}},
                                                .approvals = {1, 1, 2},
                                                .cap = {2, 1},
                                                .window = 5,
                                                .lease = 3};
  static constexpr const char* kLimit[] = {"m.one", "m.two"};
  static constexpr const char* kCall[] = {"c-0", "c-1", "c-2"};

  static std::int64_t ms(model::Time time) { return kNow + 1000 * time; }

  void fresh() {
    sql("TRUNCATE gateway.call CASCADE; TRUNCATE gateway.action CASCADE");
    approve("ap-0", "c-0");
    approve("ap-1", "c-2");
  }

  std::string real_reserve(int call, model::Time now) {
    std::vector<Reservation> lines;
    for (int limit = 0; limit < model::kLimits; ++limit) {
      const int amount = kScenario.amount[call][limit];
      if (amount == 0) continue;
      lines.push_back(line(amount, kScenario.cap[limit], kLimit[limit], 1000 * kScenario.window));
    }
    const std::vector<std::string> approvals = {kScenario.approvals[call] == 1 ? "ap-0" : "ap-1"};
    switch (must(store.reserve(kCall[call], lines, approvals, "UTC", ms(now),
                               ms(now + kScenario.lease)))
                .outcome) {
      case ReserveOutcome::Reserved: return "reserved";
      case ReserveOutcome::LimitPassed: return "limit";
      case ReserveOutcome::ApprovalUsed: return "approval";
      case ReserveOutcome::OtherTerms: return "other terms";
      case ReserveOutcome::AlreadyBegan: return "began";
    }
    return "";
  }
  std::string model_reserve(int call, model::Time now) {
    switch (model_.check(kScenario, model::Mistake::None, call, now)) {
      case model::Reserve::Room:
        model_.write(kScenario, call, model::Store::all_lines(kScenario, call), now);
        return "reserved";
      case model::Reserve::Reserved: return "reserved";
      case model::Reserve::LimitPassed: return "limit";
      case model::Reserve::ApprovalUsed: return "approval";
      case model::Reserve::AlreadyBegan: return "began";
    }
    return "";
  }

  model::Store model_;
};

TEST_F(Model, AnswersAsTheStoreDoes) {
  std::mt19937 random(20261125);
  const auto pick = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  int compared = 0;
  for (int round = 0; round < 40 && !HasFailure(); ++round) {
    fresh();
    model_ = {};
    int clock = 3;
    for (int step = 0; step < 50 && !HasFailure(); ++step, ++compared) {
      SCOPED_TRACE("round " + std::to_string(round) + ", step " + std::to_string(step));
      clock += pick(3) == 0 ? 1 : 0;
      const int call = pick(model::kCalls);
      const auto now = static_cast<model::Time>(clock - pick(3));  // clocks differ
      switch (pick(8)) {
        case 0:
        case 1:
        case 2: EXPECT_EQ(real_reserve(call, now), model_reserve(call, now)); break;
        case 3:
        case 4:
          EXPECT_EQ(static_cast<int>(begin(kCall[call], ms(now))),
                    static_cast<int>(model_.begin(model::Mistake::None, call, now)));
          break;
        case 5: {
          const bool happened = pick(2) == 0;
          EXPECT_EQ(must(store.settle(kCall[call], happened ? Effect::Happened : Effect::None, "")),
                    model_.settle(call, happened));
          break;
        }
        case 6:
          EXPECT_EQ(must(store.release(kCall[call])), model_.release(model::Mistake::None, call));
          break;
        case 7:
          EXPECT_EQ(must(store.sweep(ms(now))), model_.sweep(model::Mistake::None, now));
          break;
      }
      for (int limit = 0; limit < model::kLimits; ++limit) {
        EXPECT_EQ(used(ms(now), kLimit[limit], 1000 * kScenario.window),
                  model_.used(kScenario, model::Mistake::None, -1, limit, now));
      }
    }
  }
  EXPECT_EQ(compared, 40 * 50);
}

}  // namespace
}  // namespace gateway
