// Whose images a loader believes. Said at every load; there is no default.
//
//     remit::Engine::load(bytes, remit::Trust::keys({key}));           // signed by this key
//     remit::Engine::load(bytes, remit::Trust::keys({key, next}));     // while keys are rotated
//     remit::Engine::load(bytes, remit::Trust::unsigned_image());      // whoever wrote the file
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>

#include <remit/api.h>
#include <remit/limits.h>

namespace remit::inline v0 {

class REMIT_API Trust {
 public:
  static constexpr std::size_t kKeyBytes = 32;

  // Ed25519 public keys, 32 bytes each, at most limits::kTrustKeysMax: the image must carry a
  // signature by one of them. Keys are copied. None at all, too many, or one that is not a public
  // key is the load error `host.bad_key`, whatever the image.
  [[nodiscard]] static Trust keys(std::span<const std::span<const std::byte>> keys);
  [[nodiscard]] static Trust keys(std::initializer_list<std::span<const std::byte>> keys) {
    return Trust::keys(std::span(keys.begin(), keys.size()));
  }
  // Signatures are not looked at: who can write the file decides what is permitted. An image that
  // was built without a manifest needs this as well as LoadOptions::allow_dev.
  [[nodiscard]] static Trust unsigned_image();

 private:
  friend class TrustAccess;
  Trust() = default;

  bool requires_signature_ = true;
  // As they were given; a wrong one is an error at load.
  std::size_t count_ = 0;
  std::array<std::size_t, limits::kTrustKeysMax> sizes_{};
  std::array<std::array<std::byte, kKeyBytes>, limits::kTrustKeysMax> keys_{};
};

}  // namespace remit::inline v0
