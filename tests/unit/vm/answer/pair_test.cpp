// A decision and the facts on which it was made are a pair; any other two get no answer.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <utility>

#include <remit/log.h>
#include <remit/replay.h>
#include "tests/unit/vm/desk.h"
#include "tests/unit/vm/places.h"

namespace remit {
namespace {

using nlohmann::json;

// What each question says of a pair: nothing where it answers.
std::vector<std::pair<std::string, std::optional<PairFault>>> asked(const Engine& engine,
                                                                    Facts& facts,
                                                                    const Decision& decision) {
  const auto fault = [](const auto& answer) {
    return answer ? std::nullopt : std::optional(answer.error());
  };
  return {{"answer", fault(engine.answer(facts, decision))},
          {"record", fault(engine.record(facts, decision))},
          {"explain", fault(engine.explain(facts, decision))},
          {"terms", fault(engine.terms(facts, decision))},
          {"digest", fault(engine.digest(facts, decision))},
          {"canonical_request", fault(engine.canonical_request(facts, decision))},
          {"log_entry", fault(log_entry(engine, facts, decision, std::nullopt))}};
}

void every_question_is_refused(const Engine& engine, Facts& facts, const Decision& decision,
                               PairFault fault) {
  for (const auto& [question, answer] : asked(engine, facts, decision))
    EXPECT_EQ(answer, fault) << question << ": " << code(fault) << ", " << sentence(fault);
}

void every_question_is_answered(const Engine& engine, Facts& facts, const Decision& decision) {
  for (const auto& [question, answer] : asked(engine, facts, decision))
    EXPECT_FALSE(answer) << question << ": " << code(*answer);
}

struct Decided {
  Engine engine = test::desk();
  Facts facts = engine.facts({});
  Decision decision = engine.decide_json(test::small_request().dump(), facts);
};

TEST(Pair, IsAnsweredAsOftenAsItIsAsked) {
  Decided made;
  ASSERT_EQ(made.decision.verdict(), Verdict::Permit);
  for (int time = 0; time < 3; ++time)
    every_question_is_answered(made.engine, made.facts, made.decision);
  const Engine copy = made.engine;
  every_question_is_answered(copy, made.facts, made.decision);
  // The facts are the same wherever they are.
  Facts moved = std::move(made.facts);
  every_question_is_answered(copy, moved, made.decision);
  every_question_is_refused(copy, made.facts, made.decision, PairFault::NoFacts);
}

// Decide USD 20, set USD 8000: no permit whose `execute` has 8000.
TEST(Pair, RefusesFactsThatWereChanged) {
  const Engine engine = test::desk();
  const SlotId amount = *engine.slot("shop.refund", "args.amount"),
               note = *engine.slot("shop.refund", "args.note"),
               tags = *engine.slot("shop.refund", "args.tags"),
               incident = *engine.slot("shop.refund", "context.incident");
  const std::function<void(Facts&)> changes[] = {
      [&](Facts& facts) { EXPECT_TRUE(facts.set(amount, money(8000))); },
      [&](Facts& facts) { EXPECT_TRUE(facts.set(amount, money(20))); },
      [&](Facts& facts) { EXPECT_FALSE(facts.set(amount, "much")); },
      [&](Facts& facts) { EXPECT_FALSE(facts.set(SlotId(), money(20))); },
      [&](Facts& facts) { EXPECT_TRUE(facts.set(note, "ok")); },
      [&](Facts& facts) { EXPECT_TRUE(facts.set(tags, std::span<const std::string_view>())); },
      [&](Facts& facts) { EXPECT_TRUE(facts.set_absent(incident)); },
      [&](Facts& facts) { EXPECT_FALSE(facts.set_absent(SlotId())); },
      [&](Facts& facts) { EXPECT_FALSE(facts.set_present(amount)); },
      [&](Facts& facts) { EXPECT_FALSE(facts.set_rows(amount, {}, 0)); },
      [&](Facts& facts) { EXPECT_TRUE(facts.set_counter("shop.policy.per_actor", 1)); },
      [&](Facts& facts) { EXPECT_FALSE(facts.set_counter("shop.policy.per_actor", -1)); },
      [&](Facts& facts) { EXPECT_FALSE(facts.add_approval({.id = "a"})); },
      [&](Facts& facts) { facts.reset("shop.refund"); },
      [&](Facts& facts) { facts.reset("shop.payout"); },
      [&](Facts& facts) { facts.reset("shop.nothing"); },
      [&](Facts& facts) { (void)engine.decide_json(test::small_request().dump(), facts); },
      [&](Facts& facts) { (void)engine.decide_json("{", facts); },
      [&](Facts& facts) {
        EXPECT_TRUE(engine.limit_keys_json(test::small_request().dump(), facts));
      }};
  for (const auto& change : changes) {
    Facts facts = engine.facts({});
    const Decision decision = engine.decide_json(test::small_request().dump(), facts);
    ASSERT_EQ(decision.verdict(), Verdict::Permit);
    change(facts);
    every_question_is_refused(engine, facts, decision, PairFault::FactsChanged);
  }
}

TEST(Pair, RefusesOtherFacts) {
  Decided made;
  Facts others = made.engine.facts("shop.refund");
  every_question_is_refused(made.engine, others, made.decision, PairFault::OtherFacts);
  EXPECT_EQ(made.engine.decide_json(test::small_request().dump(), others).verdict(),
            Verdict::Permit);
  every_question_is_refused(made.engine, others, made.decision, PairFault::OtherFacts);
}

TEST(Pair, RefusesADecisionThatNobodyMade) {
  Decided made;
  every_question_is_refused(made.engine, made.facts, Decision(), PairFault::Undecided);
  Facts empty = made.engine.facts({});
  every_question_is_refused(made.engine, empty, Decision(), PairFault::Undecided);
}

// The record of one engine asked of another, whose image has fewer tools, items and slots.
TEST(Pair, RefusesTheDecisionOfAnotherEngine) {
  Decided made;
  const Engine other =
      test::engine({test::policy("guard g on shop.refund { deny because \"x\" }\n")});
  const Engine reloaded = test::desk();
  for (const Engine* engine : {&other, &reloaded})
    every_question_is_refused(*engine, made.facts, made.decision, PairFault::OtherEngine);
  Facts theirs = other.facts({});
  const Decision denied = other.decide_json(test::small_request().dump(), theirs);
  every_question_is_refused(made.engine, theirs, denied, PairFault::OtherEngine);
}

// The facts of one load asked of another are a deny, and that can be recorded.
TEST(Pair, OfFactsOfAnotherLoadIsADenyWithoutARequest) {
  Decided made;
  const Engine reloaded = test::desk();
  Facts& facts = made.facts;
  const Decision decision = reloaded.decide(facts);
  EXPECT_EQ(decision.fault(), Fault::NoBundle);
  const json record = json::parse(reloaded.record(facts, decision).value());
  EXPECT_EQ(record["verdict"], "deny");
  EXPECT_EQ(record["execute"], json());
  EXPECT_EQ(reloaded.canonical_request(facts, decision).error(), PairFault::NotDecoded);
  EXPECT_EQ(reloaded.digest(facts, decision).error(), PairFault::NotEvaluated);
  EXPECT_EQ(reloaded.explain(facts, decision).value().tool, "");
  const std::vector<std::byte> key(32, std::byte{7});
  const auto entry = log_entry(reloaded, facts, decision, std::nullopt, {.withhold_key = key});
  EXPECT_EQ(entry.value().request, "null");
}

TEST(Pair, OfARefusedRequestIsRecordedWithItsPlace) {
  const Engine engine = test::desk();
  Facts facts = engine.facts({});
  json request = test::small_request();
  request["limits"].erase("shop.policy.per_actor");
  const Decision decision = engine.decide_json(request.dump(), facts);
  const auto record = engine.record(facts, decision);
  EXPECT_EQ(json::parse(record.value())["at"], "limits.shop.policy.per_actor");
  // Other questions about the same facts end elsewhere.
  EXPECT_TRUE(engine.limit_keys(facts));
  EXPECT_EQ(engine.record(facts, decision), record);
  engine.halt();
  const Decision halted = engine.decide(facts);
  EXPECT_EQ(json::parse(engine.record(facts, halted).value())["at"], json());
  engine.halt(false);
  EXPECT_EQ(engine.record(facts, decision), record);
  EXPECT_EQ(engine.explain(facts, decision).value().at, "limits.shop.policy.per_actor");
  EXPECT_EQ(engine.digest(facts, decision).error(), PairFault::NotEvaluated);
  EXPECT_EQ(engine.terms(facts, decision).error(), PairFault::NotPermitted);

  const Decision invalid = engine.decide_json(R"({"tool":"shop.refund","args":{"x":1}})", facts);
  EXPECT_EQ(json::parse(engine.record(facts, invalid).value())["at"], "args.x");
  EXPECT_EQ(engine.canonical_request(facts, invalid).error(), PairFault::NotDecoded);
}

// Whatever the two are, asking about them ends in an answer or a PairFault.
TEST(Pair, NoTwoOfAnyEnginesAndDecisionsAreMixedUp) {
  Engine engines[] = {
      test::desk(), test::desk(),
      test::engine({test::policy("guard g on shop.refund { deny because \"x\" }\n")})};
  std::vector<Facts> facts;
  std::vector<Decision> decisions{Decision()};
  for (const Engine& engine : engines) {
    for (const std::string& request : {test::small_request().dump(), test::desk_request().dump(),
                                       std::string("{"), std::string(R"({"tool":"none"})")}) {
      facts.push_back(engine.facts({}));
      decisions.push_back(engine.decide_json(request, facts.back()));
    }
    facts.push_back(engine.facts("shop.payout"));
    decisions.push_back(engine.decide(facts.back()));
    facts.push_back(engine.facts("shop.payout"));
    Facts elsewhere = std::move(facts.back());
    decisions.push_back(engine.decide(facts.back()));
    decisions.push_back(engine.decide(elsewhere));
  }
  std::size_t answers = 0;
  for (const Engine& engine : engines) {
    for (Facts& one : facts) {
      for (const Decision& decision : decisions) {
        for (const auto& [question, fault] : asked(engine, one, decision))
          answers += question == "record" && !fault ? 1 : 0;
      }
    }
  }
  EXPECT_EQ(answers, 3U * 5U);
}

// ---- halted, retired

TEST(Pair, DecidedBeforeAHaltIsRecordedWithNothingToExecute) {
  for (const bool retire : {false, true}) {
    Decided made;
    const Engine& engine = made.engine;
    const json before = json::parse(engine.record(made.facts, made.decision).value());
    const auto logged = log_entry(engine, made.facts, made.decision, std::nullopt);
    EXPECT_FALSE(before["execute"].is_null());
    EXPECT_FALSE(before["reserve"].empty());
    retire ? engine.retire() : engine.halt();
    json expected = before;
    expected["execute"] = nullptr;
    expected["reserve"] = json::array();
    expected["consume"] = json::array();
    EXPECT_EQ(json::parse(engine.record(made.facts, made.decision).value()), expected);
    EXPECT_EQ(engine.terms(made.facts, made.decision).error(),
              retire ? PairFault::Retired : PairFault::Halted);
    EXPECT_TRUE(engine.explain(made.facts, made.decision));
    // The log has it as it was decided, and an auditor finds it the same.
    const auto entry = log_entry(engine, made.facts, made.decision, std::nullopt);
    EXPECT_EQ(entry.value().decision, logged.value().decision);
    EXPECT_EQ(json::parse(entry.value().decision), before);
    const std::string line = LogChain().append(*entry);
    EXPECT_EQ(Replay(test::desk()).compare(*read_log_line(line)).result, ReplayResult::Same);
    if (retire) continue;
    engine.halt(false);
    EXPECT_TRUE(engine.terms(made.facts, made.decision));
    EXPECT_EQ(json::parse(engine.record(made.facts, made.decision).value()), before);
  }
}

// Facts of which one could not be bound are not a request, whether or not the engine is off; and an
// engine that is off looks at nothing, be it half a request.
TEST(Pair, AFailedBindingAndAnEngineThatIsOffMakeNoRequest) {
  const Fault kOff[] = {Fault::None, Fault::Halted, Fault::NoBundle};
  for (const Fault off : kOff) {
    for (const bool whole : {true, false}) {
      Decided made;
      if (whole) {
        EXPECT_FALSE(made.facts.set(*made.engine.slot("shop.refund", "args.amount"), money(-1)));
      } else {
        made.facts.reset("shop.refund");
      }
      if (off == Fault::Halted) made.engine.halt();
      if (off == Fault::NoBundle) made.engine.retire();
      const Decision decision = made.engine.decide(made.facts);
      EXPECT_EQ(decision.fault(), off == Fault::None ? Fault::InvalidRequest : off);
      if (off == Fault::None && !whole) continue;  // decoded, and an argument is missing
      EXPECT_EQ(made.engine.canonical_request(made.facts, decision).error(), PairFault::NotDecoded);
      const auto entry = log_entry(made.engine, made.facts, decision, std::nullopt);
      EXPECT_EQ(entry.value().request, "null");
      const std::string line = LogChain().append(*entry);
      EXPECT_EQ(Replay(test::desk()).compare(*read_log_line(line)).result,
                off == Fault::None ? ReplayResult::InPart : ReplayResult::Same)
          << line;
    }
  }
}

// The request says that it is halted, and the switch that it is: the line has the one that came
// first.
TEST(Pair, AHaltOfTheHostIsNotThatOfARequest) {
  Decided made;
  EXPECT_TRUE(made.facts.set(*made.engine.slot("shop.refund", "control.halted"), true));
  for (const bool by_switch : {false, true}) {
    made.engine.halt(by_switch);
    const Decision decision = made.engine.decide(made.facts);
    EXPECT_EQ(decision.fault(), Fault::Halted);
    const auto entry = log_entry(made.engine, made.facts, decision, std::nullopt).value();
    EXPECT_EQ(entry.request == "null", by_switch);
    EXPECT_EQ(entry.more.find("\"off\":\"engine.halted\"") != entry.more.npos, by_switch);
    EXPECT_EQ(Replay(test::desk()).compare(*read_log_line(LogChain().append(entry))).result,
              ReplayResult::Same);
  }
}

TEST(Pair, HaltWorksThroughAConstEngine) {
  const Engine engine = test::desk();
  Facts facts = engine.facts({});
  engine.halt();
  EXPECT_EQ(engine.decide_json(test::small_request().dump(), facts).fault(), Fault::Halted);
  engine.halt(false);
  engine.retire();
  EXPECT_EQ(engine.decide_json(test::small_request().dump(), facts).fault(), Fault::NoBundle);
}

TEST(Engine, ThatWasMovedFromStillDecides) {
  Engine engine = test::desk();
  const Engine moved = std::move(engine);
  Facts facts = engine.facts({});
  const Decision decision = engine.decide_json(test::small_request().dump(), facts);
  every_question_is_answered(moved, facts, decision);
}

TEST(Facts, ThatWereMovedFromDenyAndCanBeFilledAnew) {
  const Engine engine = test::engine({test::policy(test::kItems)}, {}, {.meter = true});
  Facts facts = engine.facts("shop.refund");
  Facts moved = std::move(facts);
  EXPECT_FALSE(facts.set(*engine.slot("shop.refund", "args.amount"), money(20)));
  EXPECT_FALSE(facts.set_absent(*engine.slot("shop.refund", "args.note")));
  EXPECT_FALSE(facts.set_counter("shop.policy.x", 1));
  EXPECT_FALSE(facts.add_approval({}));
  facts.reset("shop.refund");
  EXPECT_EQ(engine.limit_keys(facts).error().fault, Fault::NoBundle);
  const Decision decision = engine.decide(facts);
  EXPECT_EQ(decision.fault(), Fault::NoBundle);
  every_question_is_refused(engine, facts, decision, PairFault::NoFacts);
  every_question_is_refused(engine, moved, decision, PairFault::OtherFacts);
  EXPECT_EQ(engine.decide_json(test::refund(), facts).fault(), Fault::None);
}

// ---- slots

struct Bound {
  Fault fault{};
  std::string path;
};

Bound bound_with(const Engine& engine, Facts& facts, SlotId slot) {
  EXPECT_FALSE(facts.set(slot, money(20)));
  const Decision decision = engine.decide(facts);
  const json record = json::parse(engine.record(facts, decision).value());
  EXPECT_EQ(record["at"], test::place_of(engine, facts));
  return {decision.fault(), test::place_of(engine, facts)};
}

TEST(Slot, OfAnotherImageBindsNothing) {
  const Engine engine = test::desk(), reloaded = test::desk();
  const SlotId kept = *engine.slot("shop.refund", "args.amount");
  EXPECT_NE(kept, *reloaded.slot("shop.refund", "args.amount"));
  Facts facts = reloaded.facts("shop.refund");
  const Bound bound = bound_with(reloaded, facts, kept);
  EXPECT_EQ(bound.fault, Fault::InvalidRequest);
  EXPECT_EQ(bound.path, "(slot of another image)");
  EXPECT_EQ(reloaded.explain(facts, reloaded.decide(facts)).value().expected,
            "a slot that this engine gave out for this tool");
  // Also once the facts have become those of another load.
  Facts taken = engine.facts("shop.refund");
  EXPECT_TRUE(taken.set(kept, money(20)));
  (void)reloaded.decide_json(test::small_request().dump(), taken);
  EXPECT_EQ(bound_with(reloaded, taken, kept).path, "(slot of another image)");
}

TEST(Slot, OfNoImageBindsNothing) {
  const Engine engine = test::desk();
  Facts facts = engine.facts("shop.refund");
  EXPECT_EQ(bound_with(engine, facts, SlotId()).path, "(slot of no image)");
  EXPECT_FALSE(facts.set_absent(SlotId()));
  EXPECT_FALSE(facts.set_present(SlotId()));
  facts.reset("shop.refund");
  EXPECT_TRUE(facts.set(*engine.slot("shop.refund", "args.amount"), money(20)));
}

TEST(Slot, OfAnotherToolBindsNoArgument) {
  const Engine engine = test::desk();
  const SlotId to = *engine.slot("shop.payout", "args.to");
  Facts facts = engine.facts("shop.refund");
  EXPECT_EQ(bound_with(engine, facts, to).path, "(slot of another tool)");
  // A host fact is one for all tools.
  const SlotId tenant = *engine.slot("shop.payout", "tenant.id");
  EXPECT_EQ(tenant, *engine.slot("shop.refund", "tenant.id"));
  facts.reset("shop.refund");
  EXPECT_TRUE(facts.set(tenant, "t1"));
}

TEST(Slot, OfACopyOfTheEngineIsTheSame) {
  const Engine engine = test::desk();
  const Engine copy = engine;
  const SlotId amount = *engine.slot("shop.refund", "args.amount");
  EXPECT_EQ(amount, *copy.slot("shop.refund", "args.amount"));
  Facts facts = copy.facts("shop.refund");
  EXPECT_TRUE(facts.set(amount, money(20)));
}

// A slot of an earlier load binds nothing.
TEST(Slot, KeptOverAReloadPermitsNothing) {
  const std::string rules = test::policy(
      "@claims_only(\"no other fact matters\")\n"
      "rule small on shop.refund { permit when args.amount <= USD 50 }\n"
      "guard frozen on shop.refund { deny when context.freeze because \"frozen\" }\n");
  const Engine engine = test::engine({rules});
  Facts before = engine.facts({});
  ASSERT_EQ(engine.decide_json(test::refund(), before).verdict(), Verdict::Permit);
  const SlotId freeze = *engine.slot("shop.refund", "context.freeze");
  const Engine reloaded = test::engine({rules});
  Facts facts = reloaded.facts({});
  ASSERT_EQ(reloaded.decide_json(test::refund(), facts).verdict(), Verdict::Permit);
  EXPECT_FALSE(facts.set(freeze, std::int64_t{1}));
  EXPECT_EQ(reloaded.decide(facts).verdict(), Verdict::Deny);
}

}  // namespace
}  // namespace remit
