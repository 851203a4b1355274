// The blocks of a `.remit` file, and what seals them (docs/reference/file-format.md).
//
//     body        what decides
//     seal        the hashes of body and debug block
//     debug       may be absent: stripping it leaves the seal as it was
//     signature   may be absent: it covers the seal
//
// Everything here is checked before a row is read. A file is hashed once, by `split`.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <remit/fault.h>
#include "vm/image/image.h"

namespace remit::vm {

// Every block begins with 8 bytes that say which it is; in body and debug block follows a length, a
// u64: of the body itself, and of what stands behind the head of the debug block.
inline constexpr std::string_view kBodyMagic = "REMITIMG";
inline constexpr std::size_t kMagicBytes = kBodyMagic.size();
inline constexpr std::size_t kDebugHeadBytes = kMagicBytes + 8;
inline constexpr std::size_t kSealBytes = kMagicBytes + 2 * sizeof(Hash);

// What the decision record names, what a signature covers.
struct Seal {
  Hash image{};  // SHA-256 of the body
  Hash debug{};  // SHA-256 of the debug block's content; zero if the file was built without one

  friend bool operator==(const Seal&, const Seal&) = default;
};

// The first 8 bytes of the SHA-256 of a public key: tells a loader which of its keys to ask.
using KeyId = std::array<std::uint8_t, 8>;
[[nodiscard]] KeyId key_id(std::span<const std::byte> public_key);

struct SignatureBlock {
  KeyId key{};
  stdlib::Signature signature{};
};

// The parts of one file, which they borrow. Their lengths add up to it and the seal is theirs.
struct Blocks {
  std::span<const std::byte> body;
  Seal seal;
  std::span<const std::byte> debug;  // content, without its head; empty if there is none
  std::optional<SignatureBlock> signature;
};
[[nodiscard]] std::expected<Blocks, LoadError> split(std::span<const std::byte> file);

// A file of these two blocks, sealed and unsigned.
[[nodiscard]] std::vector<std::byte> sealed(std::span<const std::byte> body,
                                            std::span<const std::byte> debug);

// `file` with a signature, in place of one that it may have. `secret_key` is 64 bytes: seed and
// public key.
[[nodiscard]] std::expected<std::vector<std::byte>, LoadError> sign(
    std::span<const std::byte> file, std::span<const std::byte> secret_key);
// Is there a signature of the seal by one of these keys? The key id says by which.
using PublicKey = std::array<std::byte, stdlib::kPublicKeyBytes>;
[[nodiscard]] std::expected<void, LoadError> check_signature(const Blocks& blocks,
                                                             std::span<const PublicKey> keys);

// Seals a file again whose blocks were changed; for tests that change bytes.
void reseal(std::vector<std::byte>& file);

}  // namespace remit::vm
