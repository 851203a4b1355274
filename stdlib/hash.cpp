#include "stdlib/hash.h"

#include <algorithm>
#include <cstring>

#include <sodium/crypto_core_ed25519.h>
#include <sodium/crypto_shorthash.h>
#include <sodium/crypto_sign.h>
#include <sodium/randombytes.h>
#include <sodium/utils.h>

#include <remit/internal/characters.h>
#include <remit/internal/check.h>

#include "stdlib/sha256.h"

namespace remit::stdlib {

namespace {

constexpr std::size_t kSha256BlockBytes = 64;
constexpr std::uint8_t kInnerPad = 0x36, kOuterPad = 0x5c;  // RFC 2104

const unsigned char* bytes_of(std::span<const std::byte> span) {
  return reinterpret_cast<const unsigned char*>(span.data());
}

}  // namespace

#if REMIT_LIBCRYPTO
using Core = Sha256ByLibcrypto;
#else
using Core = Sha256ByLibsodium;
#endif

Sha256::Sha256() noexcept { Core::begin(state_); }

void Sha256::add(std::span<const std::byte> bytes) noexcept { Core::add(state_, bytes); }

Hash Sha256::finish() noexcept {
  Hash hash;
  Core::finish(state_, hash);
  return hash;
}

Hash sha256(std::span<const std::byte> bytes) noexcept {
  Sha256 state;
  state.add(bytes);
  return state.finish();
}

HmacSha256::HmacSha256(std::span<const std::byte> key) noexcept {
  std::array<std::uint8_t, kSha256BlockBytes> block{};
  if (key.size() <= block.size()) {
    std::ranges::copy(std::span(bytes_of(key), key.size()), block.begin());
  } else {
    Hash short_key = sha256(key);
    std::ranges::copy(short_key, block.begin());
    sodium_memzero(short_key.data(), short_key.size());
  }
  for (std::uint8_t& byte : block) byte ^= kInnerPad;
  inner_.add(std::as_bytes(std::span(block)));
  for (std::uint8_t& byte : block) byte ^= kInnerPad ^ kOuterPad;
  outer_.add(std::as_bytes(std::span(block)));
  sodium_memzero(block.data(), block.size());  // the key is not left on the stack
}

Hash HmacSha256::finish() noexcept {
  const Hash inner = inner_.finish();
  outer_.add(std::as_bytes(std::span(inner)));
  return outer_.finish();
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  text.pop_back();  // the final zero byte
  return text;
}

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return hex_digit(c) >= 0 && !is_upper(c); });
}

std::optional<std::vector<std::byte>> from_hex(std::string_view text) {
  std::vector<std::byte> bytes(text.size() / 2);
  const char* end = nullptr;
  const int status = sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                                    text.data(), text.size(), nullptr, nullptr, &end);
  if (status != 0 || end != text.data() + text.size()) return std::nullopt;
  return bytes;
}

std::string to_base64(std::string_view bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_of(std::as_bytes(std::span(bytes))),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the final zero byte
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  const int status =
      sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, &end, sodium_base64_VARIANT_ORIGINAL);
  if (status != 0 || end != text.data() + text.size()) return std::nullopt;
  bytes.resize(size);
  return bytes;
}

std::uint64_t table_hash(std::string_view text) {
  static const auto key = [] {
    std::array<unsigned char, crypto_shorthash_KEYBYTES> drawn;
    randombytes_buf(drawn.data(), drawn.size());
    return drawn;
  }();
  std::uint64_t hash = 0;
  static_assert(sizeof hash == crypto_shorthash_BYTES);
  crypto_shorthash(reinterpret_cast<unsigned char*>(&hash),
                   bytes_of(std::as_bytes(std::span(text))), text.size(), key.data());
  return hash;
}

bool is_secret_key(std::span<const std::byte> secret_key) {
  if (secret_key.size() != kSecretKeyBytes) return false;
  std::array<unsigned char, kPublicKeyBytes> public_key{};
  std::array<unsigned char, kSecretKeyBytes> made{};
  const auto* given = reinterpret_cast<const unsigned char*>(secret_key.data());
  crypto_sign_ed25519_seed_keypair(public_key.data(), made.data(), given);
  return std::memcmp(made.data(), given, made.size()) == 0;
}

bool is_public_key(std::span<const std::byte> public_key) {
  return public_key.size() == kPublicKeyBytes &&
         crypto_core_ed25519_is_valid_point(bytes_of(public_key)) == 1;
}

Signature sign(std::span<const std::byte> message, std::span<const std::byte> secret_key) {
  REMIT_CHECK(secret_key.size() == kSecretKeyBytes, "a secret key has 64 bytes");
  Signature signature;
  crypto_sign_detached(signature.data(), nullptr, bytes_of(message), message.size(),
                       bytes_of(secret_key));
  return signature;
}

bool verify_signature(std::span<const std::byte> message, std::span<const std::uint8_t> signature,
                      std::span<const std::byte> public_key) {
  if (signature.size() != kSignatureBytes || public_key.size() != kPublicKeyBytes) return false;
  return crypto_sign_verify_detached(signature.data(), bytes_of(message), message.size(),
                                     bytes_of(public_key)) == 0;
}

}  // namespace remit::stdlib
