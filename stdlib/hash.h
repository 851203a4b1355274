// SHA-256 and HMAC-SHA-256; hex, base64, SipHash and Ed25519, by libsodium. Hashing is streaming,
// allocates nothing and cannot fail. SHA-256 is libcrypto's, which uses the processor's SHA
// instructions, or libsodium's in a build with REMIT_LIBCRYPTO=OFF: the same bytes, more slowly.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace remit::stdlib {

using Hash = std::array<std::uint8_t, 32>;

// Room for the state of either library, whose own type stays in its source file.
struct Sha256State {
  alignas(8) std::array<std::byte, 112> bytes;
};

class Sha256 {
 public:
  Sha256() noexcept;
  void add(std::span<const std::byte> bytes) noexcept;
  void add(std::string_view text) noexcept { add(std::as_bytes(std::span(text))); }
  // May be called once.
  [[nodiscard]] Hash finish() noexcept;

 private:
  Sha256State state_;
};

[[nodiscard]] Hash sha256(std::span<const std::byte> bytes) noexcept;

// HMAC-SHA-256 (RFC 2104); a key of any length.
class HmacSha256 {
 public:
  explicit HmacSha256(std::span<const std::byte> key) noexcept;
  void add(std::string_view text) noexcept { inner_.add(text); }
  // May be called once.
  [[nodiscard]] Hash finish() noexcept;

 private:
  Sha256 inner_;
  Sha256 outer_;
};

[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);
// Whether `to_hex` may have written it: digits and a to f alone.
[[nodiscard]] bool is_hex(std::string_view text);
// Lower or upper case; nothing if it is not hex.
[[nodiscard]] std::optional<std::vector<std::byte>> from_hex(std::string_view text);

// RFC 4648, with padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);
// Nothing if it is not what to_base64 writes.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

// For tables of what others have written: SipHash-2-4 under a key that each process draws, so that
// texts cannot be made to collide. Two processes give different hashes.
[[nodiscard]] std::uint64_t table_hash(std::string_view text);

inline constexpr std::size_t kSignatureBytes = 64;
inline constexpr std::size_t kPublicKeyBytes = 32;
inline constexpr std::size_t kSecretKeyBytes = 64;
using Signature = std::array<std::uint8_t, kSignatureBytes>;

// Whether the public half of a secret key (libsodium's 64 bytes: seed and public key) belongs to
// its seed.
[[nodiscard]] bool is_secret_key(std::span<const std::byte> secret_key);
// Whether 32 bytes are a key that a signature can be checked with: the canonical encoding of a
// point of the main subgroup.
[[nodiscard]] bool is_public_key(std::span<const std::byte> public_key);
// `secret_key` is libsodium's 64-byte form (seed and public key).
[[nodiscard]] Signature sign(std::span<const std::byte> message,
                             std::span<const std::byte> secret_key);
[[nodiscard]] bool verify_signature(std::span<const std::byte> message,
                                    std::span<const std::uint8_t> signature,
                                    std::span<const std::byte> public_key);

}  // namespace remit::stdlib
