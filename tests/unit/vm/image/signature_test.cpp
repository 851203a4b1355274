// Signatures: they cover the seal, so the debug block may be taken away and not exchanged.

#include <gtest/gtest.h>

#include <array>

#include <sodium/crypto_sign.h>

#include <remit/compile.h>
#include "tests/unit/vm/shop.h"
#include "vm/image/container.h"
#include "vm/image/serialize.h"
#include "vm/verify/program.h"

namespace remit {
namespace {

struct Keys {
  vm::PublicKey open{};
  std::array<std::byte, stdlib::kSecretKeyBytes> secret{};

  explicit Keys(std::uint8_t seed) {
    const std::array<unsigned char, crypto_sign_SEEDBYTES> seeds{seed};
    crypto_sign_seed_keypair(reinterpret_cast<unsigned char*>(open.data()),
                             reinterpret_cast<unsigned char*>(secret.data()), seeds.data());
  }
};

std::vector<std::byte> image(const std::string& items = test::kItems) {
  return compile({{"schema.rule", test::kShop}, {"policy.rule", test::policy(items)}}).image;
}

std::string fault(std::span<const std::byte> file, const std::vector<vm::PublicKey>& keys) {
  const auto blocks = vm::split(file);
  if (!blocks) return std::string(blocks.error().code());
  const auto checked = vm::check_signature(*blocks, keys);
  return checked ? std::string() : std::string(checked.error().code());
}

std::vector<std::byte> without_debug(std::vector<std::byte> file) {
  const auto blocks = *vm::split(file);
  const auto first =
      file.begin() + static_cast<std::ptrdiff_t>(blocks.body.size() + vm::kSealBytes);
  const auto size = static_cast<std::ptrdiff_t>(16 + blocks.debug.size());
  file.erase(first, first + size);
  return file;
}

TEST(Signature, IsOfOneKeyAmongSeveral) {
  const Keys old(1), current(2), strange(3);
  const auto file = *vm::sign(image(), current.secret);
  EXPECT_EQ(fault(file, {old.open, current.open}), "");
  EXPECT_EQ(fault(file, {strange.open}), "file.unknown_key");
  EXPECT_EQ(fault(file, {}), "file.unknown_key");
  EXPECT_EQ(fault(image(), {current.open}), "file.unsigned");
}

TEST(Signature, IsOfThisSealAndThisKeyId) {
  const Keys ours(1), theirs(2);
  const auto file = *vm::sign(image(), ours.secret);
  auto other = *vm::sign(image("rule r on shop.refund {\n  permit\n  when context.freeze\n}\n"),
                         ours.secret);
  const std::size_t signature = stdlib::kSignatureBytes;
  // The signature of one image behind another.
  std::copy(file.end() - signature, file.end(), other.end() - signature);
  EXPECT_EQ(fault(other, {ours.open}), "file.bad_signature");
  // A key id that names a key which did not sign.
  auto renamed = file;
  const vm::KeyId id = vm::key_id(theirs.open);
  std::ranges::copy(std::as_bytes(std::span(id)), renamed.end() - signature - id.size());
  EXPECT_EQ(fault(renamed, {ours.open, theirs.open}), "file.bad_signature");
}

TEST(Signature, CoversTheDebugBlock) {
  const Keys ours(1);
  const auto file = *vm::sign(image(), ours.secret);
  // Without its debug block the file is the same image, soundly signed.
  const auto stripped = without_debug(file);
  EXPECT_LT(stripped.size(), file.size());
  EXPECT_EQ(fault(stripped, {ours.open}), "");
  ASSERT_TRUE(vm::verify(stripped));
  EXPECT_EQ(vm::verify(stripped)->hash(), vm::verify(file)->hash());
  EXPECT_TRUE(vm::verify(stripped)->image().debug.empty());
  // What shows another clause is refused, whether it keeps the seal or has one of its own.
  vm::Image lie = *vm::parse(file);
  lie.debug.clauses[0].negated ^= 1;
  const auto forged = vm::serialize(lie);
  auto kept = forged;
  const auto seal = vm::split(file)->seal;
  std::ranges::copy(
      std::as_bytes(std::span(seal.debug)),
      kept.begin() + static_cast<std::ptrdiff_t>(vm::split(forged)->body.size()) + 40);
  EXPECT_EQ(fault(kept, {ours.open}), "file.bad_debug");
  auto behind = forged;
  const std::size_t block = 8 + sizeof(vm::KeyId) + stdlib::kSignatureBytes;
  behind.insert(behind.end(), file.end() - block, file.end());
  EXPECT_EQ(fault(behind, {ours.open}), "file.bad_signature");
}

// What has no debug data has no block for it: there are not two files of one seal.
TEST(Signature, AnEmptyDebugBlockIsNone) {
  const auto file = without_debug(image());
  const auto whole = image();
  const std::size_t head = vm::split(file)->body.size() + vm::kSealBytes;
  auto empty = file;
  empty.insert(empty.end(), whole.begin() + static_cast<std::ptrdiff_t>(head),
               whole.begin() + static_cast<std::ptrdiff_t>(head) + 8);
  empty.insert(empty.end(), 8, std::byte{0});
  const auto blocks = vm::split(empty);
  ASSERT_FALSE(blocks);
  EXPECT_EQ(blocks.error().code(), "file.bad_debug");
}

TEST(Signature, ReplacesTheOneBefore) {
  const Keys first(1), second(2);
  const auto once = *vm::sign(image(), first.secret);
  const auto twice = *vm::sign(once, second.secret);
  EXPECT_EQ(twice.size(), once.size());
  EXPECT_EQ(fault(twice, {second.open}), "");
  EXPECT_EQ(fault(twice, {first.open}), "file.unknown_key");
}

}  // namespace
}  // namespace remit
