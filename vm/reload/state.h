// The inside of Reloader, shared with its readers.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <expected>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include <remit/reloader.h>
#include "vm/reload/shadow.h"

namespace remit::inline v0 {

// Three mutexes, never two at a time but `loading` with one of the others:
//   loading    held while a candidate is checked and callbacks run; readers never take it
//   change     held to copy or to move a few pointers; the only one that a reader takes
//   noting     held to note a refusal, or to copy the list of them
struct [[gnu::visibility("hidden")]] Reloader::State {
  explicit State(const ReloadOptions& given) : options(given), halted(given.halted) {}

  // Checks a candidate, keeps its version, and makes it active.
  [[nodiscard]] std::expected<void, ReloadError> accept(std::span<const std::byte> image,
                                                        std::int64_t now_ms);
  // The engine of a candidate that passes every check, and whether its version is to be kept.
  struct Checked {
    Engine engine;
    bool is_newer = false;
  };
  [[nodiscard]] std::expected<Checked, ReloadError> check(std::span<const std::byte> image,
                                                          std::int64_t now_ms);
  // Both take a list of one, made before, so that nothing here can fail.
  void publish(std::list<Engine> engine, std::int64_t now_ms) noexcept;
  void publish(std::list<std::shared_ptr<vm::Shadow>> shadow) noexcept;
  void drop_shadow() noexcept;
  void refuse(const ReloadError& error, std::int64_t now_ms) noexcept;
  // Frees earlier engines and shadows that no reader holds, in the caller's thread.
  void free_unheld() noexcept;

  [[nodiscard]] Engine active();
  // Null if there is none.
  [[nodiscard]] std::shared_ptr<vm::Shadow> shadow();

  std::mutex loading;
  ReloadOptions options;      // under `loading`
  std::int64_t accepted = 0;  // the highest version so far; under `loading`

  // What readers compare. Stored under `change`, after all that belongs to it.
  std::atomic<std::uint64_t> generation{0};
  std::atomic<std::uint64_t> shadow_number{0};  // 0: there is no shadow

  std::mutex change;
  // The active engine, then those that were active before and that somebody may still hold: a halt
  // reaches them too.
  std::list<Engine> engines;
  // The shadow, if `shadow_number` is not 0; then those before that a reader may still hold.
  std::list<std::shared_ptr<vm::Shadow>> shadows;
  bool halted = false;
  std::int64_t since_ms = 0;
  std::uint64_t loads = 0;

  std::mutex noting;
  std::deque<Refusal> refused;
  std::uint64_t refusals = 0;
};

class ReloaderAccess {
 public:
  static const std::shared_ptr<Reloader::State>& state(const Reloader& reloader) {
    return reloader.state_;
  }
};

}  // namespace remit::inline v0
