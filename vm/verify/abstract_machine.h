// Abstract interpretation of one piece of code: types, intervals, presence, stack, cost.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <vector>

#include "stdlib/pattern.h"
#include "vm/image/layout.h"
#include "vm/image/load_fault.h"
#include "vm/image/tool_set.h"
#include "vm/verify/abstract_state.h"

namespace remit::vm {

// Where a piece of code runs.
struct CodeContext {
  const Image* image = nullptr;
  const Layout* layout = nullptr;
  std::span<const stdlib::CompiledPattern> patterns{};  // as the image's
  // The tools that it may run for, and one of them; none for `applies when`, which sees host facts
  // only.
  const ToolSet* scope = nullptr;
  ToolId tool{};
  // The policy whose counters it may read; none where counters are not known to be there, as
  // without a scope.
  PolicyId policy = kNoPolicy;
  bool in_assert = false;  // it may ask who approved
  // How far behind the start of its owner's code this piece begins: jump targets count from the
  // owner's.
  std::uint32_t target_base = 0;
};

struct CodeResult {
  AbstractValue value;  // what the code leaves
  // Facts known present after it besides those before, if it is a bool.
  PresenceSet when_true, when_false;
  std::int64_t cost = 0;         // steps
  bool reads_args = false;       // what the agent wrote
  bool reads_sensitive = false;  // a field that is marked, or one inside it
  // Optional facts that it reads without having asked for them, ascending: known before it.
  std::vector<Presence> needed;
};

// Proves that `code` runs safely from facts `present` and leaves exactly one value. In time, each
// instruction costs at most a step for each entry of the stack.
[[nodiscard]] std::expected<CodeResult, LoadError> run_abstract(const CodeContext& context,
                                                                CodeRange code,
                                                                const PresenceSet& present);

}  // namespace remit::vm
