// What a candidate must pass before it decides. Each check has a candidate that fails it alone.
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include "tests/unit/vm/reload/reloads.h"

namespace remit {
namespace {

using test::Bundle;
using test::Bytes;
using test::decide;
using test::kExpires;
using test::kNow;
using test::ours;
using test::refusal;
using test::signed_image;
using test::started;
using test::Store;

// A Reloader with the first image, to which candidates are given.
struct Desk {
  explicit Desk(const std::function<void(ReloadOptions&)>& change = {})
      : reloader(started(options(change))) {}

  ReloadOptions options(const std::function<void(ReloadOptions&)>& change) {
    ReloadOptions options = test::options(store);
    if (change) change(options);
    return options;
  }
  // Refused for this, and the first image goes on.
  void expect_refused(const Bytes& candidate, ReloadFault fault, std::string_view detail = {},
                      std::int64_t now_ms = kNow) {
    const std::uint64_t before = reloader.status().generation;
    const auto done = reloader.load(candidate, now_ms);
    ASSERT_EQ(refusal(done), fault) << (done ? "accepted" : to_text(done.error()));
    EXPECT_NE(done.error().detail.find(detail), std::string::npos) << done.error().detail;
    EXPECT_EQ(reloader.status().generation, before);
    EXPECT_EQ(decide(reloader, 20).verdict(), Verdict::Permit);
    EXPECT_EQ(decide(reloader, 70).verdict(), Verdict::Deny);
  }

  Store store;
  Reloader reloader;
};

TEST(Candidate, BecomesActiveWhenItPassesEveryCheck) {
  Desk desk;
  EXPECT_EQ(decide(desk.reloader, 70).verdict(), Verdict::Deny);
  ASSERT_TRUE(desk.reloader.load(signed_image({.version = 2, .cap = 90}), kNow + 5));
  EXPECT_EQ(decide(desk.reloader, 70).verdict(), Verdict::Permit);
  const ReloadStatus status = desk.reloader.status();
  EXPECT_EQ(status.bundle, "shop");
  EXPECT_EQ(status.version, 2);
  EXPECT_EQ(status.since_ms, kNow + 5);
  EXPECT_EQ(status.loads, 2U);
  EXPECT_EQ(status.refusals, 0U);
}

TEST(Candidate, IsRefusedUnlessATrustedKeySignedIt) {
  Desk desk;
  desk.expect_refused(test::image({.version = 2, .cap = 90}), ReloadFault::NotTrusted,
                      "file.unsigned");
  desk.expect_refused(test::signed_by(test::next(), test::image({.version = 2, .cap = 90})),
                      ReloadFault::NotTrusted, "file.unknown_key");
  Bytes changed = signed_image({.version = 2, .cap = 90});
  changed.back() ^= std::byte{1};
  desk.expect_refused(changed, ReloadFault::NotTrusted, "file.bad_signature");
}

TEST(Candidate, IsRefusedWhenItIsNoSoundImage) {
  Desk desk;
  const Bytes good = signed_image({.version = 2, .cap = 90});
  desk.expect_refused({}, ReloadFault::NotSound, "file.bad_magic");
  desk.expect_refused(Bytes(good.begin(), good.begin() + 100), ReloadFault::NotSound, "file.");
  Bytes changed = good;
  changed[good.size() / 2] ^= std::byte{1};
  desk.expect_refused(changed, ReloadFault::NotSound, "file.bad_hash");
}

TEST(Candidate, IsRefusedWhenItIsLargerThanTheHostAllows) {
  const Bytes good = signed_image({.version = 2, .cap = 90});
  Desk desk([&](ReloadOptions& options) { options.image_bytes_max = good.size() + 10; });
  Bytes large = good;
  large.resize(good.size() + 11);
  desk.expect_refused(large, ReloadFault::TooLarge);
}

TEST(Candidate, IsRefusedWhenItIsOlderThanTheLastAcceptedOne) {
  Desk desk;
  ASSERT_TRUE(desk.reloader.load(signed_image({.version = 7}), kNow));
  EXPECT_EQ(desk.store.kept, 7);
  desk.expect_refused(signed_image({.version = 6, .cap = 90}), ReloadFault::OldVersion,
                      "at least 7");
}

TEST(Candidate, OfTheSameVersionIsAcceptedAndNotWrittenAgain) {
  Desk desk;
  ASSERT_TRUE(desk.reloader.load(signed_image({.version = 7}), kNow));
  desk.store.unwritable = "read only";
  EXPECT_TRUE(desk.reloader.load(signed_image({.version = 7, .cap = 90}), kNow));
  EXPECT_EQ(decide(desk.reloader, 70).verdict(), Verdict::Permit);
}

// Another process may have gone ahead.
TEST(Candidate, IsHeldAgainstWhatTheStoreSaysNow) {
  Desk desk;
  desk.store.kept = 9;
  desk.expect_refused(signed_image({.version = 8, .cap = 90}), ReloadFault::OldVersion,
                      "at least 9");
}

TEST(Candidate, IsHeldAgainstTheLastAcceptedOneThoughTheStoreWentBack) {
  Desk desk;
  ASSERT_TRUE(desk.reloader.load(signed_image({.version = 7}), kNow));
  desk.store.kept = 1;
  desk.expect_refused(signed_image({.version = 6, .cap = 90}), ReloadFault::OldVersion,
                      "at least 7");
}

TEST(Candidate, IsKeptInTheStoreBeforeItDecides) {
  Store store;
  std::optional<Reloader> reloader;
  std::optional<Decision> meanwhile;
  ReloadOptions options = test::options(store);
  options.versions.write = [&](std::int64_t version) -> std::expected<void, std::string> {
    store.written.push_back(version);
    if (reloader) meanwhile = decide(*reloader, 70);
    return {};
  };
  reloader = started(options);
  ASSERT_TRUE(reloader->load(signed_image({.version = 2, .cap = 90}), kNow));
  EXPECT_EQ(store.written, (std::vector<std::int64_t>{2})) << "1 was there already";
  ASSERT_TRUE(meanwhile);
  EXPECT_EQ(meanwhile->verdict(), Verdict::Deny) << "by the engine before";
  EXPECT_EQ(decide(*reloader, 70).verdict(), Verdict::Permit);
}

TEST(Candidate, IsRefusedWhenItsVersionCannotBeKept) {
  Desk desk;
  desk.store.unwritable = "disk full";
  desk.expect_refused(signed_image({.version = 2, .cap = 90}), ReloadFault::VersionNotKept,
                      "disk full");
}

TEST(Candidate, IsRefusedWhenTheStoreCannotBeRead) {
  Desk desk;
  desk.store.unreadable = "no connection";
  desk.expect_refused(signed_image({.version = 2, .cap = 90}), ReloadFault::StoreUnreadable,
                      "no connection");
  desk.store.unreadable.clear();
  desk.store.kept = std::nullopt;
  desk.expect_refused(signed_image({.version = 2, .cap = 90}), ReloadFault::NoVersion);
  desk.store.kept = -1;
  desk.expect_refused(signed_image({.version = 2, .cap = 90}), ReloadFault::StoreUnreadable, "-1");
}

// What a candidate that fails left in the store would lock the host out.
TEST(Candidate, ThatIsRefusedLeavesTheStoreAsItWas) {
  Desk desk([](ReloadOptions& options) {
    options.canaries = {
        {.name = "small", .request = test::refund_of(20), .verdict = Verdict::Permit}};
  });
  desk.expect_refused(signed_image({.version = 5, .cap = 10}), ReloadFault::CanaryFailed);
  EXPECT_EQ(desk.store.kept, 1);
  EXPECT_TRUE(desk.store.written.empty());
}

TEST(Candidate, IsRefusedWhenACallbackThrows) {
  Store store;
  bool throws = false;
  ReloadOptions options = test::options(store);
  const VersionStore plain = options.versions;
  options.versions.read = [&] {
    if (throws) throw std::runtime_error("socket closed");
    return plain.read();
  };
  options.versions.write = [&](std::int64_t version) {
    if (version == 3) throw 3;
    return plain.write(version);
  };
  Reloader reloader = started(options);
  const auto thrown = reloader.load(signed_image({.version = 3}), kNow);
  ASSERT_EQ(refusal(thrown), ReloadFault::VersionNotKept);
  EXPECT_EQ(thrown.error().detail, "the callback threw");
  throws = true;
  const auto unread = reloader.load(signed_image({.version = 2}), kNow);
  ASSERT_EQ(refusal(unread), ReloadFault::StoreUnreadable);
  EXPECT_EQ(unread.error().detail, "the callback threw: socket closed");
  EXPECT_EQ(decide(reloader, 20).verdict(), Verdict::Permit);
}

TEST(Candidate, IsRefusedWhenItHasExpiredAtTheHostsClock) {
  Desk desk;
  const Bytes candidate = signed_image({.version = 2, .expires = true});
  desk.expect_refused(candidate, ReloadFault::Expired, "2027-01-01", kExpires);
  EXPECT_TRUE(desk.reloader.load(candidate, kExpires - 1));
}

TEST(Candidate, IsRefusedWithoutAPolicyThatTheHostExpects) {
  const auto expects = [](const char* name) {
    return [name](ReloadOptions& options) { options.expected_policies = {name}; };
  };
  Desk desk(expects("shop.policy"));
  const auto other =
      compile({{"schema.rule", test::kShop},
               {"policy.rule", test::policy("rule small on shop.refund { permit when args.amount "
                                            "<= USD 50 and tenant.id in target.tenants }\n",
                                            "policy shop.other")}},
              "name = \"shop\"\nlayers = [\"main\"]\nversion = 2\n");
  desk.expect_refused(test::signed_by(ours(), other.image), ReloadFault::MissingPolicy,
                      "shop.policy");
}

TEST(Candidate, IsRefusedWhenItNeedsADutyThatTheHostDoesNotPerform) {
  const Bytes notifies = signed_image(
      {.version = 2,
       .items =
           "guard noted on shop.refund {\n  when risk.score > 90\n  require notify desk\n}\n"});
  const auto performs = [](std::vector<std::string> duties) {
    return [duties](ReloadOptions& options) { options.duties = duties; };
  };
  Desk desk(performs({"log"}));
  desk.expect_refused(notifies, ReloadFault::UnregisteredDuty, "notify");
  Desk nothing(performs({}));
  nothing.expect_refused(notifies, ReloadFault::UnregisteredDuty, "notify");
  Desk just(performs({"notify"}));
  EXPECT_TRUE(just.reloader.load(notifies, kNow));
  Desk all(performs({"log", "notify", "redact", "dry_run", "snapshot", "step_up", "delay"}));
  EXPECT_TRUE(all.reloader.load(notifies, kNow));
}

TEST(Candidate, IsRefusedWithoutAToolOrSlotThatTheHostAsksFor) {
  Desk desk([](ReloadOptions& options) {
    options.tools = {"shop.refund", "shop.payout"};
    options.slots = {{"shop.refund", "args.amount"}, {"shop.refund", "args.note"}};
  });
  std::string schema = test::kShop;
  schema.replace(schema.find(", note: string(64)?"), 19, "");
  desk.expect_refused(signed_image({.version = 2, .schema = schema}), ReloadFault::MissingSlot,
                      "\"shop.refund\" has no path \"args.note\" in the schema's names");
  schema = test::kShop.substr(0, test::kShop.find("tool shop.payout"));
  desk.expect_refused(signed_image({.version = 2, .schema = schema}), ReloadFault::MissingTool,
                      "none has the wire name \"shop.payout\"");
}

// The static bound of `shop.refund`.
std::int64_t steps_of(const Bytes& image) {
  const Engine engine = Engine::load(image, Trust::keys({ours().open})).value();
  Facts facts = engine.facts({});
  const Decision decision = engine.decide_json(test::refund_of(20), facts);
  return engine.explain(facts, decision).value().steps_bound;
}

TEST(Candidate, IsRefusedWhenADecisionMayTakeMoreStepsThanAllowed) {
  const Bytes slower = signed_image(
      {.version = 2,
       .items = "guard no on shop.refund {\n  deny\n  when any(t in target.tenants: t == \"t9\")\n"
                "  because \"n\"\n}\n"});
  const std::int64_t steps = steps_of(slower);
  ASSERT_LT(steps_of(signed_image()), steps);
  Desk desk([&](ReloadOptions& options) { options.steps_max = steps - 1; });
  desk.expect_refused(slower, ReloadFault::TooSlow,
                      "\"shop.refund\" may take " + std::to_string(steps) + ", at most " +
                          std::to_string(steps - 1));
  Desk just([&](ReloadOptions& options) { options.steps_max = steps; });
  EXPECT_TRUE(just.reloader.load(slower, kNow));
}

TEST(Candidate, IsRefusedWhenACanaryIsDecidedOtherwise) {
  Desk desk([](ReloadOptions& options) {
    options.canaries = {
        {.name = "small is paid", .request = test::refund_of(20), .verdict = Verdict::Permit},
        {.name = "large is not", .request = test::refund_of(70), .verdict = Verdict::Deny}};
  });
  desk.expect_refused(signed_image({.version = 2, .cap = 90}), ReloadFault::CanaryFailed,
                      "\"large is not\": expected deny; found permit by shop.policy.small");
  desk.expect_refused(signed_image({.version = 2, .cap = 10}), ReloadFault::CanaryFailed,
                      "\"small is paid\": expected permit; found deny by engine.default.main");
  EXPECT_TRUE(desk.reloader.load(signed_image({.version = 2, .cap = 60}), kNow));
}

// The same verdict for another reason.
TEST(Candidate, IsRefusedWhenACanaryIsNotDecidedByItsItem) {
  const std::string guard =
      "guard cold on shop.refund {\n  deny\n  when risk.score < 50 and args.amount > USD 60\n"
      "  because \"c\"\n}\n";
  Store store;
  ReloadOptions options = test::options(store);
  options.canaries = {{.name = "large",
                       .request = test::refund_of(70),
                       .verdict = Verdict::Deny,
                       .by = "shop.policy.cold"}};
  Reloader reloader = started(options, signed_image({.items = guard}));
  const auto done = reloader.load(signed_image({.version = 2}), kNow);
  ASSERT_EQ(refusal(done), ReloadFault::CanaryFailed);
  EXPECT_EQ(done.error().detail,
            "\"large\": expected deny by shop.policy.cold; found deny by engine.default.main");
}

// A deny of what cannot be read says nothing of the rules.
TEST(Candidate, IsRefusedWhenACanaryIsForAToolThatItDoesNotHave) {
  Store store;
  ReloadOptions options = test::options(store);
  std::string request = test::refund_of(70);
  request.replace(request.find("shop.refund"), 11, "shop.none");
  options.canaries = {{.name = "none", .request = request, .verdict = Verdict::Deny}};
  const auto refused = Reloader::start(options, signed_image(), kNow);
  ASSERT_FALSE(refused);
  EXPECT_EQ(to_text(refused.error()),
            "reload.canary_failed: a canary request was not decided as the host expects: "
            "\"none\": expected deny; found deny, engine.unknown_tool at tool");
  options.canaries[0].fault = Fault::UnknownTool;
  EXPECT_TRUE(Reloader::start(options, signed_image(), kNow));
}

TEST(Candidate, WithoutAManifestIsOnlyForDevelopment) {
  const Bytes dev =
      compile({{"schema.rule", test::kShop},
               {"policy.rule", test::policy("rule small on shop.refund { permit when args.amount "
                                            "<= USD 50 and tenant.id in target.tenants }\n")}})
          .image;
  Store store;
  store.kept = 0;
  ReloadOptions options = test::options(store);
  options.trust = Trust::unsigned_image();
  const auto refused = Reloader::start(options, dev, kNow);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, ReloadFault::DevImage);
  options.allow_dev = true;
  const auto reloader = Reloader::start(options, dev, kNow);
  ASSERT_TRUE(reloader) << to_text(reloader.error());
  EXPECT_EQ(reloader->status().bundle, "");
}

// While keys are rotated both are trusted; then the old one is not any more.
TEST(Candidate, IsHeldAgainstTheKeysOfNow) {
  Desk desk;
  const auto theirs = [](std::int64_t version) {
    return test::signed_by(test::next(), test::image({.version = version}));
  };
  desk.expect_refused(theirs(2), ReloadFault::NotTrusted);
  ASSERT_TRUE(desk.reloader.trust(Trust::keys({ours().open, test::next().open})));
  EXPECT_TRUE(desk.reloader.load(signed_image({.version = 2}), kNow));
  EXPECT_TRUE(desk.reloader.load(theirs(3), kNow));
  ASSERT_TRUE(desk.reloader.trust(Trust::keys({test::next().open})));
  desk.expect_refused(signed_image({.version = 4, .cap = 90}), ReloadFault::NotTrusted);
  const auto none = desk.reloader.trust(Trust::keys({}));
  EXPECT_EQ(refusal(none), ReloadFault::BadKey);
  EXPECT_TRUE(desk.reloader.load(theirs(4), kNow)) << "the keys before are still trusted";
}

}  // namespace
}  // namespace remit
