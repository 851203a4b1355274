#include "examples/gateway/reply.h"

#include <nlohmann/json.hpp>

namespace gateway {

std::string to_json(const Reply& reply) {
  nlohmann::ordered_json json = {{"id", reply.id},
                                 {"call", reply.call},
                                 {"verdict", std::string(remit::name(reply.verdict))},
                                 {"reason", reply.reason}};
  if (!reply.advise.empty()) json["advise"] = reply.advise;
  if (!reply.waits.empty()) json["waits"] = reply.waits;
  if (!reply.result.empty()) json["result"] = reply.result;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace gateway
