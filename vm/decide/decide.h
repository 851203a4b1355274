// From complete facts to an answer: evaluates the conditions of a tool's items and hands the bits
// to the verdict algebra. Allocates nothing.
#pragma once

#include <remit/decision.h>
#include <remit/fault.h>
#include "vm/decide/facts_state.h"
#include "vm/decide/verdict.h"

namespace remit::vm {

// The decision on facts that were bound or decoded, by an engine that is on or `off`
// (Fault::Halted, NoBundle); what it found out is in `facts`.
[[nodiscard]] Decision decide(const Linked& linked, Fault off, Facts::State& facts) noexcept;

// Steps 2 to 5 of decoding: defaults, required arguments, facts and counters, the kill switch. The
// fault and, in `facts.path`, where; None if the request can be decided.
[[nodiscard]] Fault check_facts(Facts::State& facts);
// The same before the counters, for a host that asks which it must fetch. The kill switch comes
// after them, so it is the decision's to say.
[[nodiscard]] Fault check_facts_but_counters(Facts::State& facts);

// Fills `facts.matched` and the other bits, and gives the verdict.
[[nodiscard]] Outcome decide_facts(Facts::State& facts) noexcept;
// The same of facts that were decided, and may have been asked something else since. Throws
// std::bad_alloc where a pattern found no memory: then nothing that was found out counts.
[[nodiscard]] Outcome decide_again(Facts::State& facts);
// What the last `decide_facts` found out.
[[nodiscard]] Findings findings_of(Facts::State& facts);

// A limit of the tool's plan at one request.
struct LimitUse {
  Wide used = 0;
  Wide amount = 0;
  Wide maximum = 0;

  [[nodiscard]] bool exceeded() const { return used + amount > maximum; }
};

// Whether the limit's policy applies, its `when` holds and its `unless` does not.
[[nodiscard]] bool limit_applies(const Facts::State& facts, const LimitRow& limit) noexcept;
// Of a limit that applies; `index` counts the plan's limits.
[[nodiscard]] LimitUse limit_use(const Facts::State& facts, std::size_t index) noexcept;

// What the approvals of this request say of its action.
[[nodiscard]] Approvals approvals_of(const Facts::State& facts);

}  // namespace remit::vm
