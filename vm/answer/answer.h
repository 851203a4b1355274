// The typed answer of a decision (remit/answer.h), of which the record is the JSON.
#pragma once

#include <expected>

#include <remit/answer.h>
#include <remit/decision.h>
#include <remit/fault.h>
#include "vm/decide/facts_state.h"

namespace remit::vm {

struct AnswerScope {
  AnswerOptions options;
  // Else there is nothing to execute, to reserve and to consume in it.
  bool may_execute = true;
  // Else what the record has no place for is left out: arguments as values, and all that is
  // missing.
  bool is_whole = true;
};

// A party that a wait asks, before any answer.
[[nodiscard]] Party party_of(const Linked& linked, const PartyRow& row);

// `found` is what evaluating the pair again found out; null where its decision was not evaluated.
[[nodiscard]] Answer answer_of(const Linked& linked, const Facts::State& facts,
                               const Decision& decision, Evaluation* found,
                               const AnswerScope& scope);

// The same of facts and a decision that may not belong together.
[[nodiscard]] std::expected<Answer, PairFault> answer(const Linked& linked, const Facts& facts,
                                                      const Decision& decision,
                                                      const AnswerScope& scope);

}  // namespace remit::vm
