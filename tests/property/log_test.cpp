// Random requests, logged and decided again: the bytes are the same, and where values are withheld
// nothing is called different that is not.
#include <algorithm>

#include <remit/log.h>
#include <remit/replay.h>
#include "tests/property/bundles.h"

namespace remit::property {
namespace {

constexpr int kBundles = 60;
constexpr int kRequests = 40;

const std::vector<std::byte>& key() {
  static const std::vector<std::byte> kKey(32, std::byte{7});
  return kKey;
}

// The same request with bytes changed, cut or doubled: mostly no request any more.
std::string spoilt(std::string text, generator::Random& random) {
  const std::size_t at = random.below(text.size());
  switch (random.below(4)) {
    case 0: text[at] = static_cast<char>(random.below(256)); break;
    case 1: text.resize(at); break;
    case 2: text.insert(at, text.substr(at / 2, 9)); break;
    default: text.erase(at, 1 + random.below(20)); break;
  }
  return text;
}

struct Counts {
  std::uint64_t same = 0, in_part = 0, faults = 0;
};

// Logs and replays random requests, sound and spoilt, and checks the chain.
void log_and_replay(const Engine& engine, const compiler::TypedBundle& bundle,
                    generator::Random& random, const LogOptions& options, Counts& counts) {
  Facts facts = engine.facts({});
  Replay replay(engine);
  LogChain chain;
  LogCheck check;
  for (int i = 0; i < kRequests; ++i) {
    std::string request =
        generator::to_json(bundle, generator::generate_request(bundle, random), random);
    if (random.percent(25)) request = spoilt(std::move(request), random);
    const Decision decision = engine.decide_json(request, facts);
    counts.faults += decision.fault() != Fault::None;
    const std::string line =
        chain.append(log_entry(engine, facts, decision, request, options).value());
    const auto parts = check.next(line);
    ASSERT_TRUE(parts) << line;
    ASSERT_TRUE(check.last_is_sound());
    const Replayed again = replay.compare(*parts);
    const bool is_known = again.result == ReplayResult::Same;
    counts.same += is_known;
    counts.in_part += again.result == ReplayResult::InPart;
    ASSERT_TRUE(is_known || (!options.withhold_key.empty() &&
                             again.result == ReplayResult::InPart && !again.gaps.empty()))
        << line << "\nnow " << again.decision;
    if (is_known) {
      EXPECT_EQ(again.decision, parts->decision);
    }
    // The canonical form of a canonical request is itself.
    if (options.withhold_key.empty() && !parts->request.empty()) {
      EXPECT_EQ(engine.canonical_request(replay.facts(), replay.decision()).value(),
                parts->request);
    }
  }
}

TEST(Log, GivesTheSameBytesAgain) {
  Counts counts;
  for (int i = 0; i < kBundles; ++i) {
    generator::Random random(kSeed + static_cast<std::uint64_t>(i));
    const auto bundle = compiled(generator::generate_bundle(random));
    const auto engine = Engine::load(bundle->image, Trust::unsigned_image());
    ASSERT_TRUE(engine);
    log_and_replay(*engine, *bundle->typed, random, {random.percent(30), {}}, counts);
  }
  EXPECT_EQ(counts.same, std::uint64_t{kBundles} * kRequests);
  EXPECT_GT(counts.faults, counts.same / 10);
}

TEST(Log, NeverCallsAWithheldValueADifference) {
  Counts counts;
  for (int i = 0; i < kBundles; ++i) {
    generator::Random random(kSeed + static_cast<std::uint64_t>(i));
    generator::Bundle source = generator::generate_bundle(random);
    // Fields of the schema are named f0, f1, … and stand on lines of their own.
    for (SourceText& file : source.sources) {
      for (std::size_t at = 0; (at = file.text.find("\n  f", at)) != std::string::npos; ++at) {
        const bool is_field = file.text.find(": ", at) == at + 5;
        if (is_field && random.percent(15)) file.text.insert(at + 3, "@sensitive ");
      }
    }
    const auto bundle = compiled(source);
    const auto engine = Engine::load(bundle->image, Trust::unsigned_image());
    ASSERT_TRUE(engine);
    log_and_replay(*engine, *bundle->typed, random, {random.percent(30), key()}, counts);
  }
  EXPECT_GT(counts.same, 0U);
  EXPECT_GT(counts.in_part, 0U);
  std::printf("%llu the same, %llu in part\n", static_cast<unsigned long long>(counts.same),
              static_cast<unsigned long long>(counts.in_part));
}

}  // namespace
}  // namespace remit::property
