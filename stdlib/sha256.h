// SHA-256 (FIPS 180-4), twice: by OpenSSL's libcrypto and by libsodium. Included by
// stdlib/hash.cpp, which takes the one that the build chose, and by the test that compares both.
//
// No function here allocates, fails or throws, so deciding may call them.
#pragma once

#include <cstddef>
#include <span>

#include "stdlib/hash.h"

namespace remit::stdlib {

// `begin`, then `add` any number of times, then `finish` once. The processor's SHA instructions are
// used where it has them.
struct Sha256ByLibcrypto {
  static void begin(Sha256State& state) noexcept;
  static void add(Sha256State& state, std::span<const std::byte> bytes) noexcept;
  static void finish(Sha256State& state, Hash& hash) noexcept;
};

// The same in portable code, for builds without libcrypto.
struct Sha256ByLibsodium {
  static void begin(Sha256State& state) noexcept;
  static void add(Sha256State& state, std::span<const std::byte> bytes) noexcept;
  static void finish(Sha256State& state, Hash& hash) noexcept;
};

}  // namespace remit::stdlib
