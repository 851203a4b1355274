// The shop's desk (shop.h): its requests, and what people answer to its waits.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "tests/unit/vm/bundles.h"

namespace remit::test {

inline Engine desk(const std::string& items = kDesk) { return engine({policy(items)}); }

inline const nlohmann::json& desk_request() {
  static const nlohmann::json request = [] {
    nlohmann::json json = nlohmann::json::parse(refund(R"("order":"o-1","amount":7500)"));
    json["limits"] = {{"shop.policy.per_tenant", "USD 0"}, {"shop.policy.per_actor", 0}};
    return json;
  }();
  return request;
}

// One that is permitted at once.
inline nlohmann::json small_request() {
  nlohmann::json request = desk_request();
  request["args"]["amount"] = 2000;
  return request;
}

// What `person` answers now to every wait of `request` that asks for `role`.
inline nlohmann::json answered(const Engine& engine, nlohmann::json request,
                               const std::string& person, const std::string& role,
                               const std::string& verdict = "granted") {
  Facts facts = engine.facts({});
  const Decision decision = engine.decide_json(request.dump(), facts);
  nlohmann::json records = request.value("approvals", nlohmann::json::array());
  const Explanation why = engine.explain(facts, decision).value();
  for (const ItemExplanation& item : why.items) {
    for (const Party& party : item.parties) {
      const bool has_seat = std::ranges::find(party.seats, role) != party.seats.end();
      if (item.state != ItemState::Live || !has_seat) continue;
      records.push_back({{"id", "ap-" + std::to_string(records.size() + 1)},
                         {"by", person},
                         {"kind", "human"},
                         {"tenant", request["tenant"]["id"]},
                         {"role", role},
                         {"verdict", verdict},
                         {"digest", engine.digest(facts, decision).value()},
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
