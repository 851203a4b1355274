// What the gateway reads out of a decision record and a reservation, and writes into an approval
// record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <remit/remit.h>

#include "examples/gateway/store.h"

namespace gateway {

struct Record {
  std::string reason;          // the fault and its place, or the first item that decides
  std::string advise;          // of that item, for the agent
  std::string execute;         // the text of that field, byte for byte; empty if it is null
  std::vector<Wait> awaiting;  // without what the host adds: call, tenant, cost, time
  std::vector<std::string> notify;
  // Of anything that waits, also where something else decided: somebody said no; it waited too
  // long.
  bool refused = false, expired = false;
};

[[nodiscard]] Record read_record(const remit::Engine& engine, remit::Facts& facts,
                                 const remit::Decision& decision);

// Why an action that was permitted is not executed now: `gateway.limit_passed shop.refunds.daily`.
[[nodiscard]] std::string reason_of(const Reserved& reserved);
[[nodiscard]] std::string reason_of(const Begun& begun);

// Borrows the answer's texts.
[[nodiscard]] remit::Approval approval_of(const Answer& answer);

}  // namespace gateway
