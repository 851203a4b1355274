#include <remit/engine.h>

#include <algorithm>
#include <new>

#include "stdlib/hash.h"
#include "stdlib/text.h"
#include "stdlib/time.h"
#include "vm/decide.h"
#include "vm/engine_state.h"
#include "vm/load_fault.h"
#include "vm/names.h"
#include "vm/program.h"
#include "vm/reservation.h"
#include "vm/schema_text.h"
#include "vm/trust.h"

namespace remit {

namespace {

using Loaded = std::expected<void, LoadError>;

Loaded meets_host(const vm::Program& program, const Trust& trust, const LoadOptions& options) {
  const vm::Image& image = program.image();
  const auto refuse = [](vm::LoadFault fault, std::string_view detail) {
    return std::unexpected(vm::load_error(fault, 0, detail));
  };
  if (image.dev && (TrustAccess::requires_signature(trust) || !options.allow_dev))
    return refuse(vm::LoadFault::DevImage, {});
  if (image.version < options.version_min)
    return refuse(vm::LoadFault::OldVersion, std::to_string(image.version));
  if (options.now_ms && *options.now_ms >= image.expires_ms)
    return refuse(vm::LoadFault::Expired, stdlib::format_timestamp(image.expires_ms));
  for (const std::string_view expected : options.expected_policies) {
    const bool found = std::ranges::any_of(image.policies, [&](const vm::PolicyRow& p) {
      return image.strings[static_cast<std::size_t>(p.name)] == expected;
    });
    if (!found) return refuse(vm::LoadFault::MissingPolicy, expected);
  }
  for (const vm::DutyRow& duty : image.duties) {
    const std::string_view name = spelling(duty.kind);
    if (options.duties && std::ranges::find(*options.duties, name) == options.duties->end())
      return refuse(vm::LoadFault::UnregisteredDuty, name);
  }
  if (options.meter && !vm::may_meter(options.meter_tenants, image.tools.size()))
    return refuse(vm::LoadFault::MeterTooLarge, std::to_string(options.meter_tenants) +
                                                    " tenants of " +
                                                    stdlib::counted(image.tools.size(), "tool"));
  return {};
}

}  // namespace

Engine::Engine(std::shared_ptr<const State> state) : state_(std::move(state)) {}

namespace {

std::expected<vm::Linked, LoadError> linked(std::span<const std::byte> image, const Trust& trust,
                                            const LoadOptions& options) {
  if (const auto ok = TrustAccess::check_keys(trust); !ok) return std::unexpected(ok.error());
  if (image.size() > options.image_bytes_max)
    return std::unexpected(vm::load_error(vm::LoadFault::TooLarge, options.image_bytes_max));
  // One copy, so that bytes which change while they are read cannot be two things.
  const std::vector<std::byte> bytes(image.begin(), image.end());
  const auto blocks = vm::split(bytes);
  if (!blocks) return std::unexpected(blocks.error());
  if (const auto ok = TrustAccess::check_signature(trust, *blocks); !ok)
    return std::unexpected(ok.error());
  auto program = vm::verify(*blocks);
  if (!program) return std::unexpected(program.error());
  if (const auto ok = meets_host(*program, trust, options); !ok) return std::unexpected(ok.error());
  return vm::link(std::move(*program));
}

}  // namespace

std::expected<Engine, LoadError> Engine::load(std::span<const std::byte> image, const Trust& trust,
                                              const LoadOptions& options) {
  try {
    auto made = linked(image, trust, options);
    if (!made) return std::unexpected(std::move(made.error()));
    auto state = std::make_shared<State>();
    state->linked = std::make_shared<const vm::Linked>(std::move(*made));
    if (options.meter)
      state->meter = std::make_unique<vm::Meter>(*state->linked, options.meter_tenants);
    return Engine(std::move(state));
  } catch (const std::bad_alloc&) {
    // Both texts are so short that a string holds them in itself.
    return std::unexpected(vm::load_error(vm::LoadFault::NoMemory, 0));
  }
}

Facts Engine::facts(std::string_view tool) const {
  auto state = std::make_unique<Facts::State>();
  state->linked = state_->linked;
  state->workspace = std::make_unique<vm::Workspace>();
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

namespace vm {

Decision faulted(const Engine::State& engine, Facts::State& facts, Fault fault, std::string path) {
  facts.path = std::move(path);
  facts.outcome.reset();
  const bool by_switch = fault == Fault::Halted || fault == Fault::NoBundle;
  const Decision decision = by_switch ? DecisionAccess::switched_off(*engine.linked, &facts, fault)
                                      : DecisionAccess::deny(*engine.linked, &facts, fault);
  if (engine.meter) engine.meter->count(&facts, decision);
  return decision;
}

}  // namespace vm

Decision Engine::decide(Facts& facts) const noexcept {
  Facts::State* state = FactsAccess::find(facts);
  if (state != nullptr) state->outcome.reset();
  const Decision decision = state == nullptr
                                ? DecisionAccess::deny(*state_->linked, nullptr, Fault::NoBundle)
                                : decide_uncounted(facts);
  if (state_->meter) state_->meter->count(state, decision);
  return decision;
}

Decision Engine::decide_uncounted(Facts& facts) const noexcept {
  Facts::State& state = FactsAccess::state(facts);
  const auto deny = [&](Fault fault) {
    return DecisionAccess::deny(*state_->linked, &state, fault);
  };
  state.path.clear();
  if (const Fault off = state_->switched_off.load(std::memory_order_relaxed); off != Fault::None)
    return DecisionAccess::switched_off(*state_->linked, &state, off);
  // Facts made for another load have slots that mean something else.
  if (state.linked != state_->linked) return deny(Fault::NoBundle);
  state.workspace->no_memory = false;
  const Fault fault = vm::complete_facts(state);
  const vm::Outcome outcome = fault == Fault::None ? vm::decide_facts(state) : vm::Outcome();
  if (state.workspace->no_memory) return deny(Fault::Internal);
  if (fault != Fault::None) return deny(fault);
  state.outcome = outcome;
  Decision decision = DecisionAccess::make(*state_->linked, &state, outcome.verdict, outcome.fault);
  const vm::ToolPlan& plan = state_->linked->tools[static_cast<std::size_t>(state.tool)];
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    if (vm::bit(state.matched, i)) DecisionAccess::add_match(decision, plan.items[i]);
  }
  return decision;
}

std::optional<std::vector<RequiredFact>> Engine::required_facts(std::string_view tool) const {
  const vm::Linked& linked = *state_->linked;
  const auto found = linked.wire_tools.find(tool);
  if (found == linked.wire_tools.end()) return std::nullopt;
  const vm::Layout& layout = linked.program.layout();
  const vm::Image& image = linked.program.image();
  const vm::ToolPlan& plan = linked.tools[static_cast<std::size_t>(found->second)];
  std::vector<RequiredFact> facts;
  for (const std::uint32_t slot : plan.required) {
    facts.push_back({.path = layout.path_of(image, found->second, slot),
                     .type = vm::type_text(image, layout.host[slot].type)});
  }
  for (const std::uint32_t row : plan.limits) {
    const vm::LimitRow& limit = image.limits[row];
    const vm::ItemRow& item = image.items[static_cast<std::size_t>(limit.item)];
    const vm::Range applies = image.policies[static_cast<std::size_t>(item.policy)].applies;
    facts.push_back({.path = "limits." + vm::full_name(linked, limit.item),
                     .type = std::string(spelling(limit.kind)),
                     .window = vm::window_text(limit),
                     .conditional = applies.count + item.when.count + item.unless.count != 0});
  }
  return facts;
}

std::vector<std::string_view> Engine::tools() const {
  std::vector<std::string_view> names;
  for (const vm::ToolRow& tool : state_->linked->program.image().tools)
    names.push_back(state_->linked->text(tool.wire_name));
  return names;
}

void Engine::halt(bool halted) const noexcept {
  // What was retired stays so.
  Fault expected = halted ? Fault::None : Fault::Halted;
  state_->switched_off.compare_exchange_strong(expected, halted ? Fault::Halted : Fault::None,
                                               std::memory_order_relaxed);
}

void Engine::retire() const noexcept {
  state_->switched_off.store(Fault::NoBundle, std::memory_order_relaxed);
}

std::int64_t Engine::version() const { return state_->linked->program.image().version; }

std::optional<std::int64_t> Engine::expires_ms() const {
  const std::int64_t expires = state_->linked->program.image().expires_ms;
  return expires == vm::kNever ? std::nullopt : std::optional(expires);
}

std::string Engine::image_hash() const { return stdlib::to_hex(state_->linked->program.hash()); }

std::uint64_t Engine::generation() const { return state_->linked->generation; }

}  // namespace remit
