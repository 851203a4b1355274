// Where in a request the decoder is: told, as `at`, only if something is wrong there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <remit/limits.h>
#include "stdlib/text.h"

namespace remit::vm {

struct Place {
  static constexpr std::size_t kMember = SIZE_MAX;

  const Place* outer = nullptr;
  std::string_view name;
  std::size_t element = kMember;  // the number of an element of an array

  // `args.payees[2].account`
  [[nodiscard]] std::string path() const {
    std::string path = outer == nullptr ? std::string() : outer->path();
    if (element != kMember) return path + '[' + std::to_string(element) + ']';
    return (path.empty() ? path : path + '.').append(name);
  }
};

// A name that nobody declared, as far as it is told: a long one is cut at a character, and ends
// with `…`.
[[nodiscard]] inline std::string cut_name(std::string_view name) {
  if (name.size() <= limits::kUnknownNameShownBytes) return std::string(name);
  return std::string(stdlib::beginning(name, limits::kUnknownNameShownBytes)) + "…";
}

}  // namespace remit::vm
