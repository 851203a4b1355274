// The Reloader: its options, its halt, expiry, status, and what a reader sees.
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <stdexcept>
#include <string>

#include "tests/unit/vm/reload/reloads.h"

namespace remit {
namespace {

using test::decide;
using test::kExpires;
using test::kNow;
using test::refusal;
using test::signed_image;
using test::started;
using test::Store;

// ---- options

std::string refused(const std::function<void(ReloadOptions&)>& change,
                    ReloadFault fault = ReloadFault::BadOption) {
  Store store;
  ReloadOptions options = test::options(store);
  change(options);
  const auto reloader = Reloader::start(options, signed_image(), kNow);
  if (reloader) return "accepted";
  EXPECT_EQ(reloader.error().fault, fault) << to_text(reloader.error());
  return reloader.error().detail;
}

TEST(Reloader, NeedsAVersionStore) {
  EXPECT_EQ(refused([](ReloadOptions& o) { o.versions = {}; }), "versions.read is missing");
  EXPECT_EQ(refused([](ReloadOptions& o) { o.versions.read = {}; }), "versions.read is missing");
  EXPECT_EQ(refused([](ReloadOptions& o) { o.versions.write = {}; }), "versions.write is missing");
}

// Never as if it had said 0.
TEST(Reloader, DoesNotStartWhenTheStoreSaysNothing) {
  Store store;
  store.kept = std::nullopt;
  const auto silent = Reloader::start(test::options(store), signed_image(), kNow);
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().fault, ReloadFault::NoVersion);
  store.unreadable = "no such file";
  const auto unread = Reloader::start(test::options(store), signed_image(), kNow);
  ASSERT_FALSE(unread);
  EXPECT_EQ(unread.error().fault, ReloadFault::StoreUnreadable);
  EXPECT_TRUE(store.written.empty());
}

TEST(Reloader, DoesNotStartWithAnOlderImageThanTheStoreSays) {
  Store store;
  store.kept = 8;
  const auto older = Reloader::start(test::options(store), signed_image({.version = 7}), kNow);
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().fault, ReloadFault::OldVersion);
  EXPECT_TRUE(Reloader::start(test::options(store), signed_image({.version = 9}), kNow));
  EXPECT_EQ(store.kept, 9);
}

TEST(Reloader, NamesTheOptionThatIsOutOfRange) {
  EXPECT_EQ(refused([](ReloadOptions& o) { o.steps_max = 0; }),
            "steps_max is 0; it is 1 to 1000000");
  EXPECT_EQ(refused([](ReloadOptions& o) { o.steps_max = 1'000'001; }),
            "steps_max is 1000001; it is 1 to 1000000");
  EXPECT_EQ(refused([](ReloadOptions& o) { o.image_bytes_max = 0; }), "image_bytes_max is 0");
  EXPECT_EQ(refused([](ReloadOptions& o) { o.refusals_kept = 0; }),
            "refusals_kept is 0; it is 1 to 1024");
  EXPECT_EQ(refused([](ReloadOptions& o) { o.refusals_kept = 1025; }),
            "refusals_kept is 1025; it is 1 to 1024");
  EXPECT_EQ(refused([](ReloadOptions& o) { o.meter = true, o.meter_tenants = 65537; }),
            "meter_tenants is 65537, at most 65536");
  EXPECT_EQ(refused([](ReloadOptions& o) { o.allow_dev = true; }),
            "allow_dev is set, and a signature is required: a dev image has none");
  EXPECT_EQ(refused([](ReloadOptions& o) { o.trust = Trust::keys({}); }, ReloadFault::BadKey),
            "there is none: name the key of who signs the images");
}

TEST(Reloader, RefusesCanariesThatSayNothing) {
  const auto with = [](std::vector<Canary> canaries) {
    return refused([&](ReloadOptions& o) { o.canaries = canaries; });
  };
  const Canary good{.name = "a", .request = test::refund_of(70)};
  EXPECT_EQ(with({good}), "accepted");
  EXPECT_EQ(with({good, good}), "canaries: the name \"a\" stands twice");
  EXPECT_EQ(with({{.name = "", .request = "{}"}}), "canaries: one has no name");
  EXPECT_EQ(with({{.name = "a", .request = ""}}), "canaries: \"a\" has no request");
  EXPECT_EQ(with({{.name = "a", .request = std::string((1 << 20) + 1, ' ')}}),
            "canaries: \"a\" has a request of 1048577 bytes, at most 1048576");
  EXPECT_EQ(with({{.name = "a", .request = "{}", .verdict = Verdict{}}}),
            "canaries: \"a\" expects no verdict that there is");
  EXPECT_EQ(
      with({{.name = "a", .request = "{}", .verdict = Verdict::Queue, .fault = Fault::Halted}}),
      "canaries: \"a\" expects a fault and a queue; every fault is a deny");
  std::vector<Canary> many(4097, good);
  EXPECT_EQ(with(many), "canaries: there are 4097, at most 4096");
}

TEST(Reloader, MeterTooLargeForTheImageIsARefusalOfIt) {
  // The tools of the image decide, so it is not an option alone that is out of range.
  std::string schema = test::kShop;
  for (int i = 0; i < 70; ++i)
    schema += "tool extra.t" + std::to_string(i) + " { effect read args { a: id } }\n";
  Store store;
  ReloadOptions options = test::options(store);
  options.meter = true;
  options.meter_tenants = 65536;
  Reloader reloader = started(options);
  EXPECT_EQ(refusal(reloader.load(signed_image({.version = 2, .schema = schema}), kNow)),
            ReloadFault::MeterTooLarge);
}

// ---- halt

TEST(Reloader, StaysHaltedWhateverIsLoaded) {
  Store store;
  Reloader reloader = started(test::options(store));
  Reader<> reader(reloader);
  reloader.halt();
  for (std::int64_t version = 2; version < 5; ++version) {
    ASSERT_TRUE(reloader.load(signed_image({.version = version}), kNow));
    const auto turn = reader.at(kNow);
    EXPECT_TRUE(turn.changed);
    EXPECT_EQ(turn.engine.decide_json(test::refund_of(20), turn.facts).fault(), Fault::Halted);
    EXPECT_TRUE(reloader.status().halted);
  }
  reloader.halt(false);
  EXPECT_EQ(decide(reloader, 20).verdict(), Verdict::Permit);
  EXPECT_FALSE(reloader.status().halted);
}

// A decision that was made before a reload is executed after it, by its own engine.
TEST(Reloader, HaltsTheEnginesThatWereActiveBefore) {
  Store store;
  Reloader reloader = started(test::options(store));
  Reader<> reader(reloader);
  const auto turn = reader.at(kNow);
  const Decision decision = turn.engine.decide_json(test::refund_of(20), turn.facts);
  ASSERT_TRUE(turn.engine.terms(turn.facts, decision));
  ASSERT_TRUE(reloader.load(signed_image({.version = 2}), kNow));
  ASSERT_TRUE(reloader.load(signed_image({.version = 3}), kNow));
  EXPECT_TRUE(turn.engine.terms(turn.facts, decision)) << "a reload alone takes nothing back";
  reloader.halt();
  const auto halted = turn.engine.terms(turn.facts, decision);
  ASSERT_FALSE(halted);
  EXPECT_EQ(halted.error(), PairFault::Halted);
  reloader.halt(false);
  EXPECT_TRUE(turn.engine.terms(turn.facts, decision));
}

TEST(Reloader, StartsHaltedWhereTheHostSaysSo) {
  Store store;
  ReloadOptions options = test::options(store);
  options.halted = true;
  const Reloader reloader = started(options);
  EXPECT_EQ(decide(reloader, 20).fault(), Fault::Halted);
  reloader.halt(false);
  EXPECT_EQ(decide(reloader, 20).verdict(), Verdict::Permit);
}

TEST(Reloader, KeepsTheHaltOfAnEngineThatWasHaltedByItself) {
  Store store;
  Reloader reloader = started(test::options(store));
  Reader<> reader(reloader);
  reader.at(kNow).engine.halt();
  ASSERT_TRUE(reloader.load(signed_image({.version = 2}), kNow));
  EXPECT_EQ(decide(reloader, 20).fault(), Fault::Halted);
  EXPECT_TRUE(reloader.status().halted);
}

// A switch that was thrown is not forgotten because the bundle expired meanwhile.
TEST(Reloader, KeepsTheHaltOfAnEngineThatWasRetiredAfterwards) {
  Store store;
  Reloader reloader = started(test::options(store));
  Reader<> reader(reloader);
  const Engine halted = reader.at(kNow).engine;
  halted.halt();
  halted.retire();
  EXPECT_TRUE(reloader.status().halted);
  ASSERT_TRUE(reloader.load(signed_image({.version = 2}), kNow));
  EXPECT_EQ(decide(reloader, 20).fault(), Fault::Halted);
}

// A canary is asked of the candidate, which nobody halted.
TEST(Reloader, AcceptsACandidateWhileItIsHalted) {
  Store store;
  ReloadOptions options = test::options(store);
  options.halted = true;
  options.canaries = {
      {.name = "small", .request = test::refund_of(20), .verdict = Verdict::Permit}};
  Reloader reloader = started(options);
  EXPECT_TRUE(reloader.load(signed_image({.version = 2}), kNow));
  EXPECT_EQ(decide(reloader, 20).fault(), Fault::Halted);
}

// ---- expiry

TEST(Reloader, DecidesUntilTheBundleExpiresAndThenNoMore) {
  Store store;
  Reloader reloader = started(test::options(store), signed_image({.expires = true}));
  Reader<> reader(reloader);
  const auto verdict = [&](std::int64_t now_ms) {
    const auto turn = reader.at(now_ms);
    return turn.engine.decide_json(test::refund_of(20), turn.facts);
  };
  EXPECT_EQ(verdict(kExpires - 1).verdict(), Verdict::Permit);
  EXPECT_EQ(refusal(reloader.load(signed_image({.version = 2, .expires = true}), kExpires)),
            ReloadFault::Expired);
  EXPECT_EQ(verdict(kExpires).fault(), Fault::NoBundle);
  EXPECT_TRUE(reloader.status().retired);
  // For good: neither a clock that goes back nor the switch undoes it.
  EXPECT_EQ(verdict(kExpires - 1).fault(), Fault::NoBundle);
  reloader.halt();
  reloader.halt(false);
  EXPECT_EQ(verdict(kExpires - 1).fault(), Fault::NoBundle);
  ASSERT_TRUE(reloader.load(signed_image({.version = 2}), kExpires));
  EXPECT_EQ(verdict(kExpires).verdict(), Verdict::Permit);
  EXPECT_FALSE(reloader.status().retired);
}

// Without a request: what was decided before has no terms any more.
TEST(Reloader, RetiresWhatHasExpiredWhenItsClockTicks) {
  Store store;
  Reloader reloader = started(test::options(store), signed_image({.expires = true}));
  Reader<> reader(reloader);
  const auto turn = reader.at(kNow);
  const Decision decision = turn.engine.decide_json(test::refund_of(20), turn.facts);
  ASSERT_TRUE(reloader.load(signed_image({.version = 2}), kNow));
  reloader.tick(kExpires - 1);
  EXPECT_TRUE(turn.engine.terms(turn.facts, decision));
  reloader.tick(kExpires);
  const auto terms = turn.engine.terms(turn.facts, decision);
  ASSERT_FALSE(terms) << "of the engine before, which a reader still holds";
  EXPECT_EQ(terms.error(), PairFault::Retired);
  EXPECT_EQ(decide(reloader, 20, kExpires).verdict(), Verdict::Permit) << "the active one goes on";
}

TEST(Reloader, NeverRetiresABundleThatNeverExpires) {
  constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
  Store store;
  const Reloader reloader = started(test::options(store));
  EXPECT_EQ(decide(reloader, 20, kLast).verdict(), Verdict::Permit);
  reloader.tick(kLast);
  EXPECT_EQ(decide(reloader, 20).verdict(), Verdict::Permit);
  Store other;
  EXPECT_TRUE(Reloader::start(test::options(other), signed_image(), kLast));
}

TEST(Reloader, StaysHaltedAcrossAnExpiry) {
  Store store;
  Reloader reloader = started(test::options(store), signed_image({.expires = true}));
  reloader.halt();
  reloader.tick(kExpires);
  ASSERT_TRUE(reloader.load(signed_image({.version = 2}), kExpires));
  EXPECT_EQ(decide(reloader, 20, kExpires).fault(), Fault::Halted);
}

// ---- status

TEST(Reloader, SaysWhatIsActiveAndWhatWasRefusedLast) {
  Store store;
  ReloadOptions options = test::options(store);
  options.refusals_kept = 2;
  Reloader reloader = started(options, signed_image({.version = 3, .expires = true}));
  for (int i = 1; i <= 3; ++i) {
    EXPECT_FALSE(reloader.load(signed_image({.version = i == 3 ? 2 : 1}), kNow + i));
  }
  const ReloadStatus status = reloader.status();
  EXPECT_EQ(status.bundle, "shop");
  EXPECT_EQ(status.version, 3);
  EXPECT_EQ(status.image.size(), 64U);
  EXPECT_EQ(status.generation, decide(reloader, 20).image_generation());
  EXPECT_EQ(status.since_ms, kNow);
  EXPECT_EQ(status.expires_ms, kExpires);
  EXPECT_EQ(status.loads, 1U);
  EXPECT_EQ(status.refusals, 3U);
  ASSERT_EQ(status.refused.size(), 2U);
  EXPECT_EQ(status.refused[0].at_ms, kNow + 2);
  EXPECT_EQ(status.refused[1].at_ms, kNow + 3);
  EXPECT_EQ(to_text(status.refused[1].error),
            "reload.old_version: the version is lower than one that was accepted before: 2, at "
            "least 3");
}

// ---- readers

struct Slots {
  explicit Slots(const Engine& engine) {
    if (throws) throw std::runtime_error("no");
    made += 1;
    amount = engine.slot("shop.refund", "args.amount").value_or(SlotId());
  }
  SlotId amount;
  static inline int made = 0;
  static inline bool throws = false;
};

TEST(Reader, HasFactsAndSlotsOfTheEngineThatItGives) {
  Store store;
  Reloader reloader = started(test::options(store));
  Reader<Slots> reader(reloader);
  Slots::made = 0;
  const SlotId stale = reader.at(kNow).slots.amount;
  EXPECT_FALSE(reader.at(kNow).changed);
  EXPECT_EQ(Slots::made, 0);
  // Its slots stand elsewhere.
  std::string schema = test::kShop;
  schema.replace(schema.find("{ freeze: bool"), 14, "{ aide: id?, freeze: bool");
  ASSERT_TRUE(reloader.load(signed_image({.version = 2, .schema = schema}), kNow));
  const auto turn = reader.at(kNow);
  EXPECT_TRUE(turn.changed);
  EXPECT_EQ(Slots::made, 1);
  EXPECT_EQ(turn.engine.decide_json(test::refund_of(70), turn.facts).verdict(), Verdict::Deny);
  EXPECT_TRUE(turn.facts.set(turn.slots.amount, money(20)));
  EXPECT_EQ(turn.engine.decide(turn.facts).verdict(), Verdict::Permit);
  EXPECT_FALSE(turn.facts.set(stale, money(20)));
  EXPECT_FALSE(reader.at(kNow).changed);
}

TEST(Reader, GivesNoTurnWhenTheSlotsCannotBeMadeAndTriesAgain) {
  Store store;
  Reloader reloader = started(test::options(store));
  Reader<Slots> reader(reloader);
  ASSERT_TRUE(reloader.load(signed_image({.version = 2}), kNow));
  Slots::throws = true;
  EXPECT_THROW((void)reader.at(kNow), std::runtime_error);
  EXPECT_THROW((void)reader.at(kNow), std::runtime_error);
  Slots::throws = false;
  const auto turn = reader.at(kNow);
  EXPECT_TRUE(turn.changed);
  EXPECT_EQ(turn.engine.generation(), reloader.status().generation);
}

// No lock that a reader takes is held while a callback runs: this would hang.
TEST(Reader, DecidesWhileACandidateIsLoaded) {
  Store store;
  std::optional<Reloader> reloader;
  int decided = 0;
  ReloadOptions options = test::options(store);
  const VersionStore plain = options.versions;
  options.versions.read = [&] {
    if (reloader && decide(*reloader, 20).verdict() == Verdict::Permit) ++decided;
    if (reloader) reloader->tick(kNow), reloader->halt(false), (void)reloader->status();
    return plain.read();
  };
  reloader = started(options);
  ASSERT_TRUE(reloader->load(signed_image({.version = 2}), kNow));
  EXPECT_EQ(decided, 1);
}

// Freeing a large image takes time that no deciding thread has.
TEST(Reader, LeavesItToTheReloaderToFreeAnEngine) {
  Store store;
  Reloader reloader = started(test::options(store));
  Reader<> reader(reloader);
  ASSERT_TRUE(reloader.load(signed_image({.version = 2}), kNow));
  EXPECT_EQ(reloader.status().earlier, 1U);
  (void)reader.at(kNow);
  EXPECT_EQ(reloader.status().earlier, 1U);
  reloader.tick(kNow);
  EXPECT_EQ(reloader.status().earlier, 0U);
}

TEST(Reader, MayOutliveTheReloader) {
  Store store;
  std::optional<Reloader> reloader = started(test::options(store));
  Reader<> reader(*reloader);
  reloader.reset();
  const auto turn = reader.at(kNow);
  EXPECT_EQ(turn.engine.decide_json(test::refund_of(20), turn.facts).verdict(), Verdict::Permit);
}

}  // namespace
}  // namespace remit
