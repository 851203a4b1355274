// From complete facts to an answer: evaluates the conditions of a tool's items and hands the bits
// to the verdict algebra. Allocates nothing.
#pragma once

#include <remit/decision.h>
#include <remit/fault.h>
#include "vm/decide/facts_state.h"
#include "vm/decide/verdict.h"

namespace remit::vm {

// The decision on facts that were bound or decoded, by an engine that is on or `off`
// (Fault::Halted, NoBundle). What it found out stays in `facts.scratch` until the next one, for the
// meter.
[[nodiscard]] Decision decide(const Linked& linked, Fault off, Facts::State& facts) noexcept;

// Conditions were looked at: there is an action, and there are items to speak of.
[[nodiscard]] bool was_evaluated(const Decision& decision);

// Whether `applies when` holds is found out once for each policy, however many limits and asserts
// it has.
void note_applying(const Facts::State& facts, Evaluation& found) noexcept;

// Evaluates facts that are complete, where it is noted which policies apply: fills the bits, and
// gives the verdict.
void evaluate_facts(const Facts::State& facts, Evaluation& found) noexcept;
// What comes of evaluated facts that wait, once the grants of `found.used` have released all: a
// permit, unless an assert forbids it.
void release(const Facts::State& facts, Evaluation& found) noexcept;
// Evaluates facts on which a decision was made. Throws std::bad_alloc where a pattern found no
// memory: then nothing that was found out counts.
[[nodiscard]] Evaluation evaluate_again(const Facts::State& facts);

// What was found out, as the verdict algebra takes it. Borrows `found`.
[[nodiscard]] Findings findings_of(const Facts::State& facts, Evaluation& found);

// A limit of the tool's plan at one request.
struct LimitUse {
  Wide used = 0;
  Wide amount = 0;
  Wide maximum = 0;

  [[nodiscard]] bool exceeded() const { return used + amount > maximum; }
};

// Whether the limit's policy applies, its `when` holds and its `unless` does not.
[[nodiscard]] bool limit_applies(const Facts::State& facts, Evaluation& found,
                                 const LimitRow& limit) noexcept;
// Of a limit that applies; `index` counts the plan's limits.
[[nodiscard]] LimitUse limit_use(const Facts::State& facts, Evaluation& found,
                                 std::size_t index) noexcept;

// What the approvals of this request say of its action.
[[nodiscard]] Approvals approvals_of(const Facts::State& facts);
// What is to be answered, but for its digest, as far as slots say it.
[[nodiscard]] ActionAtHand action_at_hand(const Linked& linked, std::span<const Value> slots);

}  // namespace remit::vm
