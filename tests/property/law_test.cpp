// The laws of the language (reference, Verdict semantics): what only tightens never loosens, a
// permit never tightens, and every request that can be decoded has an answer.
//
// They speak of the verdict before asserts, which forbid some verdicts and not stricter ones.
#include <algorithm>
#include <optional>

#include "tests/generator/policy.h"
#include "tests/property/scenario.h"

namespace remit::property {
namespace {

using generator::Bundle;
using generator::Layer;

constexpr const char* kPolicy = "added.policy";

// The bundle with a policy more that holds one random item. Nothing if the layer has no place for
// it.
std::optional<Bundle> with_item(const Bundle& bundle, const compiler::TypedBundle& typed,
                                ast::DeclKind kind, generator::Random& random) {
  const Layer layer = random.pick(bundle.layers);
  if (kind == ast::DeclKind::Rule && layer.guards_only) return std::nullopt;
  Bundle more = bundle;
  // A table of a policy that grants may grant; one of a `guards only` policy is a guard table.
  generator::Policy policy(typed, random, kPolicy, layer.guards_only, layer.machine);
  std::string text = policy.text_of(kind, layer.name);
  if (kind == ast::DeclKind::Table && text.find("guard table") == std::string::npos)
    return std::nullopt;
  more.sources.push_back({"added.rule", std::move(text)});
  return more;
}

// The bundle with a layer more.
std::optional<Bundle> with_layer(const Bundle& bundle, const compiler::TypedBundle& typed,
                                 generator::Random& random) {
  Bundle more = bundle;
  const Layer layer{"added", random.percent(50), random.percent(20)};
  const auto place = static_cast<std::ptrdiff_t>(random.below(more.layers.size() + 1));
  more.layers.insert(more.layers.begin() + place, layer);
  more.manifest = generator::manifest_of(more.layers);
  generator::Policy policy(typed, random, kPolicy, layer.guards_only, layer.machine);
  more.sources.push_back({"added.rule", policy.text(layer.name)});
  return more;
}

// Asks two bundles the same, of which `make` gives the larger one: `check(before, after)` for every
// request that both can decode.
template <typename Make, typename Check>
void compare(Make&& make, Check&& check) {
  std::uint64_t changed = 0;
  for (std::uint64_t i = 0; i < law_bundles(); ++i) {
    generator::Random random(law_seed() + i);
    const Bundle bundle = generator::generate_bundle(random);
    const Loaded smaller(bundle);
    const std::optional<Bundle> more = make(bundle, smaller.typed(), random);
    if (!more) continue;
    const Loaded larger(*more);
    for (std::uint64_t r = 0; r < law_requests(); ++r) {
      oracle::Request whole = generator::generate_request(larger.typed(), random);
      oracle::Request part = whole;
      std::erase_if(part.counters,
                    [](const auto& counter) { return counter.first.starts_with(kPolicy); });
      Scenario scenario(smaller, part, random);
      if (random.percent(60)) add_approvals(scenario);
      whole.approvals = scenario.request.approvals;
      const Scenario other(larger, whole, random);
      const Decided before = scenario.decide(scenario.request), after = other.decide(whole);
      if (!before.decoded() || !after.decoded()) continue;
      check(before, after);
      changed += before.before_asserts != after.before_asserts || before.verdict != after.verdict;
      if (::testing::Test::HasFailure()) {
        ADD_FAILURE() << "bundle " << law_seed() + i << '\n'
                      << other.json(whole) << '\n'
                      << more->sources.back().text;
        return;
      }
    }
  }
  // One that never matters would show nothing.
  EXPECT_GT(changed, 0U);
  std::printf("%llu bundles, %llu answers changed\n",
              static_cast<unsigned long long>(law_bundles()),
              static_cast<unsigned long long>(changed));
}

void never_loosens(const Decided& before, const Decided& after) {
  EXPECT_GE(after.before_asserts, before.before_asserts);
}

auto adding(ast::DeclKind kind) {
  return [kind](const Bundle& bundle, const compiler::TypedBundle& typed,
                generator::Random& random) { return with_item(bundle, typed, kind, random); };
}

TEST(Law, AGuardNeverLoosens) { compare(adding(ast::DeclKind::Guard), never_loosens); }

TEST(Law, AGuardTableNeverLoosens) { compare(adding(ast::DeclKind::Table), never_loosens); }

TEST(Law, ALimitNeverLoosens) { compare(adding(ast::DeclKind::Limit), never_loosens); }

TEST(Law, ALayerNeverLoosens) { compare(with_layer, never_loosens); }

TEST(Law, AnAssertNeverLoosens) {
  compare(adding(ast::DeclKind::Assert), [](const Decided& before, const Decided& after) {
    EXPECT_EQ(after.before_asserts, before.before_asserts);
    EXPECT_GE(after.verdict, before.verdict);
    const bool denied_already = before.verdict == Verdict::Deny;
    EXPECT_TRUE(after.verdict == before.verdict || after.fault == Fault::Assert);
    EXPECT_TRUE(!denied_already || after.fault == before.fault);
  });
}

TEST(Law, APermitNeverTightens) {
  compare(adding(ast::DeclKind::Rule), [](const Decided& before, const Decided& after) {
    EXPECT_LE(after.before_asserts, before.before_asserts);
  });
}

TEST(Law, EveryRequestThatDecodesHasAnAnswer) {
  for_each_request([](Scenario& scenario) {
    const Decided decided = scenario.decide(scenario.request);
    // Of what the generator makes only a halted engine and a counter that is not there decide
    // nothing.
    EXPECT_TRUE(decided.decoded() || decided.fault == Fault::Halted ||
                decided.fault == Fault::MissingFact)
        << code(decided.fault);
    EXPECT_TRUE(decided.decoded() || decided.verdict == Verdict::Deny);
    // The same request has the same answer.
    EXPECT_EQ(scenario.decide(scenario.request).text, decided.text);
  });
}

}  // namespace
}  // namespace remit::property
