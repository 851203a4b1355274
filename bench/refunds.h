// The policy of bench/refunds/ once more, by hand: the floor that decisions are measured beside.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <remit/decision.h>

namespace remit::bench {

// One request, with names as texts. `call.id` and the like are the same in all.
struct Call {
  std::string tool;
  std::int64_t cents = 0;
  std::string kind;
  std::string autonomy;
  std::string tenant;
  std::vector<std::string> tenants;
  std::int64_t risk = 0;
  std::string environment;
};

// The same with numbers for names, as a service that interned them would hold it.
enum class Tool : std::uint8_t { Payout, Refund };
struct Interned {
  Tool tool{};
  std::int64_t micros = 0;
  std::uint32_t kind = 0;
  std::uint32_t autonomy = 0;
  std::uint32_t tenant = 0;
  std::vector<std::uint32_t> tenants;
  std::int64_t risk = 0;
  std::uint32_t environment = 0;
};

inline constexpr const char* kKinds[] = {"human", "agent", "service", "integration", "api_key"};
inline constexpr const char* kAutonomies[] = {"suggest",    "draft",        "analyse",
                                              "reversible", "irreversible", "external"};
inline constexpr const char* kEnvironments[] = {"dev", "test", "staging", "production"};
inline constexpr const char* kTenants[] = {"acme", "blue", "cyan", "dune"};
inline constexpr const char* kTools[] = {"payments.payout", "payments.refund"};

// `count` calls that a branch predictor cannot learn.
[[nodiscard]] std::vector<Call> random_calls(std::size_t count);
[[nodiscard]] Interned interned(const Call& call);
[[nodiscard]] std::string to_json(const Call& call);

[[nodiscard]] Verdict by_hand(const Interned& call);
[[nodiscard]] Verdict by_hand(const Call& call);

}  // namespace remit::bench
