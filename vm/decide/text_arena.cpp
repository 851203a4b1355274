#include "vm/decide/text_arena.h"

#include <algorithm>
#include <bit>
#include <new>

#include <remit/internal/check.h>
#include <remit/limits.h>
#include "vm/decide/value.h"

namespace remit::vm {

bool TextArena::add_block(std::size_t size) noexcept {
  // As much again as there is, but not more than can still be asked for.
  const std::size_t grown =
      count_ == 0 ? std::bit_ceil(recent_) : std::min(held_, limits::kBoundBytesMax - needed_);
  const std::size_t bytes = std::max({kBlockBytesMin, size, grown});
  REMIT_CHECK(count_ < blocks_.size(), "blocks double, and their sum is bounded");
  Block& block = blocks_[count_];
  block.bytes.reset(new (std::nothrow) std::byte[bytes]);
  if (block.bytes == nullptr) return false;
  block.size = bytes;
  ++count_;
  used_ = 0;
  held_ += bytes;
  return true;
}

std::byte* TextArena::reserve(std::size_t size) noexcept {
  if (size > limits::kBoundBytesMax - needed_) return nullptr;
  size = (size + alignof(Value) - 1) / alignof(Value) * alignof(Value);
  if (size > limits::kBoundBytesMax - needed_) return nullptr;
  if ((count_ == 0 || blocks_[count_ - 1].size - used_ < size) && !add_block(size)) return nullptr;
  std::byte* place = blocks_[count_ - 1].bytes.get() + used_;
  used_ += size;
  needed_ += size;
  return place;
}

std::optional<std::string_view> TextArena::copy(std::string_view text) noexcept {
  auto* place = reinterpret_cast<char*>(reserve(text.size() + 1));
  if (place == nullptr) return std::nullopt;
  text.copy(place, text.size());
  return std::string_view(place, text.size());
}

void TextArena::clear() noexcept {
  recent_ = std::max(needed_, recent_ / 2);
  const bool much = held_ > kBlockBytesMin && held_ / 4 > recent_;
  if (count_ > 1 || much) {
    for (std::size_t i = 0; i < count_; ++i) blocks_[i] = {};
    count_ = held_ = 0;
  }
  used_ = needed_ = 0;
}

}  // namespace remit::vm
