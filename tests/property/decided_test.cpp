// E0411 makes no false claim: a flat `and` or `or` that is said to be decided is evaluated for
// every value of every fact in it. And it misses nothing that tests of one path alone decide.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/property/bundles.h"

namespace remit::property {
namespace {

constexpr const char* kSchema = R"(edition 1
schema small.schema
currency USD
enum plan { free < pro < ent }
extend facts {
  n: int(0..=5), m: int(0..=5), b: bool, plan: plan, text: string(8), note: int(0..=2)?
}
tool small.run { effect read args {} }
)";

// A test, and the one fact that it holds against constants; empty for other tests.
struct Leaf {
  std::string text;
  std::string path;
  bool lists_enum = false;
};

Leaf of_number(generator::Random& random, const std::string& path) {
  static constexpr const char* kOrders[] = {"==", "!=", "<", "<=", ">", ">="};
  const std::string low = std::to_string(1 + random.below(2)),
                    high = std::to_string(3 + random.below(2));
  switch (random.below(5)) {
    case 0: return {fmt::format("{} in {{{}, {}}}", path, low, high), path};
    case 1: return {fmt::format("{} not in {} ..= {}", path, low, high), path};
    case 2: return {fmt::format("{} in {} ..< {}", path, low, high), path};
    case 3: return {fmt::format("{} {} {}", 1 + random.below(4), random.pick(kOrders), path), path};
    default:
      return {fmt::format("{} {} {}", path, random.pick(kOrders), 1 + random.below(4)), path};
  }
}

Leaf of_plan(generator::Random& random) {
  static constexpr const char* kPlans[] = {"free", "pro", "ent"};
  static constexpr const char* kInner[] = {"> free", "<= pro", ">= pro", "< ent", "in pro ..= ent"};
  const std::string path = "facts.plan";
  switch (random.below(3)) {
    case 0: return {fmt::format("{} == {}", path, random.pick(kPlans)), path, true};
    case 1: return {fmt::format("{} not in {{{}}}", path, random.pick(kPlans)), path, true};
    default: return {fmt::format("{} {}", path, random.pick(kInner)), path};
  }
}

Leaf of_text(generator::Random& random) {
  static constexpr const char* kTexts[] = {"a", "b", "c"};
  const std::string path = "facts.text";
  switch (random.below(3)) {
    case 0: return {fmt::format("{} == \"{}\"", path, random.pick(kTexts)), path};
    case 1: return {fmt::format("{} != \"{}\"", path, random.pick(kTexts)), path};
    default: return {fmt::format("{} in {{\"{}\", \"d\"}}", path, random.pick(kTexts)), path};
  }
}

Leaf leaf(generator::Random& random) {
  switch (random.below(8)) {
    case 0:
    case 1: return of_number(random, "facts.n");
    case 2: return of_number(random, "facts.m");
    case 3: return of_plan(random);
    case 4: return of_text(random);
    case 5: return {random.percent(50) ? "facts.b" : "facts.b == false", "facts.b"};
    case 6: return {"has facts.note", ""};
    default: return {random.percent(50) ? "facts.n < facts.m" : "facts.n >= facts.m", ""};
  }
}

// Every request over the facts, `d` and `e` being texts that are named together and never.
std::vector<std::string> requests() {
  std::vector<std::string> all;
  for (int n = 0; n < 6; ++n) {
    for (int m = 0; m < 6; ++m) {
      for (const char* b : {"true", "false"}) {
        for (const char* plan : {"free", "pro", "ent"}) {
          for (const char* text : {"a", "b", "c", "d", "e"}) {
            for (const char* note : {"", ",\"note\":1"}) {
              all.push_back(
                  fmt::format("{{\"tool\":\"small.run\",\"args\":{{}},\"actor\":{{\"id\":\"a\","
                              "\"kind\":\"agent\"}},"
                              "\"tenant\":{{\"id\":\"t\"}},\"facts\":{{\"n\":{},\"m\":{},\"b\":{},"
                              "\"plan\":\"{}\","
                              "\"text\":\"{}\"{}}}}}",
                              n, m, b, plan, text, note));
            }
          }
        }
      }
    }
  }
  return all;
}

std::unique_ptr<compiler::CompiledBundle> small(const std::string& items) {
  return compiler::compile_bundle(
      {{"schema.rule", kSchema}, {"policy.rule", "edition 1\npolicy small.policy\n" + items}}, {});
}

bool is_decided(const std::string& condition) {
  const auto bundle =
      small("guard item on small.run { deny when " + condition + " because \"B\" }\n");
  bool found = false;
  for (const lang::Diagnostic* diagnostic : bundle->diags.sorted()) {
    if (lang::info(diagnostic->code).severity != lang::Severity::Error ||
        diagnostic->code == lang::Code::E1303)
      continue;
    EXPECT_EQ(diagnostic->code, lang::Code::E0411) << condition;
    found = true;
  }
  return found;
}

// Of each request, which leaves hold: by the engine, one guard a leaf.
std::vector<std::vector<bool>> outcomes(const std::vector<Leaf>& leaves,
                                        const std::vector<std::string>& requests) {
  std::string guards;
  for (std::size_t i = 0; i < leaves.size(); ++i)
    guards += fmt::format(
        "@absent_ok(\"a test\")\nguard l{} on small.run {{ deny when {} because \"B\" }}\n", i,
        leaves[i].text);
  const auto bundle = small(guards);
  LoadOptions options;
  options.allow_dev = true;
  const auto engine = Engine::load(bundle->image, Trust::unsigned_image(), options);
  if (!engine) throw std::runtime_error(guards);
  std::vector<std::vector<bool>> result;
  for (const std::string& request : requests) {
    Facts facts = engine->facts({});
    const Explanation explanation =
        engine->explain(facts, engine->decide_json(request, facts)).value();
    std::vector<bool> holds(leaves.size());
    for (const ItemExplanation& item : explanation.items)
      holds[std::stoul(item.name.substr(item.name.find(".l") + 2))] =
          item.state != ItemState::Unmatched;
    result.push_back(std::move(holds));
  }
  return result;
}

std::string joined(const std::vector<Leaf>& leaves, const std::vector<bool>& negated,
                   const char* word) {
  std::string text;
  for (std::size_t i = 0; i < leaves.size(); ++i)
    text += fmt::format("{}{}({})", i == 0 ? "" : fmt::format(" {} ", word),
                        negated[i] ? "not " : "", leaves[i].text);
  return text;
}

TEST(Decided, OnlyWhatNoRequestCanChange) {
  const std::vector<std::string> requests = property::requests();
  std::uint64_t found = 0, open = 0;
  for (std::uint64_t i = 0; i < law_bundles() * 5; ++i) {
    generator::Random random(law_seed() + i);
    std::vector<Leaf> leaves;
    std::vector<bool> negated;
    for (std::size_t n = 0, count = 2 + random.below(3); n < count; ++n) {
      leaves.push_back(leaf(random));
      negated.push_back(random.percent(30));
    }
    const auto outcomes = property::outcomes(leaves, requests);
    for (const bool is_and : {true, false}) {
      std::size_t held = 0;
      for (const std::vector<bool>& holds : outcomes) {
        bool result = is_and;
        for (std::size_t n = 0; n < leaves.size(); ++n) {
          const bool part = holds[n] != negated[n];
          result = is_and ? result && part : result || part;
        }
        held += result ? 1 : 0;
      }
      const bool constant = is_and ? held == 0 : held == outcomes.size();
      const std::string text = joined(leaves, negated, is_and ? "and" : "or");
      const bool said = is_decided(text);
      EXPECT_TRUE(constant || !said) << text;
      // What De Morgan makes of it, and what `unless` does, is said too.
      std::vector<bool> opposite = negated;
      opposite.flip();
      EXPECT_EQ(is_decided("not (" + joined(leaves, opposite, is_and ? "or" : "and") + ")"), said)
          << text;
      // Tests of one path alone decide: of an enum unless they list it.
      const bool one_path = std::ranges::all_of(leaves, [&](const Leaf& one) {
        return !one.path.empty() && one.path == leaves.front().path && one.path != "facts.plan";
      });
      if (one_path) {
        EXPECT_EQ(constant, said) << text;
      }
      (said ? found : open) += 1;
    }
  }
  EXPECT_GT(found, law_bundles() / 4);
  EXPECT_GT(open, law_bundles());
  std::printf("%llu decided, %llu open\n", static_cast<unsigned long long>(found),
              static_cast<unsigned long long>(open));
}

}  // namespace
}  // namespace remit::property
