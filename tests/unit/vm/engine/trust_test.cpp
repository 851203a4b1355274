// Whose images a loader believes is said at every load.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <remit/compile.h>
#include <remit/engine.h>
#include "tests/unit/vm/keys.h"
#include "tests/unit/vm/shop.h"

namespace remit {
namespace {

using test::Bytes, test::KeyPair, test::next, test::ours;

Bytes image(const std::string& manifest = "name = \"shop\"\nlayers = [\"main\"]\n") {
  return compile({{"schema.rule", test::kShop}, {"policy.rule", test::policy(test::kItems)}},
                 manifest)
      .image;
}

Bytes signed_by(const KeyPair& pair) { return test::signed_by(pair, image()); }

std::string fault(const Bytes& bytes, const Trust& trust, const LoadOptions& options = {}) {
  const auto engine = Engine::load(bytes, trust, options);
  return engine ? std::string() : std::string(engine.error().code());
}

TEST(Trust, TheSignerIsTheKeyThatWasAskedFor) {
  const Bytes file = signed_by(next());
  const auto engine = Engine::load(file, Trust::keys({ours().open, next().open}));
  ASSERT_TRUE(engine.has_value());
  EXPECT_EQ(engine->signer(), stdlib::to_hex(vm::key_id(next().open)));
  EXPECT_EQ(engine->name(), "shop");
  // Who signed it does not matter to a host that trusts anybody.
  EXPECT_FALSE(Engine::load(file, Trust::unsigned_image())->signer().has_value());
}

TEST(Trust, AcceptsWhatOneOfItsKeysSigned) {
  EXPECT_EQ(fault(signed_by(ours()), Trust::keys({ours().open})), "");
  EXPECT_EQ(fault(signed_by(next()), Trust::keys({ours().open})), "file.unknown_key");
  EXPECT_EQ(fault(image(), Trust::keys({ours().open})), "file.unsigned");
}

// While keys are rotated, images of the old and of the new are about.
TEST(Trust, OfSeveralKeysAnyWillDo) {
  const Trust both = Trust::keys({ours().open, next().open});
  EXPECT_EQ(fault(signed_by(ours()), both), "");
  EXPECT_EQ(fault(signed_by(next()), both), "");
  const KeyPair third{Bytes(64, std::byte{9}), {}};
  EXPECT_EQ(fault(signed_by(third), both), "file.unknown_key");
  EXPECT_EQ(fault(image(), both), "file.unsigned");
}

TEST(Trust, OfAnUnsignedImageLooksAtNoSignature) {
  EXPECT_EQ(fault(image(), Trust::unsigned_image()), "");
  EXPECT_EQ(fault(signed_by(next()), Trust::unsigned_image()), "");
}

// An empty key loaded an unsigned image once.
TEST(Trust, RefusesAKeyThatCannotBeRead) {
  const Bytes empty, cut(31, std::byte{7}), hex(64, std::byte{'a'}), zero(32, std::byte{0}),
      ones(32, std::byte{0xFF});
  for (const Bytes* key : {&empty, &cut, &hex, &zero, &ones}) {
    for (const Bytes& bytes : {image(), signed_by(ours()), Bytes()}) {
      EXPECT_EQ(fault(bytes, Trust::keys({*key})), "host.bad_key");
      EXPECT_EQ(fault(bytes, Trust::keys({ours().open, *key})), "host.bad_key");
      EXPECT_EQ(fault(bytes, Trust::keys({*key, ours().open})), "host.bad_key");
    }
  }
  const auto error = Engine::load(image(), Trust::keys({ours().open, cut})).error();
  EXPECT_EQ(error.message, "a key that the host trusts cannot be used: key 2 has 31 bytes, not 32");
}

TEST(Trust, RefusesNoKeysAndTooMany) {
  EXPECT_EQ(fault(image(), Trust::keys({})), "host.bad_key");
  EXPECT_EQ(fault(signed_by(ours()), Trust::keys({})), "host.bad_key");
  std::vector<std::span<const std::byte>> keys(limits::kTrustKeysMax, next().open);
  keys.back() = ours().open;
  EXPECT_EQ(fault(signed_by(ours()), Trust::keys(keys)), "");
  keys.emplace_back(ours().open);
  EXPECT_EQ(fault(signed_by(ours()), Trust::keys(keys)), "host.bad_key");
}

// An image without a manifest has no version and no name; a signature does not make up for that.
TEST(Trust, OfADevImageIsOnlyThatItIsUnsigned) {
  const Bytes dev = image("");
  EXPECT_EQ(fault(dev, Trust::unsigned_image(), {.allow_dev = true}), "");
  EXPECT_EQ(fault(dev, Trust::unsigned_image()), "host.dev_image");
  EXPECT_EQ(fault(signed_by(ours(), dev), Trust::keys({ours().open}), {.allow_dev = true}),
            "host.dev_image");
}

}  // namespace
}  // namespace remit
