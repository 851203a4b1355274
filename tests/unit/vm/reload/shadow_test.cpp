// A candidate that decides beside the active engine: it answers nobody, stays within its budget,
// and says what would be different.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/vm/reload/reloads.h"

namespace remit {
namespace {

using test::decide;
using test::kExpires;
using test::kNow;
using test::refund_of;
using test::refusal;
using test::signed_image;
using test::started;
using test::Store;

// A Reloader with a shadow that permits up to USD 90, and a reader.
struct Desk {
  explicit Desk(const ShadowOptions& options = {.decisions = 1, .of = 1},
                const test::Bundle& candidate = {.version = 2, .cap = 90})
      : reloader(started(test::options(store))), reader(reloader) {
    const auto done = reloader.offer_shadow(signed_image(candidate), kNow, options);
    EXPECT_TRUE(done) << to_text(done.error());
  }
  Decision ask(const std::string& request) {
    const auto turn = reader.at(kNow);
    const Decision decision = turn.engine.decide_json(request, turn.facts);
    reader.observe(decision, request);
    return decision;
  }
  ShadowReport report() { return reloader.shadow().value(); }

  Store store;
  Reloader reloader;
  Reader<> reader;
};

std::string tenant_request(int dollars, const std::string& tenant) {
  std::string request = refund_of(dollars);
  request.replace(request.find(R"("tenant":{"id":"t1")"), 19, R"("tenant":{"id":")" + tenant + '"');
  request.replace(request.find(R"("tenants":["t1"])"), 16, R"("tenants":[")" + tenant + R"("])");
  return request;
}

TEST(Shadow, ChangesNoAnswer) {
  Desk desk;
  Store store;
  const Reloader alone = started(test::options(store));
  for (const int dollars : {1, 20, 50, 51, 70, 90, 91, 200}) {
    Reader<> plain(alone);
    const auto expected_turn = plain.at(kNow);
    const Decision expected =
        expected_turn.engine.decide_json(refund_of(dollars), expected_turn.facts);
    const auto turn = desk.reader.at(kNow);
    const Decision decision = turn.engine.decide_json(refund_of(dollars), turn.facts);
    desk.reader.observe(decision, refund_of(dollars));
    EXPECT_EQ(decision.verdict(), expected.verdict());
    EXPECT_EQ(turn.engine.record(turn.facts, decision),
              alone.status().generation != 0
                  ? expected_turn.engine.record(expected_turn.facts, expected)
                  : std::string());
    EXPECT_EQ(turn.engine.terms(turn.facts, decision).has_value(), dollars <= 50);
  }
  EXPECT_EQ(desk.report().decided, 8U);
  EXPECT_EQ(desk.report().differences, 3U);
}

TEST(Shadow, CountsDifferencesByItemToolAndTenant) {
  Desk desk;
  EXPECT_EQ(desk.ask(tenant_request(20, "t1")).verdict(), Verdict::Permit);
  EXPECT_EQ(desk.ask(tenant_request(70, "t1")).verdict(), Verdict::Deny);
  EXPECT_EQ(desk.ask(tenant_request(71, "t2")).verdict(), Verdict::Deny);
  EXPECT_EQ(desk.ask(tenant_request(72, "t2")).verdict(), Verdict::Deny);
  const ShadowReport report = desk.report();
  EXPECT_EQ(report.version, 2);
  EXPECT_EQ(report.observed, 4U);
  EXPECT_EQ(report.decided, 4U);
  EXPECT_EQ(report.same, 1U);
  EXPECT_EQ(report.differences, 3U);
  EXPECT_EQ(report.looser, 3U);
  EXPECT_EQ(report.stricter, 0U);
  ASSERT_EQ(report.items.size(), 2U);
  EXPECT_EQ(report.items[0].name, "engine.default.main");
  EXPECT_EQ(report.items[0].active, 3U);
  EXPECT_EQ(report.items[0].candidate, 0U);
  EXPECT_EQ(report.items[1].name, "shop.policy.small");
  EXPECT_EQ(report.items[1].active, 0U);
  EXPECT_EQ(report.items[1].candidate, 3U);
  ASSERT_EQ(report.tools.size(), 1U);
  EXPECT_EQ(report.tools[0].name, "shop.refund");
  EXPECT_EQ(report.tools[0].differences, 3U);
  ASSERT_EQ(report.tenants.size(), 2U);
  EXPECT_EQ(report.tenants[0].name, "t1");
  EXPECT_EQ(report.tenants[0].differences, 1U);
  EXPECT_EQ(report.tenants[1].name, "t2");
  EXPECT_EQ(report.tenants[1].differences, 2U);
}

TEST(Shadow, CountsTheSameVerdictForAnotherReason) {
  Desk desk({.decisions = 1, .of = 1},
            {.version = 2,
             .items = "guard cold on shop.refund {\n  deny\n  when args.amount > USD 60\n"
                      "  because \"c\"\n}\n"});
  EXPECT_EQ(desk.ask(refund_of(55)).verdict(), Verdict::Deny);
  EXPECT_EQ(desk.ask(refund_of(70)).verdict(), Verdict::Deny);
  EXPECT_EQ(desk.report().same, 1U);
  EXPECT_EQ(desk.report().differences, 1U);
  EXPECT_EQ(desk.report().looser + desk.report().stricter, 0U);
}

TEST(Shadow, CountsWhatIsStricter) {
  Desk desk({.decisions = 1, .of = 1}, {.version = 2, .cap = 10});
  EXPECT_EQ(desk.ask(refund_of(20)).verdict(), Verdict::Permit);
  EXPECT_EQ(desk.report().stricter, 1U);
  EXPECT_EQ(desk.report().looser, 0U);
}

// Those beyond the table are not lost.
TEST(Shadow, CountsTenantsBeyondTheTableInOneRow) {
  Desk desk({.decisions = 1, .of = 1, .rows_max = 2});
  for (const char* tenant : {"t1", "t2", "t3", "t4", "t1"}) desk.ask(tenant_request(70, tenant));
  const ShadowReport report = desk.report();
  ASSERT_EQ(report.tenants.size(), 3U);
  EXPECT_EQ(report.tenants[0].name, kAllOthers);
  EXPECT_EQ(report.tenants[0].differences, 2U);
  EXPECT_EQ(report.tenants[1].differences, 2U);
  EXPECT_EQ(report.tenants[2].differences, 1U);
}

TEST(Shadow, DecidesItsShareAndNoMore) {
  for (const auto& [decisions, of] : {std::pair{1U, 100U}, {3U, 10U}, {7U, 7U}, {2U, 7U}}) {
    Desk desk({.decisions = decisions, .of = of});
    for (std::uint64_t asked = 1; asked <= 10ULL * of; ++asked) {
      desk.ask(refund_of(20));
      const ShadowReport report = desk.report();
      EXPECT_EQ(report.observed, asked);
      EXPECT_LE(report.decided, (asked + of - 1) / of * decisions);
      if (asked % of == 0) {
        EXPECT_EQ(report.decided, asked / of * decisions);
      }
    }
  }
}

// Of any two readers, each has its own facts, and both count.
TEST(Shadow, SharesItsBudgetAmongReaders) {
  Desk desk({.decisions = 1, .of = 4});
  Reader<> other(desk.reloader);
  for (int i = 0; i < 20; ++i) {
    desk.ask(refund_of(70));
    const auto turn = other.at(kNow);
    other.observe(turn.engine.decide_json(refund_of(70), turn.facts));
  }
  EXPECT_EQ(desk.report().observed, 40U);
  EXPECT_EQ(desk.report().decided, 10U);
}

TEST(Shadow, IsRefusedWhenItMayTakeMoreStepsThanItsBudget) {
  Desk desk;
  const auto done = desk.reloader.offer_shadow(signed_image({.version = 2}), kNow,
                                               {.decisions = 1, .of = 1, .steps_max = 5});
  ASSERT_EQ(refusal(done), ReloadFault::TooSlow);
  EXPECT_NE(done.error().detail.find("at most 5"), std::string::npos) << done.error().detail;
}

TEST(Shadow, NamesTheOptionThatIsOutOfRange) {
  Desk desk;
  const auto refused = [&](const ShadowOptions& options) {
    const auto done = desk.reloader.offer_shadow(signed_image({.version = 2}), kNow, options);
    EXPECT_EQ(refusal(done), ReloadFault::BadOption);
    return done ? "accepted" : done.error().detail;
  };
  EXPECT_EQ(refused({.decisions = 0}), "shadow.decisions is 0; it is 1 to 100");
  EXPECT_EQ(refused({.decisions = 2, .of = 1}), "shadow.decisions is 2; it is 1 to 1");
  EXPECT_EQ(refused({.of = 0}), "shadow.of is 0; it is 1 to 1000000");
  EXPECT_EQ(refused({.of = 1'000'001}), "shadow.of is 1000001; it is 1 to 1000000");
  EXPECT_EQ(refused({.steps_max = 0}), "shadow.steps_max is 0; it is 1 to 100000");
  EXPECT_EQ(refused({.steps_max = 100'001}), "shadow.steps_max is 100001; it is 1 to 100000");
  EXPECT_EQ(refused({.rows_max = 0}), "shadow.rows_max is 0; it is 1 to 65536");
  EXPECT_EQ(refused({.samples_max = 1025}), "shadow.samples_max is 1025, at most 1024");
}

TEST(Shadow, PassesTheChecksOfACandidateAndIsNotKept) {
  Desk desk;
  EXPECT_EQ(desk.store.kept, 1) << "an offered version locks out nobody";
  EXPECT_EQ(refusal(desk.reloader.offer_shadow(test::image({.version = 2}), kNow)),
            ReloadFault::NotTrusted);
  EXPECT_EQ(refusal(desk.reloader.offer_shadow(signed_image({.version = 0}), kNow)),
            ReloadFault::OldVersion);
  EXPECT_EQ(
      refusal(desk.reloader.offer_shadow(signed_image({.version = 2, .expires = true}), kExpires)),
      ReloadFault::Expired);
  EXPECT_TRUE(desk.reloader.shadow()) << "the shadow before goes on";
  EXPECT_EQ(desk.reloader.status().refusals, 3U);
}

TEST(Shadow, KeepsTheFirstDifferencesWhole) {
  Desk desk({.decisions = 1, .of = 1, .samples_max = 2});
  for (const int dollars : {20, 70, 71, 72}) desk.ask(refund_of(dollars));
  const ShadowReport report = desk.report();
  ASSERT_EQ(report.samples.size(), 2U);
  EXPECT_NE(report.samples[0].active.request.find("\"amount\":7000"), std::string::npos);
  EXPECT_NE(report.samples[0].active.decision.find(R"("verdict":"deny")"), std::string::npos);
  EXPECT_NE(report.samples[0].candidate.decision.find(R"("verdict":"permit")"), std::string::npos);
  EXPECT_NE(report.samples[1].active.request.find("\"amount\":7100"), std::string::npos);
}

TEST(Shadow, BeginsItsCountsAnewWhenAnotherEngineBecomesActive) {
  Desk desk;
  Reader<> late(desk.reloader);
  const auto before = late.at(kNow);
  const std::uint64_t first = before.engine.generation();
  EXPECT_EQ(desk.report().against, 0U);
  (void)desk.ask(refund_of(70));
  EXPECT_EQ(desk.report().against, first);
  EXPECT_EQ(desk.report().differences, 1U);
  ASSERT_TRUE(desk.reloader.load(signed_image({.version = 2, .cap = 80}), kNow));
  EXPECT_EQ(desk.report().differences, 1U);  // until something is held against the new one
  EXPECT_EQ(desk.ask(refund_of(70)).verdict(), Verdict::Permit);
  EXPECT_EQ(desk.ask(refund_of(85)).verdict(), Verdict::Deny);
  // A thread that still holds the engine before is not counted among the decisions of the new one.
  late.observe(before.engine.decide_json(refund_of(70), before.facts));
  const ShadowReport report = desk.report();
  EXPECT_EQ(report.against, desk.reloader.status().generation);
  EXPECT_EQ(report.decided, 2U);
  EXPECT_EQ(report.same, 1U);
  EXPECT_EQ(report.differences, 1U);
  EXPECT_EQ(report.samples.size(), 1U);
}

TEST(Shadow, WithholdsWhatIsSensitiveFromItsSamples) {
  std::string schema = test::kShop;
  schema.replace(schema.find("note: string(64)?"), 17, "@sensitive note: string(64)?");
  const std::string request = test::refund(R"("order":"o-1","amount":7000,"note":"card 4111")");
  const auto key = *stdlib::from_hex("00112233445566778899aabbccddeeff");
  for (const bool with_key : {false, true}) {
    Store store;
    Reloader reloader = started(test::options(store), signed_image({.schema = schema}));
    ShadowOptions options{.decisions = 1, .of = 1};
    if (with_key) options.withhold_key = key;
    ASSERT_TRUE(reloader.offer_shadow(signed_image({.version = 2, .cap = 90, .schema = schema}),
                                      kNow, options));
    Reader<> reader(reloader);
    const auto turn = reader.at(kNow);
    reader.observe(turn.engine.decide_json(request, turn.facts), request);
    const ShadowReport report = reloader.shadow().value();
    ASSERT_EQ(report.samples.size(), 1U);
    for (const LogEntry& entry : {report.samples[0].active, report.samples[0].candidate}) {
      const std::string all = entry.request + entry.more + entry.decision;
      EXPECT_EQ(all.find("4111") == std::string::npos, with_key) << all;
    }
  }
}

// What the active engine did not look at says nothing of the candidate.
// What the active schema marks is not read from the side of a candidate that forgot to mark it.
TEST(Shadow, WithholdsWhatTheActiveSchemaMarks) {
  const std::string plain = "note: string(64)?", marked = "@sensitive note: string(64)?";
  const auto schema_with = [&](const std::string& note) {
    std::string schema = test::kShop;
    return schema.replace(schema.find(plain), plain.size(), note);
  };
  const std::string request = test::refund(R"("order":"o-1","amount":7000,"note":"card 4111")");
  const auto key = *stdlib::from_hex("00112233445566778899aabbccddeeff");
  for (const std::string& note : {plain, std::string("note: opaque(64)?"), marked}) {
    Store store;
    Reloader reloader =
        started(test::options(store), signed_image({.schema = schema_with(marked)}));
    ShadowOptions options{.decisions = 1, .of = 1};
    options.withhold_key = key;
    ASSERT_TRUE(reloader.offer_shadow(
        signed_image({.version = 2, .cap = 90, .schema = schema_with(note)}), kNow, options));
    Reader<> reader(reloader);
    const auto turn = reader.at(kNow);
    reader.observe(turn.engine.decide_json(request, turn.facts), request);
    const ShadowReport report = reloader.shadow().value();
    ASSERT_EQ(report.samples.size(), 1U) << note;
    const LogEntry& candidate = report.samples[0].candidate;
    EXPECT_EQ((candidate.request + candidate.more + candidate.decision).find("4111"),
              std::string::npos)
        << note << candidate.request << candidate.decision;
    EXPECT_NE(candidate.decision.find(R"("verdict":"permit")"), std::string::npos);
    EXPECT_EQ(candidate.decision.find(R"("execute":null)") == std::string::npos, note == marked);
  }
}

TEST(Shadow, DecidesNothingWhileTheReloaderIsHalted) {
  Desk desk;
  desk.reloader.halt();
  EXPECT_EQ(desk.ask(refund_of(70)).fault(), Fault::Halted);
  EXPECT_EQ(desk.report().skipped, 1U);
  EXPECT_EQ(desk.report().decided, 0U);
}

TEST(Shadow, DecidesARequestThatWasNotDecodedFromItsText) {
  Desk desk;
  EXPECT_EQ(desk.ask("{").fault(), Fault::InvalidRequest);
  EXPECT_EQ(desk.report().same, 1U);
  const auto turn = desk.reader.at(kNow);
  desk.reader.observe(turn.engine.decide_json("{", turn.facts));
  EXPECT_EQ(desk.report().skipped, 1U) << "there is nothing that it could decide";
}

TEST(Shadow, SkipsADecisionWhoseFactsHaveChanged) {
  Desk desk;
  const auto turn = desk.reader.at(kNow);
  const Decision decision = turn.engine.decide_json(refund_of(70), turn.facts);
  turn.facts.reset("shop.refund");
  desk.reader.observe(decision, refund_of(70));
  EXPECT_EQ(desk.report().skipped, 1U);
  EXPECT_EQ(desk.report().decided, 0U);
}

// Slots that the host bound are decided from the canonical request.
TEST(Shadow, DecidesBoundFacts) {
  Desk desk;
  const auto turn = desk.reader.at(kNow);
  ASSERT_EQ(turn.engine.decide_json(refund_of(20), turn.facts).verdict(), Verdict::Permit);
  ASSERT_TRUE(turn.facts.set(*turn.engine.slot("shop.refund", "args.amount"), money(70)));
  const Decision decision = turn.engine.decide(turn.facts);
  EXPECT_EQ(decision.verdict(), Verdict::Deny);
  desk.reader.observe(decision);
  EXPECT_EQ(desk.report().looser, 1U);
}

// ---- its end

TEST(Shadow, BecomesActiveInOneCall) {
  Desk desk;
  desk.ask(refund_of(70));
  ASSERT_TRUE(desk.reloader.promote_shadow(kNow + 7));
  EXPECT_EQ(desk.ask(refund_of(70)).verdict(), Verdict::Permit);
  EXPECT_FALSE(desk.reloader.shadow());
  EXPECT_EQ(desk.store.kept, 2);
  EXPECT_EQ(desk.reloader.status().since_ms, kNow + 7);
  const std::uint64_t refusals = desk.reloader.status().refusals;
  EXPECT_EQ(refusal(desk.reloader.promote_shadow(kNow)), ReloadFault::NoShadow);
  EXPECT_EQ(desk.reloader.status().refusals, refusals) << "there was no candidate";
}

TEST(Shadow, PassesEveryCheckAgainBeforeItBecomesActive) {
  Desk desk({.decisions = 1, .of = 1}, {.version = 2, .cap = 90, .expires = true});
  EXPECT_EQ(refusal(desk.reloader.promote_shadow(kExpires)), ReloadFault::Expired);
  desk.store.unwritable = "disk full";
  EXPECT_EQ(refusal(desk.reloader.promote_shadow(kNow)), ReloadFault::VersionNotKept);
  desk.store.unwritable.clear();
  ASSERT_TRUE(desk.reloader.trust(Trust::keys({test::next().open})));
  EXPECT_EQ(refusal(desk.reloader.promote_shadow(kNow)), ReloadFault::NotTrusted);
  ASSERT_TRUE(desk.reloader.trust(Trust::keys({test::ours().open})));
  desk.store.kept = 3;
  EXPECT_EQ(refusal(desk.reloader.promote_shadow(kNow)), ReloadFault::OldVersion);
  EXPECT_EQ(decide(desk.reloader, 70).verdict(), Verdict::Deny) << "the last good one goes on";
  EXPECT_TRUE(desk.reloader.shadow()) << "and so does the shadow";
}

TEST(Shadow, StaysHaltedWhenItBecomesActive) {
  Desk desk;
  desk.reloader.halt();
  ASSERT_TRUE(desk.reloader.promote_shadow(kNow));
  EXPECT_EQ(desk.ask(refund_of(20)).fault(), Fault::Halted);
}

TEST(Shadow, IsReplacedOrDroppedAndReadersFollow) {
  Desk desk;
  desk.ask(refund_of(70));
  ASSERT_TRUE(desk.reloader.offer_shadow(signed_image({.version = 3, .cap = 50}), kNow,
                                         {.decisions = 1, .of = 1}));
  desk.ask(refund_of(70));
  EXPECT_EQ(desk.report().version, 3);
  EXPECT_EQ(desk.report().observed, 1U);
  EXPECT_EQ(desk.report().same, 1U);
  desk.reloader.drop_shadow();
  EXPECT_FALSE(desk.reloader.shadow());
  EXPECT_EQ(desk.ask(refund_of(70)).verdict(), Verdict::Deny);
}

}  // namespace
}  // namespace remit
