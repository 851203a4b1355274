#include <new>

#include <sodium/crypto_hash_sha256.h>

#include "stdlib/sha256.h"

namespace remit::stdlib {

static_assert(sizeof(crypto_hash_sha256_state) <= sizeof(Sha256State));
static_assert(alignof(crypto_hash_sha256_state) <= alignof(Sha256State));

namespace {

crypto_hash_sha256_state* context(Sha256State& state) {
  return std::launder(reinterpret_cast<crypto_hash_sha256_state*>(state.bytes.data()));
}

}  // namespace

// All three answer 0, always.

void Sha256ByLibsodium::begin(Sha256State& state) noexcept {
  crypto_hash_sha256_init(new (state.bytes.data()) crypto_hash_sha256_state);
}

void Sha256ByLibsodium::add(Sha256State& state, std::span<const std::byte> bytes) noexcept {
  crypto_hash_sha256_update(context(state), reinterpret_cast<const unsigned char*>(bytes.data()),
                            bytes.size());
}

void Sha256ByLibsodium::finish(Sha256State& state, Hash& hash) noexcept {
  crypto_hash_sha256_final(context(state), hash.data());
}

}  // namespace remit::stdlib
