// What the gateway makes of the engine's answer and of a reservation, and writes into an approval
// record.
#pragma once

#include <string>
#include <vector>

#include <remit/remit.h>

#include "examples/gateway/store.h"

namespace gateway {

// The fault and its place, or the first item that decides.
[[nodiscard]] std::string reason_of(const remit::Answer& answer);
// What the item that decides says to the agent.
[[nodiscard]] std::string advise_of(const remit::Answer& answer);
// What is open, without what the host adds: call, tenant, cost, time.
[[nodiscard]] std::vector<Wait> waits_of(const remit::Answer& answer);

// Why an action that was permitted is not executed now: `gateway.limit_passed shop.refunds.daily`.
[[nodiscard]] std::string reason_of(const Reserved& reserved);
[[nodiscard]] std::string reason_of(const Begun& begun);

// Borrows the answer's texts.
[[nodiscard]] remit::Approval approval_of(const Answer& answer);

}  // namespace gateway
