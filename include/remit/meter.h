// Metering: what an engine has decided, as counts.
//
//     auto engine = remit::Engine::load(bytes, remit::Trust::keys({key}), {.meter = true});
//     …
//     std::string page = remit::to_prometheus(engine->metrics());   // any thread, at any time
//
// With LoadOptions::meter an engine counts every decision by itself, refused requests included.
// Counting allocates nothing and takes no lock, and changes no answer or evidence. The
// counters belong to one load of an image, begin at zero and are shared by copies of the engine.
//
// A snapshot may be taken while other threads decide. No count in it is torn, none is lower than in
// an earlier snapshot, and a part is never more than its whole: an item decided at most as often as
// it matched, and matched at most as often as there were decisions with that verdict.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <remit/api.h>
#include <remit/decision.h>
#include <remit/fault.h>

namespace remit::inline v0 {

// Stand where a tenant, tool or item would. No id has a space, so no tenant can be called so: those
// beyond a table, and of requests that were refused before one was read.
inline constexpr std::string_view kAllOthers = "(all others)";
inline constexpr std::string_view kUnknown = "(not known)";

// Plain data: a snapshot of the counters of one engine.
struct Metrics {
  struct DecisionCount {
    std::string tenant;  // `tenant.id`
    std::string tool;    // dotted name
    Verdict verdict = Verdict::Deny;
    std::uint64_t count = 0;
  };
  struct ItemCount {
    std::string item;                 // full name: `acme.refunds.large_refund`
    Verdict verdict = Verdict::Deny;  // of the decision, not of the item
    std::uint64_t matched = 0;        // its condition held, and the request had an answer
    std::uint64_t decided = 0;        // and it was in the answer's `by`
  };
  struct FaultCount {
    Fault fault = Fault::None;
    std::uint64_t count = 0;
  };
  struct LayerCount {
    std::string layer;
    std::uint64_t count = 0;  // `engine.default.LAYER` was in `by`
  };

  std::string image;  // SHA-256, 64 hex digits

  // By tenant (bytewise), tool (bytewise) and strictness; without zeros.
  std::vector<DecisionCount> decisions;
  // In canonical order, then by strictness. Of every item there is at least the row of the verdict
  // that it asks for, so that an item which never matched shows as such.
  std::vector<ItemCount> items;
  std::vector<FaultCount> faults;    // every fault, in the order of faults.def
  std::vector<LayerCount> defaults;  // every granting layer, in canonical order

  std::uint64_t tenants = 0;      // that have rows of their own
  std::uint64_t tenants_max = 0;  // LoadOptions::meter_tenants
  std::uint64_t overflow = 0;     // decisions counted under kAllOthers
};

// The Prometheus text exposition format, version 0.0.4, for `text/plain; version=0.0.4`. The names
// of metrics and labels are listed in docs/guide/metering.md. Rows come in the order of `metrics`:
// equal metrics give equal bytes.
[[nodiscard]] REMIT_API std::string to_prometheus(const Metrics& metrics);

}  // namespace remit::inline v0
