// The engine held against the oracle at one request.
#pragma once

#include <string>

#include <remit/engine.h>
#include "tests/oracle/oracle.h"

namespace remit::oracle {

// What approvals of a request must name; `facts` are decided.
[[nodiscard]] Hashes hashes_of(const Engine& engine, Facts& facts);

// Where the two differ: matching set, every clause of every item, and the decision record; in the
// engine also each table's lookup from its cells. Empty if they agree.
[[nodiscard]] std::string difference(const compiler::TypedBundle& bundle, const Request& request,
                                     const Hashes& hashes, const Answer& expected,
                                     const Engine& engine, Facts& facts, const Decision& decision);

// The same of the explanation: each item's state, and of waits who has answered.
[[nodiscard]] std::string explanation_difference(const compiler::TypedBundle& bundle,
                                                 const Request& request, const Hashes& hashes,
                                                 const Answer& expected,
                                                 const Explanation& explanation);

// The same of what the host must fetch before it decides.
[[nodiscard]] std::string limit_keys_difference(const compiler::TypedBundle& bundle,
                                                const Request& request, const Engine& engine,
                                                Facts& facts);

// The static bound of the request's tool, as the image has it; `facts` are decided.
[[nodiscard]] std::int64_t steps_bound(const Engine& engine, Facts& facts);

}  // namespace remit::oracle
