// The decision record as the oracle would write it (docs/reference/language.md, section 16).
#pragma once

#include <nlohmann/json.hpp>

#include "tests/oracle/oracle.h"

namespace remit::oracle {

// Every member but those that are about the image or repeat the arguments: `execute`, `image`,
// `edition`, `semantics`.
[[nodiscard]] nlohmann::json decision_record(const compiler::TypedBundle& bundle,
                                             const Request& request, const Hashes& hashes,
                                             const Answer& answer);

}  // namespace remit::oracle
