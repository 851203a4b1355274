// The evaluator: runs a piece of verified code over facts. It checks nothing, allocates nothing and
// cannot fail.
#pragma once

#include <cstdint>
#include <span>

#include <remit/limits.h>
#include <remit/value.h>
#include <remit/wide.h>
#include "vm/link.h"

namespace remit::vm {

// One entry of the stack. An integral value (bools are 0 and 1) is `wide`, text and collections are
// `value`; a loaded fact is both, and the verified code knows which to read.
struct Entry {
  Wide wide = 0;
  Value value;
};

// The memory of an evaluation, kept with the facts so that deciding neither allocates nor clears
// it.
struct Workspace {
  Entry stack[1 + limits::kStackDepthMax];  // the first is below the bottom
  Value scratch[limits::kScratchElementsMax];
};

// Runs `code`, whose jump targets count from instruction `base` of the image, and returns what it
// leaves.
[[nodiscard]] Entry evaluate(const Linked& linked, Range code, std::uint32_t base,
                             std::span<const Value> slots, Workspace& workspace) noexcept;

[[nodiscard]] inline bool holds(const Linked& linked, Range code, std::span<const Value> slots,
                                Workspace& workspace) noexcept {
  return evaluate(linked, code, code.first, slots, workspace).wide != 0;
}

}  // namespace remit::vm
