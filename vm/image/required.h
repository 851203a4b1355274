// Which host facts a request for a tool must have (docs/reference/language.md, section 5.2). The
// compiler writes the list, the verifier derives it again.
#pragma once

#include <cstdint>
#include <vector>

#include "vm/image/image.h"

namespace remit::vm {

// For every tool of an image at once: each piece of code is looked through once, whatever tools it
// runs for.
class RequiredFacts {
 public:
  explicit RequiredFacts(const Image& image);

  // The first slots of the facts, ascending.
  [[nodiscard]] std::vector<std::uint32_t> of(ToolId tool) const;

 private:
  friend class RequiredCollector;
  std::vector<std::uint32_t> slots_;  // of the host's facts that can be required, ascending
  std::size_t words_ = 0;             // of a tool's bits
  std::vector<std::uint64_t> bits_;   // by tool, one for each of slots_
};

}  // namespace remit::vm
