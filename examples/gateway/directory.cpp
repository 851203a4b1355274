#include "examples/gateway/directory.h"

#include <nlohmann/json.hpp>

namespace gateway {
namespace {

using Json = nlohmann::json;

Directory directory_of(const Json& json) {
  Directory directory;
  directory.environment = json.at("environment");
  directory.currency = json.at("currency");
  directory.cost_micros = json.at("cost_micros");
  for (const auto& [name, tenant] : json.at("tenants").items()) {
    directory.zones[name] = tenant.at("zone");
  }
  for (const auto& [name, agent] : json.at("agents").items()) {
    directory.agents[name] = {.tenant = agent.at("tenant"),
                              .version = agent.at("version"),
                              .autonomy = agent.at("autonomy"),
                              .requesters = agent.at("requesters"),
                              .risk = agent.at("risk")};
  }
  for (const auto& [name, person] : json.at("people").items()) {
    directory.people[name] = {.tenant = person.at("tenant"), .roles = person.at("roles")};
  }
  for (const auto& [name, order] : json.at("orders").items()) {
    directory.orders[name] = {.tenant = order.at("tenant"),
                              .classification = order.at("class"),
                              .owners = order.at("owners")};
  }
  for (const auto& [name, agent] : directory.agents) {
    if (!directory.zones.contains(agent.tenant)) {
      throw Json::other_error::create(0, name + " is of an unknown tenant", nullptr);
    }
  }
  return directory;
}

}  // namespace

std::expected<Directory, std::string> read_directory(std::string_view json) {
  try {  // the library throws; nothing past this function does
    return directory_of(Json::parse(json));
  } catch (const Json::exception& problem) {
    return std::unexpected(problem.what());
  }
}

}  // namespace gateway
