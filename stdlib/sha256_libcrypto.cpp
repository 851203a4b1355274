// The functions SHA256_* of libcrypto. OpenSSL 3 calls them deprecated in favour of EVP, whose
// contexts must be allocated; docs/decisions/0022 has the figures.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <new>

#include <openssl/sha.h>

#include "stdlib/sha256.h"

namespace remit::stdlib {

static_assert(sizeof(SHA256_CTX) <= sizeof(Sha256State));
static_assert(alignof(SHA256_CTX) <= alignof(Sha256State));

namespace {

SHA256_CTX* context(Sha256State& state) {
  return std::launder(reinterpret_cast<SHA256_CTX*>(state.bytes.data()));
}

}  // namespace

// All three answer 1, always.

void Sha256ByLibcrypto::begin(Sha256State& state) noexcept {
  SHA256_Init(new (state.bytes.data()) SHA256_CTX);
}

void Sha256ByLibcrypto::add(Sha256State& state, std::span<const std::byte> bytes) noexcept {
  SHA256_Update(context(state), bytes.data(), bytes.size());
}

void Sha256ByLibcrypto::finish(Sha256State& state, Hash& hash) noexcept {
  SHA256_Final(hash.data(), context(state));
}

}  // namespace remit::stdlib
