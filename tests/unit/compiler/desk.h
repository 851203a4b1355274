// The shop's desk: a policy with tables, limits, waits and asserts, and approvals of its waits.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "tests/unit/compiler/bundles.h"

namespace remit::test {

inline const std::string kDesk =
    "def odd() = risk.score == 77\n"
    "const cap = USD 50\n"
    "rule small on shop.refund {\n  permit\n  when args.amount <= cap and tenant.id in "
    "target.tenants\n}\n"
    "rule large on shop.refund {\n  queue for support_lead within 4h\n  when args.amount > cap and "
    "tenant.id in target.tenants\n  because \"Refund of {args.amount}\"\n}\n"
    "guard table by_plan on shop.refund {\n  when not context.freeze\n"
    "  row | tenant.plan | risk.score\n"
    "  calm | * | < 60 => pass require log minimal\n"
    "  hot | free, pro | 60 ..< 90 => queue for support_lead within 1h because \"Risk\"\n"
    "  otherwise => escalate to finance_manager within 1h because \"Very risky\"\n}\n"
    "@open_ended(\"paying plans pay\")\ntable payouts on shop.payout {\n"
    "  row | tenant.plan | sum(p in args.payees: p.amount) > USD 100\n"
    "  plain | not free | false => permit\n"
    "  large | pro, enterprise | true => queue for finance_manager within 1d because \"Large\"\n"
    "  otherwise => deny because \"The free plan pays nobody\"\n}\n"
    "limit per_tenant on shop.refund {\n  max USD 1000 of args.amount per tenant.id in 1d\n"
    "  otherwise deny because \"Budget of {tenant.id}\"\n}\n"
    "limit per_actor on shop.refund, shop.payout {\n  when tenant.plan == pro\n"
    "  max 3 calls per actor.id, tenant.plan in calendar month\n"
    "  otherwise queue for finance_manager within 1d because \"Busy\"\n}\n"
    "assert cold on shop.refund { never permit when risk.score > 95 and approved() == 0 }\n"
    "assert slow { always deny when context.freeze and odd() }\n";

inline Engine desk(const std::string& items = kDesk) { return engine({policy(items)}); }

inline const nlohmann::json& desk_request() {
  static const nlohmann::json request = [] {
    nlohmann::json json = nlohmann::json::parse(refund(R"("order":"o-1","amount":7500)"));
    json["limits"] = {{"shop.policy.per_tenant", "USD 0"}, {"shop.policy.per_actor", 0}};
    return json;
  }();
  return request;
}

// What `person` answers now to every wait of `request` that asks for `role`.
inline nlohmann::json answered(const Engine& engine, nlohmann::json request,
                               const std::string& person, const std::string& role,
                               const std::string& verdict = "granted") {
  Facts facts = engine.facts({});
  const Decision decision = engine.decide_json(request.dump(), facts);
  nlohmann::json records = request.value("approvals", nlohmann::json::array());
  for (const ItemExplanation& item : engine.explain(facts, decision).items) {
    for (const Party& party : item.parties) {
      if (item.state != ItemState::Live || party.role != role) continue;
      records.push_back({{"id", "ap-" + std::to_string(records.size() + 1)},
                         {"by", person},
                         {"kind", "human"},
                         {"tenant", request["tenant"]["id"]},
                         {"role", role},
                         {"verdict", verdict},
                         {"digest", engine.digest(facts)},
                         {"requirement", item.requirement},
                         {"cost", request["spend"]["cost"]},
                         {"asked_at", request["clock"]["now"]},
                         {"at", request["clock"]["now"]}});
    }
  }
  request["approvals"] = records;
  return request;
}

// The decision record as JSON.
inline nlohmann::json decided(const Engine& engine, const nlohmann::json& request) {
  return nlohmann::json::parse(engine.decide_json(request.dump()));
}

}  // namespace remit::test
