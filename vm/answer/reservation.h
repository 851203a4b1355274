// Counters to fetch before a decision and lines to reserve after it.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include <remit/decision.h>
#include <remit/fault.h>
#include <remit/reservation.h>
#include "stdlib/json_text.h"
#include "vm/answer/redaction.h"
#include "vm/decide/decide.h"

namespace remit::vm {

// The lines of a permit; only for one that was evaluated.
[[nodiscard]] std::vector<Reservation> reservations(const Facts::State& facts, Evaluation& found);
// The ids of the approvals that the permit used up, bytewise.
[[nodiscard]] std::vector<std::string> consumed(const Facts::State& facts, const Evaluation& found);

// `1d`, `calendar month`.
[[nodiscard]] std::string window_text(const LimitRow& limit);
// In a sentence: `in 1d`, `ever`.
[[nodiscard]] std::string window_phrase(const LimitRow& limit);
// The key of the counter of a limit that applies, as a JSON array of wire values.
[[nodiscard]] std::string key_text(const Facts::State& facts, Evaluation& found,
                                   const LimitRow& limit, Redaction* redaction = nullptr);
// The counter as a person reads it: `in 1d for ["t1"]`.
[[nodiscard]] std::string counter_text(const Facts::State& facts, Evaluation& found,
                                       const LimitRow& limit);

// The counters that facts need, of an engine that is on or `off`, in canonical order. Fills in the
// defaults of `facts`.
[[nodiscard]] std::expected<std::vector<LimitKey>, RequestFault> limit_keys(const Linked& linked,
                                                                            Fault off,
                                                                            Facts& facts);
// What a permit asks of the host: lines to reserve, approvals to use up.
[[nodiscard]] std::expected<Terms, PairFault> terms(const Linked& linked, const Facts& facts,
                                                    const Decision& decision);

}  // namespace remit::vm
