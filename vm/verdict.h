// The verdict algebra (language reference, Verdict semantics), and nothing else: which items
// matched in, the answer out. It knows no code, no facts and no order of evaluation.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <remit/decision.h>
#include <remit/fault.h>
#include "vm/link.h"

namespace remit::vm {

// A bit for each item of a tool's plan.
using Bits = std::span<std::uint64_t>;
using ConstBits = std::span<const std::uint64_t>;

[[nodiscard]] inline bool bit(ConstBits bits, std::size_t at) {
  return (bits[at / 64] >> (at % 64) & 1) != 0;
}
inline void set_bit(Bits bits, std::size_t at) { bits[at / 64] |= std::uint64_t{1} << (at % 64); }

// What the engine knows of time, for waits.
struct WaitClock {
  std::int64_t now_ms = 0;
  std::int64_t first_asked_ms = 0;
  bool was_asked = false;

  [[nodiscard]] bool expired(const ItemRow& item) const {
    return was_asked && now_ms > first_asked_ms + item.within_ms;
  }
};

struct Outcome {
  Verdict verdict = Verdict::Deny;
  Fault fault = Fault::None;           // Expired, or None
  std::uint32_t ungranted_layers = 0;  // a bit for each granting layer without a live grant
};

// M = `matched`; sets `lifted`; L = matched and not lifted.
[[nodiscard]] Outcome decide_verdict(const Image& image, const ToolPlan& plan, ConstBits matched,
                                     Bits lifted, const WaitClock& clock);

// The items of the answer's `by`, canonical order, without `engine.default.*`.
[[nodiscard]] std::vector<ItemId> deciding_items(const Image& image, const ToolPlan& plan,
                                                 ConstBits matched, ConstBits lifted,
                                                 const WaitClock& clock, const Outcome& outcome);
// The open waits: live items that wait and have not expired. Canonical order.
[[nodiscard]] std::vector<ItemId> open_waits(const Image& image, const ToolPlan& plan,
                                             ConstBits matched, ConstBits lifted,
                                             const WaitClock& clock);

// Duties of a decision, joined.
struct Duties {
  std::int64_t log = -1;              // LogLevel, or none
  std::vector<std::uint32_t> notify;  // channels
  std::vector<StringId> redact;
  bool dry_run = false, snapshot = false, step_up = false;
  std::int64_t delay_ms = 0;
};

[[nodiscard]] Duties join_duties(const Image& image, std::span<const ItemId> items,
                                 bool only_log_and_notify);

}  // namespace remit::vm
