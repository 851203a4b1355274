// How a check of the verifier fails: what comes after it is not run, so it may take for granted
// what the check has shown.
//
// Inside a part of verification a Refusal is thrown; `checked` turns it into the error that the
// part gives back, so none leaves it.
#pragma once

#include <expected>
#include <string_view>
#include <type_traits>
#include <utility>

#include "vm/image/load_fault.h"

namespace remit::vm {

using Verified = std::expected<void, LoadError>;

struct Refusal {
  LoadError error;
};

[[noreturn]] inline void fail(LoadFault fault, std::string_view detail = {}) {
  throw Refusal{load_error(fault, 0, detail)};
}
inline void require(bool condition, LoadFault fault, std::string_view detail = {}) {
  if (!condition) fail(fault, detail);
}

// What a part gives back, where it did not refuse.
template <typename Result>
Result passed(std::expected<Result, LoadError> result) {
  if (!result) throw Refusal{std::move(result.error())};
  if constexpr (!std::is_void_v<Result>) return std::move(*result);
}

// Runs a part to its end or to its refusal.
template <typename Part>
[[nodiscard]] auto checked(Part&& part) -> std::expected<decltype(part()), LoadError> {
  try {
    if constexpr (std::is_void_v<decltype(part())>) {
      part();
      return {};
    } else {
      return part();
    }
  } catch (Refusal& refusal) {
    return std::unexpected(std::move(refusal.error));
  }
}

}  // namespace remit::vm
