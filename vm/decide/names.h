// Names of rows, as records and explanations show them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vm/decide/verdict.h"

namespace remit::vm {

// `acme.refunds.large_refund`
[[nodiscard]] std::string full_name(const Linked& linked, ItemId item);
// The value of an enum of the prelude in records: enum_wire_name(linked, "class", 2).
[[nodiscard]] std::string_view enum_wire_name(const Linked& linked, std::string_view enumeration,
                                              std::uint32_t ordinal);
// `support_lead`, `requester`
[[nodiscard]] std::string_view seat_name(const Linked& linked, const SeatRow& seat);
// A decision's `by`: items and `engine.default.LAYER`, in canonical order.
[[nodiscard]] std::vector<std::string> deciding_names(const Linked& linked,
                                                      const Findings& findings,
                                                      const Outcome& outcome);

}  // namespace remit::vm
