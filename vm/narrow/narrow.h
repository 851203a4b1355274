// Which tools some completion of a request can still use: Engine::possible.
//
// For each tool the case of all completions is looked at (vm/narrow/outlook), which gives what may
// come of it: no completion comes to more. What one request of the case comes to (vm/narrow/sample)
// comes of it for sure. Where the two differ the case is cut in two, at a place where some
// condition changes, and each part is looked at in the same way; until nothing is open, or the
// bound is reached. What is open then counts as possible, and the answer as not exact.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <remit/possibility.h>
#include "vm/decide/facts_state.h"

namespace remit::vm {

// Into so many cases the completions of a tool are cut at most.
inline constexpr std::size_t kCasesMax = 4096;
// So many steps cutting may take for all tools of a call together: instructions, cells, texts that
// are compared, and of a decision on a sample its static bound. Each tool has an equal part. To
// look at the first case of each comes on top.
inline constexpr std::uint64_t kCutStepsMax = std::uint64_t{1} << 23;

// One for each tool, in the order of their dotted names. `facts` of a load other than `linked`, or
// null, are possible for none.
[[nodiscard]] std::vector<ToolPossibility> possible(const Linked& linked, Fault off,
                                                    const Facts::State* facts);

}  // namespace remit::vm
