// The counters of one engine. Made by Engine::load, fed by Engine::decide, read by Engine::metrics.
//
// `count` may be called by any number of threads while others call `snapshot`.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <remit/decision.h>
#include <remit/meter.h>
#include "vm/decide/facts_state.h"
#include "vm/decide/link.h"
#include "vm/metrics/tenant_table.h"

namespace remit::vm {

// Whether counters for so many tenants of so many tools lie within the bounds of metering.
[[nodiscard]] bool may_meter(std::size_t tenants, std::size_t tools);

class Meter {
 public:
  // `linked` is borrowed; may_meter(tenants, its tools) holds.
  Meter(const Linked& linked, std::size_t tenants);

  // Counts a decision that was just made on `facts`, whose scratch memory still holds what it found
  // out; null if there were none.
  void count(const Facts::State* facts, const Decision& decision) noexcept;

  [[nodiscard]] Metrics snapshot() const;

 private:
  using Counter = std::atomic<std::uint64_t>;

  void count_items(const Facts::State& facts, std::size_t verdict, Counter* shard) noexcept;
  [[nodiscard]] std::size_t decision_cell(const Facts::State* facts, std::size_t verdict) noexcept;
  [[nodiscard]] std::size_t cell(std::size_t tenant, std::size_t tool, std::size_t verdict) const;
  [[nodiscard]] std::size_t item_cell(ItemId item, std::size_t verdict) const;
  [[nodiscard]] std::uint64_t sum(std::size_t at) const;
  void add_items(Metrics& metrics) const;
  void add_decisions(Metrics& metrics) const;

  const Linked& linked_;
  TenantTable tenants_;
  // Where the counters of a shard lie: faults first, then these.
  std::size_t layers_at_, items_at_, decisions_at_, size_;
  std::vector<std::vector<Counter>> shards_;
};

}  // namespace remit::vm
