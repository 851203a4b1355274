#include "vm/engine/trust.h"

#include <algorithm>
#include <string>

#include "stdlib/hash.h"
#include "stdlib/text.h"
#include "vm/image/load_fault.h"

namespace remit::inline v0 {

static_assert(Trust::kKeyBytes == stdlib::kPublicKeyBytes);

Trust Trust::keys(std::span<const std::span<const std::byte>> keys) {
  Trust trust;
  trust.count_ = keys.size();
  for (std::size_t i = 0; i < std::min(keys.size(), trust.keys_.size()); ++i) {
    trust.sizes_[i] = keys[i].size();
    std::ranges::copy(keys[i].first(std::min(keys[i].size(), kKeyBytes)), trust.keys_[i].begin());
  }
  return trust;
}

Trust Trust::unsigned_image() {
  Trust trust;
  trust.requires_signature_ = false;
  return trust;
}

std::expected<void, LoadError> TrustAccess::check_keys(const Trust& trust) {
  const auto refuse = [](LoadFault fault, std::string_view why) {
    return std::unexpected(vm::load_error(fault, 0, why));
  };
  if (!trust.requires_signature_) return {};
  if (trust.count_ == 0)
    return refuse(LoadFault::BadKey, "there is none: name the key of who signs the images");
  if (trust.count_ > limits::kTrustKeysMax)
    return refuse(LoadFault::BadKey, stdlib::counted(trust.count_, "key") + ", at most " +
                                         std::to_string(limits::kTrustKeysMax));
  for (std::size_t i = 0; i < trust.count_; ++i) {
    const std::string number = "key " + std::to_string(i + 1);
    if (trust.sizes_[i] != Trust::kKeyBytes)
      return refuse(LoadFault::BadKey, number + " has " + stdlib::counted(trust.sizes_[i], "byte") +
                                           ", not " + std::to_string(Trust::kKeyBytes));
    if (!stdlib::is_public_key(trust.keys_[i]))
      return refuse(LoadFault::BadKey, number + " is not a valid Ed25519 public key");
  }
  return {};
}

std::expected<void, LoadError> TrustAccess::check_signature(const Trust& trust,
                                                            const vm::Blocks& file) {
  if (!trust.requires_signature_) return {};
  return vm::check_signature(file, std::span(trust.keys_).first(trust.count_));
}

}  // namespace remit::inline v0
