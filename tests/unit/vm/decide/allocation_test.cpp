// Deciding allocates nothing.
#include <gtest/gtest.h>

#include "tests/unit/vm/allocations.h"
#include "tests/unit/vm/desk.h"

namespace remit {
namespace {

std::size_t allocated() { return test::allocations().count; }

// A policy with something of everything, on requests that reach all of it. The first decisions warm
// what RE2 keeps for a pattern.
void decides_without_allocating(const LoadOptions& options) {
  const Engine engine = test::engine({test::policy(test::kItems)}, {}, options);
  Facts facts = engine.facts({});
  for (const std::string& request :
       {test::refund(), test::refund(R"("order":"o-1","amount":9000,"note":"okk","tags":["a"])"),
        test::payout(R"({"account":"a","amount":"USD 1"})")}) {
    ASSERT_EQ(engine.decide_json(request, facts).fault(), Fault::None);
    std::size_t before = 0;
    for (int round = 0; round < 20; ++round) {
      if (round == 2) before = allocated();
      EXPECT_EQ(engine.decide(facts).fault(), Fault::None);
    }
    EXPECT_EQ(allocated(), before) << request;
  }
}

TEST(Decide, AllocatesNothing) { decides_without_allocating({}); }
TEST(Decide, AllocatesNothingWhileItCounts) { decides_without_allocating({.meter = true}); }

// Nor does a tenant that is seen for the first time, or one for which there is no room.
TEST(Decide, AllocatesNothingForANewTenant) {
  const Engine engine =
      test::engine({test::policy(test::kItems)}, {}, {.meter = true, .meter_tenants = 2});
  Facts facts = engine.facts({});
  ASSERT_EQ(engine.decide_json(test::refund(), facts).fault(), Fault::None);
  const SlotId tenant = *engine.slot("shop.refund", "tenant.id");
  for (const char* id : {"t2", "t3", "t4"}) {
    ASSERT_TRUE(facts.set(tenant, id));
    const std::size_t before = allocated();
    EXPECT_EQ(engine.decide(facts).fault(), Fault::None);
    EXPECT_EQ(allocated(), before) << id;
  }
  EXPECT_EQ(engine.metrics().overflow, 2U);
}

// Nor do tables, counters, approvals and asserts.
TEST(Decide, AllocatesNothingForApprovals) {
  const Engine engine = test::desk();
  Facts facts = engine.facts({});
  const auto request = test::answered(engine, test::desk_request(), "lee", "support_lead");
  ASSERT_EQ(engine.decide_json(request.dump(), facts).verdict(), Verdict::Permit);
  const std::size_t before = allocated();
  for (int round = 0; round < 20; ++round)
    EXPECT_EQ(engine.decide(facts).verdict(), Verdict::Permit);
  EXPECT_EQ(allocated(), before);
}

// Facts that are used again keep their memory.
TEST(Facts, AllocateNothingOnceTheyAreWarm) {
  const Engine engine = test::engine({test::policy(test::kItems)});
  Facts facts = engine.facts("shop.refund");
  const SlotId order = *engine.slot("shop.refund", "args.order"),
               amount = *engine.slot("shop.refund", "args.amount"),
               kind = *engine.slot("shop.refund", "actor.kind"),
               site = *engine.slot("shop.refund", "args.site"),
               address = *engine.slot("shop.refund", "context.source_ip");
  std::size_t before = 0;
  for (int round = 0; round < 10; ++round) {
    if (round == 2) before = allocated();
    facts.reset("shop.refund");
    EXPECT_TRUE(facts.set(order, "o-1"));
    EXPECT_TRUE(facts.set(amount, money(round)));
    EXPECT_TRUE(facts.set(kind, "agent"));
    EXPECT_TRUE(facts.set(site, "https://Shop.acme.example"));
    EXPECT_TRUE(facts.set(address, "203.113.113.113"));
  }
  EXPECT_EQ(allocated(), before);
}

}  // namespace
}  // namespace remit
