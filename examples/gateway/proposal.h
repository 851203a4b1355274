// What an agent sends: one line of JSON,
// `{"id":"p-1","agent":"agent-7","tool":"payments.refund","args":{…}}`.
//
// Nothing else is taken from it. The arguments are passed on to the engine as they were written, so
// that what the engine refuses (a key twice, a malformed number) is not repaired on the way.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "examples/gateway/directory.h"
#include "examples/gateway/store.h"

namespace gateway {

struct Proposal {
  std::string id;  // the agent's runtime's own name for the call; the same when it asks again
  std::string agent;
  std::string tool;        // wire name
  std::string args;        // the text of a JSON object, without white space
  std::string order = {};  // which order the arguments name; empty if none
};

// Or what is wrong with the line.
[[nodiscard]] std::expected<Proposal, std::string> read_proposal(std::string_view line);

// Who owns what the arguments name, as the host knows.
[[nodiscard]] std::vector<std::string> owners_of(const Proposal& proposal,
                                                 const Directory& directory);

// The request for the engine: what the agent wants, and what the host knows. Limits and approvals
// are bound later. `agent` is the proposal's.
[[nodiscard]] std::string request_of(const Proposal& proposal, const Directory& directory,
                                     const Agent& agent, const Call& call, std::int64_t now_ms);

// RFC 3339 in UTC, milliseconds only where there are some.
[[nodiscard]] std::string timestamp(std::int64_t ms);

}  // namespace gateway
