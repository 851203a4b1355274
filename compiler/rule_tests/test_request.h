// Fixtures and steps to requests: the facts of a test as the JSON that a host would send.
#pragma once

#include <string>

#include <remit/engine.h>
#include "compiler/check/tests/fixture_facts.h"
#include "compiler/check/typed.h"

namespace remit::compiler {

// A request with these facts and no counters or approvals.
[[nodiscard]] std::string request_of(const TestFacts& facts, const TypedBundle& bundle);

// The request of a test: its fixture with everything the fixture starts from, then its steps.
// `engine` has the layers that the test runs: it says which counters the request needs, 0 where the
// test does not say, and which live waits an approval would answer.
[[nodiscard]] std::string test_request(const TestInfo& test, const TypedBundle& bundle,
                                       const Engine& engine);

}  // namespace remit::compiler
