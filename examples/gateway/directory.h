// What this host knows by itself: its agents, its people, its tenants and whose each order is.
//
// For the gateway, which takes every fact outside `args` from here and none from the agent. Read
// once from a JSON file (docs/guide/gateway.md shows one); a real host asks its own systems.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gateway {

struct Agent {
  std::string tenant, version, autonomy;
  std::vector<std::string> requesters;  // every human in the chain that it works for
  int risk = 100;
};

struct Person {
  std::string tenant;
  std::vector<std::string> roles;
};

struct Order {
  std::string tenant, classification;
  std::vector<std::string> owners;  // whose it is; they may be asked
};

struct Directory {
  std::string environment;
  std::string currency;                      // of the costs; the image must count in it
  std::int64_t cost_micros = 0;              // of one call
  std::map<std::string, std::string> zones;  // of tenants: `Europe/Berlin`
  std::map<std::string, Agent> agents;
  std::map<std::string, Person> people;
  std::map<std::string, Order> orders;
};

// Or what is wrong with the text.
[[nodiscard]] std::expected<Directory, std::string> read_directory(std::string_view json);

}  // namespace gateway
