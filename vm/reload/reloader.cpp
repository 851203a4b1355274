#include <remit/reloader.h>

#include <algorithm>
#include <new>
#include <utility>

#include "vm/engine/state.h"
#include "vm/reload/candidate.h"
#include "vm/reload/options.h"
#include "vm/reload/state.h"

namespace remit::inline v0 {

namespace {

Fault off(const Engine& engine) { return EngineAccess::state(engine).off(); }

// Also if it has been retired since.
bool is_halted(const Engine& engine) {
  return EngineAccess::state(engine).halted.load(std::memory_order_relaxed);
}

// What a call gives, and where memory ran out, that.
template <typename Call>
std::invoke_result_t<Call> in_memory(Call&& call) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return std::unexpected(ReloadError{ReloadFault::NoMemory, {}});
  }
}

// One candidate at a time, under `loading`; a refusal is noted.
template <typename Call>
std::expected<void, ReloadError> try_candidate(Reloader::State& state, std::int64_t now_ms,
                                               Call&& call) {
  auto done = in_memory(std::forward<Call>(call));
  if (!done) state.refuse(done.error(), now_ms);
  return done;
}

}  // namespace

std::expected<Reloader::State::Checked, ReloadError> Reloader::State::check(
    std::span<const std::byte> image, std::int64_t now_ms) {
  const auto kept = vm::kept_version(options.versions);
  if (!kept) return std::unexpected(kept.error());
  // A store that went back does not bring older images back while this process lives.
  const std::int64_t least = std::max(*kept, accepted);
  auto engine = vm::load_candidate(options, image, least, now_ms);
  if (!engine) return std::unexpected(std::move(engine.error()));
  const bool is_newer = engine->version() > *kept;
  return Checked{*engine, is_newer};
}

std::expected<void, ReloadError> Reloader::State::accept(std::span<const std::byte> image,
                                                         std::int64_t now_ms) {
  auto checked = check(image, now_ms);
  if (!checked) return std::unexpected(std::move(checked.error()));
  const std::int64_t version = checked->engine.version();
  std::list<Engine> engine{checked->engine};
  // Kept before it decides: a crash in between must not let an older image come back. Nothing
  // after this can fail, so that no version is kept of an image which is then not used.
  if (checked->is_newer) {
    if (auto ok = vm::keep_version(options.versions, version); !ok) return ok;
  }
  accepted = version;
  publish(std::move(engine), now_ms);
  return {};
}

void Reloader::State::publish(std::list<Engine> engine, std::int64_t now_ms) noexcept {
  {
    const std::lock_guard lock(change);
    if (!engines.empty() && is_halted(engines.front())) halted = true;
    // Before any reader can see it.
    engine.front().halt(halted);
    engines.splice(engines.begin(), engine);
    since_ms = now_ms;
    ++loads;
    generation.store(engines.front().generation(), std::memory_order_release);
  }
  free_unheld();
}

void Reloader::State::publish(std::list<std::shared_ptr<vm::Shadow>> shadow) noexcept {
  {
    const std::lock_guard lock(change);
    shadows.splice(shadows.begin(), shadow);
    shadow_number.store(shadows.front()->number(), std::memory_order_release);
  }
  free_unheld();
}

void Reloader::State::drop_shadow() noexcept {
  {
    const std::lock_guard lock(change);
    shadow_number.store(0, std::memory_order_release);
  }
  free_unheld();
}

void Reloader::State::free_unheld() noexcept {
  std::list<Engine> free_engines;
  std::list<std::shared_ptr<vm::Shadow>> free_shadows;
  const std::lock_guard lock(change);
  // An engine of which this is the only copy cannot be copied elsewhere: a count of one stays.
  for (auto at = engines.begin(); at != engines.end();) {
    const auto engine = at++;
    if (engine != engines.begin() && EngineAccess::is_last(*engine))
      free_engines.splice(free_engines.end(), engines, engine);
  }
  const bool has_shadow = shadow_number.load(std::memory_order_relaxed) != 0;
  for (auto at = shadows.begin(); at != shadows.end();) {
    const auto shadow = at++;
    if ((!has_shadow || shadow != shadows.begin()) && shadow->use_count() == 1)
      free_shadows.splice(free_shadows.end(), shadows, shadow);
  }
}

void Reloader::State::refuse(const ReloadError& error, std::int64_t now_ms) noexcept {
  const std::lock_guard lock(noting);
  ++refusals;
  try {
    refused.push_back({now_ms, error});
    if (refused.size() > options.refusals_kept) refused.pop_front();
  } catch (const std::bad_alloc&) {
    return;  // it is counted
  }
}

Engine Reloader::State::active() {
  const std::lock_guard lock(change);
  return engines.front();
}

std::shared_ptr<vm::Shadow> Reloader::State::shadow() {
  const std::lock_guard lock(change);
  if (shadow_number.load(std::memory_order_relaxed) == 0) return nullptr;
  return shadows.front();
}

Reloader::Reloader(std::shared_ptr<State> state) : state_(std::move(state)) {}

std::expected<Reloader, ReloadError> Reloader::start(const ReloadOptions& options,
                                                     std::span<const std::byte> image,
                                                     std::int64_t now_ms) {
  return in_memory([&]() -> std::expected<Reloader, ReloadError> {
    if (auto ok = vm::check_options(options); !ok) return std::unexpected(std::move(ok.error()));
    const auto state = std::make_shared<State>(options);
    const std::lock_guard lock(state->loading);
    if (auto ok = state->accept(image, now_ms); !ok) return std::unexpected(std::move(ok.error()));
    return Reloader(state);
  });
}

std::expected<void, ReloadError> Reloader::load(std::span<const std::byte> image,
                                                std::int64_t now_ms) {
  const std::lock_guard lock(state_->loading);
  return try_candidate(*state_, now_ms, [&] { return state_->accept(image, now_ms); });
}

std::expected<void, ReloadError> Reloader::trust(const Trust& trust) {
  return in_memory([&]() -> std::expected<void, ReloadError> {
    if (auto ok = vm::check_keys(trust); !ok) return ok;
    const std::lock_guard lock(state_->loading);
    state_->options.trust = trust;
    return {};
  });
}

void Reloader::halt(bool halted) const noexcept {
  const std::lock_guard lock(state_->change);
  state_->halted = halted;
  for (const Engine& engine : state_->engines) engine.halt(halted);
}

void Reloader::tick(std::int64_t now_ms) const noexcept {
  {
    const std::lock_guard lock(state_->change);
    for (const Engine& engine : state_->engines) {
      const auto expires = engine.expires_ms();
      if (expires && *expires <= now_ms) engine.retire();
    }
  }
  state_->free_unheld();
}

ReloadStatus Reloader::status() const {
  ReloadStatus status;
  const Engine active = [&] {
    const std::lock_guard lock(state_->change);
    status.since_ms = state_->since_ms;
    status.halted = state_->halted || is_halted(state_->engines.front());
    status.loads = state_->loads;
    status.earlier = state_->engines.size() - 1;
    return state_->engines.front();
  }();
  const vm::Image& image = EngineAccess::state(active).linked->program.image();
  status.bundle = image.dev ? std::string_view() : image[image.name];
  status.version = active.version();
  status.image = active.image_hash();
  status.generation = active.generation();
  status.expires_ms = active.expires_ms();
  status.retired = off(active) == Fault::NoBundle;
  const std::lock_guard lock(state_->noting);
  status.refusals = state_->refusals;
  status.refused.assign(state_->refused.begin(), state_->refused.end());
  return status;
}

std::expected<void, ReloadError> Reloader::offer_shadow(std::span<const std::byte> image,
                                                        std::int64_t now_ms,
                                                        const ShadowOptions& options) {
  const std::lock_guard lock(state_->loading);
  return try_candidate(*state_, now_ms, [&]() -> std::expected<void, ReloadError> {
    const std::int64_t steps_max = state_->options.steps_max;
    if (auto ok = vm::check_options(options, steps_max); !ok) return ok;
    // One copy for both: what is promoted later is what was checked now.
    std::vector<std::byte> bytes;
    if (image.size() <= state_->options.image_bytes_max) bytes.assign(image.begin(), image.end());
    auto checked = state_->check(image.size() == bytes.size() ? bytes : image, now_ms);
    if (!checked) return std::unexpected(std::move(checked.error()));
    if (auto ok = vm::check_steps(checked->engine, options.steps_max.value_or(steps_max)); !ok)
      return ok;
    state_->publish({std::make_shared<vm::Shadow>(checked->engine, std::move(bytes), options)});
    return {};
  });
}

std::expected<void, ReloadError> Reloader::promote_shadow(std::int64_t now_ms) {
  const std::lock_guard lock(state_->loading);
  const auto shadow = state_->shadow();
  if (!shadow) return std::unexpected(ReloadError{ReloadFault::NoShadow, {}});  // no candidate
  return try_candidate(*state_, now_ms, [&]() -> std::expected<void, ReloadError> {
    if (auto ok = state_->accept(shadow->image(), now_ms); !ok) return ok;
    state_->drop_shadow();
    return {};
  });
}

void Reloader::drop_shadow() const noexcept { state_->drop_shadow(); }

std::optional<ShadowReport> Reloader::shadow() const {
  const auto shadow = state_->shadow();
  if (!shadow) return std::nullopt;
  return shadow->report();
}

}  // namespace remit::inline v0
