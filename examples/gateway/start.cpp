#include "examples/gateway/start.h"

#include "examples/gateway/proposal.h"

namespace gateway {
namespace {

std::unexpected<std::string> failed(const StoreError& error) {
  return std::unexpected(std::string(name(error.kind)) + ": " + error.message);
}

// What the image says against a request of each agent that the directory knows; empty if nothing.
// Its arguments are not looked at: they will be the agent's.
std::string refused_facts(const remit::Engine& engine, const Directory& directory) {
  if (engine.tools().empty()) return {};
  remit::Facts facts = engine.facts("");
  for (const auto& [name, agent] : directory.agents) {
    const Proposal proposal{"start", name, std::string(engine.tools().front()), "{}"};
    const auto keys =
        engine.limit_keys_json(request_of(proposal, directory, agent,
                                          {.id = "start", .first_asked_ms = {}, .same = true}, 0),
                               facts);
    if (keys || keys.error().fault != remit::Fault::InvalidRequest) continue;
    const std::string& path = keys.error().at;
    if (path.starts_with("args")) continue;
    if (path == "spend.cost")
      return "the image counts in another currency than " + directory.currency +
             ", which is the directory's";
    return "the image does not take what the directory says of " + name + ", at " + path;
  }
  return {};
}

}  // namespace

std::expected<remit::Engine, std::string> load_policy(std::span<const std::byte> image,
                                                      const remit::Trust& trust,
                                                      remit::LoadOptions options, Store& store,
                                                      const Directory& directory) {
  const auto least = store.least_version();
  if (!least) return failed(least.error());
  if (!*least) {
    return std::unexpected(
        "the store does not say which version of the policy is the least: `gateway init "
        "--least-version N` does");
  }
  options.version_min = **least;
  auto engine = remit::Engine::load(image, trust, options);
  if (!engine) {
    return std::unexpected("the policy is refused: " + to_text(engine.error()));
  }
  if (std::string problem = refused_facts(*engine, directory); !problem.empty()) {
    return std::unexpected(std::move(problem));
  }
  if (auto kept = store.accept_from(engine->version()); !kept) return failed(kept.error());
  return *engine;
}

}  // namespace gateway
