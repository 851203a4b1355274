// Calls a function that is not part of the public API. It links with the archive, where everything
// can be reached, and must not link with the shared library.
#include <array>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>

namespace remit::stdlib {
std::string to_hex(std::span<const std::uint8_t> bytes);
}  // namespace remit::stdlib

int main() {
  const std::array<std::uint8_t, 2> bytes = {0xab, 0xcd};
  std::puts(remit::stdlib::to_hex(bytes).c_str());
}
