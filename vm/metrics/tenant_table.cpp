#include "vm/metrics/tenant_table.h"

#include <algorithm>
#include <bit>

#include <remit/internal/check.h>
#include "stdlib/hash.h"

namespace remit::vm {

namespace {

constexpr std::uint64_t kLowHalf = 0xFFFF'FFFF;

std::uint64_t next_version(std::uint64_t head) { return ((head >> 32) + 1) << 32; }

}  // namespace

// At most half of the entries are ever set, so a search ends at an empty one.
TenantTable::TenantTable(std::size_t capacity)
    : entries_(std::bit_ceil(std::max<std::size_t>(2 * capacity, 2))),
      names_(capacity),
      below_(capacity),
      free_(capacity == 0 ? 0 : 1) {
  // Draws the key of the hashes now, since deciding makes no system call.
  static_cast<void>(stdlib::table_hash({}));
  for (std::size_t i = 0; i + 1 < capacity; ++i)
    below_[i].store(static_cast<std::uint32_t>(i + 2), std::memory_order_relaxed);
}

// Memory order: a name is written by the one thread that holds its number, and published by the
// release of the exchange that puts the number into an entry; whoever acquires the entry sees the
// whole name. The stack of free numbers passes a number on in the same way.
std::uint32_t TenantTable::find_or_add(std::string_view id) noexcept {
  REMIT_CHECK(id.size() <= limits::kIdBytesMax, "a tenant is an id");
  const std::uint64_t hash = stdlib::table_hash(id);
  const std::size_t mask = entries_.size() - 1;
  std::uint32_t mine = kNone;  // a number that we took, and no entry has yet
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    std::uint64_t entry = entries_[at].load(std::memory_order_acquire);
    if (entry == 0) {
      if (mine == kNone) mine = take(id);
      if (mine == kNone) return kNone;
      const std::uint64_t placed = (hash & ~kLowHalf) | (mine + 1);
      if (entries_[at].compare_exchange_strong(entry, placed, std::memory_order_release,
                                               std::memory_order_acquire))
        return mine;
      // Another thread was faster; `entry` is what it put here, perhaps this very tenant.
    }
    const auto number = static_cast<std::uint32_t>(entry & kLowHalf) - 1;
    if (((entry ^ hash) & ~kLowHalf) != 0 || names_[number].view() != id) continue;
    if (mine != kNone) give_back(mine);
    return number;
  }
}

std::uint32_t TenantTable::take(std::string_view id) noexcept {
  std::uint64_t head = free_.load(std::memory_order_acquire);
  std::uint32_t number = 0;
  do {
    if ((head & kLowHalf) == 0) return kNone;
    number = static_cast<std::uint32_t>(head & kLowHalf) - 1;
  } while (!free_.compare_exchange_weak(
      head, next_version(head) | below_[number].load(std::memory_order_relaxed),
      std::memory_order_acquire, std::memory_order_acquire));
  names_[number].size = static_cast<std::uint16_t>(id.copy(names_[number].bytes.data(), id.size()));
  return number;
}

void TenantTable::give_back(std::uint32_t number) noexcept {
  std::uint64_t head = free_.load(std::memory_order_relaxed);
  do {
    below_[number].store(static_cast<std::uint32_t>(head & kLowHalf), std::memory_order_relaxed);
  } while (!free_.compare_exchange_weak(head, next_version(head) | (number + 1),
                                        std::memory_order_release, std::memory_order_relaxed));
}

std::vector<std::pair<std::string_view, std::uint32_t>> TenantTable::all() const {
  std::vector<std::pair<std::string_view, std::uint32_t>> tenants;
  for (const auto& slot : entries_) {
    const std::uint64_t entry = slot.load(std::memory_order_acquire);
    if (entry == 0) continue;
    const auto number = static_cast<std::uint32_t>(entry & kLowHalf) - 1;
    tenants.emplace_back(names_[number].view(), number);
  }
  std::ranges::sort(tenants);
  return tenants;
}

}  // namespace remit::vm
