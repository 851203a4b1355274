// A verified image: the only thing that the linker and the interpreter accept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <vector>

#include <remit/fault.h>
#include "stdlib/pattern.h"
#include "vm/image/container.h"
#include "vm/image/image.h"
#include "vm/image/layout.h"
#include "vm/verify/code_notes.h"

namespace remit::vm {

// Where the engine finds what it reads itself.
struct EngineSlots {
  std::uint32_t call_id, call_first_asked;
  std::uint32_t actor_id, actor_kind, actor_version, actor_on_behalf_of, actor_on_behalf_of_id;
  std::uint32_t actor_requesters;
  std::uint32_t target_owners;
  std::uint32_t spend_cost;
  std::uint32_t tenant_id;
  std::uint32_t context_environment;
  std::uint32_t clock_now;
  std::uint32_t control_halted;
};

// Immutable; any number of threads may read it.
class Program {
 public:
  [[nodiscard]] const Image& image() const { return image_; }
  [[nodiscard]] const Layout& layout() const { return layout_; }
  [[nodiscard]] const EngineSlots& engine_slots() const { return engine_slots_; }
  [[nodiscard]] const std::vector<stdlib::CompiledPattern>& patterns() const { return patterns_; }
  [[nodiscard]] const CodeNotes& code_notes() const { return code_notes_; }
  // SHA-256 of the body: without seal, debug block and signature.
  [[nodiscard]] const Hash& hash() const { return hash_; }

 private:
  friend std::expected<Program, LoadError> verify(const Blocks& blocks);
  friend std::expected<std::vector<std::int64_t>, LoadError> step_bounds(const Image& image);
  Program() = default;

  // Checks every row of the image but those that follow from the others; gives the bound of each
  // tool. Throws a Refusal.
  std::vector<std::int64_t> check();

  Image image_;
  Layout layout_;
  EngineSlots engine_slots_{};
  std::vector<stdlib::CompiledPattern> patterns_;
  CodeNotes code_notes_;
  Hash hash_{};
};

// Verifies bytes: the only way to obtain a Program. After it nothing is checked again.
// Linear in the file's size; no recursion over its content.
[[nodiscard]] std::expected<Program, LoadError> verify(const Blocks& blocks);
[[nodiscard]] std::expected<Program, LoadError> verify(std::span<const std::byte> file);

// The static bound that each tool must state, of an image whose other rows are sound: for whoever
// writes images row by row.
[[nodiscard]] std::expected<std::vector<std::int64_t>, LoadError> step_bounds(const Image& image);

}  // namespace remit::vm
