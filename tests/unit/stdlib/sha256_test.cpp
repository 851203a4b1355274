// Both implementations of SHA-256 against each other, and HMAC against libsodium's own.
#include "stdlib/sha256.h"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <sodium/crypto_auth_hmacsha256.h>

#include <gtest/gtest.h>

namespace remit::stdlib {
namespace {

#if REMIT_LIBCRYPTO
using Other = Sha256ByLibcrypto;
#else
using Other =
    Sha256ByLibsodium;  // nothing else is built: streaming is still held against one piece
#endif

using Bytes = std::vector<std::byte>;

// Bytes that lie somewhere even when there are none: libsodium takes no null pointer for a key.
Bytes random_bytes(std::size_t size, std::mt19937& random) {
  Bytes bytes;
  bytes.reserve(size + 1);
  bytes.resize(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

// The digest of `bytes` added in pieces of at most `piece_max`.
template <typename Core>
std::string digest(std::span<const std::byte> bytes, std::size_t piece_max, std::mt19937& random) {
  Sha256State state;
  Core::begin(state);
  while (!bytes.empty()) {
    const std::size_t piece = std::min<std::size_t>(random() % (piece_max + 1), bytes.size());
    Core::add(state, bytes.first(piece));
    bytes = bytes.subspan(piece);
  }
  Hash hash;
  Core::finish(state, hash);
  return to_hex(hash);
}

TEST(Sha256, OfBothLibrariesIsTheSameForEveryLength) {
  std::mt19937 random(1);
  for (std::size_t length = 0; length <= 300; ++length) {
    const Bytes bytes = random_bytes(length, random);
    Sha256State state;
    Sha256ByLibsodium::begin(state);
    Sha256ByLibsodium::add(state, bytes);
    Hash expected;
    Sha256ByLibsodium::finish(state, expected);
    EXPECT_EQ(digest<Other>(bytes, length, random), to_hex(expected)) << length;
    EXPECT_EQ(to_hex(sha256(bytes)), to_hex(expected)) << length;
  }
}

TEST(Sha256, IsTheSameHoweverTheBytesAreSplit) {
  std::mt19937 random(2);
  for (int round = 0; round < 2000; ++round) {
    const Bytes bytes = random_bytes(random() % 5000, random);
    const std::string expected = to_hex(sha256(bytes));
    const std::size_t piece_max = 1 + random() % 300;
    ASSERT_EQ(digest<Other>(bytes, piece_max, random), expected) << bytes.size();
    ASSERT_EQ(digest<Sha256ByLibsodium>(bytes, piece_max, random), expected) << bytes.size();
  }
}

// FIPS 180-4's examples, so that two wrong ones do not agree.
TEST(Sha256, GivesTheDigestsOfTheStandard) {
  std::mt19937 random(3);
  const auto of = [&](std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    EXPECT_EQ(digest<Other>(bytes, 7, random), digest<Sha256ByLibsodium>(bytes, 7, random));
    return to_hex(sha256(bytes));
  };
  EXPECT_EQ(of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

std::string hmac(std::span<const std::byte> key, std::string_view text, std::size_t split) {
  HmacSha256 state(key);
  state.add(text.substr(0, split));
  state.add(text.substr(split));
  return to_hex(state.finish());
}

TEST(HmacSha256, IsLibsodiumsForKeysAndTextsOfEveryLength) {
  std::mt19937 random(4);
  for (std::size_t length = 0; length <= 300; ++length) {
    const Bytes key = random_bytes(length, random);
    const Bytes bytes = random_bytes(random() % 300, random);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), length);
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                                  text.size());
    Hash expected;
    crypto_auth_hmacsha256_final(&state, expected.data());
    EXPECT_EQ(hmac(key, text, random() % (text.size() + 1)), to_hex(expected)) << length;
  }
}

// RFC 4231, test case 2.
TEST(HmacSha256, GivesTheValueOfTheStandard) {
  constexpr std::string_view kKey = "Jefe";
  EXPECT_EQ(hmac(std::as_bytes(std::span(kKey)), "what do ya want for nothing?", 4),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

}  // namespace
}  // namespace remit::stdlib
