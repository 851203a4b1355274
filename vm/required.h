// Which host facts a request for a tool must bring (language reference, Required facts). Computed
// from the image alone, by the compiler to write the list and by the verifier to check it.
#pragma once

#include <cstdint>
#include <vector>

#include "vm/image.h"

namespace remit::vm {

// First slots of fields of host roots, ascending.
[[nodiscard]] std::vector<std::uint32_t> required_slots(const Image& image, ToolId tool);

}  // namespace remit::vm
