// Random requests that decode, counters included, as positions for the oracle and as JSON for the
// engine.
#pragma once

#include <string>

#include "compiler/check/typed.h"
#include "tests/generator/random.h"
#include "tests/oracle/datum.h"

namespace remit::generator {

[[nodiscard]] oracle::Request generate_request(const compiler::TypedBundle& bundle, Random& random);

// The fact of a request, to be changed: `clock.now`.
[[nodiscard]] oracle::Datum& host_fact(const compiler::TypedBundle& bundle,
                                       oracle::Request& request, std::string_view root,
                                       std::string_view field);

// The request on the wire. Optional facts that are absent, and arguments that hold their default,
// are left out or written, as `random` likes.
[[nodiscard]] std::string to_json(const compiler::TypedBundle& bundle,
                                  const oracle::Request& request, Random& random);

}  // namespace remit::generator
