// Two threads decide while a third swaps images, and halts and retires them in between. Every
// decision is derived again by an engine of its image that nobody touches, and must be the same.
//
// REMIT_STRESS_DECISIONS decisions, with requests from REMIT_STRESS_SEED on. How the threads meet
// is for the machine to say: the test counts what came up.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

#include <remit/log.h>
#include <nlohmann/json.hpp>
#include "tests/unit/vm/desk.h"

namespace remit {
namespace {

using Bytes = std::vector<std::byte>;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

Engine load(const Bytes& image) {
  return Engine::load(image, Trust::unsigned_image(), {.allow_dev = true}).value();
}

Bytes image_of(std::string schema, std::string items, std::string_view what,
               std::string_view instead) {
  for (std::string* text : {&schema, &items}) {
    if (const std::size_t at = text->find(what); at != std::string::npos)
      text->replace(at, what.size(), instead);
  }
  return compile({{"schema.rule", schema}, {"policy.rule", test::policy(items)}}).image;
}

// One desk, another with a higher cap, one whose slots stand elsewhere, one that denies.
const std::vector<Bytes>& images() {
  static const std::vector<Bytes> all{
      image_of(test::kShop, test::kDesk, "", ""),
      image_of(test::kShop, test::kDesk, "USD 50", "USD 90"),
      image_of(test::kShop, test::kDesk, "{ freeze: bool", "{ aide: id?, bench: id?, freeze: bool"),
      image_of(test::kShop, test::kDesk + "guard shut on shop.refund { deny because \"shut\" }\n",
               "", "")};
  return all;
}

std::vector<std::string> requests() {
  std::vector<std::string> all{"{", R"({"tool":"shop.none"})"};
  for (const int amount : {100, 2'000, 5'000, 7'500, 9'500, 99'000}) {
    for (const int score : {10, 20, 30, 61, 77, 96}) {
      nlohmann::json request = test::desk_request();
      request["args"]["amount"] = amount;
      request["risk"]["score"] = score;
      all.push_back(request.dump());
      request["limits"]["shop.policy.per_actor"] = score % 4;
      all.push_back(request.dump());
    }
  }
  all.push_back(test::refund());  // without its counters
  return all;
}

// What deciders ask, as a host would keep it: a lock for the change, a counter to see it.
class Current {
 public:
  void set(Engine engine, std::size_t image) {
    const std::lock_guard lock(change_);
    engine_ = std::move(engine);
    image_ = image;
    changes_.fetch_add(1, std::memory_order_release);
  }
  [[nodiscard]] std::uint64_t changes() const { return changes_.load(std::memory_order_acquire); }
  // With the number of the change that brought it.
  struct Taken {
    Engine engine;
    std::size_t image = 0;
    std::uint64_t change = 0;
  };
  [[nodiscard]] Taken get() const {
    const std::lock_guard lock(change_);
    return {*engine_, image_, changes()};
  }

 private:
  mutable std::mutex change_;
  std::optional<Engine> engine_;
  std::size_t image_ = 0;
  std::atomic<std::uint64_t> changes_ = 0;
};

struct Counts {
  std::uint64_t decisions = 0, permits = 0, refused = 0, off = 0, reloads = 0, stale_slots = 0,
                halted_after = 0;
};

// An engine that nobody halts, and the slots of a decider.
struct Reference {
  explicit Reference(const Bytes& image) : engine(load(image)), facts(engine.facts({})) {}
  Engine engine;
  Facts facts;
};

class Decider {
 public:
  Decider(const Current& current, std::uint64_t seed) : current_(current), random_(seed) {
    for (const Bytes& image : images()) references_.emplace_back(image);
    take();
  }

  void run(std::uint64_t decisions) {
    const std::vector<std::string> texts = requests();
    for (std::uint64_t i = 0; i < decisions && problem_.empty(); ++i) {
      if (current_.changes() != seen_) take();
      decide(texts[random_() % texts.size()]);
      ++counts_.decisions;
    }
  }

  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  void take() {
    stale_ = slot_;
    const Current::Taken taken = current_.get();
    engine_ = taken.engine;
    image_ = taken.image;
    seen_ = taken.change;
    slot_ = *engine_->slot("shop.refund", "args.amount");
    if (!facts_) facts_ = engine_->facts({});
    counts_.reloads += 1;
    // Facts that were bound for the load before are a deny, and no more.
    const Decision decision = engine_->decide(*facts_);
    const bool is_off = decision.fault() == Fault::NoBundle || decision.fault() == Fault::Halted;
    expect(counts_.reloads == 1 || is_off, "facts of another load were decided");
  }

  void decide(const std::string& request) {
    Reference& reference = references_[image_];
    Decision decision = engine_->decide_json(request, *facts_);
    Decision expected = reference.engine.decide_json(request, reference.facts);
    const bool decoded =
        decision.fault() != Fault::InvalidRequest && decision.fault() != Fault::MissingFact &&
        expected.fault() != Fault::InvalidRequest && expected.fault() != Fault::UnknownTool &&
        decision.fault() != Fault::Halted && decision.fault() != Fault::NoBundle;
    switch (decoded ? random_() % 4 : 0) {
      case 2: {  // bound by hand
        const auto amount = static_cast<std::int64_t>(random_() % 200) * 1'000'000;
        const SlotId theirs = *reference.engine.slot("shop.refund", "args.amount");
        expect(facts_->set(slot_, amount) && reference.facts.set(theirs, amount), "not bound");
        ask_stale_pair(decision);
        decision = engine_->decide(*facts_);
        expected = reference.engine.decide(reference.facts);
        break;
      }
      case 3: {  // with a slot of the load before
        if (stale_ == SlotId() || stale_ == slot_) break;
        expect(!facts_->set(stale_, money(1)), "a slot of another load was bound");
        ask_stale_pair(decision);
        decision = engine_->decide(*facts_);
        expect(decision.verdict() == Verdict::Deny, "a slot of another load was not remembered");
        counts_.stale_slots += 1;
        return;
      }
      default: break;
    }
    compare(decision, expected);
  }

  void ask_stale_pair(const Decision& decision) {
    const auto record = engine_->record(*facts_, decision);
    expect(!record && record.error() == PairFault::FactsChanged, "changed facts have a record");
  }

  void compare(const Decision& decision, const Decision& expected) {
    Reference& reference = references_[image_];
    expect(decision.image_generation() == engine_->generation(), "of another generation");
    if (decision.fault() == Fault::Halted || decision.fault() == Fault::NoBundle) {
      counts_.off += 1;
      expect(decision.verdict() == Verdict::Deny, "off, and not a deny");
      expect(!engine_->terms(*facts_, decision), "off, and there are terms");
      expect(engine_->record(*facts_, decision).has_value(), "off, and there is no record");
      return;
    }
    expect(decision.verdict() == expected.verdict() && decision.fault() == expected.fault() &&
               std::ranges::equal(decision.matched(), expected.matched()),
           "the decision is another");
    const auto logged = log_entry(*engine_, *facts_, decision, "");
    const auto record = engine_->record(*facts_, decision);
    const auto terms = engine_->terms(*facts_, decision);
    const std::string derived = reference.engine.record(reference.facts, expected).value();
    expect(logged && logged->decision == derived, "the log says something else");
    expect(record && (*record == derived || is_halted_record(*record, derived)),
           "the record is another");
    const auto derived_terms = reference.engine.terms(reference.facts, expected);
    if (terms) {
      counts_.permits += 1;
      expect(derived_terms && terms->reserve.size() == derived_terms->reserve.size() &&
                 terms->consume == derived_terms->consume,
             "the terms are others");
    } else if (decision.verdict() == Verdict::Permit) {
      counts_.halted_after += 1;
      expect(terms.error() == PairFault::Halted || terms.error() == PairFault::Retired,
             "a permit without terms");
    } else {
      counts_.refused += 1;
      expect(terms.error() == PairFault::NotPermitted, "another reason for no terms");
    }
  }

  // The engine was halted after the decision: the record is the same with nothing to execute.
  static bool is_halted_record(const std::string& record, const std::string& derived) {
    nlohmann::json without = nlohmann::json::parse(derived);
    without["execute"] = nullptr;
    without["reserve"] = without["consume"] = nlohmann::json::array();
    return nlohmann::json::parse(record) == without;
  }

  void expect(bool holds, const char* otherwise) {
    if (!holds && problem_.empty())
      problem_ = std::string(otherwise) + ", image " + std::to_string(image_) + ", decision " +
                 std::to_string(counts_.decisions);
  }

  const Current& current_;
  std::mt19937_64 random_;
  std::vector<Reference> references_;
  std::optional<Engine> engine_;
  std::optional<Facts> facts_;
  std::size_t image_ = 0;
  std::uint64_t seen_ = 0;
  SlotId slot_, stale_;
  Counts counts_;
  std::string problem_;
};

// Swaps images, and halts and retires them in between, until all is decided.
std::uint64_t disturb(Current& current, const std::atomic<int>& deciding, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uint64_t swaps = 0;
  while (deciding.load() != 0) {
    const Engine before = current.get().engine;
    const std::size_t image = random() % images().size();
    for (std::uint64_t times = random() % 20; times != 0; --times) {
      before.halt();
      if (random() % 4 == 0) std::this_thread::yield();
      before.halt(false);
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 300));
    }
    Engine after = load(images()[image]);
    if (random() % 3 == 0) before.retire();
    current.set(std::move(after), image);
    ++swaps;
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
  }
  return swaps;
}

TEST(Stress, EveryDecisionIsOfOneImage) {
  const std::uint64_t decisions = setting("REMIT_STRESS_DECISIONS", 1000);
  const std::uint64_t seed = setting("REMIT_STRESS_SEED", 20261128);
  for (const Bytes& image : images()) ASSERT_FALSE(image.empty());
  Current current;
  current.set(load(images()[0]), 0);
  std::array<Decider, 2> deciders{Decider(current, seed), Decider(current, seed + 1)};
  std::atomic<int> deciding = static_cast<int>(deciders.size());
  std::vector<std::thread> threads;
  for (Decider& decider : deciders) {
    threads.emplace_back([&] {
      decider.run(decisions / deciders.size());
      deciding.fetch_sub(1);
    });
  }
  const std::uint64_t swaps = disturb(current, deciding, seed + 2);
  for (std::thread& thread : threads) thread.join();
  std::uint64_t all = 0;
  for (const Decider& decider : deciders) {
    const Counts& counts = decider.counts();
    EXPECT_EQ(decider.problem(), "");
    std::printf(
        "%llu decisions: %llu with terms, %llu refused, %llu while off, %llu halted after, "
        "%llu reloads, %llu stale slots\n",
        static_cast<unsigned long long>(counts.decisions),
        static_cast<unsigned long long>(counts.permits),
        static_cast<unsigned long long>(counts.refused),
        static_cast<unsigned long long>(counts.off),
        static_cast<unsigned long long>(counts.halted_after),
        static_cast<unsigned long long>(counts.reloads),
        static_cast<unsigned long long>(counts.stale_slots));
    all += counts.decisions;
    if (decisions < 100'000) continue;
    for (const std::uint64_t came_up : {counts.permits, counts.refused, counts.off,
                                        counts.stale_slots, counts.halted_after, counts.reloads})
      EXPECT_GT(came_up, 0U);
  }
  EXPECT_EQ(all, decisions / deciders.size() * deciders.size());
  EXPECT_GT(swaps, 0U);
}

}  // namespace
}  // namespace remit
