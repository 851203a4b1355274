// Numbers for tenants: an open-addressing table of fixed capacity that any number of threads read
// and extend without locks. Used by the meter.
//
// A tenant that was given a number keeps it. Memory is set aside when the table is made; nothing
// here allocates afterwards, but for `all`.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <remit/limits.h>

namespace remit::vm {

class TenantTable {
 public:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  explicit TenantTable(std::size_t capacity);

  // The number of a tenant, below the capacity; new ones get one as long as there are some left,
  // and then kNone. `id` is at most limits::kIdBytesMax bytes.
  //
  // The work is bounded by the capacity, which ids chosen to collide can reach; it is then one
  // comparison of 32 bits an entry.
  [[nodiscard]] std::uint32_t find_or_add(std::string_view id) noexcept;

  // All tenants with their numbers, by id, bytewise.
  [[nodiscard]] std::vector<std::pair<std::string_view, std::uint32_t>> all() const;

  [[nodiscard]] std::size_t capacity() const { return names_.size(); }

 private:
  struct Name {
    std::array<char, limits::kIdBytesMax> bytes;
    std::uint16_t size = 0;

    [[nodiscard]] std::string_view view() const { return {bytes.data(), size}; }
  };

  std::uint32_t take(std::string_view id) noexcept;
  void give_back(std::uint32_t number) noexcept;

  // 0, or the upper half of the hash over the number plus one. Never changes once it is set.
  std::vector<std::atomic<std::uint64_t>> entries_;
  std::vector<Name> names_;  // by number; read only after the entry that publishes it
  // The numbers that are free, as a stack: each links to the one below it, plus one. The head holds
  // a count of changes over its number plus one, so that a head which came back is told apart.
  std::vector<std::atomic<std::uint32_t>> below_;
  std::atomic<std::uint64_t> free_{0};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
static_assert(limits::kIdBytesMax <= UINT16_MAX);

}  // namespace remit::vm
