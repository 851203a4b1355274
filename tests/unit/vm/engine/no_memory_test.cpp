// Where the machine has no memory left, loading is an error, and nothing is permitted.
#include <gtest/gtest.h>

#include <functional>

#include <remit/compile.h>
#include "tests/unit/vm/allocations.h"
#include "tests/unit/vm/desk.h"
#include "tests/unit/vm/places.h"

namespace remit {
namespace {

using test::Allocations;
using test::allocations;

// Lets one allocation fail, or all from then on.
class Failing {
 public:
  Failing(std::size_t after, bool from_then_on) {
    allocations().fails_from_then_on = from_then_on;
    allocations().fails_after = after;
  }
  // The one allocation that was to fail was asked for.
  [[nodiscard]] static bool happened() { return allocations().fails_after == Allocations::kNever; }
  ~Failing() { allocations().fails_after = Allocations::kNever; }
  Failing(const Failing&) = delete;
  Failing& operator=(const Failing&) = delete;
};

std::vector<std::byte> image(const std::string& items) {
  return compile({{"schema.rule", test::kShop}, {"policy.rule", test::policy(items)}}).image;
}

// Lets every allocation of a load fail in turn. Returns how many there are.
std::size_t fail_each(const std::vector<std::byte>& image, const LoadOptions& options,
                      bool from_then_on) {
  for (std::size_t n = 0;; ++n) {
    std::optional<std::expected<Engine, LoadError>> engine;
    {
      const Failing failing(n, from_then_on);
      engine = Engine::load(image, Trust::unsigned_image(), options);
    }
    if (*engine) return n;
    if (engine->error().code() != "host.no_memory") {
      ADD_FAILURE() << "allocation " << n << ": " << engine->error().code();
      return n;
    }
  }
}

TEST(NoMemory, IsALoadErrorWhicheverAllocationFails) {
  const LoadOptions options{.allow_dev = true, .meter = true, .meter_tenants = 2};
  const std::vector<std::byte> bytes = image(test::kDesk);
  (void)Engine::load(bytes, Trust::unsigned_image(), options);
  const std::size_t before = allocations().live;
  EXPECT_GT(fail_each(bytes, options, false), 100U);
  EXPECT_GT(fail_each(bytes, options, true), 100U);
  EXPECT_EQ(allocations().live, before) << "a failed load keeps nothing";
}

// RE2 does not undo all that it had begun, so what a failed load keeps is not looked at here.
TEST(NoMemory, IsALoadErrorWhileAPatternIsCompiled) {
  const std::vector<std::byte> bytes = image(test::kItems);
  EXPECT_GT(fail_each(bytes, {.allow_dev = true}, false), 100U);
  EXPECT_GT(fail_each(bytes, {.allow_dev = true}, true), 100U);
}

TEST(NoMemory, OfAPathLosesThePathAndNotTheFault) {
  const Engine engine = test::desk();
  Facts facts = engine.facts("shop.refund");
  const SlotId note = *engine.slot("shop.refund", "args.note");
  ASSERT_TRUE(facts.set(note, "ok"));
  Decision decision;
  {
    const Failing failing(0, true);
    decision = engine.decide(facts);
  }
  EXPECT_EQ(decision.fault(), Fault::InvalidRequest);
  // Later the place is found again.
  const auto record = engine.record(facts, decision).value();
  EXPECT_NE(record.find(R"("at":"args.order")"), std::string::npos) << record;
}

// A request that was decoded by half is not decided, whichever allocation failed.
TEST(NoMemory, WhileDecodingDeniesUntilTheFactsAreFilledAnew) {
  const Engine engine = test::desk();
  const std::string request = test::desk_request().dump();
  std::size_t failed = 0, threw = 0;
  for (bool happened = true; happened; failed += happened ? 1 : 0) {
    Facts facts = engine.facts("shop.refund");
    Verdict expected = Verdict::Deny;
    try {
      const Failing failing(failed, false);
      expected = engine.decide_json(request, facts).verdict();
      happened = Failing::happened();
      // The reader asks for some memory that it can do without.
      EXPECT_TRUE(expected == Verdict::Queue || (happened && expected == Verdict::Deny)) << failed;
    } catch (const std::bad_alloc&) {
      ++threw;
    }
    EXPECT_EQ(engine.decide(facts).verdict(), expected) << failed;
    EXPECT_EQ(engine.decide_json(request, facts).verdict(), Verdict::Queue) << failed;
  }
  EXPECT_GT(threw, 5U);
}

// A value that was bound by half, be it a refusal or what a limit has used, is not as if nobody had
// said it.
TEST(NoMemory, WhileAValueIsBoundDeniesUntilTheFactsAreFilledAnew) {
  const Engine engine = test::desk();
  const std::string request = test::small_request().dump();
  const auto slot = [&](const char* path) { return *engine.slot("shop.refund", path); };
  const std::string text(60, 'n'), zeros(64, '0');
  const std::string_view tags[] = {"a-longer-tag-than-fits-anywhere", "b"};
  const std::function<bool(Facts&)> bindings[] = {
      [&](Facts& facts) { return facts.set(slot("args.amount"), money(20)); },
      [&](Facts& facts) { return facts.set(slot("args.amount"), -1); },
      [&](Facts& facts) { return facts.set(slot("args.note"), text); },
      [&](Facts& facts) { return facts.set(slot("args.note"), 7); },
      [&](Facts& facts) { return facts.set(slot("args.blob"), R"({"a": [1, 2, "three"]})"); },
      [&](Facts& facts) { return facts.set(slot("args.tags"), std::span(tags)); },
      [&](Facts& facts) { return facts.set(SlotId(), 1); },
      [&](Facts& facts) { return facts.set_absent(slot("args.site")); },
      [&](Facts& facts) { return facts.set_counter("shop.policy.per_actor", 1000); },
      [&](Facts& facts) { return facts.set_counter("shop.policy.per_actor", -1); },
      [&](Facts& facts) { return facts.set_counter("shop.policy.of_nobody", 1); },
      [&](Facts& facts) {
        return facts.add_approval({.id = "r",
                                   .by = "lee",
                                   .kind = "human",
                                   .tenant = "t1",
                                   .role = "support_lead",
                                   .digest = zeros,
                                   .requirement = zeros});
      }};
  std::size_t threw = 0;
  for (std::size_t i = 0; i < std::size(bindings); ++i) {
    bool happened = true;
    for (std::size_t failed = 0; happened; ++failed) {
      Facts facts = engine.facts("shop.refund");
      ASSERT_EQ(engine.decide_json(request, facts).verdict(), Verdict::Permit);
      bool bound = false;
      try {
        const Failing failing(failed, false);
        bound = bindings[i](facts);
        happened = Failing::happened();
      } catch (const std::bad_alloc&) {
        ++threw;
      }
      if (!bound) {
        EXPECT_EQ(engine.decide(facts).fault(), Fault::InvalidRequest) << i << ", " << failed;
      }
      EXPECT_EQ(engine.decide_json(request, facts).verdict(), Verdict::Permit) << i;
    }
  }
  EXPECT_GT(threw, 5U);
}

// Facts that were to become those of a larger tool hold nothing, and nothing is written behind
// them.
TEST(NoMemory, WhileFactsChangeToAnotherToolDenies) {
  std::string args, items = "rule small on shop.refund { permit when risk.score < 50 }\n";
  for (int i = 0; i < 60; ++i) {
    const std::string number = std::to_string(i);
    args += (i == 0 ? "a" : ", a") + number + ": bool = true";
    items += "limit l" + number +
             " on big.tool {\n  max 5 calls per tenant.id in 1d\n  otherwise deny\n"
             "  because \"x\"\n}\n";
  }
  const Engine engine = test::engine(
      {test::policy(items),
       "edition 1\nschema big.schema\ntool big.tool { effect read args { " + args + " } }\n"});
  const SlotId last = *engine.slot("big.tool", "args.a59");
  const std::function<void(Facts&)> changes[] = {
      [](Facts& facts) { facts.reset("big.tool"); },
      [&](Facts& facts) { (void)engine.decide_json(R"({"tool":"big.tool","args":{}})", facts); }};
  std::size_t threw = 0;
  for (const auto& change : changes) {
    bool happened = true;
    for (std::size_t failed = 0; happened; ++failed) {
      Facts facts = engine.facts("shop.refund");
      try {
        const Failing failing(failed, false);
        change(facts);
        happened = Failing::happened();
        continue;
      } catch (const std::bad_alloc&) {
        ++threw;
      }
      const Decision decision = engine.decide(facts);
      EXPECT_NE(decision.fault(), Fault::None);
      (void)engine.answer(facts, decision);
      EXPECT_FALSE(facts.set(last, true));
      EXPECT_FALSE(facts.set_counter("shop.policy.l59", 1));
      EXPECT_NE(engine.decide(facts).fault(), Fault::None);
      (void)engine.possible(facts);
    }
  }
  EXPECT_GT(threw, 3U);
}

// A pattern that finds no memory neither matches nor fails to match.
TEST(NoMemory, WhileAPatternIsMatchedDenies) {
  const auto engine_of = [](const std::string& condition) {
    return test::engine(
        {test::policy("@open_ended(\"a test\")\nrule ok on shop.refund {\n  permit\n  when "
                      "risk.score < 50 and has args.note and " +
                      condition + "\n}\n")});
  };
  for (const char* condition :
       {"args.note matches re\"[ab]*b[ab]{12}\"", "not (args.note matches re\"[ab]*a[ab]{12}\")"}) {
    std::size_t failed = 0, internal = 0;
    for (bool happened = true; happened; failed += happened ? 1 : 0) {
      // A new engine has no automaton yet.
      const Engine engine = engine_of(condition);
      Facts facts = engine.facts({});
      ASSERT_TRUE(engine.limit_keys_json(
          test::refund(R"("order":"o-1","amount":2000,"note":"abababababababababababaa")"), facts));
      Decision decision;
      {
        const Failing failing(failed, false);
        decision = engine.decide(facts);
        happened = Failing::happened();
      }
      if (!happened) {
        EXPECT_EQ(decision.verdict(), Verdict::Permit) << condition;
        continue;
      }
      // RE2 may have found another way.
      EXPECT_TRUE(decision.fault() == Fault::Internal || decision.verdict() == Verdict::Permit);
      internal += decision.fault() == Fault::Internal ? 1 : 0;
    }
    EXPECT_GT(internal, 3U) << condition;
  }
}

// Nor is it forgotten when the next one finds some.
TEST(NoMemory, WhileAPatternIsMatchedDeniesWhateverFollows) {
  std::size_t internal = 0, failed = 0;
  for (bool happened = true; happened; failed += happened ? 1 : 0) {
    const Engine engine = test::engine({test::policy(
        "rule ok on shop.refund {\n  permit\n  when risk.score < 50 and has args.note "
        "and not (args.note matches re\"[ab]*b[ab]{12}\") and args.note matches "
        "re\"[ab]*\"\n}\n")});
    Facts facts = engine.facts({});
    ASSERT_TRUE(engine.limit_keys_json(
        test::refund(R"("order":"o-1","amount":2000,"note":"abababababababababababaa")"), facts));
    const Failing failing(failed, false);
    const Decision decision = engine.decide(facts);
    happened = Failing::happened();
    EXPECT_EQ(decision.verdict(), Verdict::Deny) << failed;
    internal += decision.fault() == Fault::Internal ? 1 : 0;
  }
  EXPECT_GT(internal, 3U);
}

// What is asked about a decision is found out again: a limit that no memory was left to ask for is
// not left out of the answer.
TEST(NoMemory, WhileAPatternIsMatchedAgainLeavesOutNoLimit) {
  // Its automaton outgrows RE2's cache, so that every text allocates.
  const std::string grows = "matches re\"([ab]*a[ab]{60})?.*\"";
  const std::string schema =
      "edition 1\nschema m.schema\ncurrency USD\ntool p.q { effect read args { n: string(20000) } "
      "}\n"
      "extend session { n: string(20000) }\n";
  const auto engine_of = [&](const std::string& policy) {
    const CompileResult result =
        compile({{"schema.rule", schema}, {"policy.rule", "edition 1\npolicy m.p" + policy}},
                "name = \"m\"\nlayers = [\"main\"]\nmax_steps = 1000000\n");
    for (const CompileMessage& message : result.messages)
      EXPECT_FALSE(message.is_error) << message.rendered;
    return Engine::load(result.image, Trust::unsigned_image()).value();
  };
  const std::string rule = "\nrule ok on p.q {\n  permit\n  when risk.score < 50\n}\n";
  const std::string limit =
      "\n  max 3 calls per tenant.id in 1d\n  otherwise deny\n  because \"d\"\n}\n";
  std::string text;
  for (std::uint32_t i = 0, state = 1; i < 4000; ++i) {
    state = state * 1664525 + 1013904223;
    text += (state >> 30 & 1) != 0 ? 'a' : 'b';
  }
  const std::string request =
      R"({"tool":"p.q","args":{"n":"x"},"session":{"n":")" + text +
      R"("},"call":{"id":"c"},"actor":{"id":"a","kind":"agent","version":"1","requesters":["ana"]},)"
      R"("tenant":{"id":"t"},"risk":{"score":1},"limits":{"m.p.daily":0}})";
  for (const std::string& policy :
       {" applies when session.n " + grows + "\n" + rule + "limit daily on p.q {" + limit,
        "\n" + rule + "limit daily on p.q {\n  when session.n " + grows + limit}) {
    const Engine engine = engine_of(policy);
    Facts facts = engine.facts({});
    const Decision decision = engine.decide_json(request, facts);
    ASSERT_EQ(decision.verdict(), Verdict::Permit) << test::place_of(engine, facts);
    std::size_t threw = 0;
    const auto each = [&](auto&& lines) {
      for (std::size_t failed = 0;; failed += 1 + failed / 8) {
        bool happened = false;
        try {
          const Failing failing(failed, false);
          const std::size_t count = lines();
          happened = Failing::happened();
          EXPECT_EQ(count, 1U) << "allocation " << failed;
        } catch (const std::bad_alloc&) {
          happened = true;
          ++threw;
        }
        EXPECT_EQ(lines(), 1U) << "after allocation " << failed;
        if (!happened) return;
      }
    };
    each([&] { return engine.terms(facts, decision)->reserve.size(); });
    each([&] { return engine.limit_keys(facts)->size(); });
    each([&] {
      const std::string record = engine.record(facts, decision).value();
      return record.find("\"limit\":\"m.p.daily\"") == std::string::npos ? 0U : 1U;
    });
    each([&] {
      const auto explanation = engine.explain(facts, decision).value();
      return explanation.items.size() == 2 && explanation.verdict == Verdict::Permit ? 1U : 0U;
    });
    EXPECT_GT(threw, 20U);
  }
}

TEST(NoMemory, WhileBindingIsRemembered) {
  const Engine engine = test::desk();
  const SlotId order = *engine.slot("shop.refund", "args.order");
  Facts facts = engine.facts({});
  ASSERT_EQ(engine.decide_json(test::desk_request().dump(), facts).verdict(), Verdict::Queue);
  const std::string text(64, 'o');
  bool bound = true;
  try {
    const Failing failing(0, true);
    for (int i = 0; i < 1000 && bound; ++i) bound = facts.set(order, text);
  } catch (const std::bad_alloc&) {
    bound = false;
  }
  EXPECT_FALSE(bound);
  EXPECT_EQ(engine.decide(facts).fault(), Fault::InvalidRequest);
}

}  // namespace
}  // namespace remit
