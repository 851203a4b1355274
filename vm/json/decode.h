// Requests: one JSON text to facts (docs/reference/language.md, section 15).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include <remit/fault.h>
#include "vm/decide/facts_state.h"
#include "vm/json/document.h"

namespace remit::vm {

// Before counters are fetched a request has neither them nor approvals, or they are not looked at.
enum class DecodePart : std::uint8_t { Whole, WithoutRecords };

// Steps 1 to 3 and the absence of `args`: fills `facts`, which were cleared; whether they are
// complete is asked afterwards (vm/decide/complete.h). The first problem in decoding order; without
// a path if it is the text as a whole, as when that is longer than `bytes_max`.
[[nodiscard]] FactsProblem decode(std::string_view text, std::size_t bytes_max,
                                  JsonDocument& document, Facts::State& facts, DecodePart part);

// The same for an engine that is on or `off`, into facts as they are: for this load, and with the
// document that they keep. The fault, with its place in `facts.problem`.
[[nodiscard]] Fault read_request(const std::shared_ptr<const Linked>& linked, Fault off,
                                 std::string_view text, std::size_t bytes_max, Facts::State& facts,
                                 DecodePart part);

}  // namespace remit::vm
