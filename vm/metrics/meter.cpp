#include "vm/metrics/meter.h"

#include <array>
#include <bit>
#include <string>

#include <remit/limits.h>
#include "stdlib/hash.h"
#include "vm/decide/decide.h"
#include "vm/decide/names.h"

// Memory order. A decision is counted first, with a relaxed increment; what is a part of it (its
// fault, its layers, the items that matched, then those that decided) follows with increments that
// release. A snapshot reads the other way round: parts first, with loads that acquire, and the
// decisions last. All changes of a counter are read-modify-write, so a load that sees an increment
// synchronizes with it and with all before it, and the wholes that are read afterwards contain
// every decision whose parts were seen. On x86 all of this costs what relaxed increments cost.
// Counters only grow, and one thread never reads an older value of the same counter after a newer
// one, hence snapshots are monotone; a counter is one word, hence none is torn. Between counters
// that are not part of each other nothing is promised: a decision may be counted between two loads.

namespace remit::vm {

namespace {

std::size_t number_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Permit: return 0;
    case Verdict::Queue: return 1;
    case Verdict::Escalate: return 2;
    case Verdict::Deny: break;
  }
  return 3;
}

// What an item asks for; one that only brings duties leaves a permit as it is, and an assert that
// speaks up denies.
std::size_t number_of(const ItemRow& item) {
  if (item.kind == ItemKind::Assert) return 3;
  switch (item.verdict) {
    case VerdictClass::None:
    case VerdictClass::Permit: return 0;
    case VerdictClass::Queue: return 1;
    case VerdictClass::Escalate: return 2;
    case VerdictClass::Deny: break;
  }
  return 3;
}

constexpr std::size_t kFaults = 1
#define REMIT_FAULT(name, code, sentence) +1
#include <remit/faults.def>
#undef REMIT_FAULT
    ;

// Threads count in shards of their own as long as that costs at most 8 MiB.
constexpr std::size_t kShardsMax = 8;
constexpr std::size_t kShardedCountersMax = std::size_t{1} << 20;
// Between shards, so that no two of them share a cache line.
constexpr std::size_t kPadding = 8;

std::size_t number_of_this_thread() {
  static std::atomic<std::uint32_t> threads{0};
  thread_local const std::uint32_t mine = threads.fetch_add(1, std::memory_order_relaxed);
  return mine;
}

}  // namespace

// Whatever a bundle declares, the tenants of the default fit.
static_assert(limits::kMeterTenantsDefault * limits::kToolsMax <= limits::kMeterSeriesMax);

bool may_meter(std::size_t tenants, std::size_t tools) {
  return tenants <= limits::kMeterTenantsMax && tenants * tools <= limits::kMeterSeriesMax;
}

// Tenants have a row each, then those beyond the table, then those unknown; at the end stand
// decisions of which not even the tool is known.
Meter::Meter(const Linked& linked, std::size_t tenants) : linked_(linked), tenants_(tenants) {
  const Image& image = linked.program.image();
  layers_at_ = kFaults;
  items_at_ = layers_at_ + image.layers.size();
  decisions_at_ = items_at_ + image.items.size() * kVerdicts.size() * 2;
  size_ = decisions_at_ + ((tenants + 2) * image.tools.size() + 1) * kVerdicts.size();
  std::size_t shards = kShardsMax;
  while (shards > 1 && shards * size_ > kShardedCountersMax) shards /= 2;
  for (std::size_t i = 0; i < shards; ++i) shards_.emplace_back(size_ + 2 * kPadding);
}

std::size_t Meter::cell(std::size_t tenant, std::size_t tool, std::size_t verdict) const {
  const std::size_t row = tenant * linked_.tools.size() + tool;
  return decisions_at_ + row * kVerdicts.size() + verdict;
}

// How often the item matched in decisions with this verdict; next to it how often it decided.
std::size_t Meter::item_cell(ItemId item, std::size_t verdict) const {
  return items_at_ + (static_cast<std::size_t>(item) * kVerdicts.size() + verdict) * 2;
}

std::size_t Meter::decision_cell(const Facts::State* facts, std::size_t verdict) noexcept {
  const std::size_t other = tenants_.capacity(), unknown = other + 1;
  // Facts of another load have slots that mean something else.
  if (facts == nullptr || facts->linked.get() != &linked_ || !facts->tool_known)
    return cell(unknown + 1, 0, verdict);
  const auto tool = static_cast<std::size_t>(facts->tool);
  const Value tenant = facts->slots[linked_.program.engine_slots().tenant_id];
  if (tenant.absent()) return cell(unknown, tool, verdict);
  const std::uint32_t number = tenants_.find_or_add(tenant.view());
  return cell(number == TenantTable::kNone ? other : number, tool, verdict);
}

void Meter::count(const Facts::State* facts, const Decision& decision) noexcept {
  Counter* const shard = shards_[number_of_this_thread() % shards_.size()].data() + kPadding;
  const std::size_t verdict = number_of(decision.verdict());
  shard[decision_cell(facts, verdict)].fetch_add(1, std::memory_order_relaxed);
  if (decision.fault() != Fault::None)
    shard[static_cast<std::size_t>(decision.fault())].fetch_add(1, std::memory_order_release);
  if (facts != nullptr && was_evaluated(decision)) count_items(*facts, verdict, shard);
}

void Meter::count_items(const Facts::State& facts, std::size_t verdict, Counter* shard) noexcept {
  const ToolPlan& plan = linked_.plan_of(facts.tool);
  Evaluation& found = *facts.scratch;
  for (std::uint32_t layers = defaulted_layers(found.outcome); layers != 0; layers &= layers - 1)
    shard[layers_at_ + static_cast<std::size_t>(std::countr_zero(layers))].fetch_add(
        1, std::memory_order_release);
  for_each_bit(found.matched, [&](std::size_t position) {
    shard[item_cell(plan.items[position], verdict)].fetch_add(1, std::memory_order_release);
  });
  for_each_deciding(findings_of(facts, found), found.outcome, [&](std::size_t position) {
    shard[item_cell(plan.items[position], verdict) + 1].fetch_add(1, std::memory_order_release);
  });
}

std::uint64_t Meter::sum(std::size_t at) const {
  std::uint64_t total = 0;
  for (const std::vector<Counter>& shard : shards_)
    total += shard[kPadding + at].load(std::memory_order_acquire);
  return total;
}

void Meter::add_items(Metrics& metrics) const {
  const Image& image = linked_.program.image();
  for (std::size_t i = 0; i < image.items.size(); ++i) {
    const auto item = static_cast<ItemId>(i);
    for (std::size_t verdict = 0; verdict < kVerdicts.size(); ++verdict) {
      const std::uint64_t decided = sum(item_cell(item, verdict) + 1);
      const std::uint64_t matched = sum(item_cell(item, verdict));
      if (matched != 0 || verdict == number_of(image.items[i]))
        metrics.items.push_back({full_name(linked_, item), kVerdicts[verdict], matched, decided});
    }
  }
}

void Meter::add_decisions(Metrics& metrics) const {
  const std::size_t other = tenants_.capacity(), unknown = other + 1;
  const auto add = [&](std::size_t at, std::string_view tenant, std::string_view tool,
                       std::size_t verdict) {
    const std::uint64_t count = sum(at);
    if (count != 0)
      metrics.decisions.push_back(
          {std::string(tenant), std::string(tool), kVerdicts[verdict], count});
    return count;
  };
  const auto add_tenant = [&](std::string_view tenant, std::size_t row) {
    std::uint64_t total = 0;
    for (std::size_t tool = 0; tool < linked_.tools.size(); ++tool) {
      const std::string_view name = linked_.text(linked_.program.image().tools[tool].name);
      for (std::size_t verdict = 0; verdict < kVerdicts.size(); ++verdict)
        total += add(cell(row, tool, verdict), tenant, name, verdict);
    }
    return total;
  };
  // A parenthesis stands before everything that an id may begin with.
  metrics.overflow = add_tenant(kAllOthers, other);
  for (std::size_t verdict = 0; verdict < kVerdicts.size(); ++verdict)
    add(cell(unknown + 1, 0, verdict), kUnknown, kUnknown, verdict);
  add_tenant(kUnknown, unknown);
  const auto tenants = tenants_.all();
  for (const auto& [tenant, number] : tenants) add_tenant(tenant, number);
  metrics.tenants = tenants.size();
  metrics.tenants_max = tenants_.capacity();
}

Metrics Meter::snapshot() const {
  const Image& image = linked_.program.image();
  Metrics metrics;
  metrics.image = stdlib::to_hex(linked_.program.hash());
  add_items(metrics);
  for (std::size_t layer = 0; layer < image.layers.size(); ++layer) {
    if (image.layers[layer].guards_only == 0)
      metrics.defaults.push_back(
          {std::string(linked_.text(image.layers[layer].name)), sum(layers_at_ + layer)});
  }
  for (std::size_t fault = 1; fault < kFaults; ++fault)
    metrics.faults.push_back({static_cast<Fault>(fault), sum(fault)});
  add_decisions(metrics);
  return metrics;
}

}  // namespace remit::vm
