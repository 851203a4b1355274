// Where in a request the decoder is: told, as `at`, only if something is wrong there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace remit::vm {

struct RequestPlace {
  static constexpr std::size_t kMember = SIZE_MAX;

  const RequestPlace* outer = nullptr;
  std::string_view name;
  std::size_t element = kMember;  // the number of an element of an array

  // `args.payees[2].account`
  [[nodiscard]] std::string path() const {
    std::string path = outer == nullptr ? std::string() : outer->path();
    if (element != kMember) return path.append("[").append(std::to_string(element)).append("]");
    if (!path.empty()) path += '.';
    return path.append(name);
  }
};

}  // namespace remit::vm
