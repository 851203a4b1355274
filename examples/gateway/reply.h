// What the agent hears, one line of JSON for each of its own: never `because`, never who was asked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <remit/decision.h>

namespace gateway {

struct Reply {
  std::string id = {}, call = {};  // the agent's name for it, and the host's
  remit::Verdict verdict = remit::Verdict::Deny;
  std::string reason = {};               // an item, `engine.…`, `store.…` or `gateway.…`
  std::string advise = {};               // of the policy
  std::vector<std::int64_t> waits = {};  // numbers, for `gateway approve`
  std::string result = {};               // what the tool said
};

[[nodiscard]] std::string to_json(const Reply& reply);

}  // namespace gateway
