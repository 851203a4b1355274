#include "bench/refunds.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "tests/generator/random.h"

namespace remit::bench {

namespace {

constexpr std::int64_t kMicrosPerCent = 10'000;

// What the rules ask, whatever the names are made of.
struct Asked {
  bool refund = false;
  std::int64_t micros = 0;
  bool human = false, agent = false;
  bool may_be_irreversible = false;
  bool acme = false;
  bool inside = false;  // the tenant is among those of the target
  std::int64_t risk = 0;
  bool test = false;
};

constexpr std::int64_t dollars(std::int64_t units) { return units * 1'000'000; }

// The if-chain, strictest first.
Verdict judge(const Asked& a) {
  if (!a.inside || a.risk >= 90 || (a.test && a.micros > dollars(1))) return Verdict::Deny;
  Verdict granted = Verdict::Deny;
  bool permits = false;
  if (a.refund) {
    if (a.micros <= dollars(50) && a.agent && a.risk < 60) permits = true;
    if (a.micros <= dollars(2000) && a.human) permits = true;
    if (permits) granted = Verdict::Permit;
    if (a.agent && a.micros > dollars(500)) {
      granted = Verdict::Escalate;
    } else if (a.agent && a.micros > dollars(50)) {
      granted = Verdict::Queue;
    }
  } else {
    if (a.micros <= dollars(100) && a.acme && a.human) granted = Verdict::Permit;
    if (a.micros <= dollars(10'000) && a.may_be_irreversible) granted = Verdict::Queue;
  }
  if (granted == Verdict::Permit && a.risk >= 60) return Verdict::Queue;
  return granted;
}

template <std::size_t N>
std::uint32_t number(const char* const (&names)[N], std::string_view name) {
  return static_cast<std::uint32_t>(std::ranges::find(names, name) - names);
}

}  // namespace

std::vector<Call> random_calls(std::size_t count) {
  generator::Random random(20'261'124);
  std::vector<Call> calls(count);
  for (Call& call : calls) {
    call.tool = random.pick(kTools);
    static constexpr std::int64_t kSteps[] = {100, 5'000, 10'000, 50'000, 200'000, 1'000'000};
    call.cents = random.between(0, random.pick(kSteps) * 2);
    call.kind = kKinds[random.below(2)];
    call.autonomy = random.pick(kAutonomies);
    call.tenant = random.pick(kTenants);
    for (const char* tenant : kTenants) {
      if (tenant == call.tenant ? !random.percent(10) : random.percent(20))
        call.tenants.emplace_back(tenant);
    }
    call.risk = random.between(0, 100);
    call.environment = random.pick(kEnvironments);
  }
  return calls;
}

Interned interned(const Call& call) {
  Interned result{call.tool == kTools[1] ? Tool::Refund : Tool::Payout,
                  call.cents * kMicrosPerCent,
                  number(kKinds, call.kind),
                  number(kAutonomies, call.autonomy),
                  number(kTenants, call.tenant),
                  {},
                  call.risk,
                  number(kEnvironments, call.environment)};
  for (const std::string& tenant : call.tenants) result.tenants.push_back(number(kTenants, tenant));
  return result;
}

std::string to_json(const Call& call) {
  std::string tenants;
  for (const std::string& tenant : call.tenants)
    tenants += fmt::format("{}\"{}\"", tenants.empty() ? "" : ",", tenant);
  const std::string_view subject = call.tool == kTools[1] ? "order" : "account";
  return fmt::format(
      R"({{"tool":"{}","args":{{"{}":"x-1","amount":{}}},"call":{{"id":"c-1"}},)"
      R"("actor":{{"id":"agent-1","kind":"{}","version":"1","autonomy":"{}","requesters":["ana"]}},)"
      R"("tenant":{{"id":"{}"}},"target":{{"tenants":[{}],"class":"internal","owners":[]}},)"
      R"("risk":{{"score":{}}},"spend":{{"cost":"USD 0.01"}},"context":{{"environment":"{}"}},)"
      R"("clock":{{"now":"2026-11-20T09:30:00Z"}}}})",
      call.tool, subject, call.cents, call.kind, call.autonomy, call.tenant, tenants, call.risk,
      call.environment);
}

Verdict by_hand(const Interned& call) {
  return judge({call.tool == Tool::Refund, call.micros, call.kind == 0, call.kind == 1,
                call.autonomy >= 4, call.tenant == 0,
                std::ranges::find(call.tenants, call.tenant) != call.tenants.end(), call.risk,
                call.environment == 1});
}

Verdict by_hand(const Call& call) {
  return judge(
      {call.tool == "payments.refund", call.cents * kMicrosPerCent, call.kind == "human",
       call.kind == "agent", call.autonomy == "irreversible" || call.autonomy == "external",
       call.tenant == "acme", std::ranges::find(call.tenants, call.tenant) != call.tenants.end(),
       call.risk, call.environment == "test"});
}

}  // namespace remit::bench
