// Requests: what the decoder refuses, with which code, and where.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/unit/vm/bundles.h"
#include "tests/unit/vm/places.h"

namespace remit {
namespace {

const Engine& shop() {
  static const Engine kEngine =
      test::engine({test::policy("rule small on shop.refund {\n  permit\n  when risk.score < 100 "
                                 "and args.amount < USD 100\n}\n"
                                 "rule pay on shop.payout {\n  queue for support_lead within 1h\n  "
                                 "when risk.score < 99\n  because \"x\"\n}\n")});
  return kEngine;
}

std::string answer(std::string_view request) {
  Facts facts = shop().facts({});
  const Decision decision = shop().decide_json(request, facts);
  if (decision.fault() == Fault::None) return std::string(name(decision.verdict()));
  return std::string(code(decision.fault())) + " " + shop().answer(facts, decision)->at;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Request, IsDecidedWhenWhole) {
  EXPECT_EQ(answer(test::refund()), "permit");
  EXPECT_EQ(answer(test::payout(R"({"account":"a","amount":"USD 1"})")), "queue");
  EXPECT_EQ(
      answer(test::refund(
          R"("order":"o-1","amount":2000,"tags":["b","a"],"blob":{"a":[1,2e5]},"note":null)")),
      "permit");
}

TEST(Request, NamesTheFirstProblem) {
  const struct {
    std::string request, expected;
  } kCases[] = {
      {"", "engine.invalid_request "},
      {"[]", "engine.invalid_request "},
      {"{", "engine.invalid_request "},
      {test::refund() + "x", "engine.invalid_request "},
      {"\xEF\xBB\xBF" + test::refund(), "engine.invalid_request "},
      {"{}", "engine.missing_fact tool"},
      {R"({"tool":5})", "engine.invalid_request tool"},
      {R"({"tool":"shop.nothing"})", "engine.unknown_tool tool"},
      {R"({"tool":"shop.refund"})", "engine.invalid_request args"},
      {R"({"tool":"shop.refund","args":null})", "engine.invalid_request args"},
      {R"({"tool":"shop.refund","args":{}})", "engine.invalid_request args.order"},
      {replaced(test::refund(), R"("args":{"order":"o-1","amount":2000},)", ""),
       "engine.invalid_request args"},
      {test::refund(R"("amount":2000)"), "engine.invalid_request args.order"},
      {test::refund(R"("order":"o-1","amount":2000,"extra":1)"),
       "engine.invalid_request args.extra"},
      {test::refund(R"("order":"o-1","amount":2000,"zz":1,"aa":1)"),
       "engine.invalid_request args.aa"},
      {test::refund(R"("order":"o 1","amount":2000)"), "engine.invalid_request args.order"},
      {test::refund(R"("order":"o-1","amount":1e3)"), "engine.invalid_request args.amount"},
      {test::refund(R"("order":"o-1","amount":20.0)"), "engine.invalid_request args.amount"},
      {test::refund(R"("order":"o-1","amount":-1)"), "engine.invalid_request args.amount"},
      {test::refund(R"("order":"o-1","amount":"2000")"), "engine.invalid_request args.amount"},
      {test::refund(R"("order":"o-1","amount":2000,"amount":1)"), "engine.invalid_request "},
      {test::refund("\"order\":\"o-1\",\"amount\":2000,\"\\u0061mount\":1"),
       "engine.invalid_request "},
      {test::refund(R"("order":"o-1","amount":2000,"blob":{"a":1,"a":2})"),
       "engine.invalid_request "},
      {test::refund("\"order\":\"o-1\",\"amount\":2000,\"note\":\"\\ud800\""),
       "engine.invalid_request "},
      {test::refund("\"order\":\"o-1\",\"amount\":2000,\"note\":\"\\udc00\""),
       "engine.invalid_request "},
      {test::refund("\"order\":\"o-1\",\"amount\":2000,\"note\":\"a\nb\""),
       "engine.invalid_request "},
      {test::refund(R"("order":"o-1","amount":2000,"tags":["a","a"])"),
       "engine.invalid_request args.tags"},
      {test::refund(R"("order":"o-1","amount":2000,"tags":["a","b","c","d","e"])"),
       "engine.invalid_request args.tags"},
      {test::refund(R"("order":"o-1","amount":2000,"tags":["a",5])"),
       "engine.invalid_request args.tags[1]"},
      {test::refund(R"("order":"o-1","amount":2000,"site":"https://a@b.example/")"),
       "engine.invalid_request args.site"},
      {test::refund(
           R"("order":"o-1","amount":2000,"blob":"12345678901234567890123456789012345678901")"),
       "engine.invalid_request args.blob"},
      {test::refund(R"("order":null,"amount":2000)"), "engine.invalid_request args.order"},
      {test::payout(R"({"account":"a","amount":"USD 1"},{"account":"b","amount":"EUR 1"})"),
       "engine.invalid_request args.payees[1].amount"},
      {test::payout(R"({"account":"a"})"), "engine.invalid_request args.payees[0].amount"},
      {test::payout(R"({"account":"a","amount":"USD 1","label":"123456789012345678901"})"),
       "engine.invalid_request args.payees[0].label"},
      {replaced(test::refund(), R"("score":10)", R"("score":101)"),
       "engine.invalid_request risk.score"},
      {replaced(test::refund(), R"("score":10,)", ""), "engine.missing_fact risk.score"},
      {replaced(test::refund(), R"("id":"agent-1",)", ""), "engine.missing_fact actor.id"},
      {replaced(test::refund(), R"("kind":"agent")", R"("kind":"robot")"),
       "engine.invalid_request actor.kind"},
      {replaced(test::refund(), R"("signals":["velocity"])", R"("signals":["velocity"],"more":1)"),
       "engine.invalid_request risk.more"},
      {replaced(test::refund(), R"("weekday":"fri")", R"("weekday":"Fri")"),
       "engine.invalid_request clock.weekday"},
      {replaced(test::refund(), R"("source_ip":"10.1.2.3")", R"("source_ip":"10.1.2.03")"),
       "engine.invalid_request context.source_ip"},
      {replaced(test::refund(), R"("clock")", R"("clocks")"), "engine.invalid_request clocks"},
      {replaced(test::refund(), R"("clock")", R"("limits":{"shop.policy.x":1},"clock")"),
       "engine.invalid_request limits.shop.policy.x"},
      {replaced(test::refund(), R"("clock")", R"("approvals":[{}],"clock")"),
       "engine.invalid_request approvals[0].id"},
      {replaced(test::refund(), R"("requesters":["ana"])",
                R"("requesters":["ana"],"on_behalf_of":{"id":"ana","roles":[]})"),
       "engine.invalid_request actor.on_behalf_of.tenant"},
      // Roots come before args, and their order is the prelude's.
      {replaced(replaced(test::refund(R"("order":5,"amount":1)"), R"("score":10)", R"("score":-1)"),
                R"("version":"1")", R"("version":1)"),
       "engine.invalid_request actor.version"},
  };
  for (const auto& row : kCases) EXPECT_EQ(answer(row.request), row.expected) << row.request;
  // The payout's queue needs what the engine reads for waits.
  EXPECT_EQ(answer(replaced(test::payout(""), R"("owners":[])", R"("owners":null)")),
            "engine.invalid_request target.owners");
  EXPECT_EQ(answer(replaced(test::payout(""), R"("call":{"id":"c-1"},)", "")),
            "engine.missing_fact call.id");
}

TEST(Request, CutsALongUnknownName) {
  const std::string at = "engine.invalid_request args.";
  const std::string most(128, 'k');
  EXPECT_EQ(answer(test::refund('"' + most + "\":1")), at + most);
  EXPECT_EQ(answer(test::refund('"' + most + "k\":1")), at + most + "…");
  EXPECT_EQ(answer(test::refund('"' + most.substr(1) + "é\":1")), at + most.substr(1) + "…");
  EXPECT_EQ(answer(test::refund('"' + most.substr(2) + "éé\":1")), at + most.substr(2) + "é…");
  EXPECT_EQ(answer(replaced(test::refund(), "{", "{\"" + std::string(100'000, 'z') + "\":0,")),
            "engine.invalid_request " + std::string(128, 'z') + "…");
}

// However many members there are, known and unknown ones in any order.
TEST(Request, NamesTheFirstOfManyUnknownNames) {
  std::string members;
  for (int i = 500; i > 0; --i) members += "\"k" + std::to_string(1000 + i) + "\":0,";
  EXPECT_EQ(answer(test::refund(members + R"("order":"o-1","amount":2000)")),
            "engine.invalid_request args.k1001");
  EXPECT_EQ(answer(test::refund(R"("order":"o-1",)" + members + R"("amount":2000,"a":1)")),
            "engine.invalid_request args.a");
  EXPECT_EQ(
      answer(replaced(test::refund(), R"("score":10)", R"("score":10,)" + members + "\"b\":0")),
      "engine.invalid_request risk.b");
  EXPECT_EQ(answer(replaced(test::refund(), "{", '{' + members)), "engine.invalid_request k1001");
  EXPECT_EQ(answer(test::payout("{" + members + R"("account":"a","amount":"USD 1"})")),
            "engine.invalid_request args.payees[0].k1001");
  EXPECT_EQ(answer(replaced(test::refund(), "{", "{\"limits\":{" + members + "\"x\":0},")),
            "engine.invalid_request limits.k1001");
  // The last of many keys once more.
  EXPECT_EQ(
      answer(test::refund(R"("order":"o-1","amount":2000,"blob":{)" + members + R"("k1001":0})")),
      "engine.invalid_request ");
}

TEST(Request, TruncatedNeverPermits) {
  const std::string whole = test::refund();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(answer(whole.substr(0, size)), "permit") << size;
}

TEST(Request, HostileTextsAreRefused) {
  EXPECT_EQ(answer(std::string(100'000, '[')), "engine.invalid_request ");
  EXPECT_EQ(answer(R"({"a":)" + std::string(100'000, '[') + "}"), "engine.invalid_request ");
  EXPECT_EQ(answer(std::string((1 << 20) + 1, ' ')), "engine.invalid_request ");
  std::string many = "{";
  for (int i = 0; i < 50'000; ++i) many += "\"k" + std::to_string(i) + "\":1,";
  EXPECT_EQ(answer(many + "\"k0\":1}"), "engine.invalid_request ");
}

TEST(Facts, BoundByTheHostAreCheckedAlike) {
  Facts facts = shop().facts("shop.refund");
  const auto slot = [](std::string_view path) { return *shop().slot("shop.refund", path); };
  EXPECT_TRUE(facts.set(slot("args.order"), "o-1"));
  EXPECT_TRUE(facts.set(slot("args.amount"), money(20)));
  EXPECT_TRUE(facts.set(slot("actor.id"), "agent-1"));
  EXPECT_TRUE(facts.set(slot("actor.kind"), "agent"));
  EXPECT_TRUE(facts.set(slot("tenant.id"), "t1"));
  EXPECT_EQ(shop().decide(facts).fault(), Fault::MissingFact);
  EXPECT_EQ(test::place_of(shop(), facts), "risk.score");
  EXPECT_TRUE(facts.set(slot("risk.score"), std::int64_t{99}));
  EXPECT_EQ(shop().decide(facts).verdict(), Verdict::Permit);
  EXPECT_FALSE(facts.set(slot("risk.score"), std::int64_t{101}));
  EXPECT_EQ(shop().decide(facts).fault(), Fault::InvalidRequest);
  EXPECT_EQ(test::place_of(shop(), facts), "risk.score");
  Facts unknown = shop().facts("shop.nothing");
  EXPECT_EQ(shop().decide(unknown).fault(), Fault::UnknownTool);
}

// The longest value of each format, and one byte more.
TEST(Facts, FormatsAreTakenUpToTheirBound) {
  const auto repeated = [](std::string_view text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) result += text;
    return result;
  };
  const Engine engine = test::engine({test::policy(test::kItems)});
  const auto fits = [&](const char* tool, const char* path, const std::string& text) {
    Facts facts = engine.facts(tool);
    return facts.set(*engine.slot(tool, path), text);
  };
  const std::string host = repeated("abcdefgh.", 27) + "abcdefghij";  // 253
  EXPECT_TRUE(fits("shop.payout", "args.to", repeated("a", 64) + "@" + host));
  EXPECT_TRUE(fits("shop.payout", "args.to", repeated("a", 64) + "@" + host + "."));
  EXPECT_FALSE(fits("shop.payout", "args.to", repeated("a", 64) + "@k" + host));
  EXPECT_FALSE(fits("shop.payout", "args.to", repeated("a", 65) + "@" + host));
  EXPECT_TRUE(fits("shop.payout", "args.file", "/" + repeated("a", 1023)));
  EXPECT_FALSE(fits("shop.payout", "args.file", "/" + repeated("a", 1024)));
  const std::string url = "https://a.example/";
  EXPECT_TRUE(fits("shop.refund", "args.site", url + repeated("a", 2048 - 18)));
  EXPECT_FALSE(fits("shop.refund", "args.site", url + repeated("a", 2049 - 18)));
}

// A host's JSON is the decoder's: what is no value cannot end its place in a record.
TEST(Facts, AnOpaqueIsOneValue) {
  const Engine engine = test::engine({test::policy(test::kItems)});
  const std::string request = R"("order":"o-1","amount":2000,"blob":)";
  for (const std::string_view blob :
       {R"(0,"amount":999999999}},"x":{"y":{"z":0)", "{nope", "NaN", "\"\xFF\"", "[1}", "1 2",
        R"({"a":1,"a":2})", "\"\n\"", "", " ", "\"0123456789012345678901234567890123456789\""}) {
    Facts facts = engine.facts("shop.refund");
    EXPECT_FALSE(facts.set(*engine.slot("shop.refund", "args.blob"), blob)) << blob;
    Facts decoded = engine.facts({});
    EXPECT_EQ(engine.decide_json(test::refund(request + std::string(blob)), decoded).fault(),
              Fault::InvalidRequest)
        << blob;
  }
  Facts facts = engine.facts({});
  ASSERT_EQ(engine.decide_json(test::refund(request + "0"), facts).fault(), Fault::None);
  ASSERT_TRUE(facts.set(*engine.slot("shop.refund", "args.blob"), " { \"a\" : [ 1, 2.50 ] } "));
  const Decision decision = engine.decide(facts);
  EXPECT_NE(engine.record(facts, decision)->find(R"("blob":{"a":[1,2.50]})"), std::string::npos)
      << *engine.record(facts, decision);
}

// Copies share one program; each thread has facts of its own. The thread sanitizer watches.
TEST(Engine, IsSharedByThreads) {
  const Engine& engine = shop();
  const std::string expected = engine.decide_json(std::string_view(test::refund()));
  std::vector<std::thread> threads;
  std::atomic<int> same = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, copy = engine] {
      Facts facts = copy.facts({});
      for (int i = 0; i < 200; ++i) {
        const Decision decision = copy.decide_json(test::refund(), facts);
        same += copy.record(facts, decision).value() == expected;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(same, 800);
}

TEST(Request, RoundTripsThroughItsCanonicalForm) {
  Facts facts = shop().facts({});
  const Decision first = shop().decide_json(
      test::refund(R"("amount":2000,"order":"o-1","tags":["bb","a"],"blob": { "x" : 1 })"), facts);
  const std::string canonical = shop().canonical_request(facts, first).value();
  const std::string record = shop().record(facts, first, true).value();
  const Decision second = shop().decide_json(canonical, facts);
  EXPECT_EQ(shop().canonical_request(facts, second).value(), canonical);
  EXPECT_EQ(shop().record(facts, second, true).value(), record);
  EXPECT_NE(
      canonical.find(
          R"("args":{"order":"o-1","amount":2000,"dry":false,"blob":{"x":1},"tags":["a","bb"]}})"),
      std::string::npos)
      << canonical;
}

// What was refused while it was decoded is refused whatever is bound or asked afterwards.
TEST(Request, AFaultStaysUntilTheFactsAreFilledAnew) {
  const Engine engine = test::engine({test::policy(test::kItems)});
  Facts facts = engine.facts({});
  for (const std::string& bad :
       {test::refund(R"("order":"o-1","amount":2000,"dry":"yes")"),
        test::refund(R"("order":"o-1","amount":2000,"more":1)"),
        replaced(test::refund(), R"("clock")", R"("more":1,"clock")"), std::string("{}"),
        replaced(test::refund(), "shop.refund", "shop.other")}) {
    const Fault fault = engine.decide_json(bad, facts).fault();
    EXPECT_NE(fault, Fault::None) << bad;
    EXPECT_EQ(engine.decide(facts).fault(), fault) << bad;
    EXPECT_FALSE(engine.limit_keys_json(bad, facts)) << bad;
    EXPECT_EQ(engine.decide(facts).fault(), fault) << bad;
  }
  EXPECT_EQ(engine.decide_json(test::refund(), facts).fault(), Fault::None);
}

TEST(Request, NothingIsKnownOfAnAbsentRecord) {
  const Engine engine = test::engine({test::policy(test::kItems)});
  Facts facts = engine.facts({});
  EXPECT_EQ(engine.decide_json(test::refund(), facts).verdict(), Verdict::Permit);
  EXPECT_TRUE(facts.set(*engine.slot("shop.refund", "actor.on_behalf_of.id"), "ghost"));
  EXPECT_EQ(engine.decide(facts).fault(), Fault::InvalidRequest);
  EXPECT_EQ(test::place_of(engine, facts), "actor.on_behalf_of.id");
}

}  // namespace
}  // namespace remit
