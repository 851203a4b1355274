// Requests: one JSON text to facts (language reference, Decode).
#pragma once

#include <string>
#include <string_view>

#include <remit/fault.h>
#include "vm/facts_state.h"
#include "vm/json/document.h"

namespace remit::vm {

// What is wrong with a request: the first problem in decoding order.
struct DecodeProblem {
  Fault fault = Fault::None;
  std::string path;            // wire names, `args.payees[3].amount`; empty for the text as a whole
  bool has_sent_name = false;  // see FactsProblem
};

// Before counters are fetched a request has neither them nor approvals, or they are not looked at.
enum class DecodePart : std::uint8_t { Whole, WithoutRecords };

// Steps 1 to 3 and the absence of `args`: fills `facts`, which were cleared and `complete_facts`
// then completes.
[[nodiscard]] DecodeProblem decode(std::string_view text, JsonDocument& document,
                                   Facts::State& facts, DecodePart part);

}  // namespace remit::vm
