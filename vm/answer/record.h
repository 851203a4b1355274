// The decision record and the canonical request: the two halves of a log line.
#pragma once

#include <expected>
#include <string>

#include <remit/decision.h>
#include <remit/fault.h>
#include "vm/answer/redaction.h"
#include "vm/decide/facts_state.h"

namespace remit::vm {

struct RecordScope {
  bool with_digest = false;  // also where the verdict alone does not call for it
  // Else there is nothing to execute, to reserve and to consume in it.
  bool may_execute = true;
  Redaction* redaction = nullptr;  // asked for what some readers may not see; or null
};

// The decision record of a pair.
[[nodiscard]] std::string record_of(const Linked& linked, const Facts::State& facts,
                                    const Decision& decision, const RecordScope& scope);
// The canonical request of facts that were decoded.
[[nodiscard]] std::string request_of(const Facts::State& facts, Redaction* redaction = nullptr);

// The same of facts and a decision that may not belong together, and the digest of the action.
[[nodiscard]] std::expected<std::string, PairFault> record(const Linked& linked, const Facts& facts,
                                                           const Decision& decision,
                                                           const RecordScope& scope);
[[nodiscard]] std::expected<std::string, PairFault> canonical_request(const Linked& linked,
                                                                      const Facts& facts,
                                                                      const Decision& decision);
[[nodiscard]] std::expected<std::string, PairFault> digest(const Linked& linked, const Facts& facts,
                                                           const Decision& decision);

}  // namespace remit::vm
