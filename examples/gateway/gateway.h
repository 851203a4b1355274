// The reference gateway: between an agent and its tools, and the whole host contract of Remit.
//
// One for each thread, with a store and Facts of its own; engine, directory and log are shared.
// What it answers is for the agent: verdict, reason and `advise`, never `because`.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <remit/remit.h>

#include "examples/gateway/decision_log.h"
#include "examples/gateway/directory.h"
#include "examples/gateway/proposal.h"
#include "examples/gateway/reply.h"
#include "examples/gateway/store.h"
#include "examples/gateway/tool.h"

namespace gateway {

// The duties that this gateway performs; an image that needs another one does not load.
inline constexpr std::string_view kDuties[] = {"log", "notify"};

struct Host {
  remit::Engine engine;  // copies share one engine
  const Directory& directory;
  Store& store;
  DecisionLog& log;
  Tool& tool;
  std::function<std::int64_t()> clock;           // ms since 1970
  std::function<void(std::string_view)> report;  // what operators should know
  std::int64_t lease_ms = 30'000;                // from reservation to begin
  std::int64_t counter_age_max_ms = 5'000;
};

class Gateway {
 public:
  explicit Gateway(Host host);

  // Answers one line of an agent.
  [[nodiscard]] Reply propose(std::string_view line);

 private:
  struct Action;  // one proposal on its way

  [[nodiscard]] Reply decide(Action& action);
  [[nodiscard]] StoreResult<void> complete(const Action& action, std::span<const LimitKey> keys);
  [[nodiscard]] Reply ask_people(Action& action);
  [[nodiscard]] Reply execute(Action& action);
  [[nodiscard]] Reply store_failed(const Action& action, const StoreError& error) const;

  Host host_;
  remit::Facts facts_;
};

}  // namespace gateway
