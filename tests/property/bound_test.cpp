// The static bound is counted twice, on the source and on the code, and a difference refuses the
// image. The two must see the same tenants in `applies when`, however deep they stand.
#include <fmt/format.h>

#include "tests/property/bundles.h"

namespace remit::property {
namespace {

// A condition of `tenant.id` and others.
std::string condition(generator::Random& random, int depth) {
  const std::size_t form = random.below(depth == 0 ? 5 : 10);
  if (form < 2) return fmt::format("tenant.id == \"t{}\"", random.below(3));
  if (form == 2) return "tenant.id in {\"t0\", \"t1\"}";
  if (form == 3) return "tenant.id not in {\"t0\", \"t2\"}";
  if (form == 4) return "risk.score > 5";
  const auto inner = [&] { return condition(random, depth - 1); };
  if (form == 5) return fmt::format("(not ({} and {}))", inner(), inner());
  if (form == 6) {
    const std::string tested = inner();
    return fmt::format("match control.halted {{ true => {}, false => {} }}", tested, inner());
  }
  const char* word = form < 9 ? "and" : "or";
  std::string text = inner();
  for (std::size_t i = 0; i < 1 + random.below(2); ++i)
    text += fmt::format(" {} {}", word, inner());
  return '(' + text + ')';
}

constexpr const char* kSchema =
    "edition 1\nschema bound.schema\ncurrency USD\n"
    "tool bank.pay { effect read args { amount: int } }\n";

// A policy for which no test excludes another, which would be an error.
std::string policy(generator::Random& random, int number) {
  while (true) {
    std::string text = fmt::format(
        "edition 1\npolicy bound.p{} applies when {}\n\n"
        "rule pay on bank.pay {{ permit when risk.score < {} }}\n",
        number, condition(random, 3), 50 + number);
    const auto alone = compiler::compile_bundle({{"schema.rule", kSchema}, {"p.rule", text}}, {});
    if (!alone->diags.has_errors()) return text;
  }
}

TEST(Bound, IsTheSameOnSourceAndCodeWhereverATenantIsNamed) {
  for (std::uint64_t i = 0; i < law_bundles() * 4; ++i) {
    generator::Random random(law_seed() + i);
    generator::Bundle bundle;
    bundle.sources.push_back({"schema.rule", kSchema});
    for (int number = 0; number < 3; ++number)
      bundle.sources.push_back({fmt::format("p{}.rule", number), policy(random, number)});
    bundle.layers = {{"main", false, false}};
    bundle.manifest = generator::manifest_of(bundle.layers);
    const Loaded loads(bundle);
    ASSERT_FALSE(loads.bundle->image.empty()) << bundle.sources.back().text;
  }
}

}  // namespace
}  // namespace remit::property
