// The inside of Engine, for the files that implement its members.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include <remit/engine.h>
#include "vm/decide/link.h"
#include "vm/image/container.h"
#include "vm/metrics/meter.h"

namespace remit::inline v0 {

// Hidden, though Engine is exported.
struct [[gnu::visibility("hidden")]] Engine::State {
  std::shared_ptr<const vm::Linked> linked;
  // What the host switched it off with. Two, so that a halt is not forgotten when the engine is
  // retired: whoever succeeds it begins halted.
  mutable std::atomic<bool> halted = false, retired = false;
  // Of the signature that was asked for.
  std::optional<vm::KeyId> signer = std::nullopt;
  // Made when it is first asked for.
  mutable std::once_flag schema_made;
  mutable Schema schema;
  // Null unless the host asked for it.
  std::unique_ptr<vm::Meter> meter;

  // Fault::None while the engine decides.
  [[nodiscard]] Fault off() const {
    if (retired.load(std::memory_order_relaxed)) return Fault::NoBundle;
    return halted.load(std::memory_order_relaxed) ? Fault::Halted : Fault::None;
  }
};

class EngineAccess {
 public:
  static const Engine::State& state(const Engine& engine) { return *engine.state_; }
  static Engine make(std::shared_ptr<const Engine::State> state) {
    return Engine(std::move(state));
  }
  // The same program with a switch of its own, and without a meter.
  static Engine apart(const Engine& engine) {
    auto state = std::make_shared<Engine::State>();
    state->linked = engine.state_->linked;
    return Engine(std::move(state));
  }
  // There is no other copy. Sure only where no other thread can make one.
  static bool is_last(const Engine& engine) { return engine.state_.use_count() == 1; }
};

}  // namespace remit::inline v0
