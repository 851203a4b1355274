// Engine::possible, one kind of item and one kind of knowledge at a time.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include <remit/compile.h>
#include "tests/unit/vm/bundles.h"
#include "vm/narrow/estimate.h"

namespace remit {
namespace {

constexpr std::string_view kRefund = "shop.refund";

ToolPossibility of(const std::vector<ToolPossibility>& all, std::string_view tool = kRefund) {
  const auto found = std::ranges::find(all, tool, &ToolPossibility::tool);
  EXPECT_NE(found, all.end()) << tool;
  return *found;
}

// A bundle of one policy, and facts for a refund of which nothing is bound.
struct Shop {
  explicit Shop(const std::string& items)
      : engine(test::engine({test::policy(items)})), facts(engine.facts(kRefund)) {}

  template <typename T>
  void set(std::string_view path, T value) {
    EXPECT_TRUE(facts.set(*engine.slot(kRefund, path), value)) << path;
  }
  void set_absent(std::string_view path) {
    EXPECT_TRUE(facts.set_absent(*engine.slot(kRefund, path))) << path;
  }
  [[nodiscard]] ToolPossibility refund() const { return of(engine.possible(facts)); }

  Engine engine;
  Facts facts;
};

// `permit`, `wait role role`, both, or `never`; with `?` what is not exact.
std::string text(const ToolPossibility& said) {
  std::string text = said.permit ? "permit" : "";
  if (said.wait) {
    text += text.empty() ? "wait" : ", wait";
    for (const std::string_view role : said.roles) text += ' ' + std::string(role);
  }
  return (text.empty() ? "never" : text) + (said.exact ? "" : "?");
}

constexpr std::int64_t kMidnight = 1'795'132'800'000;  // 2026-11-20T00:00:00Z
constexpr std::int64_t kHour = 3'600'000;

const std::string kGrant = "rule open on shop.refund { permit when risk.score < 100 }\n";

TEST(Possible, AToolWithoutAGrantIsNeverPermitted) {
  Shop shop(kGrant);
  EXPECT_EQ(text(shop.refund()), "permit");
  const ToolPossibility payout = of(shop.engine.possible(shop.facts), "shop.payout");
  EXPECT_EQ(text(payout), "never");
  EXPECT_EQ(payout.by, std::vector<std::string>{"engine.default.main"});
}

TEST(Possible, AnUnknownArgumentLeavesTheToolOpenAndAKnownOneDecides) {
  Shop shop(
      "rule small on shop.refund { permit when args.amount <= USD 50 and risk.score < 100 }\n"
      "rule large on shop.refund { queue for support_lead within 4h when args.amount > USD 50 and "
      "risk.score < 100 "
      "because \"l\" }\n");
  EXPECT_EQ(text(shop.refund()), "permit, wait support_lead");
  shop.set("args.amount", money(20));
  EXPECT_EQ(text(shop.refund()), "permit");
  shop.set("args.amount", money(80));
  EXPECT_EQ(text(shop.refund()), "wait support_lead");
}

TEST(Possible, AGuardOnAHostFactDeniesEveryCompletion) {
  Shop shop(kGrant + "guard frozen on any { deny when context.freeze because \"f\" }\n");
  EXPECT_EQ(text(shop.refund()), "permit");
  shop.set("context.freeze", true);
  EXPECT_EQ(text(shop.refund()), "never");
  EXPECT_EQ(shop.refund().by, std::vector<std::string>{"shop.policy.frozen"});
  shop.set("context.freeze", false);
  EXPECT_EQ(text(shop.refund()), "permit");
}

TEST(Possible, ContradictingConditionsAreNeverThoughEachCanHold) {
  // Neither condition is impossible alone; the cases of `amount` and `risk.score` show it.
  Shop shop(
      "rule small on shop.refund { permit when args.amount <= USD 50 and risk.score < 10 }\n"
      "guard low on shop.refund { deny when args.amount <= USD 60 because \"l\" }\n");
  EXPECT_EQ(text(shop.refund()), "never");
  EXPECT_TRUE(shop.refund().by.empty());
}

TEST(Possible, AnOverrideLiftsAGuardThatIsSureToHold) {
  Shop shop(kGrant +
            "guard no overridable on shop.refund { deny when context.freeze because \"n\" }\n"
            "rule fix on shop.refund { permit when risk.score < 3 because \"f\" overrides no }\n");
  shop.set("context.freeze", true);
  EXPECT_EQ(text(shop.refund()), "permit");
  shop.set("risk.score", 3);
  EXPECT_EQ(text(shop.refund()), "never");
}

TEST(Possible, RowsOfATableAreTriedByCell) {
  Shop shop(kGrant +
            "guard table t on shop.refund {\n  row | tenant.plan | risk.score\n"
            "  calm | * | < 60 => pass\n"
            "  hot | free | 60 ..< 90 => queue for support_lead within 1h because \"h\"\n"
            "  otherwise => deny because \"o\"\n}\n");
  EXPECT_EQ(text(shop.refund()), "permit, wait support_lead");
  shop.set("tenant.plan", "pro");
  EXPECT_EQ(text(shop.refund()), "permit");
  shop.set("risk.score", 60);
  EXPECT_EQ(text(shop.refund()), "never");
  EXPECT_EQ(shop.refund().by, std::vector<std::string>{"shop.policy.t.otherwise"});
}

TEST(Possible, ACounterIsUnknownUntilItIsBound) {
  Shop shop(kGrant +
            "limit few on shop.refund, shop.payout {\n  max 3 calls per actor.id in 1d\n"
            "  otherwise deny because \"l\"\n}\n"
            "rule pay on shop.payout { permit when risk.score < 100 }\n");
  EXPECT_EQ(text(shop.refund()), "permit");
  EXPECT_TRUE(shop.facts.set_counter("shop.policy.few", 3));
  EXPECT_EQ(text(shop.refund()), "never");
  // The counter is the same for every tool of the limit.
  EXPECT_EQ(text(of(shop.engine.possible(shop.facts), "shop.payout")), "never");
}

TEST(Possible, ACounterKeptByAnArgumentCountsForItsOwnToolAlone) {
  Shop shop(
      "rule open on shop.refund { permit when risk.score < 100 }\n"
      "limit few on shop.refund {\n  max 3 calls per args.order in 1d\n"
      "  otherwise deny because \"l\"\n}\n");
  EXPECT_TRUE(shop.facts.set_counter("shop.policy.few", 3));
  EXPECT_EQ(text(shop.refund()), "never");
  EXPECT_EQ(text(of(shop.engine.possible(shop.engine.facts("shop.payout")))), "permit");
}

TEST(Possible, AnAssertForbidsAtOnceAndWhatWasApproved) {
  Shop shop(
      "rule open on shop.refund { permit when risk.score < 100 }\n"
      "guard ask on shop.refund { queue for support_lead within 1h when args.amount > USD 50 "
      "because \"a\" }\n"
      "assert cold on shop.refund { never permit when risk.score > 95 and approved() == 0 }\n"
      "assert off { always deny when context.freeze }\n");
  EXPECT_EQ(text(shop.refund()), "permit, wait support_lead");
  shop.set("risk.score", 96);
  EXPECT_EQ(text(shop.refund()), "wait support_lead");
  shop.set("context.freeze", true);
  EXPECT_EQ(text(shop.refund()), "never");
  // What waited too long is denied for that, before any assert is asked.
  EXPECT_EQ(shop.refund().by, std::vector<std::string>());
  shop.set_absent("call.first_asked");
  EXPECT_EQ(shop.refund().by, std::vector<std::string>{"shop.policy.off"});
}

TEST(Possible, PeopleAreNotAskedWhereAnAssertForbidsWhatTheyWouldAgreeTo) {
  const auto shop = [](const std::string& assert_when) {
    return Shop(
        "rule open on shop.refund { queue for support_lead within 1h when risk.score < 100 "
        "because \"a\" }\n"
        "assert cold on shop.refund { never permit when " +
        assert_when + " }\n");
  };
  Shop plain = shop("risk.score > 95");
  EXPECT_EQ(text(plain.refund()), "wait support_lead");
  plain.set("risk.score", 96);
  plain.set_absent("call.first_asked");
  EXPECT_EQ(text(plain.refund()), "never");
  EXPECT_EQ(plain.refund().by, std::vector<std::string>{"shop.policy.cold"});
  // The role that the assert wants is not among those that are asked.
  Shop other = shop("risk.score > 95 and approved(finance_manager) == 0");
  other.set("risk.score", 96);
  EXPECT_EQ(text(other.refund()), "never");
  Shop asked = shop("risk.score > 95 and approved(support_lead) == 0");
  asked.set("risk.score", 96);
  EXPECT_EQ(text(asked.refund()), "wait support_lead");
  // Nobody says how many may agree beyond those that are needed.
  Shop two = shop("risk.score > 95 and approved(support_lead) < 2");
  two.set("risk.score", 96);
  EXPECT_EQ(text(two.refund()), "wait support_lead?");
}

TEST(Possible, FactsOfNoToolTakeNoValues) {
  Shop shop(kGrant);
  Facts facts = shop.engine.facts("");
  EXPECT_EQ(text(of(shop.engine.possible(facts))), "permit");
  EXPECT_FALSE(facts.set(*shop.engine.slot(kRefund, "risk.score"), 10));
  for (const ToolPossibility& tool : shop.engine.possible(facts)) {
    EXPECT_TRUE(tool.never());
    EXPECT_EQ(tool.fault, Fault::InvalidRequest);
  }
  EXPECT_EQ(shop.engine.decide(facts).fault(), Fault::UnknownTool);
  facts.reset(kRefund);
  EXPECT_EQ(text(of(shop.engine.possible(facts))), "permit");
}

// A known list, whose elements stand beside what is not known.
TEST(Possible, ElementsOfAKnownListBesideAnUnknownFact) {
  for (const char* condition :
       {"not any(l in args.lines: args.on or l.flag)",
        "not any(l in args.lines: args.on and l.flag)", "all(l in args.lines: args.on and l.flag)",
        "not all(l in args.lines: args.on or not l.flag)",
        "all(l in args.lines: match args.kind { a => l.flag, b => false })",
        "count(l in args.lines: args.on and l.flag) > 0", "args.on"}) {
    const Engine engine = test::engine(
        {"edition 1\nschema s.schema\nenum pick { a, b }\n"
         "record line { flag: bool }\n"
         "tool t.use { effect read args { on: bool, kind: pick, lines: list<line>(0..=4) } }\n",
         "edition 1\npolicy p.one\n@claims_only(\"r\") @open_ended(\"r\")\n"
         "rule r on t.use { permit when args.kind == a or args.kind == b }\n"
         "guard g on t.use { deny when " +
             std::string(condition) + " because \"x\" }\n"});
    Facts facts = engine.facts("t.use");
    const FactValue rows[] = {std::int64_t{1}};
    ASSERT_TRUE(facts.set_rows(*engine.slot("t.use", "args.lines"), rows, 1));
    EXPECT_EQ(text(of(engine.possible(facts), "t.use")), "permit") << condition;
  }
}

TEST(Possible, AnExpiredRuleGrantsNothing) {
  Shop shop(
      "rule open on shop.refund {\n  permit\n  when risk.score < 100\n"
      "  expires utc\"2026-11-20T00:00:00Z\"\n}\n");
  EXPECT_EQ(text(shop.refund()), "permit");
  shop.set("clock.now", kMidnight - 1);
  EXPECT_EQ(text(shop.refund()), "permit");
  shop.set("clock.now", kMidnight);
  EXPECT_EQ(text(shop.refund()), "never");
}

TEST(Possible, AWaitWhoseDeadlinePassedIsNever) {
  Shop shop(
      "rule open on shop.refund { queue for support_lead within 1h when risk.score < 100 because "
      "\"a\" }\n");
  shop.set("clock.now", kMidnight + 12 * kHour);
  EXPECT_EQ(text(shop.refund()), "wait support_lead");
  shop.set("call.first_asked", kMidnight + 11 * kHour);
  EXPECT_EQ(text(shop.refund()), "wait support_lead");
  shop.set("call.first_asked", kMidnight + 11 * kHour - 1);
  EXPECT_EQ(text(shop.refund()), "never");
}

TEST(Possible, OneWaitThatIsLateEndsTheOthers) {
  Shop shop(
      "rule open on shop.refund { permit when risk.score < 100 }\n"
      "guard a on shop.refund { queue for support_lead within 1h when risk.score > 5 because \"a\" "
      "}\n"
      "guard b on shop.refund { queue for finance_manager within 4h when risk.score > 5 because "
      "\"b\" }\n");
  shop.set("risk.score", 50);
  shop.set("clock.now", kMidnight + 12 * kHour);
  shop.set("call.first_asked", kMidnight + 11 * kHour);
  EXPECT_EQ(text(shop.refund()), "wait finance_manager support_lead");
  shop.set("call.first_asked", kMidnight + 10 * kHour);
  EXPECT_EQ(text(shop.refund()), "never");
}

TEST(Possible, RolesAreThoseOfEveryWaitThatCanBeLive) {
  Shop shop(
      "rule open on shop.refund { permit when risk.score < 100 }\n"
      "guard a on shop.refund { queue for support_lead within 1h when args.amount > USD 50 "
      "because \"a\" }\n"
      "guard b on shop.refund { escalate to finance_manager within 1h when risk.score > 50 "
      "because \"b\" }\n");
  EXPECT_EQ(text(shop.refund()), "permit, wait finance_manager support_lead");
  shop.set("risk.score", 20);
  EXPECT_EQ(text(shop.refund()), "permit, wait support_lead");
}

TEST(Possible, AnOptionalFactIsUnknownUntilItIsBoundOrSaidToBeAbsent) {
  Shop shop("rule noted on shop.refund { permit when has args.note and risk.score < 100 }\n");
  EXPECT_EQ(text(shop.refund()), "permit");
  shop.set_absent("args.note");
  EXPECT_EQ(text(shop.refund()), "never");
  shop.set("args.note", "ok");
  EXPECT_EQ(text(shop.refund()), "permit");
}

TEST(Possible, ADefaultStandsForWhatIsSaidToBeAbsent) {
  Shop shop("rule dry on shop.refund { permit when args.dry and risk.score < 100 }\n");
  EXPECT_EQ(text(shop.refund()), "permit");
  shop.set_absent("args.dry");  // false
  EXPECT_EQ(text(shop.refund()), "never");
}

TEST(Possible, TextsAreToldApartByWhatTheyAreComparedWith) {
  Shop shop(
      "rule a on shop.refund { permit when args.order == \"o-1\" and risk.score < 100 }\n"
      "guard b on shop.refund { deny when args.order in {\"o-1\", \"o-2\"} because \"b\" }\n");
  EXPECT_EQ(text(shop.refund()), "never");
}

TEST(Possible, WhatCannotBeCutIsPossibleAndNotExact) {
  Shop shop(
      "rule a on shop.refund { permit when has args.note and args.note matches re\"[a-c]+x\" and "
      "risk.score < 100 }\n");
  EXPECT_EQ(text(shop.refund()), "permit?");
  shop.set("args.note", "abx");
  EXPECT_EQ(text(shop.refund()), "permit");
  shop.set("args.note", "no");
  EXPECT_EQ(text(shop.refund()), "never");
}

TEST(Possible, WhatLiesInAKnownListIsLookedAt) {
  Shop shop(
      "rule a on shop.refund { permit when any(t in target.tenants: t == tenant.id) and "
      "args.amount < USD 5 }\n");
  EXPECT_EQ(text(shop.refund()), "permit");
  shop.set("tenant.id", "t1");
  const std::string_view others[] = {"t2", "t3"}, own[] = {"t2", "t1"};
  shop.set("target.tenants", std::span<const std::string_view>(others));
  EXPECT_EQ(text(shop.refund()), "never");
  shop.set("target.tenants", std::span<const std::string_view>(own));
  EXPECT_EQ(text(shop.refund()), "permit");
}

TEST(Possible, HostFactsCountForEveryToolAndArgumentsForTheirOwn) {
  Shop shop(
      "rule a on shop.refund { permit when args.amount < USD 5 and risk.score < 5 }\n"
      "rule b on shop.payout { permit when args.to == email\"x@a.example\" and risk.score < 5 }\n");
  shop.set("args.amount", money(9));
  EXPECT_EQ(text(shop.refund()), "never");
  EXPECT_EQ(text(of(shop.engine.possible(shop.facts), "shop.payout")), "permit");
  shop.set("risk.score", 5);
  EXPECT_EQ(text(of(shop.engine.possible(shop.facts), "shop.payout")), "never");
}

TEST(Possible, AHaltedEngineOrRequestPermitsNothing) {
  Shop shop(kGrant);
  shop.set("control.halted", true);
  EXPECT_EQ(shop.refund().fault, Fault::Halted);
  EXPECT_TRUE(shop.refund().never());
  shop.set("control.halted", false);
  EXPECT_EQ(text(shop.refund()), "permit");
  shop.engine.halt();
  EXPECT_EQ(shop.refund().fault, Fault::Halted);
  shop.engine.halt(false);
  EXPECT_EQ(text(shop.refund()), "permit");
  shop.engine.retire();
  EXPECT_EQ(shop.refund().fault, Fault::NoBundle);
}

TEST(Possible, FactsOfAnotherLoadAndMovedFactsPermitNothing) {
  Shop shop(kGrant), other(kGrant);
  EXPECT_EQ(of(shop.engine.possible(other.facts)).fault, Fault::NoBundle);
  const Facts taken = std::move(shop.facts);
  EXPECT_EQ(shop.refund().fault, Fault::NoBundle);
  EXPECT_EQ(text(of(shop.engine.possible(taken))), "permit");
}

TEST(Possible, AValueThatFailedToBindPermitsNothing) {
  Shop shop(kGrant + "rule pay on shop.payout { permit when risk.score < 100 }\n");
  EXPECT_FALSE(shop.facts.set(*shop.engine.slot(kRefund, "args.amount"), -1));
  EXPECT_EQ(shop.refund().fault, Fault::InvalidRequest);
  EXPECT_EQ(text(of(shop.engine.possible(shop.facts), "shop.payout")), "permit");
  EXPECT_FALSE(shop.facts.set(*shop.engine.slot(kRefund, "risk.score"), 101));
  EXPECT_TRUE(of(shop.engine.possible(shop.facts), "shop.payout").never());
}

TEST(Possible, FactsWithoutAToolLeaveEverythingOpen) {
  const Shop shop(kGrant);
  EXPECT_EQ(text(of(shop.engine.possible(shop.engine.facts("no.tool")))), "permit");
}

TEST(Possible, AskingChangesNoFactsAndNoDecision) {
  Shop shop(kGrant);
  const Decision before = shop.engine.decide_json(test::refund(), shop.facts);
  static_cast<void>(shop.engine.possible(shop.facts));
  EXPECT_TRUE(shop.engine.record(shop.facts, before).has_value());
}

// Where paths meet, two collections are as large as the smaller and the larger of them.
TEST(Estimate, OfTwoCollectionsIsAboutTheirSizes) {
  const std::array<Value, 3> values{};
  const Value one = Value::of_elements(values.data(), 1);
  const Value three = Value::of_elements(values.data(), 3);
  const vm::Estimate sizes =
      vm::size_of(vm::joined(vm::of_collection(one), vm::of_collection(three)));
  EXPECT_TRUE(sizes.low == 1 && sizes.high == 3);
  EXPECT_TRUE(vm::size_of(vm::joined(vm::of_collection(one), vm::of_collection(one))).point());
  // What an element holds the code does not say: nothing is known where two of them meet.
  const vm::Estimate elements = vm::size_of(vm::joined(vm::of_element(one), vm::of_element(three)));
  EXPECT_TRUE(elements.low <= 1 && elements.high >= 3);
  const vm::Estimate numbers = vm::joined(vm::exactly(Value::of_integer(5)), vm::number_of(7));
  EXPECT_TRUE(numbers.low == 5 && numbers.high == 7);
}

// A decision fills in defaults; what the host has not said stays open.
TEST(Possible, ADefaultThatADecisionFilledInIsNotKnown) {
  Shop shop(
      "rule dry on shop.refund {\n  permit\n  when args.dry and tenant.id in target.tenants\n}\n");
  const auto permits = [&] {
    for (const ToolPossibility& tool : shop.engine.possible(shop.facts)) {
      if (tool.tool == "shop.refund") return tool.permit;
    }
    return false;
  };
  shop.facts.reset("shop.refund");
  EXPECT_TRUE(permits());
  static_cast<void>(shop.engine.limit_keys(shop.facts));
  static_cast<void>(shop.engine.decide(shop.facts));
  EXPECT_TRUE(permits());
  EXPECT_TRUE(shop.facts.set(*shop.engine.slot("shop.refund", "args.dry"), false));
  EXPECT_FALSE(permits());
}

TEST(Possible, FourThousandToolsAreAnsweredTogether) {
  std::string schema = "edition 1\nschema many.schema\ncurrency USD\n";
  schema += "enum role { lead }\nextend context { freeze: bool }\n";
  constexpr int kTools = 4096;
  for (int i = 0; i < kTools; ++i) {
    schema += "tool many.t" + std::to_string(i) +
              " { effect read args { amount: money, flag: bool, size: int(0..=100) } }\n";
  }
  std::string items = "edition 1\npolicy many.policy\n";
  items +=
      "@grants_all(\"read\") rule small on any { permit when risk.score < 50 and tool.effect <= "
      "read }\n"
      "guard frozen on any { deny when context.freeze because \"f\" }\n"
      "guard hot on any { queue for lead within 1h when risk.score > 20 because \"h\" }\n";
  const CompileResult result = compile({{"schema.rule", schema}, {"items.rule", items}});
  for (const CompileMessage& message : result.messages)
    ASSERT_FALSE(message.is_error) << message.rendered;
  const auto engine = Engine::load(result.image, Trust::unsigned_image(), {.allow_dev = true});
  ASSERT_TRUE(engine.has_value()) << engine.error().message;
  Facts facts = engine->facts("many.t0");
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<ToolPossibility> all = engine->possible(facts);
  const auto took = std::chrono::steady_clock::now() - begin;
  std::printf(
      "%lld us for %zu tools\n",
      static_cast<long long>(std::chrono::duration_cast<std::chrono::microseconds>(took).count()),
      all.size());
  ASSERT_EQ(all.size(), static_cast<std::size_t>(kTools));
  for (const ToolPossibility& one : all) ASSERT_EQ(text(one), "permit, wait lead") << one.tool;
  EXPECT_TRUE(facts.set(*engine->slot("many.t0", "context.freeze"), true));
  for (const ToolPossibility& one : engine->possible(facts)) ASSERT_TRUE(one.never()) << one.tool;
}

}  // namespace
}  // namespace remit
