// What evaluating a request finds out: which conditions hold, and what became of the waits.
//
// Facts hold nothing of it. A decision is made in memory that the facts keep for it, so that it
// allocates nothing; whoever asks about a decision afterwards evaluates again, in memory of his
// own.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "vm/decide/approvals.h"
#include "vm/decide/interpreter.h"
#include "vm/decide/link.h"
#include "vm/decide/verdict.h"

namespace remit::vm {

struct Evaluation {
  // A bit a policy group of the tool's plan: whether `applies when` holds.
  std::vector<std::uint64_t> applying;
  // A bit an item of the plan.
  std::vector<std::uint64_t> matched, lifted, released, refused;
  ApprovalMask used = 0;                 // the grants that fill seats
  std::optional<std::int64_t> start_ms;  // when the action was first asked about (Approvals)
  Outcome outcome;
  Workspace workspace;

  // Makes room for a plan: the only thing here that allocates.
  void fit(const ToolPlan& plan) {
    const std::size_t words = (plan.items.size() + 63) / 64;
    for (auto* bits : {&matched, &lifted, &released, &refused}) bits->assign(words, 0);
    applying.assign((plan.groups.size() + 63) / 64, 0);
  }
};

}  // namespace remit::vm
