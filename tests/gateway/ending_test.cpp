// When a call is over: what somebody of its chain refused, or what waited too long, never runs,
// also on the day when the rules ask nobody any more.
#include "tests/gateway/desk.h"

namespace gateway {
namespace {

using remit::Verdict;

class Ending : public Desk {
 protected:
  // p-1 and p-2 use up what the agent pays back alone, so p-3 waits. Its wait.
  std::int64_t third_waits() {
    for (const char* id : {"p-1", "p-2"}) {
      EXPECT_EQ(propose(refund(id, 49'00)).verdict, Verdict::Permit);
    }
    const Reply third = propose(third_);
    EXPECT_EQ(third.reason, "desk.refunds.unattended");
    return third.waits.empty() ? 0 : third.waits[0];
  }
  // The window of the limit is past: nothing waits for anybody.
  Reply propose_a_day_later() {
    now_ms += 25 * kHour;
    return propose(third_);
  }
  void expect_over(const Reply& reply, const std::string& reason) {
    EXPECT_EQ(reply.verdict, Verdict::Deny);
    EXPECT_EQ(reply.reason, reason);
    EXPECT_EQ(tool.runs.size(), 2U);
    EXPECT_TRUE(must(store.pending(now_ms)).empty());
  }

  const std::string third_ = refund("p-3", 49'00);
};

TEST_F(Ending, ARefusalByTheRequesterInARoleThatNobodyAsksForIsForGood) {
  directory.people.at("ana").roles.emplace_back("finance_manager");
  EXPECT_EQ(noted(third_waits(), "ana", "finance_manager", false), "");
  expect_over(propose_a_day_later(), "gateway.refused");
}

TEST_F(Ending, ARefusalByTheRequesterFromAnotherTenantIsForGood) {
  directory.people.at("ana").tenant = "t2";
  EXPECT_EQ(noted(third_waits(), "ana", "support_lead", false), "");
  expect_over(propose_a_day_later(), "gateway.refused");
}

TEST_F(Ending, ARefusalByTheActorItselfIsForGood) {
  directory.people["AGENT-7"] = {.tenant = "t2", .roles = {"support_lead"}};
  EXPECT_EQ(noted(third_waits(), "AGENT-7", "support_lead", false), "");
  expect_over(propose_a_day_later(), "gateway.refused");
}

TEST_F(Ending, ARefusalInARoleThatIsAskedIsForGood) {
  EXPECT_EQ(noted(third_waits(), "lee", "support_lead", false), "");
  expect_over(propose_a_day_later(), "gateway.refused");
}

// A refusal does not lapse, so it is no answer that is too late.
TEST_F(Ending, ARefusalAfterTheDeadlineCountsAndIsForGood) {
  const std::int64_t wait = third_waits();
  now_ms += 5 * kHour;
  EXPECT_EQ(noted(wait, "lee", "support_lead", false), "");
  expect_over(propose_a_day_later(), "gateway.refused");
}

// Between a permit and its effect: what was reserved is given back, and nothing runs.
TEST_F(Ending, WhatIsOverOnceItIsReservedDoesNotBegin) {
  for (const char* reason : {"gateway.refused", "gateway.expired"}) {
    const std::string id = reason;
    unreliable.after = [&](const std::string& name) {
      if (name != "reserve") return;
      const std::string call = must(store.submit("agent-7", id, refund(id, 20'00))).id;
      const bool by_somebody = id == "gateway.refused";
      EXPECT_TRUE(by_somebody ? store.refuse(call, now_ms) : store.expire(call, now_ms));
    };
    const Reply reply = propose(refund(id, 20'00));
    EXPECT_EQ(reply.verdict, Verdict::Deny);
    EXPECT_EQ(reply.reason, reason);
    unreliable.after = nullptr;
    EXPECT_EQ(propose(refund(id, 20'00)).reason, reason);
  }
  EXPECT_TRUE(tool.runs.empty());
  EXPECT_EQ(reserved(), 0);
}

TEST_F(Ending, ARefusalAfterTheEffectIsSaidToBeTooLate) {
  const std::int64_t wait = third_waits();
  approve(wait);
  unreliable.after = [&](const std::string& name) {
    if (name != "wait") return;
    unreliable.after = nullptr;
    EXPECT_EQ(propose(third_).verdict, Verdict::Permit);
  };
  const auto kept = answer_wait(unreliable, directory, wait, "lee", "support_lead", false, now_ms);
  EXPECT_EQ(kept.value().will_not_count, "the action has begun");
}

TEST_F(Ending, ARefusalThatIsSaidNotToCountEndsNothing) {
  const std::int64_t wait = third_waits();
  EXPECT_NE(noted(wait, "vic", "support_lead", false).find("of tenant t2"), std::string::npos);
  EXPECT_NE(noted(wait, "mo", "finance_manager", false).find("nobody is asked"), std::string::npos);
  EXPECT_EQ(propose_a_day_later().verdict, Verdict::Permit);
}

// Another name in the directory for the one who asked; the engine folds ASCII case.
TEST_F(Ending, TheRequesterInAnotherSpellingIsTheRequester) {
  directory.people["ANA"] = {.tenant = "t2", .roles = {"finance_manager"}};
  const std::int64_t wait = third_waits();
  EXPECT_EQ(noted(wait, "ANA", "finance_manager"), "agent-7 works for ANA");
  EXPECT_EQ(noted(wait, "ANA", "finance_manager", false), "");
  expect_over(propose_a_day_later(), "gateway.refused");
}

TEST_F(Ending, ACallThatHasExpiredStaysExpired) {
  const std::int64_t wait = third_waits();
  now_ms += 5 * kHour;
  expect_over(propose(third_), "engine.expired");
  expect_over(propose_a_day_later(), "gateway.expired");
  EXPECT_NE(noted(wait, "lee").find("it waited until"), std::string::npos);
  expect_over(propose(third_), "gateway.expired");
}

// Something else denied it when its deadline had passed.
TEST_F(Ending, ACallThatHasExpiredUnderAnotherDenyStaysExpired) {
  third_waits();
  now_ms += 5 * kHour;
  directory.orders.at("o-1").tenant = "t2";
  expect_over(propose(third_), "engine.default.main");
  directory.orders.at("o-1").tenant = "t1";
  expect_over(propose_a_day_later(), "gateway.expired");
}

TEST_F(Ending, AWaitWithMoreTimeEndsWithTheCall) {
  directory.agents.at("agent-7").risk = 60;  // waits for 4 hours beside the day of a large refund
  const Reply large = propose(refund("p-1", 5000'00));
  ASSERT_EQ(large.waits.size(), 2U);
  now_ms += 5 * kHour;
  EXPECT_EQ(propose(refund("p-1", 5000'00)).reason, "engine.expired");
  for (const std::int64_t wait : large.waits) EXPECT_NE(noted(wait, "lee"), "");
  directory.agents.at("agent-7").risk = 5;
  EXPECT_EQ(propose(refund("p-1", 5000'00)).reason, "gateway.expired");
  EXPECT_TRUE(must(store.pending(now_ms)).empty());
}

TEST_F(Ending, TheTablesOfAnOlderGatewayAreRenewed) {
  sql("ALTER TABLE gateway.call DROP COLUMN expired_at");
  ASSERT_TRUE(store.install().has_value());
  third_waits();
  now_ms += 5 * kHour;
  expect_over(propose(third_), "engine.expired");
  expect_over(propose_a_day_later(), "gateway.expired");
}

}  // namespace
}  // namespace gateway
