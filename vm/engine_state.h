// The inside of Engine, for the files that implement its members.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include <remit/engine.h>
#include "vm/facts_state.h"
#include "vm/link.h"
#include "vm/meter.h"
#include "vm/verdict.h"

namespace remit {

struct Engine::State {
  std::shared_ptr<const vm::Linked> linked;
  // Fault::None while the engine decides; what the host switched it off with.
  mutable std::atomic<Fault> switched_off = Fault::None;
  // Null unless the host asked for it.
  std::unique_ptr<vm::Meter> meter;
};

class EngineAccess {
 public:
  static const Engine::State& state(const Engine& engine) { return *engine.state_; }
  static Engine make(std::shared_ptr<const Engine::State> state) {
    return Engine(std::move(state));
  }
};

namespace vm {

// A deny for a request that could not be decoded, or that came while the engine was off, with the
// place in `facts.path`; counted if the engine meters.
[[nodiscard]] Decision faulted(const Engine::State& engine, Facts::State& facts, Fault fault,
                               std::string path);

}  // namespace vm

}  // namespace remit
