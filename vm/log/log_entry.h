// What a line of the decision log keeps of a request and its decision.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include <remit/log.h>
#include "vm/decide/facts_state.h"

namespace remit::vm {

// A text as it was received, or its beginning.
struct Received {
  std::string_view text;
  std::uint64_t bytes = 0;    // of all of it
  std::string_view sha256{};  // of all of it; empty: `text` is all
};

[[nodiscard]] std::expected<LogEntry, PairFault> log_entry(const Linked& linked, const Facts& facts,
                                                           const Decision& decision,
                                                           const std::optional<Received>& received,
                                                           const LogOptions& options);

}  // namespace remit::vm
