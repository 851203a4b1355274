#include <remit/engine.h>

#include "stdlib/hash.h"
#include "vm/decide/decide.h"
#include "vm/engine/state.h"

namespace remit::inline v0 {

Engine::Engine(std::shared_ptr<const State> state) : state_(std::move(state)) {}

Facts Engine::facts(std::string_view tool) const {
  auto state = std::make_unique<Facts::State>();
  state->linked = state_->linked;
  state->scratch = std::make_unique<vm::Evaluation>();
  Facts facts = FactsAccess::make(std::move(state));
  facts.reset(tool);
  return facts;
}

std::optional<SlotId> Engine::slot(std::string_view tool, std::string_view path) const {
  const vm::Linked& linked = *state_->linked;
  const auto found = linked.wire_tools.find(tool);
  if (found == linked.wire_tools.end()) return std::nullopt;
  const std::uint32_t slot =
      linked.program.layout().find_path(linked.program.image(), found->second, path);
  if (slot == vm::kNoSlot) return std::nullopt;
  return SlotAccess::make(linked, found->second, slot);
}

Decision Engine::decide(Facts& facts) const noexcept {
  const vm::Linked& linked = *state_->linked;
  Facts::State* state = FactsAccess::find(facts);
  const Decision decision = state == nullptr
                                ? DecisionAccess::deny(linked, nullptr, Fault::NoBundle)
                                : vm::decide(linked, state_->off(), *state);
  if (state_->meter) state_->meter->count(state, decision);
  return decision;
}

std::vector<std::string_view> Engine::tools() const {
  std::vector<std::string_view> names;
  for (const vm::ToolRow& tool : state_->linked->program.image().tools)
    names.push_back(state_->linked->text(tool.wire_name));
  return names;
}

void Engine::halt(bool halted) const noexcept {
  state_->halted.store(halted, std::memory_order_relaxed);
}

void Engine::retire() const noexcept { state_->retired.store(true, std::memory_order_relaxed); }

Metrics Engine::metrics() const {
  return state_->meter == nullptr ? Metrics{} : state_->meter->snapshot();
}

std::string_view Engine::name() const {
  const vm::Image& image = state_->linked->program.image();
  return image.name == vm::kNoString ? std::string_view() : state_->linked->text(image.name);
}

std::optional<std::string> Engine::signer() const {
  return state_->signer.transform([](const vm::KeyId& key) { return stdlib::to_hex(key); });
}

std::int64_t Engine::version() const { return state_->linked->program.image().version; }

std::optional<std::int64_t> Engine::expires_ms() const {
  const std::int64_t expires = state_->linked->program.image().expires_ms;
  return expires == vm::kNever ? std::nullopt : std::optional(expires);
}

std::string Engine::image_hash() const { return stdlib::to_hex(state_->linked->program.hash()); }

std::uint64_t Engine::generation() const { return state_->linked->generation; }

}  // namespace remit::inline v0
