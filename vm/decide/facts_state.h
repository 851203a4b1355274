// The inside of Facts: slots, and the memory behind them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <remit/facts.h>
#include <remit/fault.h>
#include <remit/limits.h>
#include "vm/decide/approvals.h"
#include "vm/decide/evaluation.h"
#include "vm/decide/link.h"
#include "vm/decide/set_order.h"
#include "vm/decide/text_arena.h"

namespace remit::inline v0 {

// Where the first problem of a request stands, in decoding order; the lower one wins.
struct FactsProblem {
  Fault fault = Fault::None;
  std::uint64_t order = UINT64_MAX;
  std::string path{};
  // The path ends in a name that the image does not declare: whoever sent it may have put anything
  // into it.
  bool has_sent_name = false;
};

}  // namespace remit::inline v0

namespace remit::vm {

// What a front end keeps with the facts that it fills, from request to request.
struct RequestReader {
  virtual ~RequestReader() = default;
};

}  // namespace remit::vm

namespace remit::inline v0 {

// From 1; no two Facts have the same.
[[nodiscard]] std::uint64_t next_facts_number();

// Hidden, though Facts is exported.
struct [[gnu::visibility("hidden")]] Facts::State {
  std::shared_ptr<const vm::Linked> linked;
  bool tool_known = false;
  bool bound_without_tool = false;  // something was to be bound, and there was no tool
  vm::ToolId tool{};
  std::vector<Value> slots;
  vm::TextArena arena;
  vm::LongTexts long_texts;  // of the arena
  FactsProblem problem;      // of binding or decoding
  // Slots that hold a default which the host did not bind, once a decision or its counters were
  // asked for.
  std::vector<std::uint32_t> filled;
  bool args_bound = false;                    // `args` was there, or an argument was set
  std::vector<Value> counters;                // of the plan's limits
  std::vector<vm::ApprovalRecord> approvals;  // sorted by id once the facts are complete
  // Which Facts, and which state of them: whether a decision was made on this one.
  const std::uint64_t number = next_facts_number();
  std::uint64_t revision = 0;                 // counts changes
  std::unique_ptr<vm::Evaluation> scratch;    // the memory of Engine::decide, which allocates none
  std::unique_ptr<vm::RequestReader> reader;  // null until a text was decoded

  // There is a tool, and what was bound or decoded is what it says: slots can be read.
  [[nodiscard]] bool is_readable() const { return problem.fault == Fault::None && tool_known; }

  void begin(vm::ToolId chosen);
  void clear();
  // Remembers a problem unless an earlier one in decoding order is known; whether it did. The place
  // is told afterwards, in `problem.path`, since that may fail.
  bool fail(Fault fault, std::uint64_t order) noexcept;
};

}  // namespace remit::inline v0

namespace remit::vm {

// `used` are the grants that fill seats, as far as that is known.
[[nodiscard]] inline FactsView view_of(const Facts::State& facts, ApprovalMask used) {
  return {facts.slots, facts.linked->plan_of(facts.tool).limits, facts.counters, facts.approvals,
          used};
}

}  // namespace remit::vm

namespace remit::inline v0 {

// For the parts of Remit that fill and read Facts.
class FactsAccess {
 public:
  static Facts make(std::unique_ptr<Facts::State> state) { return Facts(std::move(state)); }
  static Facts::State& state(Facts& facts) { return *facts.state_; }
  static const Facts::State& state(const Facts& facts) { return *facts.state_; }
  // Null if the facts were moved from.
  static Facts::State* find(Facts& facts) { return facts.state_.get(); }
  static const Facts::State* find(const Facts& facts) { return facts.state_.get(); }
};

class SlotAccess {
 public:
  static SlotId make(const vm::Linked& linked, vm::ToolId tool, std::uint32_t slot) {
    SlotId id;
    id.load_ = load_of(linked);
    id.tool_ =
        linked.program.layout().is_host(slot) ? kEveryTool : static_cast<std::uint16_t>(tool);
    id.number_ = slot;
    return id;
  }
  static std::uint32_t number(SlotId id) { return id.number_; }
  // Why a slot is not of these facts, as a path; empty if it is.
  static std::string_view foreign(const Facts::State& facts, SlotId id) {
    if (id.load_ == 0) return "(slot of no image)";
    if (id.load_ != load_of(*facts.linked)) return "(slot of another image)";
    const bool of_tool =
        id.tool_ == kEveryTool || id.tool_ == static_cast<std::uint16_t>(facts.tool);
    return of_tool ? "" : "(slot of another tool)";
  }

 private:
  static constexpr std::uint16_t kEveryTool = 0xFFFF;
  static_assert(limits::kToolsMax <= kEveryTool);
  static std::uint32_t load_of(const vm::Linked& linked) {
    return static_cast<std::uint32_t>(linked.generation);
  }
};

class DecisionAccess {
 public:
  // A decision of the engine that holds `linked`, on `facts`, or on none if null.
  static Decision make(const vm::Linked& linked, const Facts::State* facts, Verdict verdict,
                       Fault fault) {
    Decision decision;
    decision.verdict_ = verdict;
    decision.fault_ = fault;
    decision.alarm_ =
        verdict == Verdict::Escalate || fault == Fault::Assert || fault == Fault::Internal;
    decision.generation_ = linked.generation;
    if (facts == nullptr) return decision;
    decision.facts_ = facts->number;
    decision.facts_revision_ = facts->revision;
    return decision;
  }
  static Decision deny(const vm::Linked& linked, const Facts::State* facts, Fault fault) {
    return make(linked, facts, Verdict::Deny, fault);
  }
  // The host had switched the engine off, with Fault::Halted or NoBundle.
  static Decision switched_off(const vm::Linked& linked, const Facts::State* facts, Fault off) {
    Decision decision = deny(linked, facts, off);
    decision.by_switch_ = true;
    return decision;
  }
  static bool by_switch(const Decision& decision) { return decision.by_switch_; }
  static std::uint64_t facts(const Decision& decision) { return decision.facts_; }
  static std::uint64_t revision(const Decision& decision) { return decision.facts_revision_; }
  static void add_match(Decision& decision, ItemId item) {
    if (decision.matched_count_ == Decision::kEvidenceMax)
      decision.truncated_ = true;
    else
      decision.matched_[decision.matched_count_++] = item;
  }
};

}  // namespace remit::inline v0
