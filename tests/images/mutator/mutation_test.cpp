// What the verifier accepts, the engine may trust: images of which a few things were changed are
// refused, or decide as their rows read.
//
//   REMIT_MUTANTS=10000000      how many images
//   REMIT_MUTANT_SEED=20261128  of the first; the others have the numbers after it
//   REMIT_MUTANT_STEPS=5        with REMIT_MUTANTS=1: only these steps of the image, a bit each
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <thread>

#include "tests/images/builder/bases.h"
#include "tests/images/mutator/mutation_tally.h"
#include "tests/progress.h"
#include "vm/image/serialize.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/common_interface_defs.h>
#define REMIT_UNDER_SANITIZER 1

// Where memory was allocated is found out again from the seed; remembering it takes half the time.
extern "C" const char* __asan_default_options() {
  return "malloc_context_size=1:quarantine_size_mb=16";
}
#endif
#endif

namespace remit::images {
namespace {

#ifdef REMIT_UNDER_SANITIZER
constexpr bool kIsSanitised = true;
#else
constexpr bool kIsSanitised = false;
#endif

constexpr int kRequests = 20;
// So many images have seen everything.
constexpr std::uint64_t kCountOfTally = 100'000;

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

// ---- one image

// For a report of the sanitizers, which ends the program.
thread_local std::uint64_t at_seed = 0;
thread_local std::vector<Step>* at_steps = nullptr;

std::string described(std::uint64_t seed, const std::vector<Step>& steps) {
  std::string text = "seed " + std::to_string(seed) + ":";
  for (const Step& step : steps) {
    text += ' ';
    text += name(step.mutation);
    text += '#' + std::to_string(step.seed);
    if (!step.applied) text += " (nothing)";
  }
  return text;
}

struct Outcome {
  vm::Image image;
  std::string fault;
  std::string problem;
};

Outcome outcome_of(const Draft& base, std::uint64_t seed, std::vector<Step>& steps,
                   Exercised& counts) {
  at_seed = seed;
  at_steps = &steps;
  Outcome outcome;
  outcome.image = mutated(base, steps);
  const auto engine = load(vm::serialize(outcome.image));
  if (!engine) {
    outcome.fault = engine.error().code();
    return outcome;
  }
  generator::Random random(~seed);
  outcome.problem = exercise(*engine, kRequests, random, counts);
  return outcome;
}

// Leaves out every step without which the problem is still there.
std::string shrunk(const Draft& base, std::uint64_t seed, std::vector<Step> steps,
                   std::string problem) {
  Exercised unused;
  for (std::size_t i = 0; i < steps.size();) {
    std::vector<Step> fewer = steps;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    const Outcome outcome = outcome_of(base, seed, fewer, unused);
    if (outcome.problem.empty()) {
      ++i;
    } else {
      steps = std::move(fewer);
      problem = outcome.problem;
    }
  }
  return described(seed, steps) + "\n" + problem;
}

std::vector<Step> steps_of(generator::Random& random) {
  std::vector<Step> steps = random_steps(random);
  const std::uint64_t chosen = number_of("REMIT_MUTANT_STEPS", ~std::uint64_t{0});
  std::size_t at = 0;
  std::erase_if(steps, [&](const Step&) { return (chosen >> at++ & 1) == 0; });
  return steps;
}

// ---- all of them

class Campaign {
 public:
  Campaign(std::uint64_t first, std::uint64_t count)
      : first_(first), count_(count), bases_(bases()) {}

  void all() {
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < std::clamp(std::thread::hardware_concurrency(), 1U, 8U); ++i)
      threads.emplace_back([this] { work(); });
    for (std::thread& thread : threads) thread.join();
  }
  [[nodiscard]] const MutationTally& tally() const { return tally_; }
  [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }

 private:
  static constexpr std::size_t kFailuresMax = 10;

  void work() {
    MutationTally tally;
    for (std::uint64_t i = next_++; i < count_ && !enough_; i = next_++) {
      const std::uint64_t seed = first_ + i;
      progress_.tick(i);
      generator::Random random(seed);
      const Draft& base = bases_[random.below(bases_.size())];
      std::vector<Step> steps = steps_of(random);
      const Outcome outcome = outcome_of(base, seed, steps, tally.exercised);
      tally.count(outcome.image, steps, outcome.fault);
      if (outcome.problem.empty()) continue;
      const std::string failure = shrunk(base, seed, steps, outcome.problem);
      const std::lock_guard lock(mutex_);
      failures_.push_back(failure);
      enough_ = failures_.size() >= kFailuresMax;
    }
    const std::lock_guard lock(mutex_);
    tally_.add(tally);
  }

  const std::uint64_t first_, count_;
  const std::vector<Draft> bases_;
  std::atomic<std::uint64_t> next_ = 0;
  std::atomic<bool> enough_ = false;
  Progress progress_{"images mutated"};
  std::mutex mutex_;
  MutationTally tally_;
  std::vector<std::string> failures_;
};

TEST(Mutation, IsRefusedOrDecidesAsTheRowsRead) {
#ifdef REMIT_UNDER_SANITIZER
  __sanitizer_set_death_callback([] {
    if (at_steps != nullptr)
      std::fprintf(stderr, "mutated image of %s\n", described(at_seed, *at_steps).c_str());
  });
#endif
  // Six times as slow under the sanitizers, which see fewer of them on every change.
  constexpr std::uint64_t kCount = kIsSanitised ? kCountOfTally / 5 : kCountOfTally;
  const std::uint64_t count = number_of("REMIT_MUTANTS", kCount);
  Campaign campaign(number_of("REMIT_MUTANT_SEED", 20'261'128), count);
  campaign.all();
  for (const std::string& failure : campaign.failures()) ADD_FAILURE() << failure;
  std::printf("%s", campaign.tally().summary().c_str());
  if (count < kCountOfTally) return;
  for (const std::string& problem : campaign.tally().problems()) ADD_FAILURE() << problem;
}

}  // namespace
}  // namespace remit::images
