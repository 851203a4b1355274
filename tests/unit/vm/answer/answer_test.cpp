// The typed answer: what a host does next, without reading JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "tests/unit/vm/desk.h"
#include "tests/unit/vm/kinds.h"
#include "tests/unit/vm/places.h"

namespace remit {
namespace {

using nlohmann::json;

Answer answer(const Engine& engine, const json& request, const AnswerOptions& options = {}) {
  Facts facts = engine.facts({});
  const Decision decision = engine.decide_json(request.dump(), facts);
  return engine.answer(facts, decision, options).value();
}

json record(const Engine& engine, const json& request) {
  return json::parse(engine.decide_json(request.dump()));
}

TEST(Answer, OfAPermitHasTheActionAndWhatToTake) {
  const Engine engine = test::desk();
  const Answer permit = answer(engine, test::small_request());
  EXPECT_EQ(permit.verdict, Verdict::Permit);
  EXPECT_EQ(permit.fault, Fault::None);
  EXPECT_FALSE(permit.proposed);
  ASSERT_TRUE(permit.execute);
  EXPECT_EQ(permit.execute->tool, "shop.refund");
  EXPECT_THAT(engine.decide_json(test::small_request().dump()),
              ::testing::HasSubstr("\"execute\":" + to_json(*permit.execute)));
  ASSERT_EQ(permit.execute->args.size(), 3U);
  const auto& args = permit.execute->args;
  EXPECT_EQ(args[0].name, "order");
  EXPECT_EQ(args[0].value.text, "o-1");
  EXPECT_EQ(args[1].value.kind, TypeKind::Money);
  EXPECT_EQ(args[1].value.integer, money(20));
  // A default is part of what was decided.
  EXPECT_EQ(args[2].name, "dry");
  EXPECT_EQ(args[2].value.integer, 0);
  ASSERT_EQ(permit.terms.reserve.size(), 2U);
  const LimitKey& counter = permit.terms.reserve[0].counter;
  EXPECT_EQ(counter.key, R"(["agent-1","pro"])");
  ASSERT_EQ(counter.parts.size(), 2U);
  EXPECT_EQ(counter.parts[0].text, "agent-1");
  EXPECT_EQ(counter.parts[1].kind, TypeKind::Enum);
  EXPECT_EQ(counter.parts[1].text, "pro");
  EXPECT_EQ(permit.reads, "internal");
  EXPECT_EQ(permit.call, "c-1");
  EXPECT_EQ(permit.duties.log, LogLevel::Minimal);
  EXPECT_TRUE(permit.digest.empty());
}

TEST(Answer, OfAWaitSaysWhomToAskUntilWhen) {
  const Engine engine = test::desk();
  const Answer queue = answer(engine, test::desk_request(), {.with_messages = true});
  EXPECT_EQ(queue.verdict, Verdict::Queue);
  EXPECT_FALSE(queue.execute);
  ASSERT_TRUE(queue.proposed);
  EXPECT_EQ(queue.proposed->args_json, R"({"order":"o-1","amount":7500,"dry":false})");
  ASSERT_EQ(queue.waits.size(), 1U);
  const Wait& wait = queue.waits[0];
  EXPECT_EQ(wait.item, "shop.policy.large");
  EXPECT_EQ(wait.verdict, Verdict::Queue);
  EXPECT_EQ(wait.within_ms, 4 * 3'600'000);
  // Nobody was asked yet.
  constexpr std::int64_t kNow = 1'763'631'000'000 + 365LL * 86'400'000;
  EXPECT_FALSE(wait.deadline_ms);
  ASSERT_EQ(wait.parties.size(), 1U);
  EXPECT_EQ(wait.parties[0].seats, std::vector<std::string>{"support_lead"});
  EXPECT_TRUE(wait.parties[0].have.empty());
  EXPECT_EQ(queue.digest.size(), 64U);
  ASSERT_EQ(queue.messages.size(), 1U);
  EXPECT_EQ(queue.messages[0].because, "Refund of USD 75.00");
  EXPECT_FALSE(queue.refused);
  EXPECT_FALSE(queue.expired);

  json asked = test::desk_request();
  asked["call"]["first_asked"] = "2026-11-20T06:30:00Z";
  EXPECT_EQ(answer(engine, asked).waits.at(0).deadline_ms, kNow + 3'600'000);
  asked["call"]["first_asked"] = "2026-11-20T05:29:59Z";
  const Answer late = answer(engine, asked);
  EXPECT_EQ(late.fault, Fault::Expired);
  EXPECT_TRUE(late.expired);
  EXPECT_TRUE(late.waits.empty());
}

TEST(Answer, SaysWhoeverIsAskedFromWhichSeats) {
  const Engine engine = test::engine({test::policy(
      "rule a on shop.refund {\n  queue for requester within 1h\n"
      "  when tenant.id in target.tenants\n  because \"A\"\n  advise \"Wait\"\n}\n"
      "guard b on shop.refund {\n  escalate to 2 of support_lead or finance_manager within 2h\n"
      "  when args.amount > USD 1\n  because \"B\"\n}\n"
      "guard c on shop.refund {\n  deny\n  when args.amount < USD 1\n  because \"C\"\n}\n")});
  const Answer asked = answer(engine, json::parse(test::refund()), {.with_messages = true});
  EXPECT_EQ(asked.verdict, Verdict::Escalate);
  ASSERT_EQ(asked.waits.size(), 2U);
  EXPECT_EQ(to_text(asked.waits[0].parties), "1 of requester");
  EXPECT_EQ(to_text(asked.waits[1].parties), "2 of finance_manager or support_lead");
  EXPECT_EQ(to_text({asked.waits[0].parties[0], asked.waits[1].parties[0]}),
            "1 of requester and 2 of (finance_manager or support_lead)");
  EXPECT_EQ(to_json(asked.messages), R"([{"item":"shop.policy.b","because":"B","advise":null},)"
                                     R"({"item":"shop.policy.a","because":"A","advise":"Wait"}])");
  const json kim = test::answered(engine, json::parse(test::refund()), "kim", "finance_manager");
  const json parties = record(engine, kim)["awaiting"][1]["parties"];
  EXPECT_EQ(parties, json::parse(R"([{"role":"finance_manager|support_lead","need":2,
                                      "have":["kim"]}])"));

  json elsewhere = json::parse(test::refund());
  elsewhere["target"]["tenants"] = json::array({"t2"});
  EXPECT_EQ(to_json(answer(engine, elsewhere, {.with_messages = true}).messages),
            R"([{"item":"engine.default.main","because":null,"advise":null}])");
  json broken = json::parse(test::refund());
  broken["args"].erase("amount");
  EXPECT_TRUE(answer(engine, broken, {.with_messages = true}).messages.empty());
}

// Who asked confirms as `requester`, and in no other seat; only they may.
TEST(Answer, IsReleasedByWhoAskedWhereTheyAreAsked) {
  const Engine engine = test::engine(
      {test::policy("rule a on shop.refund {\n  queue for requester and support_lead within 1h\n"
                    "  when tenant.id in target.tenants\n  because \"A\"\n}\n"
                    "assert b on shop.refund { never permit when approved() != 1 or "
                    "approved(requester) != 1 }\n")});
  json request = json::parse(test::refund());
  request["actor"]["requesters"] = json::array({"usr-ana", "AGENT-1"});
  const auto with = [&](const char* who, const char* seat) {
    return answer(
        engine,
        test::answered(engine, test::answered(engine, request, "lee", "support_lead"), who, seat));
  };
  EXPECT_EQ(with("usr-ana", "requester").verdict, Verdict::Permit);
  EXPECT_EQ(with("usr-ana", "support_lead").verdict, Verdict::Queue);
  for (const char* other : {"lee", "USR-ANA", "AGENT-1", "agent-1"})
    EXPECT_EQ(with(other, "requester").verdict, Verdict::Queue) << other;
  // Who asked takes it back from any seat; a stranger has none to refuse from.
  const auto refused = [&](const char* who, const char* seat) {
    return answer(engine, test::answered(engine, request, who, seat, "refused")).verdict;
  };
  EXPECT_EQ(refused("USR-ANA", "support_lead"), Verdict::Deny);
  EXPECT_EQ(refused("usr-ana", "requester"), Verdict::Deny);
  EXPECT_EQ(refused("kim", "requester"), Verdict::Queue);
}

TEST(Answer, SaysWhoAnswered) {
  const Engine engine = test::desk();
  const json granted = test::answered(engine, test::desk_request(), "lee", "support_lead");
  const Answer released = answer(engine, granted);
  EXPECT_EQ(released.verdict, Verdict::Permit);
  EXPECT_EQ(released.terms.consume, std::vector<std::string>{"ap-1"});
  const Answer refused = answer(
      engine, test::answered(engine, test::desk_request(), "lee", "support_lead", "refused"));
  EXPECT_EQ(refused.verdict, Verdict::Deny);
  EXPECT_TRUE(refused.refused);
  EXPECT_FALSE(refused.execute || refused.proposed);
}

TEST(Answer, ListsAllThatIsMissing) {
  const Engine engine = test::desk();
  json request = test::small_request();
  request.erase("limits");
  const Answer counters = answer(engine, request);
  EXPECT_EQ(counters.at, "limits.shop.policy.per_actor");
  EXPECT_EQ(counters.missing, (std::vector<std::string>{"limits.shop.policy.per_actor",
                                                        "limits.shop.policy.per_tenant"}));
  request["risk"].erase("score");
  request["target"].erase("tenants");
  const Answer facts = answer(engine, request);
  EXPECT_EQ(facts.fault, Fault::MissingFact);
  EXPECT_EQ(facts.at, facts.missing.at(0));
  EXPECT_EQ(facts.missing, (std::vector<std::string>{"target.tenants", "risk.score"}));
  request["args"].erase("amount");
  const Answer argument = answer(engine, request);
  EXPECT_EQ(argument.fault, Fault::InvalidRequest);
  EXPECT_EQ(argument.missing,
            (std::vector<std::string>{"args.amount", "target.tenants", "risk.score"}));
  request["args"]["amount"] = "much";
  EXPECT_EQ(answer(engine, request).at, "args.amount");
  EXPECT_TRUE(answer(engine, request).missing.empty());
}

// The record is the answer as JSON: whatever one of them says, the other does.
TEST(Answer, SaysWhatTheRecordSays) {
  const Engine engine = test::desk();
  json halted = test::small_request(), denied = test::small_request();
  halted["control"]["halted"] = true;
  denied["args"]["amount"] = 2000;
  denied["target"]["tenants"] = json::array();
  for (const json& request :
       {test::small_request(), test::desk_request(), halted, denied, json{{"tool", "no.such"}}}) {
    const Answer typed = answer(engine, request);
    const json written = record(engine, request);
    EXPECT_EQ(written["verdict"], name(typed.verdict));
    EXPECT_EQ(written["by"], typed.by);
    EXPECT_EQ(written["at"], typed.at.empty() ? json() : json(typed.at));
    EXPECT_EQ(written["execute"].is_null(), !typed.execute);
    EXPECT_EQ(written["awaiting"].size(), typed.waits.size());
    EXPECT_EQ(written["reserve"].size(), typed.terms.reserve.size());
    EXPECT_EQ(written["consume"], typed.terms.consume);
    EXPECT_EQ(written["duties"]["notify"], typed.duties.notify);
    EXPECT_EQ(written["image"], typed.image);
  }
}

TEST(Answer, HasNothingToExecuteWhileTheEngineIsOff) {
  const Engine engine = test::desk();
  Facts facts = engine.facts({});
  const Decision decision = engine.decide_json(test::small_request().dump(), facts);
  engine.halt();
  const Answer halted = engine.answer(facts, decision).value();
  EXPECT_EQ(halted.verdict, Verdict::Permit);
  EXPECT_FALSE(halted.execute);
  EXPECT_TRUE(halted.terms.reserve.empty());
  engine.halt(false);
  EXPECT_TRUE(engine.answer(facts, decision)->execute);
}

// Facts are input: what is asked about a decision changes nothing in them.
TEST(Answer, IsGivenToSeveralThreadsAtOnce) {
  const Engine engine = test::desk();
  Facts facts = engine.facts({});
  const Decision decision = engine.decide_json(test::desk_request().dump(), facts);
  const std::string expected = engine.record(facts, decision).value();
  std::array<bool, 4> same{};
  std::vector<std::thread> threads;
  for (bool& mine : same) {
    threads.emplace_back([&] {
      mine = true;
      for (int i = 0; i < 200; ++i)
        mine = mine && engine.record(facts, decision) == expected &&
               engine.answer(facts, decision)->waits.size() == 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const bool mine : same) EXPECT_TRUE(mine);
}

TEST(Answer, HasValuesOfEveryShape) {
  const Engine engine = test::engine({test::policy(test::kItems)});
  json request = json::parse(test::payout(
      R"({"account":"a","amount":"USD 1","label":"x"},{"account":"b","amount":"USD 2"})"));
  request["risk"]["score"] = 5;
  const Answer wait = answer(engine, request);
  ASSERT_TRUE(wait.proposed);
  const TypedValue& payees = wait.proposed->args.at(0).value;
  EXPECT_EQ(payees.kind, TypeKind::List);
  ASSERT_EQ(payees.elements.size(), 2U);
  ASSERT_EQ(payees.elements[1].fields.size(), 2U);
  EXPECT_EQ(payees.elements[1].fields[1].name, "amount");
  EXPECT_EQ(payees.elements[1].fields[1].value.integer, money(2));
  EXPECT_EQ(payees.elements[0].fields.at(2).value.text, "x");
}

TEST(Answer, NamesWhatIsMissingOfARecord) {
  const Engine engine = test::kinds();
  Facts facts = engine.facts({});
  ASSERT_EQ(engine.decide_json(test::kinds_request(""), facts).fault(), Fault::None);
  ASSERT_TRUE(facts.set_present(*engine.slot("k.a", "args.box")));
  const Answer answer = engine.answer(facts, engine.decide(facts)).value();
  EXPECT_EQ(answer.at, "args.box.side");
  EXPECT_EQ(answer.missing, std::vector<std::string>{"args.box.side"});
}

// What is there and should not be is not missing, and of what could not be read nothing is known.
TEST(Answer, ListsNothingAsMissingThatIsNot) {
  const Engine engine = test::kinds();
  Facts facts = engine.facts({});
  const auto decided = [&] { return engine.answer(facts, engine.decide(facts)).value(); };
  ASSERT_EQ(engine.decide_json(test::kinds_request(""), facts).fault(), Fault::None);
  ASSERT_TRUE(facts.set(*engine.slot("k.a", "args.box.side"), 1));
  EXPECT_EQ(decided().at, "args.box.side");
  EXPECT_EQ(decided().missing, std::vector<std::string>());
  facts.reset("k.a");
  ASSERT_FALSE(facts.set(*engine.slot("k.a", "args.n"), 99));
  EXPECT_EQ(decided().at, "args.n");
  EXPECT_EQ(decided().missing, std::vector<std::string>());
  facts.reset("k.none");
  EXPECT_EQ(decided().fault, Fault::UnknownTool);
  EXPECT_EQ(decided().missing, std::vector<std::string>());
}

// Counters are asked for once all facts are there, whatever the facts were decided for before.
TEST(Answer, NamesAMissingFactBeforeACounter) {
  const Engine engine = test::desk();
  nlohmann::json request = test::small_request();
  Facts facts = engine.facts({});
  ASSERT_EQ(engine.decide_json(request.dump(), facts).verdict(), Verdict::Permit);
  request.erase("limits");
  request["risk"].erase("score");
  const Decision decision = engine.decide_json(request.dump(), facts);
  EXPECT_EQ(decision.fault(), Fault::MissingFact);
  EXPECT_EQ(engine.answer(facts, decision).value().at, "risk.score");
}

}  // namespace
}  // namespace remit
