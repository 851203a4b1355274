// The engine held against the oracle on random bundles and requests: matching set, every clause of
// every item, what became of every wait, and the decision record.
//
// REMIT_ORACLE_PAIRS and REMIT_ORACLE_SEED choose how many answers are compared, and which.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include <remit/engine.h>
#include "compiler/bundle.h"
#include "lang/render.h"
#include "stdlib/pattern.h"
#include "tests/generator/approvals.h"
#include "tests/generator/bundle.h"
#include "tests/generator/request.h"
#include "tests/oracle/compare.h"
#include "tests/oracle/constructs.h"
#include "tests/oracle/pattern_size.h"
#include "tests/oracle/steps.h"
#include "tests/oracle/tally.h"
#include "tests/progress.h"

namespace remit {
namespace {

constexpr std::uint64_t kPairsDefault = 200'000;
constexpr int kRequestsPerBundle = 250;
constexpr int kApprovalsPerWait = 3;
// Of 100,000 answers: less would be a generator that has lost its variety, and prove nothing.
constexpr std::uint64_t kLeastOfEach = 40;
// Of 100 bundles: those in which a construct holds, and fails.
constexpr std::uint64_t kLeastBundlesOfEach = 2;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::unique_ptr<compiler::CompiledBundle> compiled(const generator::Bundle& source) {
  compiler::CompileOptions options;
  options.manifest = source.manifest;
  options.manifest_path = "remit.toml";
  auto bundle = compiler::compile_bundle(source.sources, options);
  for (const lang::Diagnostic* diagnostic : bundle->diags.sorted()) {
    if (lang::info(diagnostic->code).severity == lang::Severity::Error)
      ADD_FAILURE() << lang::render(*diagnostic, bundle->sources, false);
  }
  return bundle;
}

std::string content(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// A folder with a manifest.
generator::Bundle read_folder(const std::filesystem::path& folder) {
  generator::Bundle bundle;
  bundle.manifest = content(folder / "remit.toml");
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".rule")
      bundle.sources.push_back({entry.path().filename().string(), content(entry.path())});
  }
  std::ranges::sort(bundle.sources, {}, &SourceText::path);
  return bundle;
}

std::string whole(const generator::Bundle& bundle) {
  std::string text = bundle.manifest;
  for (const SourceText& source : bundle.sources) text += "--- " + source.path + '\n' + source.text;
  return text;
}

// How many reads of a counter, or of `approved`, a bundle has.
std::uint64_t reads(const compiler::TypedBundle& bundle, bool of_counters) {
  std::uint64_t count = 0;
  for (const compiler::TypedModule& module : bundle.modules) {
    for (const compiler::ExprInfo& expr : module.exprs) {
      const bool counter =
          expr.binding == compiler::BindingKind::Fact && expr.fact.base == compiler::Base::Counter;
      count += of_counters ? counter : expr.binding == compiler::BindingKind::Approved;
    }
  }
  return count;
}

// One bundle, both of its readers, and what they have answered so far.
class Comparison {
 public:
  Comparison(const compiler::TypedBundle& bundle, const Engine& engine, generator::Random& random,
             oracle::Tally& tally)
      : bundle_(bundle),
        engine_(engine),
        random_(random),
        tally_(tally),
        facts_(engine.facts({})) {}

  // A random request, alone and with what people may have answered. False where they differ.
  bool compare_request() {
    oracle::Request request = generator::generate_request(bundle_, random_);
    const oracle::Answer alone = compare(request, {});
    if (!problem_.empty() || alone.fault == Fault::Halted || alone.fault == Fault::MissingFact)
      return problem_.empty();
    problem_ = oracle::limit_keys_difference(bundle_, request, engine_, facts_);
    const oracle::Hashes hashes = oracle::hashes_of(engine_, facts_);
    const bool waits = alone.first == Verdict::Queue || alone.first == Verdict::Escalate;
    std::vector<compiler::ItemIndex> items;
    for (const oracle::ItemAnswer& item : alone.items) {
      if (waits ? item.wait.has_value() : hashes.requirements.contains(item.name))
        items.push_back(item.index);
    }
    if (items.empty()) return problem_.empty();
    const int times = waits ? kApprovalsPerWait : random_.percent(10) ? 1 : 0;
    for (int i = 0; i < times && problem_.empty(); ++i) {
      generator::Approvals approvals(bundle_, request, hashes, random_);
      request.approvals = random_.percent(30) ? approvals.releasing(items) : approvals.any(items);
      compare(request, hashes);
    }
    return problem_.empty();
  }

  [[nodiscard]] std::uint64_t done() const { return done_; }
  [[nodiscard]] std::string problem() const { return problem_ + '\n' + json_ + '\n'; }

 private:
  // Without hashes the engine says what they are: it has read no approvals that could name them.
  oracle::Answer compare(const oracle::Request& request, const oracle::Hashes& hashes) {
    json_ = generator::to_json(bundle_, request, random_);
    const Decision decision = engine_.decide_json(json_, facts_);
    const oracle::Hashes& known =
        hashes.digest.empty() ? (asked_ = oracle::hashes_of(engine_, facts_)) : hashes;
    const oracle::Answer expected = oracle::decide(bundle_, request, known);
    problem_ = oracle::difference(bundle_, request, known, expected, engine_, facts_, decision);
    // Explaining is slow.
    if (problem_.empty() && random_.percent(5)) {
      problem_ = oracle::explanation_difference(bundle_, request, known, expected,
                                                engine_.explain(facts_, decision).value());
    }
    if (problem_.empty()) problem_ = steps_difference(request, expected);
    tally_.add(bundle_, request, expected);
    ++done_;
    return expected;
  }

  // What an evaluation takes is within the static bound, and now and then all of it.
  std::string steps_difference(const oracle::Request& request, const oracle::Answer& expected) {
    if (expected.fault == Fault::Halted || expected.fault == Fault::MissingFact) return {};
    const std::int64_t taken = oracle::steps_taken(bundle_, request);
    const std::int64_t bound = oracle::steps_bound(engine_, facts_);
    tally_.add_steps(taken, bound);
    if (taken <= bound) return {};
    return "takes " + std::to_string(taken) + " steps, and its bound is " + std::to_string(bound);
  }

  const compiler::TypedBundle& bundle_;
  const Engine& engine_;
  generator::Random& random_;
  oracle::Tally& tally_;
  Facts facts_;
  oracle::Hashes asked_;
  std::string json_, problem_;
  std::uint64_t done_ = 0;
};

TEST(Oracle, AgreesWithTheEngineOnRandomBundles) {
  const std::uint64_t pairs = setting("REMIT_ORACLE_PAIRS", kPairsDefault);
  const std::uint64_t seed = setting("REMIT_ORACLE_SEED", 20261124);
  oracle::Tally tally;
  oracle::constructs() = {};
  std::uint64_t done = 0, bundles = 0, counters = 0, approved = 0;
  Progress progress("answers compared");
  for (; done < pairs; ++bundles) {
    generator::Random random(seed + bundles);
    const generator::Bundle source = generator::generate_bundle(random);
    const auto bundle = compiled(source);
    ASSERT_FALSE(bundle->image.empty()) << "bundle " << seed + bundles << '\n' << whole(source);
    const auto engine = Engine::load(bundle->image, Trust::unsigned_image());
    ASSERT_TRUE(engine) << "bundle " << seed + bundles << ": " << engine.error().message
                        << whole(source);
    Comparison comparison(*bundle->typed, *engine, random, tally);
    for (int i = 0; i < kRequestsPerBundle; ++i) {
      ASSERT_TRUE(comparison.compare_request())
          << "bundle " << seed + bundles << ": " << comparison.problem() << whole(source);
    }
    oracle::constructs().end_bundle();
    done += comparison.done();
    progress.tick(done);
    counters += reads(*bundle->typed, true);
    approved += reads(*bundle->typed, false);
  }
  std::printf("%llu bundles, %llu reads of counters, %llu of approved; %s\n",
              static_cast<unsigned long long>(bundles), static_cast<unsigned long long>(counters),
              static_cast<unsigned long long>(approved), tally.text().c_str());
  EXPECT_GT(counters * 10, bundles);
  EXPECT_GT(approved * 10, bundles);
  EXPECT_EQ(tally.rare(kLeastOfEach), "");
  EXPECT_EQ(oracle::constructs().rare(kLeastBundlesOfEach), "");
}

// Its steps are counted with a size of its own.
TEST(Oracle, ReadsTheSizesOfPatternsAlike) {
  for (const char* pattern :
       {"", "a", "rm .*", "(ab|c){1,20}", "((a{2}b)*|c?){0,3}", "[^]x]*", "[a-c-e]{4,}", "[--a-]",
        "\\.\\d+", "[acegikmoqsuwy0246]{3}", "[\xCE\xB1-\xCF\x89\xC3\xA4\\]]", "()|\xC3\xA4{0}",
        "[\xCE\xB1-\xCF\x89\xD0\xB0-\xD1\x8F\xD7\x90-\xD7\xAA\xE3\x81\x82-\xE3\x82\x93-]"}) {
    if (stdlib::check_pattern(pattern)) continue;
    EXPECT_EQ(oracle::pattern_size(pattern),
              static_cast<std::size_t>(stdlib::pattern_size(pattern)))
        << pattern;
  }
}

// What people wrote; REMIT_ORACLE_FOLDER names a bundle more.
TEST(Oracle, AgreesWithTheEngineOnTheExamples) {
  constexpr int kRequests = 2000;
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(REMIT_EXAMPLES)) {
    if (std::filesystem::exists(entry.path() / "remit.toml")) folders.push_back(entry.path());
  }
  if (const char* more = std::getenv("REMIT_ORACLE_FOLDER")) folders.emplace_back(more);
  oracle::Tally tally;
  for (const std::filesystem::path& folder : folders) {
    const generator::Bundle source = read_folder(folder);
    const auto bundle = compiled(source);
    const auto engine = Engine::load(bundle->image, Trust::unsigned_image());
    ASSERT_TRUE(engine) << folder << ": " << engine.error().message;
    generator::Random random(setting("REMIT_ORACLE_SEED", 20261124));
    Comparison comparison(*bundle->typed, *engine, random, tally);
    for (int i = 0; i < kRequests; ++i)
      ASSERT_TRUE(comparison.compare_request()) << folder << ": " << comparison.problem();
  }
  EXPECT_GE(folders.size(), 2U);
  std::printf("%zu bundles: %s\n", folders.size(), tally.text().c_str());
}

}  // namespace
}  // namespace remit
