// The inside of Facts: slots, the memory behind them, and the workspace of a decision.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <remit/facts.h>
#include <remit/fault.h>
#include "vm/approvals.h"
#include "vm/evaluate.h"
#include "vm/link.h"
#include "vm/verdict.h"

namespace remit {

// Where the first problem of a request stands, in decoding order; the lower one wins.
struct FactsProblem {
  Fault fault = Fault::None;
  std::uint64_t order = UINT64_MAX;
  std::string path;
};

// A text that grows in blocks and is forgotten all at once; blocks are kept, so that a reused Facts
// allocates nothing. What it gave out stays where it is.
class TextArena {
 public:
  // Room for `size` bytes, aligned for a Value.
  std::byte* reserve(std::size_t size) {
    size = (size + alignof(Value) - 1) / alignof(Value) * alignof(Value);
    while (block_ < blocks_.size() && blocks_[block_].size - used_ < size) {
      ++block_;
      used_ = 0;
    }
    if (block_ == blocks_.size()) {
      const std::size_t bytes = size > kBlockBytes ? size : kBlockBytes;
      blocks_.push_back({std::make_unique<std::byte[]>(bytes), bytes});
    }
    std::byte* place = blocks_[block_].bytes.get() + used_;
    used_ += size;
    return place;
  }
  std::string_view copy(std::string_view text) {
    auto* place = reinterpret_cast<char*>(reserve(text.size() + 1));
    text.copy(place, text.size());
    return {place, text.size()};
  }
  void clear() { block_ = used_ = 0; }

 private:
  static constexpr std::size_t kBlockBytes = 16384;
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size = 0;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0;
  std::size_t used_ = 0;
};

// The first revision of new facts; each change counts one up, and none has four thousand million.
[[nodiscard]] std::uint64_t next_facts_revision();

struct Facts::State {
  std::shared_ptr<const vm::Linked> linked;
  bool tool_known = false;
  vm::ToolId tool{};
  std::vector<Value> slots;
  TextArena arena;
  FactsProblem problem;                       // of binding or decoding
  bool args_bound = false;                    // `args` was there, or an argument was set
  std::string path;                           // Facts::fault_path
  std::vector<Value> counters;                // of the plan's limits
  std::vector<vm::ApprovalRecord> approvals;  // sorted by id once the facts are complete
  vm::ApprovalMask used = 0;                  // the grants that fill seats, after deciding
  // When the action was first asked about (ApprovalQuestion), after deciding.
  std::optional<std::int64_t> start_ms;
  // A bit an item of the tool's list.
  std::vector<std::uint64_t> matched, lifted, released, refused;
  // Differs between any two states of any two Facts: whether a decision was made on this one.
  std::uint64_t revision = next_facts_revision();
  std::optional<vm::Outcome> outcome;  // of the last decision; nothing if it was refused before
  std::unique_ptr<vm::Workspace> workspace;

  void begin(vm::ToolId chosen);
  void clear();
  // Remembers a problem unless an earlier one in decoding order is known.
  void fail(Fault fault, std::uint64_t order, std::string path);
};

namespace vm {

[[nodiscard]] inline FactsView view_of(const Facts::State& facts) {
  return {facts.slots, facts.linked->tools[static_cast<std::size_t>(facts.tool)].limits,
          facts.counters, facts.approvals, facts.used};
}

}  // namespace vm

// For the parts of Remit that fill and read Facts.
class FactsAccess {
 public:
  static Facts make(std::unique_ptr<Facts::State> state) { return Facts(std::move(state)); }
  static Facts::State& state(Facts& facts) { return *facts.state_; }
  static const Facts::State& state(const Facts& facts) { return *facts.state_; }
};

class DecisionAccess {
 public:
  static Decision fault(Fault fault, std::uint64_t generation) {
    Decision decision;
    decision.fault_ = fault;
    decision.alarm_ = fault == Fault::Assert || fault == Fault::Internal;
    decision.generation_ = generation;
    return decision;
  }
  static void set(Decision& decision, Verdict verdict, Fault fault, std::uint64_t generation) {
    decision.verdict_ = verdict;
    decision.fault_ = fault;
    decision.alarm_ =
        verdict == Verdict::Escalate || fault == Fault::Assert || fault == Fault::Internal;
    decision.generation_ = generation;
  }
  static void set_revision(Decision& decision, std::uint64_t revision) {
    decision.facts_revision_ = revision;
  }
  static std::uint64_t revision(const Decision& decision) { return decision.facts_revision_; }
  static void add_match(Decision& decision, ItemId item) {
    if (decision.matched_count_ == Decision::kEvidenceMax)
      decision.truncated_ = true;
    else
      decision.matched_[decision.matched_count_++] = item;
  }
};

}  // namespace remit
