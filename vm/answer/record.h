// The decision record and the canonical request: the two halves of a log line.
#pragma once

#include <expected>
#include <string>

#include <remit/decision.h>
#include <remit/fault.h>
#include "vm/decide/facts_state.h"

namespace remit::vm {

// The decision record of a pair. Without `may_execute` there is nothing to execute, to reserve and
// to consume in it.
[[nodiscard]] std::string record_of(const Linked& linked, Facts::State& facts,
                                    const Decision& decision, bool with_digest, bool may_execute);
// The canonical request of facts that were decoded.
[[nodiscard]] std::string request_of(const Facts::State& facts);

// The same of facts and a decision that may not belong together, and the digest of the action.
[[nodiscard]] std::expected<std::string, PairFault> record(const Linked& linked, Facts& facts,
                                                           const Decision& decision,
                                                           bool with_digest, bool may_execute);
[[nodiscard]] std::expected<std::string, PairFault> canonical_request(const Linked& linked,
                                                                      const Facts& facts,
                                                                      const Decision& decision);
[[nodiscard]] std::expected<std::string, PairFault> digest(const Linked& linked, const Facts& facts,
                                                           const Decision& decision);

}  // namespace remit::vm
