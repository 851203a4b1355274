#include "examples/gateway/proposal.h"

#include <algorithm>
#include <ctime>

#include <simdjson.h>
#include <nlohmann/json.hpp>

namespace gateway {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kNameMax = 64;
constexpr std::size_t kLineMax = 1 << 20;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameMax &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

std::string json_string(std::string_view text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The text field of a proposal that a key names.
std::string* field_of(Proposal& proposal, std::string_view key) {
  if (key == "id") return &proposal.id;
  if (key == "agent") return &proposal.agent;
  if (key == "tool") return &proposal.tool;
  return nullptr;
}

// The arguments as they were written, without white space; empty if they are not an object.
std::string raw_args(const simdjson::padded_string& text) {
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::object args;
  std::string_view raw;
  if (parser.iterate(text).get(document) != simdjson::SUCCESS ||
      document["args"].get_object().get(args) != simdjson::SUCCESS ||
      args.raw_json().get(raw) != simdjson::SUCCESS) {
    return {};
  }
  std::string tight(raw.size(), '\0');
  std::size_t size = 0;
  if (simdjson::minify(raw.data(), raw.size(), tight.data(), size) != simdjson::SUCCESS) return {};
  tight.resize(size);
  return tight;
}

}  // namespace

std::expected<Proposal, std::string> read_proposal(std::string_view line) {
  if (line.size() > kLineMax) return std::unexpected("a proposal has at most 1 MiB");
  const simdjson::padded_string text(line);
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(text).get(object) != simdjson::SUCCESS) {
    return std::unexpected("a proposal is a JSON object");
  }
  Proposal proposal;
  for (const auto [key, value] : object) {
    std::string* const field = field_of(proposal, key);
    std::string_view word;
    if (key == "args" && value.is_object() && proposal.args.empty()) {
      proposal.args = raw_args(text);
      if (value["order"].get(word) == simdjson::SUCCESS) proposal.order = word;
    } else if (field != nullptr && field->empty() && value.get(word) == simdjson::SUCCESS &&
               is_name(word)) {
      *field = word;
    } else {
      return std::unexpected("a proposal has id, agent, tool and args, each once; not `" +
                             std::string(key) + "` like this");
    }
  }
  if (proposal.id.empty() || proposal.agent.empty() || proposal.tool.empty() ||
      proposal.args.empty()) {
    return std::unexpected("a proposal has id, agent, tool and args");
  }
  return proposal;
}

std::vector<std::string> owners_of(const Proposal& proposal, const Directory& directory) {
  const auto order = directory.orders.find(proposal.order);
  return order == directory.orders.end() ? std::vector<std::string>() : order->second.owners;
}

std::string request_of(const Proposal& proposal, const Directory& directory, const Agent& agent,
                       const Call& call, std::int64_t now_ms) {
  // The agent says which order; whose it is, the host.
  const auto found = directory.orders.find(proposal.order);
  const Order* const order = found == directory.orders.end() ? nullptr : &found->second;
  Json asked = {{"id", call.id}};
  if (call.first_asked_ms) asked["first_asked"] = timestamp(*call.first_asked_ms);
  const Json facts = {
      {"call", asked},
      {"actor",
       {{"id", proposal.agent},
        {"kind", "agent"},
        {"version", agent.version},
        {"autonomy", agent.autonomy},
        {"requesters", agent.requesters}}},
      {"tenant", {{"id", agent.tenant}}},
      {"target",
       {{"tenants", order == nullptr ? Json::array() : Json::array({order->tenant})},
        {"class", order == nullptr ? "restricted" : order->classification},
        {"owners", owners_of(proposal, directory)}}},
      {"risk", {{"score", agent.risk}}},
      {"spend", {{"cost", {{"currency", directory.currency}, {"micros", directory.cost_micros}}}}},
      {"context", {{"environment", directory.environment}}},
      {"clock", {{"now", timestamp(now_ms)}}},
  };
  return "{\"tool\":" + json_string(proposal.tool) + ",\"args\":" + proposal.args + "," +
         facts.dump(-1, ' ', false, Json::error_handler_t::replace).substr(1);
}

std::string timestamp(std::int64_t ms) {
  const std::time_t seconds = ms / 1000;
  std::tm parts = {};
  gmtime_r(&seconds, &parts);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::string result(text, size);
  if (ms % 1000 != 0) {
    const std::string digits = std::to_string(1000 + ms % 1000);
    result += "." + digits.substr(1);
  }
  return result + "Z";
}

}  // namespace gateway
