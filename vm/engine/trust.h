// What a loader believes, held against a file.
#pragma once

#include <expected>

#include <remit/fault.h>
#include <remit/trust.h>
#include "vm/image/container.h"

namespace remit::inline v0 {

class TrustAccess {
 public:
  [[nodiscard]] static bool requires_signature(const Trust& trust) {
    return trust.requires_signature_;
  }
  // The keys can be used at all. Looks at no file.
  [[nodiscard]] static std::expected<void, LoadError> check_keys(const Trust& trust);
  // The file is signed by one of them, where it must be.
  [[nodiscard]] static std::expected<void, LoadError> check_signature(const Trust& trust,
                                                                      const vm::Blocks& file);
};

}  // namespace remit::inline v0
