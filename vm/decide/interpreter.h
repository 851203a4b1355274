// The interpreter: runs a piece of verified code over facts. It checks nothing and allocates
// nothing; RE2 may, for a pattern, and where it cannot the workspace says so.
#pragma once

#include <cstdint>
#include <new>
#include <span>

#include <remit/internal/wide.h>
#include <remit/limits.h>
#include "vm/decide/approvals.h"
#include "vm/decide/link.h"
#include "vm/decide/value.h"

namespace remit::vm {

// One entry of the stack. An integral value (bools are 0 and 1) is `wide`, text and collections are
// `value`; a loaded fact is both, and the verified code knows which to read.
struct Entry {
  Wide wide = 0;
  Value value;
};

// The memory of an evaluation, kept with the facts so that deciding neither allocates nor clears
// it.
struct Workspace {
  Entry stack[1 + limits::kStackDepthMax];  // the first is below the bottom
  Value scratch[limits::kScratchElementsMax];
  // A pattern found no memory since this was cleared: what was evaluated since does not count.
  bool no_memory = false;
  void require_memory() const {
    if (no_memory) throw std::bad_alloc();
  }
};

// What code reads.
struct FactsView {
  std::span<const Value> slots;
  std::span<const std::uint32_t> limits;  // the tool's rows of Image::limits, ascending
  std::span<const Value> counters;        // of these
  std::span<const ApprovalRecord> approvals;
  ApprovalMask used = 0;  // the grants that fill seats of live waits
};

// Runs `code`, whose jump targets count from instruction `base` of the image, and returns what it
// leaves.
[[nodiscard]] Entry evaluate(const Linked& linked, CodeRange code, std::uint32_t base,
                             const FactsView& facts, Workspace& workspace) noexcept;

[[nodiscard]] inline bool holds(const Linked& linked, CodeRange code, const FactsView& facts,
                                Workspace& workspace) noexcept {
  return evaluate(linked, code, code.first, facts, workspace).wide != 0;
}

// An input of a table, which is integral.
[[nodiscard]] inline Wide value_of_input(const Linked& linked, const TableRow& table,
                                         std::uint32_t input, const FactsView& facts,
                                         Workspace& workspace) noexcept {
  const CodeRange code = linked.program.image().rows(table.inputs)[input].code;
  return evaluate(linked, code, code.first, facts, workspace).wide;
}

}  // namespace remit::vm
