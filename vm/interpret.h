// Abstract interpretation of one piece of code: types, intervals, presence, stack, cost.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <string_view>

#include "stdlib/pattern.h"
#include "vm/abstract.h"
#include "vm/layout.h"
#include "vm/load_fault.h"

namespace remit::vm {

// Where a piece of code runs.
struct CodeContext {
  const Image* image = nullptr;
  const Layout* layout = nullptr;
  std::span<const stdlib::CompiledPattern> patterns{};  // as the image's
  // The tools that it may run for; none for `applies when`, which sees host facts only.
  Range scope{};
  bool has_scope = false;
  // The policy whose counters it may read; none where counters are not known to be there.
  PolicyId policy{kNoRow};
  bool in_assert = false;  // it may ask who approved
  // How far behind the start of its owner's code this piece begins: jump targets count from the
  // owner's.
  std::uint32_t target_base = 0;
};

struct CodeResult {
  AbstractValue value;    // what the code leaves
  PresenceSet when_true;  // facts known present after it, if it is a bool
  PresenceSet when_false;
  std::int64_t cost = 0;  // steps
};

// Proves that `code` runs safely from facts `present` and leaves exactly one value.
[[nodiscard]] std::expected<CodeResult, LoadError> interpret(const CodeContext& context, Range code,
                                                             const PresenceSet& present);

}  // namespace remit::vm
