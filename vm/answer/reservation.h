// Counters to fetch before a decision and lines to reserve after it.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include <remit/decision.h>
#include <remit/reservation.h>
#include "stdlib/json_text.h"
#include "vm/decide/decide.h"

namespace remit::vm {

// The counters of all limits that apply, in canonical order. `facts` are complete but for counters.
[[nodiscard]] std::vector<LimitKey> limit_keys(const Facts::State& facts);
// `facts` are decided with `outcome`; nothing but a permit reserves.
[[nodiscard]] std::vector<Reservation> reservations(const Facts::State& facts,
                                                    const Outcome& outcome);
// The ids of the approvals that the permit used up, bytewise.
[[nodiscard]] std::vector<std::string_view> consumed(const Facts::State& facts,
                                                     const Outcome& outcome);
// `1d`, `calendar month`.
[[nodiscard]] std::string window_text(const LimitRow& limit);
// The counter of a limit that applies, as a person reads it: `in 1d for ["t1"]`.
[[nodiscard]] std::string counter_text(const Facts::State& facts, const LimitRow& limit);
// An amount of a limit in wire form.
void write_amount(const Facts::State& facts, TypeKind kind, std::int64_t amount,
                  stdlib::JsonWriter& json);

// The counters that facts need, of an engine that is on or `off`.
[[nodiscard]] std::expected<std::vector<LimitKey>, Fault> limit_keys(const Linked& linked,
                                                                     Fault off, Facts& facts);
// What a permit asks of the host: lines to reserve, approvals to use up.
[[nodiscard]] std::expected<Terms, PairFault> terms(const Linked& linked, Facts& facts,
                                                    const Decision& decision);

}  // namespace remit::vm
