// Limits through the whole engine: the two phases, counters, and what a permit reserves.
#include <gtest/gtest.h>

#include <tuple>

#include "tests/unit/vm/desk.h"
#include "tests/unit/vm/kinds.h"
#include "tests/unit/vm/places.h"
#include "vm/answer/reservation.h"

namespace remit {
namespace {

using nlohmann::json;
using test::decided;
using test::desk_request;

json small() {
  json request = desk_request();
  request["args"]["amount"] = 2000;
  return request;
}

TEST(Limit, KeysAreThoseThatApply) {
  const Engine engine = test::desk();
  Facts facts = engine.facts({});
  json request = small();
  request["limits"] = "not looked at";
  request["approvals"] = 7;
  const auto keys = engine.limit_keys_json(request.dump(), facts);
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 2U);
  EXPECT_EQ((*keys)[0].limit, "shop.policy.per_actor");
  EXPECT_EQ((*keys)[0].key, R"(["agent-1","pro"])");
  EXPECT_EQ((*keys)[0].kind, TypeKind::Int);
  EXPECT_EQ((*keys)[0].window, "calendar month");
  EXPECT_EQ((*keys)[0].window_ms, 0);
  EXPECT_EQ((*keys)[1].limit, "shop.policy.per_tenant");
  EXPECT_EQ((*keys)[1].key, R"(["t1"])");
  EXPECT_EQ((*keys)[1].window, "1d");
  EXPECT_EQ((*keys)[1].window_ms, 86'400'000);
  request["tenant"]["plan"] = "free";
  EXPECT_EQ(engine.limit_keys_json(request.dump(), facts)->size(), 1U);
  request["args"]["order"] = 5;
  const auto refused = engine.limit_keys_json(request.dump(), facts);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::InvalidRequest);
  EXPECT_EQ(refused.error().at, "args.order");
}

TEST(Limit, CounterOfALimitThatAppliesIsRequired) {
  const Engine engine = test::desk();
  json request = small();
  request["limits"].erase("shop.policy.per_tenant");
  json record = decided(engine, request);
  EXPECT_EQ(record["fault"], "engine.missing_fact");
  EXPECT_EQ(record["at"], "limits.shop.policy.per_tenant");
  // One that does not apply is accepted and ignored, present or not.
  request = small();
  request["tenant"]["plan"] = "enterprise";
  request["limits"]["shop.policy.per_actor"] = 9;
  EXPECT_EQ(decided(engine, request)["verdict"], "permit");
  request["limits"].erase("shop.policy.per_actor");
  EXPECT_EQ(decided(engine, request)["verdict"], "permit");
}

TEST(Limit, CounterThatCannotBeIsRefused) {
  const Engine engine = test::desk();
  const auto at = [&](const char* limit, const json& used) {
    json request = small();
    request["limits"][limit] = used;
    const json record = decided(engine, request);
    EXPECT_EQ(record["fault"], "engine.invalid_request") << used;
    return record["at"];
  };
  for (const json& used : {json("-USD 1"), json(5), json("EUR 5"), json(), json({{"a", 1}})})
    EXPECT_EQ(at("shop.policy.per_tenant", used), "limits.shop.policy.per_tenant");
  for (const json& used : {json(-1), json("3"), json(1.5), json()})
    EXPECT_EQ(at("shop.policy.per_actor", used), "limits.shop.policy.per_actor");
  EXPECT_EQ(at("shop.policy.other", 1), "limits.shop.policy.other");
}

// A policy that does not apply, or an exception that does: no counter is asked for, and none
// counts.
TEST(Limit, ThatDoesNotApplyCountsNothing) {
  const auto limited = [](const std::string& header, const std::string& unless) {
    return test::engine(
        {test::policy("rule ok on shop.refund {\n  permit\n  when risk.score < 99\n}\n"),
         test::policy("limit l on shop.refund {\n" + unless +
                          "  max 3 calls per tenant.id in 1d\n  otherwise deny\n  because "
                          "\"l\"\n}\n",
                      header)});
  };
  const auto asked = [](const Engine& engine, bool counted) {
    json request = json::parse(test::refund());
    if (counted) request["limits"]["shop.more.l"] = 3;
    const json record = decided(engine, request);
    return record["fault"].is_null() ? record["verdict"] : record["fault"];
  };
  const std::string more = "policy shop.more", here = more + " applies when tenant.id == \"t1\"",
                    there = more + " applies when tenant.id == \"t2\"";
  const std::string always = "  unless risk.score < 99\n", never = "  unless risk.score > 99\n";
  for (const auto& [header, unless, applies] : {std::tuple(here, std::string(), true),
                                                {there, std::string(), false},
                                                {more, never, true},
                                                {more, always, false}}) {
    const Engine engine = limited(header, unless);
    EXPECT_EQ(asked(engine, true), applies ? "deny" : "permit") << header << unless;
    EXPECT_EQ(asked(engine, false), applies ? "engine.missing_fact" : "permit") << header << unless;
  }
}

TEST(Limit, CountsDurations) {
  const Engine engine = test::kinds(
      "rule ok on k.a {\n  permit\n  when risk.score < 50\n}\n@absent_ok(\"no "
      "wait\")\nlimit d on k.a {\n  when has session.wait\n  max 3h of session.wait per "
      "tenant.id in 1d\n  otherwise deny\n  because \"d\"\n}\n");
  const auto answer = [&](const std::string& used) {
    std::string request = test::kinds_request(R"("wait":"1h")");
    request.insert(1, R"("call":{"id":"c"},"limits":{"k.p.d":)" + used + "},");
    Facts facts = engine.facts({});
    const Decision decision = engine.decide_json(request, facts);
    return decision.fault() == Fault::None ? std::string(name(decision.verdict()))
                                           : test::place_of(engine, facts);
  };
  EXPECT_EQ(answer(R"("2h")"), "permit");
  EXPECT_EQ(answer(R"("121m")"), "deny");
  EXPECT_EQ(answer("7200000"), "limits.k.p.d");
  EXPECT_EQ(answer(R"("soon")"), "limits.k.p.d");
}

TEST(Limit, CounterIsOfTheTool) {
  const Engine engine = test::desk();
  Facts facts = engine.facts("shop.payout");
  EXPECT_TRUE(facts.set_counter("shop.policy.per_actor", 1));
  EXPECT_FALSE(facts.set_counter("shop.policy.per_tenant", 1));
  EXPECT_EQ(engine.decide(facts).fault(), Fault::InvalidRequest);
  EXPECT_EQ(test::place_of(engine, facts), "limits.shop.policy.per_tenant");
}

TEST(Limit, KeysAreOfWholeFactsOfThisEngineWhileItIsOn) {
  const Engine engine = test::desk(), other = test::desk();
  Facts facts = engine.facts("shop.refund");
  EXPECT_EQ(engine.limit_keys(facts).error().fault, Fault::InvalidRequest);
  ASSERT_TRUE(engine.limit_keys_json(small().dump(), facts));
  EXPECT_TRUE(engine.limit_keys(facts));
  EXPECT_EQ(other.limit_keys(facts).error().fault, Fault::NoBundle);
  engine.halt();
  EXPECT_EQ(engine.limit_keys(facts).error().fault, Fault::Halted);
  EXPECT_EQ(engine.limit_keys_json(small().dump(), facts).error().fault, Fault::Halted);
}

TEST(Limit, WindowsHaveWords) {
  const auto words = [](Window window, std::int64_t ms = 0) {
    vm::LimitRow limit;
    limit.window = window;
    limit.window_ms = ms;
    return vm::window_text(limit);
  };
  EXPECT_EQ(words(Window::Sliding, 5'400'000), "90m");
  EXPECT_EQ(words(Window::Day), "calendar day");
  EXPECT_EQ(words(Window::Week), "calendar week");
  EXPECT_EQ(words(Window::Month), "calendar month");
  EXPECT_EQ(words(Window::Year), "calendar year");
  EXPECT_EQ(words(Window::Ever), "ever");
}

TEST(Limit, HoldsToTheLastUnit) {
  const Engine engine = test::desk();
  json request = small();
  request["limits"]["shop.policy.per_tenant"] = "USD 980";
  EXPECT_EQ(decided(engine, request)["verdict"], "permit");
  request["limits"]["shop.policy.per_tenant"] = "USD 980.000001";
  const json record = decided(engine, request);
  EXPECT_EQ(record["verdict"], "deny");
  EXPECT_EQ(record["by"], json({"shop.policy.per_tenant"}));
  EXPECT_EQ(record["reserve"], json::array());
}

TEST(Limit, PermitReservesALineForEach) {
  const Engine engine = test::desk();
  const json record = decided(engine, small());
  EXPECT_EQ(record["verdict"], "permit");
  EXPECT_EQ(record["reserve"],
            json::parse(R"([{"limit":"shop.policy.per_actor","key":["agent-1","pro"],"amount":1,
                             "max":3,"window":"calendar month"},
                            {"limit":"shop.policy.per_tenant","key":["t1"],"amount":"USD 20.00",
                             "max":"USD 1000.00","window":"1d"}])"));
  Facts facts = engine.facts({});
  const Decision decision = engine.decide_json(small().dump(), facts);
  const auto terms = engine.terms(facts, decision);
  ASSERT_TRUE(terms);
  const auto& lines = terms->reserve;
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[1].counter.limit, "shop.policy.per_tenant");
  EXPECT_EQ(lines[1].counter.kind, TypeKind::Money);
  EXPECT_EQ(lines[1].amount, 20'000'000);
  EXPECT_EQ(lines[1].max, 1'000'000'000);
}

// A host that has filled its facts anew learns nothing of the decision before.
TEST(Limit, TermsAreOfTheFactsThatWereDecided) {
  const Engine engine = test::desk();
  Facts facts = engine.facts({});
  const Decision decision = engine.decide_json(small().dump(), facts);
  EXPECT_TRUE(engine.terms(facts, decision));
  Facts others = engine.facts({});
  EXPECT_FALSE(engine.terms(others, decision));
  EXPECT_EQ(engine.decide_json(small().dump(), others).verdict(), Verdict::Permit);
  EXPECT_FALSE(engine.terms(others, decision));
  EXPECT_TRUE(facts.set_counter("shop.policy.per_tenant", 1'000'000'000));
  EXPECT_EQ(engine.terms(facts, decision).error(), PairFault::FactsChanged);
  EXPECT_EQ(engine.terms(facts, engine.decide(facts)).error(), PairFault::NotPermitted);
}

TEST(Limit, ReleasedByAnApprovalHasNoMaximum) {
  const Engine engine = test::desk();
  json request = small();
  request["limits"]["shop.policy.per_actor"] = 3;
  EXPECT_EQ(decided(engine, request)["verdict"], "queue");
  request = test::answered(engine, request, "fin", "finance_manager");
  const json record = decided(engine, request);
  EXPECT_EQ(record["verdict"], "permit");
  EXPECT_EQ(record["by"], json({"shop.policy.per_actor", "shop.policy.small"}));
  EXPECT_EQ(record["reserve"][0]["max"], json());
  EXPECT_EQ(record["reserve"][1]["max"], "USD 1000.00");
  EXPECT_EQ(record["consume"], json({"ap-1"}));
}

TEST(Limit, IsInTheCanonicalRequest) {
  const Engine engine = test::desk();
  const json request = test::answered(engine, desk_request(), "lee", "support_lead");
  Facts facts = engine.facts({});
  const Decision decision = engine.decide_json(request.dump(), facts);
  const std::string canonical = engine.canonical_request(facts, decision).value();
  const std::string record = engine.record(facts, decision).value();
  const Decision again = engine.decide_json(canonical, facts);
  EXPECT_EQ(engine.record(facts, again).value(), record);
  EXPECT_EQ(engine.canonical_request(facts, again).value(), canonical);
  const json read = json::parse(canonical);
  EXPECT_EQ(read["limits"]["shop.policy.per_tenant"], "USD 0.00");
  EXPECT_EQ(read["approvals"][0]["by"], "lee");
}

}  // namespace
}  // namespace remit
