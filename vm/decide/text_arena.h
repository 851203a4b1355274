// The texts and elements that a Facts holds: they grow in blocks and are forgotten all at once.
// What it gave out stays where it is until then.
//
// Memory is kept, so that requests like the last ones allocate nothing, and is given back: what a
// Facts needed *recently* is what the last request needed, or half of what it was before, whichever
// is more. At `clear`, several blocks become one of the power of two that takes the recent need,
// and so does a block of more than four times that.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

namespace remit::vm {

class TextArena {
 public:
  static constexpr std::size_t kBlockBytesMin = 16384;

  // Room for `size` bytes, aligned for a Value. Null if all since `clear` would be more than
  // limits::kBoundBytesMax, or the machine has no memory.
  [[nodiscard]] std::byte* reserve(std::size_t size) noexcept;
  [[nodiscard]] std::optional<std::string_view> copy(std::string_view text) noexcept;
  void clear() noexcept;

 private:
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size = 0;
  };
  bool add_block(std::size_t size) noexcept;

  // Each block but the last that can be needed at least doubles what is held.
  std::array<Block, 16> blocks_;
  std::size_t count_ = 0;
  std::size_t used_ = 0;    // of the last block
  std::size_t held_ = 0;    // of all blocks
  std::size_t needed_ = 0;  // since `clear`
  std::size_t recent_ = 0;
};

}  // namespace remit::vm
