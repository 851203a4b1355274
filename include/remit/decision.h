// A decision: the verdict on one request, and compact evidence of how it came about.
//
// Plain data, a few cache lines, no pointers: it may be copied, kept and sent to another thread.
// The item numbers mean something only to the Engine that made it (`image_generation`).
//
// A decision and the facts on which it was made are a *pair*, until the facts change: a fact is
// bound or fails to bind, they are reset, or another request is decoded into them. Engine::record
// turns a pair into the decision record, Engine::explain into reasons; any other two are refused
// (PairFault).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include <remit/api.h>
#include <remit/fault.h>

namespace remit::inline v0 {

// Strictness grows with the value. The encodings are far apart and zero is not a verdict, so that a
// flipped bit or cleared memory never reads as a permit.
enum class Verdict : std::uint8_t {
  Permit = 0x1D,
  Queue = 0x4B,
  Escalate = 0xA6,
  Deny = 0xF0,
};

[[nodiscard]] REMIT_API std::string_view name(Verdict verdict);  // `permit`; static text

// The number of a rule, guard or row in the image; ascending numbers are the canonical order
// (layer, policy, name).
enum class ItemId : std::uint32_t {};

class Decision {
 public:
  // The items whose conditions held, at most kEvidenceMax of them (see `evidence_truncated`).
  static constexpr std::size_t kEvidenceMax = 48;

  // Deny, until an engine says otherwise.
  Decision() = default;

  [[nodiscard]] Verdict verdict() const { return verdict_; }
  [[nodiscard]] Fault fault() const { return fault_; }
  // Set for escalate, `engine.assert` and `engine.internal`.
  [[nodiscard]] bool alarm() const { return alarm_; }
  // The matching set: every item of the tool's scope whose condition was true, ascending.
  [[nodiscard]] std::span<const ItemId> matched() const {
    return {matched_.data(), matched_count_};
  }
  // More items matched than there is room for. The verdict is unaffected; Engine::record and
  // Engine::explain evaluate again to list all of them.
  [[nodiscard]] bool evidence_truncated() const { return truncated_; }
  // Which load of an image decided; equal to Engine::generation().
  [[nodiscard]] std::uint64_t image_generation() const { return generation_; }

 private:
  friend class DecisionAccess;
  Verdict verdict_ = Verdict::Deny;
  Fault fault_ = Fault::NoBundle;
  bool alarm_ = false;
  bool truncated_ = false;
  bool by_switch_ = false;  // the host had switched the engine off: nothing was looked at
  std::uint32_t matched_count_ = 0;
  std::uint64_t generation_ = 0;
  std::uint64_t facts_ = 0;           // which Facts, 0: none
  std::uint64_t facts_revision_ = 0;  // which state of them
  std::array<ItemId, kEvidenceMax> matched_{};
};

}  // namespace remit::inline v0
