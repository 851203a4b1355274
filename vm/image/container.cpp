#include "vm/image/container.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "vm/image/load_fault.h"

namespace remit::vm {

namespace {

constexpr std::string_view kSealMagic = "REMITSUM";
constexpr std::string_view kDebugMagic = "REMITDBG";
constexpr std::string_view kSignatureMagic = "REMITSIG";

// A body begins with its magic, its length and the version of its format.
constexpr std::size_t kFormatOffset = kMagicBytes + 8;
constexpr std::size_t kBodyHeadBytes = kFormatOffset + 4;
constexpr std::size_t kSignatureBlockBytes = kMagicBytes + sizeof(KeyId) + stdlib::kSignatureBytes;

// What is signed says what it is, so that no other use of the key yields such a signature.
constexpr std::string_view kSignedPrefix("remit/image/2\0", 14);

bool begins_with(std::span<const std::byte> bytes, std::string_view magic) {
  return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

template <typename Array>
void copy_to(Array& into, std::span<const std::byte> bytes) {
  static_assert(sizeof(Array) > 0 && sizeof(into[0]) == 1);
  std::memcpy(into.data(), bytes.data(), into.size());
}

void append(std::vector<std::byte>& bytes, std::span<const std::byte> more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

void append(std::vector<std::byte>& bytes, std::string_view text) {
  append(bytes, std::as_bytes(std::span(text)));
}

void append_u64(std::vector<std::byte>& bytes, std::uint64_t number) {
  for (std::size_t i = 0; i < 8; ++i) bytes.push_back(static_cast<std::byte>(number >> (8 * i)));
}

std::uint64_t u64_at(std::span<const std::byte> bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i)
    number |= static_cast<std::uint64_t>(bytes[at + i]) << (8 * i);
  return number;
}

std::unexpected<LoadError> refused(LoadFault fault, std::size_t at, std::string_view detail = {}) {
  return std::unexpected(load_error(fault, at, detail));
}

Hash hash_of_debug(std::span<const std::byte> content) {
  return content.empty() ? Hash{} : stdlib::sha256(content);
}

std::vector<std::byte> seal_block(const Seal& seal) {
  std::vector<std::byte> block;
  append(block, kSealMagic);
  append(block, std::as_bytes(std::span(seal.image)));
  append(block, std::as_bytes(std::span(seal.debug)));
  return block;
}

std::vector<std::byte> signed_message(const Seal& seal, const KeyId& key) {
  std::vector<std::byte> message;
  append(message, kSignedPrefix);
  append(message, std::as_bytes(std::span(seal.image)));
  append(message, std::as_bytes(std::span(seal.debug)));
  append(message, std::as_bytes(std::span(key)));
  return message;
}

// Takes blocks off the front of a file.
class Cutter {
 public:
  explicit Cutter(std::span<const std::byte> file) : file_(file) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::span<const std::byte> rest() const { return file_.subspan(at_); }
  [[nodiscard]] bool next_is(std::string_view magic) const { return begins_with(rest(), magic); }
  [[nodiscard]] bool holds(std::uint64_t bytes) const { return bytes <= file_.size() - at_; }
  std::span<const std::byte> take(std::size_t bytes) {
    const auto taken = file_.subspan(at_, bytes);
    at_ += bytes;
    return taken;
  }

 private:
  std::span<const std::byte> file_;
  std::size_t at_ = 0;
};

// The blocks by their lengths alone; what they hold is not hashed.
std::expected<Blocks, LoadError> cut(std::span<const std::byte> file) {
  const auto truncated = [&] { return refused(LoadFault::Truncated, file.size()); };
  Cutter cutter(file);
  Blocks blocks;
  if (!cutter.next_is(kBodyMagic)) return refused(LoadFault::BadMagic, 0);
  if (!cutter.holds(kBodyHeadBytes)) return truncated();
  // Before anything else, since files of another format have other lengths in other places.
  if (static_cast<std::uint32_t>(u64_at(file, kFormatOffset - 4) >> 32) != kFormatVersion)
    return refused(LoadFault::UnknownFormat, kFormatOffset,
                   "this version reads format " + std::to_string(kFormatVersion));
  const std::uint64_t body_bytes = u64_at(file, kMagicBytes);
  if (!cutter.holds(body_bytes)) return truncated();
  if (body_bytes < kBodyHeadBytes) return refused(LoadFault::BadLength, kMagicBytes);
  blocks.body = cutter.take(body_bytes);

  if (!cutter.holds(kSealBytes)) return truncated();
  if (!cutter.next_is(kSealMagic)) return refused(LoadFault::BadSeal, cutter.at());
  const auto seal = cutter.take(kSealBytes).subspan(kMagicBytes);
  copy_to(blocks.seal.image, seal.first(sizeof(Hash)));
  copy_to(blocks.seal.debug, seal.subspan(sizeof(Hash)));

  if (cutter.next_is(kDebugMagic)) {
    if (!cutter.holds(kDebugHeadBytes)) return truncated();
    const std::uint64_t bytes = u64_at(cutter.rest(), kMagicBytes);
    cutter.take(kDebugHeadBytes);
    if (!cutter.holds(bytes)) return truncated();
    if (bytes == 0) return refused(LoadFault::BadDebug, cutter.at(), "it is empty");
    blocks.debug = cutter.take(bytes);
  }
  if (cutter.next_is(kSignatureMagic) && cutter.holds(kSignatureBlockBytes)) {
    const auto block = cutter.take(kSignatureBlockBytes).subspan(kMagicBytes);
    copy_to(blocks.signature.emplace().key, block.first(sizeof(KeyId)));
    copy_to(blocks.signature->signature, block.subspan(sizeof(KeyId)));
  }
  if (!cutter.rest().empty()) return refused(LoadFault::BadTrailer, cutter.at());
  return blocks;
}

std::vector<std::byte> joined(const Blocks& blocks) {
  std::vector<std::byte> file(blocks.body.begin(), blocks.body.end());
  append(file, seal_block(blocks.seal));
  if (!blocks.debug.empty()) {
    append(file, kDebugMagic);
    append_u64(file, blocks.debug.size());
    append(file, blocks.debug);
  }
  if (blocks.signature) {
    append(file, kSignatureMagic);
    append(file, std::as_bytes(std::span(blocks.signature->key)));
    append(file, std::as_bytes(std::span(blocks.signature->signature)));
  }
  return file;
}

}  // namespace

KeyId key_id(std::span<const std::byte> public_key) {
  KeyId id{};
  const Hash hash = stdlib::sha256(public_key);
  std::copy_n(hash.begin(), id.size(), id.begin());
  return id;
}

std::expected<Blocks, LoadError> split(std::span<const std::byte> file) {
  auto blocks = cut(file);
  if (!blocks) return blocks;
  const std::size_t seal = blocks->body.size() + kMagicBytes;
  if (stdlib::sha256(blocks->body) != blocks->seal.image) return refused(LoadFault::BadHash, seal);
  // Without its debug block the seal goes on naming it.
  if (!blocks->debug.empty() && hash_of_debug(blocks->debug) != blocks->seal.debug)
    return refused(LoadFault::BadDebug, seal + sizeof(Hash));
  return blocks;
}

std::vector<std::byte> sealed(std::span<const std::byte> body, std::span<const std::byte> debug) {
  return joined({.body = body,
                 .seal = {stdlib::sha256(body), hash_of_debug(debug)},
                 .debug = debug,
                 .signature = {}});
}

std::expected<std::vector<std::byte>, LoadError> sign(std::span<const std::byte> file,
                                                      std::span<const std::byte> secret_key) {
  auto blocks = split(file);
  if (!blocks) return std::unexpected(blocks.error());
  SignatureBlock& block = blocks->signature.emplace();
  block.key = key_id(secret_key.last(stdlib::kPublicKeyBytes));
  block.signature = stdlib::sign(signed_message(blocks->seal, block.key), secret_key);
  return joined(*blocks);
}

std::expected<void, LoadError> check_signature(const Blocks& blocks,
                                               std::span<const PublicKey> keys) {
  const std::size_t end = blocks.body.size() + kSealBytes +
                          (blocks.debug.empty() ? 0 : kDebugHeadBytes + blocks.debug.size());
  if (!blocks.signature) return refused(LoadFault::Unsigned, end);
  const SignatureBlock& block = *blocks.signature;
  const auto key = std::ranges::find(keys, block.key, key_id);
  if (key == keys.end())
    return refused(LoadFault::UnknownKey, end + kMagicBytes, stdlib::to_hex(block.key));
  if (!stdlib::verify_signature(signed_message(blocks.seal, block.key), block.signature, *key))
    return refused(LoadFault::BadSignature, end + kMagicBytes + sizeof(KeyId));
  return {};
}

void reseal(std::vector<std::byte>& file) {
  auto blocks = cut(file);
  if (!blocks) return;
  blocks->seal.image = stdlib::sha256(blocks->body);
  if (!blocks->debug.empty()) blocks->seal.debug = stdlib::sha256(blocks->debug);
  file = joined(*blocks);
}

}  // namespace remit::vm
