// The verdict algebra (docs/reference/language.md, section 12.1), and nothing else: which items
// matched in, the answer out. It knows no code, no facts and no order of evaluation.
//
// Three steps, of which most decisions need the first alone: what the items say; if that is to
// wait, what the approvals make of it; and whether an assert forbids the answer.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <remit/decision.h>
#include <remit/fault.h>
#include "vm/decide/link.h"

namespace remit::vm {

// A bit for each item of a tool's plan.
using Bits = std::span<std::uint64_t>;
using ConstBits = std::span<const std::uint64_t>;

[[nodiscard]] inline bool bit(ConstBits bits, std::size_t at) {
  return (bits[at / 64] >> (at % 64) & 1) != 0;
}
inline void set_bit(Bits bits, std::size_t at) { bits[at / 64] |= std::uint64_t{1} << (at % 64); }
inline void clear_bit(Bits bits, std::size_t at) {
  bits[at / 64] &= ~(std::uint64_t{1} << (at % 64));
}

// Visits the positions of the bits that are set in a word, ascending.
template <typename Visit>
void for_each_bit_of(std::uint64_t bits, std::size_t word, Visit&& visit) {
  for (; bits != 0; bits &= bits - 1)
    visit(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
}
template <typename Visit>
void for_each_bit(ConstBits bits, Visit&& visit) {
  for (std::size_t word = 0; word < bits.size(); ++word) for_each_bit_of(bits[word], word, visit);
}

[[nodiscard]] inline bool is_wait(const ItemRow& item) {
  if (item.kind == ItemKind::Assert) return false;
  return item.verdict == VerdictClass::Queue || item.verdict == VerdictClass::Escalate;
}

// What the engine knows of time, for waits.
struct WaitClock {
  std::int64_t now_ms = 0;
  std::optional<std::int64_t> start_ms;  // when the action was first asked about

  [[nodiscard]] bool expired(const ItemRow& item) const {
    return start_ms && now_ms > *start_ms + item.within_ms;
  }
};

// What the engine found out about a request. M = `matched`; L = matched and not lifted. Only waits
// are released or refused, and only before their deadline is one released.
struct Findings {
  const Image* image = nullptr;
  const ToolPlan* plan = nullptr;
  Bits matched;
  Bits lifted;
  Bits released;
  Bits refused;
  WaitClock clock;

  [[nodiscard]] const ItemRow& item(std::size_t position) const {
    return image->items[static_cast<std::size_t>(plan->items[position])];
  }
  // Of a wait, where no wait was refused.
  [[nodiscard]] bool open(std::size_t position) const { return !bit(released, position); }
  [[nodiscard]] bool expired(std::size_t position) const { return clock.expired(item(position)); }
};

// By strictness, as the meter lays out its counters.
inline constexpr std::array kVerdicts{Verdict::Permit, Verdict::Queue, Verdict::Escalate,
                                      Verdict::Deny};

// What an answer rests on, which says whose names stand in `by`.
enum class Ground : std::uint8_t {
  Items,     // the strictest of the live items, or a layer without a grant
  Refused,   // somebody refused
  Expired,   // there was no answer in time
  Waiting,   // some waits are open
  Released,  // all waits are released
  Asserted,  // an assert forbade the verdict
};

struct Outcome {
  Verdict verdict = Verdict::Deny;
  Fault fault = Fault::None;  // Expired, Assert, or None
  Ground ground = Ground::Items;
  std::uint32_t ungranted_layers = 0;  // a bit for each granting layer without a live grant
  Verdict forbidden = Verdict::Deny;   // of Asserted: the verdict that would have been

  [[nodiscard]] bool waits() const {
    return verdict == Verdict::Queue || verdict == Verdict::Escalate;
  }
};

// Sets `lifted` and gives V0.
[[nodiscard]] Outcome first_verdict(const Findings& findings);
// V, where V0 waits and `released` and `refused` say what became of the waits.
[[nodiscard]] Outcome waited_verdict(const Findings& findings);
// The answer, where `matched` says which asserts have a true condition.
[[nodiscard]] Outcome asserted_verdict(const Findings& findings, const Outcome& before);

// Visits the positions of what matched and was not lifted, in canonical order.
template <typename Visit>
void for_each_unlifted(const Findings& findings, Visit&& visit) {
  for (std::size_t word = 0; word < findings.matched.size(); ++word)
    for_each_bit_of(findings.matched[word] & ~findings.lifted[word], word, visit);
}

// The live items are these without the asserts.
template <typename Visit>
void for_each_live(const Findings& findings, Visit&& visit) {
  for_each_unlifted(findings, [&](std::size_t position) {
    if (findings.item(position).kind != ItemKind::Assert) visit(position);
  });
}

// Whether an item that matched and was not lifted is in the answer's `by`.
[[nodiscard]] bool decides(const Findings& findings, const Outcome& outcome, std::size_t position);

// Visits the positions of the items of the answer's `by`, without `engine.default.*`.
template <typename Visit>
void for_each_deciding(const Findings& findings, const Outcome& outcome, Visit&& visit) {
  for_each_unlifted(findings, [&](std::size_t position) {
    if (decides(findings, outcome, position)) visit(position);
  });
}

// The layers whose `engine.default.LAYER` is in the answer's `by`, a bit each.
[[nodiscard]] inline std::uint32_t defaulted_layers(const Outcome& outcome) {
  return outcome.ground == Ground::Items ? outcome.ungranted_layers : 0;
}

// The duties of a decision, joined.
struct JoinedDuties {
  std::int64_t log = -1;              // LogLevel, or none
  std::vector<std::uint32_t> notify;  // channels
  std::vector<StringId> redact;
  bool dry_run = false, snapshot = false, step_up = false;
  std::int64_t delay_ms = 0;
};

[[nodiscard]] JoinedDuties joined_duties(const Findings& findings, const Outcome& outcome);

}  // namespace remit::vm
