// Damaged images: a changed byte is refused, or what it makes runs without harm. The sanitizers
// watch.
//
// REMIT_DAMAGE_STRIDE chooses how many bytes lie between two that are changed: 1 changes every one.
#include <remit/engine.h>
#include "tests/property/bundles.h"
#include "vm/image/container.h"

namespace remit::property {
namespace {

constexpr int kBundles = 50;
constexpr int kRequests = 8;
constexpr std::uint64_t kStrideDefault = 211;

TEST(Damage, IsRefusedOrRunsSafely) {
  const std::uint64_t stride = setting("REMIT_DAMAGE_STRIDE", kStrideDefault);
  std::uint64_t changed = 0, accepted = 0;
  for (int i = 0; i < kBundles; ++i) {
    generator::Random random(kSeed + static_cast<std::uint64_t>(i));
    const auto bundle = compiled(generator::generate_bundle(random));
    ASSERT_FALSE(bundle->image.empty());
    std::vector<std::string> requests;
    for (int r = 0; r < kRequests; ++r) {
      const auto request = generator::generate_request(*bundle->typed, random);
      requests.push_back(generator::to_json(*bundle->typed, request, random));
    }
    for (std::size_t at = random.below(stride); at < bundle->image.size(); at += stride) {
      std::vector<std::byte> image = bundle->image;
      image[at] ^= std::byte(random.between(1, 255));
      vm::reseal(image);
      ++changed;
      const auto engine = Engine::load(image, Trust::unsigned_image(), {.allow_dev = true});
      if (!engine) continue;
      ++accepted;
      Facts facts = engine->facts({});
      for (const std::string& request : requests) {
        const Decision decision = engine->decide_json(request, facts);
        EXPECT_FALSE(engine->record(facts, decision, true).value().empty());
        EXPECT_FALSE(to_text(engine->explain(facts, decision).value()).empty());
      }
    }
  }
  EXPECT_GT(accepted, 0U);
  std::printf("%llu bytes of %d images changed, %llu accepted\n",
              static_cast<unsigned long long>(changed), kBundles,
              static_cast<unsigned long long>(accepted));
}

}  // namespace
}  // namespace remit::property
