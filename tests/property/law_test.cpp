// The laws of the language: order means nothing, a guard never loosens, a permit never tightens.
#include <algorithm>
#include <map>

#include <remit/engine.h>
#include "tests/property/bundles.h"

namespace remit::property {
namespace {

constexpr int kBundles = 80;
constexpr int kRequests = 60;

Engine engine(const generator::Bundle& bundle) {
  const auto loaded = Engine::load(compiled(bundle)->image);
  EXPECT_TRUE(loaded);
  return *loaded;
}

// The decision without the hash of the image, which any change of a name or number may change.
std::string answer(const Engine& engine, const std::string& request) {
  std::string record = engine.decide_json(std::string_view(request));
  return record.substr(0, record.find("\"image\":"));
}

Verdict verdict(const Engine& engine, const std::string& request) {
  Facts facts = engine.facts({});
  return engine.decide_json(request, facts).verdict();
}

// Calls `check(request)` with random requests for the bundle.
template <typename Check>
void on_requests(const generator::Bundle& bundle, generator::Random& random, Check&& check) {
  const auto typed = compiled(bundle);
  for (int i = 0; i < kRequests; ++i) {
    const auto request = generator::generate_request(*typed->typed, random);
    check(generator::to_json(*typed->typed, request, random));
  }
}

template <typename T>
void shuffle(std::vector<T>& list, generator::Random& random) {
  for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[random.below(i)]);
}

// The same file with its declarations in another order.
std::string permuted(const std::string& text, generator::Random& random) {
  const Parsed file(text);
  if (file.module->decls.empty()) return text;
  std::string result = text.substr(0, file.module->decls.front()->span.begin);
  std::vector<std::string> parts;
  for (const ast::Decl* decl : file.module->decls)
    parts.push_back(text.substr(decl->span.begin, decl->span.end - decl->span.begin) + "\n");
  shuffle(parts, random);
  for (const std::string& part : parts) result += part;
  return result;
}

// The bundle with `item` added to every policy that `fits`.
template <typename Fits>
generator::Bundle with(const generator::Bundle& bundle, const std::string& item, Fits&& fits) {
  generator::Bundle more = bundle;
  for (SourceText& source : more.sources) {
    if (source.text.find("\npolicy ") != std::string::npos && fits(source.text))
      source.text += item;
  }
  return more;
}

TEST(Law, OrderMeansNothing) {
  for (int i = 0; i < kBundles; ++i) {
    generator::Random random(kSeed + static_cast<std::uint64_t>(i));
    const generator::Bundle bundle = generator::generate_bundle(random);
    generator::Bundle other = bundle;
    for (SourceText& source : other.sources) source.text = permuted(source.text, random);
    shuffle(other.sources, random);
    const Engine one = engine(bundle), two = engine(other);
    on_requests(bundle, random, [&](const std::string& request) {
      EXPECT_EQ(answer(one, request), answer(two, request)) << request;
    });
  }
}

TEST(Law, AGuardNeverLoosens) {
  const std::string guard =
      "\n@absent_ok(\"a law\")\nguard added on any {\n  deny\n  when actor.kind == human\n  "
      "because \"added\"\n}\n";
  std::uint64_t tighter = 0;
  for (int i = 0; i < kBundles; ++i) {
    generator::Random random(kSeed + static_cast<std::uint64_t>(i));
    const generator::Bundle bundle = generator::generate_bundle(random);
    const Engine one = engine(bundle);
    // A layer that programs write has no messages.
    const Engine two = engine(with(bundle, guard, [](const std::string& text) {
      return text.find("because") != std::string::npos;
    }));
    on_requests(bundle, random, [&](const std::string& request) {
      const Verdict before = verdict(one, request), after = verdict(two, request);
      EXPECT_GE(after, before) << request;
      tighter += after > before;
    });
  }
  EXPECT_GT(tighter, 0U);
}

TEST(Law, APermitNeverTightens) {
  const std::string rule =
      "\n@open_ended(\"a law\") @grants_all(\"a law\") @absent_ok(\"a law\")\n"
      "rule added on any {\n  permit\n  when actor.kind == agent\n}\n";
  std::uint64_t looser = 0;
  for (int i = 0; i < kBundles; ++i) {
    generator::Random random(kSeed + static_cast<std::uint64_t>(i));
    const generator::Bundle bundle = generator::generate_bundle(random);
    const Engine one = engine(bundle);
    const Engine two = engine(with(bundle, rule, [](const std::string& text) {
      return text.find("guards only") == std::string::npos &&
             text.substr(0, text.find('\n', text.find("\npolicy ") + 1)).find(" on ") ==
                 std::string::npos;
    }));
    on_requests(bundle, random, [&](const std::string& request) {
      const Verdict before = verdict(one, request), after = verdict(two, request);
      EXPECT_LE(after, before) << request;
      looser += after < before;
    });
  }
  EXPECT_GT(looser, 0U);
}

}  // namespace
}  // namespace remit::property
