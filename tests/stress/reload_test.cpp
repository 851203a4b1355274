// Threads decide through readers while another loads candidates, good and bad, halts, resumes and
// offers shadows. Every decision is made again by an untouched engine of its generation, and must
// be the same; and none that begins while the Reloader is halted may be anything but a deny.
//
// REMIT_RELOAD_DECISIONS decisions of each of two threads, evenly over REMIT_RELOAD_LOADS loads.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

#include <remit/reader.h>
#include <remit/reloader.h>
#include "tests/unit/vm/reload/reloads.h"

namespace remit {
namespace {

using test::kNow;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

constexpr std::array kCaps{30, 50, 70, 90};

// Of one version, so that any of them may follow any other; and two that are never accepted.
struct Images {
  std::vector<test::Bytes> good;
  test::Bytes older, unsigned_one;
};

const Images& images() {
  static const Images all = [] {
    Images images;
    for (const int cap : kCaps) {
      std::string schema = test::kShop;
      // Its slots stand elsewhere.
      if (cap == 70) schema.replace(schema.find("{ freeze: bool"), 14, "{ aide: id?, freeze: bool");
      images.good.push_back(test::signed_image({.version = 5, .cap = cap, .schema = schema}));
    }
    images.older = test::signed_image({.version = 4, .cap = 1000});
    images.unsigned_one = test::image({.version = 6, .cap = 1000});
    return images;
  }();
  return all;
}

// Which image each generation has: what the test knows of them.
class Generations {
 public:
  void add(std::uint64_t generation, const std::string& hash) {
    const std::lock_guard lock(mutex_);
    images_.emplace(generation, hash);
  }
  [[nodiscard]] std::optional<std::string> image(std::uint64_t generation) const {
    const std::lock_guard lock(mutex_);
    const auto found = images_.find(generation);
    return found == images_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::string> images_;
};

// An even number while the Reloader decides, an odd one while it is halted: changed before the
// switch is thrown off and after it is thrown on.
struct Switch {
  std::atomic<std::uint64_t> phase{0};
};

struct Counts {
  std::uint64_t decisions = 0, permits = 0, denies = 0, halted = 0, surely_halted = 0, turns = 0;
  std::uint64_t no_terms = 0;  // permits that were halted before their terms
};

struct Slots {
  explicit Slots(const Engine& engine)
      : amount(engine.slot("shop.refund", "args.amount").value_or(SlotId())) {}
  SlotId amount;
};

class Decider {
 public:
  Decider(const Reloader& reloader, const Switch& halt, std::uint64_t seed)
      : reader_(reloader), halt_(halt), random_(seed) {
    for (const test::Bytes& image : images().good) {
      const Engine engine = Engine::load(image, Trust::keys({test::ours().open})).value();
      references_.emplace(engine.image_hash(), Reference{engine, engine.facts({})});
    }
  }

  // Decisions while halted come on top. The images are those of `generations` once the other thread
  // has told of them.
  void run(std::uint64_t decisions, const Generations& generations,
           std::atomic<std::uint64_t>& asked, std::atomic<std::uint64_t>& decided) {
    for (std::uint64_t made = 0; made < decisions && problem_.empty();) {
      decide(generations);
      asked.fetch_add(1, std::memory_order_relaxed);
      if (made == counts_.permits + counts_.denies) continue;
      ++made;
      decided.fetch_add(1, std::memory_order_relaxed);
    }
  }

  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  struct Reference {
    Engine engine;
    Facts facts;
  };

  void decide(const Generations& generations) {
    const std::uint64_t before = halt_.phase.load();
    const auto turn = reader_.at(kNow);
    counts_.turns += turn.changed ? 1 : 0;
    const std::string request = test::refund_of(static_cast<int>(random_() % 100) + 1);
    Decision decision = turn.engine.decide_json(request, turn.facts);
    std::optional<std::int64_t> bound;
    if (random_() % 4 == 0 && decision.fault() == Fault::None) {
      bound = money(static_cast<std::int64_t>(random_() % 100));
      expect(turn.facts.set(turn.slots.amount, *bound), "a slot of the turn was not bound");
      decision = turn.engine.decide(turn.facts);
    }
    const std::uint64_t after = halt_.phase.load();
    ++counts_.decisions;
    expect(decision.image_generation() == turn.engine.generation(), "of another generation");
    if (before == after && before % 2 == 1) {
      expect(decision.fault() == Fault::Halted, "decided while halted");
      ++counts_.surely_halted;
    }
    if (decision.fault() == Fault::Halted) {
      ++counts_.halted;
      expect(decision.verdict() == Verdict::Deny, "halted, and not a deny");
    } else {
      compare(turn.engine, turn.facts, decision, request, bound, generations);
    }
    const Verdict answered = decision.verdict();
    reader_.observe(decision, request);
    expect(decision.verdict() == answered, "the shadow changed an answer");
  }

  void compare(const Engine& engine, Facts& facts, const Decision& decision,
               const std::string& request, std::optional<std::int64_t> bound,
               const Generations& generations) {
    const std::string hash = engine.image_hash();
    // The loading thread learns of a generation after it is there, so it may not be known yet.
    const auto told = generations.image(decision.image_generation());
    expect(!told || *told == hash, "a generation of another image");
    const auto found = references_.find(hash);
    if (found == references_.end()) return expect(false, "an image that was never accepted");
    Reference& reference = found->second;
    Decision expected = reference.engine.decide_json(request, reference.facts);
    if (bound) {
      expect(reference.facts.set(*reference.engine.slot("shop.refund", "args.amount"), *bound),
             "not bound");
      expected = reference.engine.decide(reference.facts);
    }
    expect(decision.verdict() == expected.verdict() && decision.fault() == expected.fault() &&
               std::ranges::equal(decision.matched(), expected.matched()),
           "the decision is another");
    if (decision.verdict() != Verdict::Permit) {
      ++counts_.denies;
      return;
    }
    ++counts_.permits;
    const auto terms = engine.terms(facts, decision);
    if (terms) return;
    ++counts_.no_terms;
    expect(terms.error() == PairFault::Halted, "a permit without terms");
  }

  void expect(bool holds, const char* otherwise) {
    if (!holds && problem_.empty())
      problem_ = std::string(otherwise) + ", decision " + std::to_string(counts_.decisions);
  }

  Reader<Slots> reader_;
  const Switch& halt_;
  std::mt19937_64 random_;
  std::map<std::string, Reference> references_;
  Counts counts_;
  std::string problem_;
};

struct Disturbed {
  std::uint64_t loads = 0, refusals = 0, halts = 0, shadows = 0, promoted = 0;
};

class Disturber {
 public:
  Disturber(Reloader& reloader, Switch& halt, Generations& generations, std::uint64_t seed)
      : reloader_(reloader), halt_(halt), generations_(generations), random_(seed) {}

  // Until all is decided and so many candidates were accepted, one after every so many decisions.
  Disturbed run(const std::atomic<int>& deciding, std::uint64_t loads,
                const std::atomic<std::uint64_t>& asked, const std::atomic<std::uint64_t>& decided,
                std::uint64_t decisions_of_a_load) {
    while (deciding.load() != 0 || done_.loads < loads) {
      while (!halted_ && deciding.load() != 0 &&
             decided.load(std::memory_order_relaxed) < done_.loads * decisions_of_a_load)
        std::this_thread::sleep_for(std::chrono::microseconds(50));
      step();
      // What became active while halted is asked before the halt ends.
      for (const std::uint64_t before = asked.load();
           halted_ && deciding.load() != 0 && asked.load() < before + 20;)
        std::this_thread::yield();
      // A halted engine answers so fast that halts would crowd out all else.
      if (halted_ && random_() % 2 == 0) resume();
    }
    if (halted_) resume();
    return done_;
  }

 private:
  void step() {
    switch (random_() % 8) {
      case 0: refused(images().older); break;
      case 1: refused(images().unsigned_one); break;
      case 2: halted_ ? resume() : halt(); break;
      case 3:
        EXPECT_TRUE(reloader_.offer_shadow(any(), kNow, {.decisions = 1, .of = 3}));
        ++done_.shadows;
        break;
      case 4:
        if (reloader_.shadow()) {
          EXPECT_TRUE(reloader_.promote_shadow(kNow));
          ++done_.promoted;
          tell();
        }
        break;
      case 5: reloader_.tick(kNow); break;
      default:
        EXPECT_TRUE(reloader_.load(any(), kNow));
        tell();
        break;
    }
  }

  void refused(const test::Bytes& candidate) {
    EXPECT_FALSE(reloader_.load(candidate, kNow));
    ++done_.refusals;
  }
  void halt() {
    reloader_.halt();
    halt_.phase.fetch_add(1);
    halted_ = true;
    ++done_.halts;
  }
  void resume() {
    halt_.phase.fetch_add(1);
    reloader_.halt(false);
    halted_ = false;
  }
  void tell() {
    ++done_.loads;
    const ReloadStatus status = reloader_.status();
    generations_.add(status.generation, status.image);
    EXPECT_EQ(status.halted, halted_);
  }
  const test::Bytes& any() { return images().good[random_() % images().good.size()]; }

  Reloader& reloader_;
  Switch& halt_;
  Generations& generations_;
  std::mt19937_64 random_;
  bool halted_ = false;
  Disturbed done_;
};

TEST(Stress, EveryDecisionIsOfTheGenerationThatItNames) {
  const std::uint64_t decisions = setting("REMIT_RELOAD_DECISIONS", 1000);
  const std::uint64_t loads = std::max<std::uint64_t>(setting("REMIT_RELOAD_LOADS", 10), 1);
  const std::uint64_t seed = setting("REMIT_STRESS_SEED", 20261129);
  test::Store store;
  store.kept = 5;
  Reloader reloader = test::started(test::options(store), images().good[0]);
  Switch halt;
  Generations generations;
  std::array<Decider, 2> deciders{Decider(reloader, halt, seed), Decider(reloader, halt, seed + 1)};
  std::atomic<int> deciding = static_cast<int>(deciders.size());
  std::atomic<std::uint64_t> asked{0}, decided{0};
  std::vector<std::thread> threads;
  for (Decider& decider : deciders) {
    threads.emplace_back([&] {
      decider.run(decisions, generations, asked, decided);
      deciding.fetch_sub(1);
    });
  }
  const Disturbed done =
      Disturber(reloader, halt, generations, seed + 2)
          .run(deciding, loads, asked, decided, deciders.size() * decisions / loads);
  for (std::thread& thread : threads) thread.join();
  for (const Decider& decider : deciders) {
    const Counts& counts = decider.counts();
    EXPECT_EQ(decider.problem(), "");
    std::printf(
        "%llu decisions: %llu permits, %llu denies, %llu halted (%llu surely), "
        "%llu changes seen, %llu unexecuted\n",
        static_cast<unsigned long long>(counts.decisions),
        static_cast<unsigned long long>(counts.permits),
        static_cast<unsigned long long>(counts.denies),
        static_cast<unsigned long long>(counts.halted),
        static_cast<unsigned long long>(counts.surely_halted),
        static_cast<unsigned long long>(counts.turns),
        static_cast<unsigned long long>(counts.no_terms));
    if (decisions < 100'000) continue;
    for (const std::uint64_t came_up :
         {counts.permits, counts.denies, counts.halted, counts.surely_halted, counts.turns})
      EXPECT_GT(came_up, 0U);
  }
  std::printf(
      "%llu loads, %llu promoted, %llu refusals, %llu halts, %llu shadows\n",
      static_cast<unsigned long long>(done.loads), static_cast<unsigned long long>(done.promoted),
      static_cast<unsigned long long>(done.refusals), static_cast<unsigned long long>(done.halts),
      static_cast<unsigned long long>(done.shadows));
  EXPECT_GE(done.loads, loads);
  reloader.tick(kNow);
  EXPECT_EQ(reloader.status().refusals, done.refusals);
}

}  // namespace
}  // namespace remit
