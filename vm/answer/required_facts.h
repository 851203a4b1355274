// What a host must supply, as it reads it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <remit/engine.h>
#include "vm/decide/link.h"

namespace remit::vm {

// Of a tool by wire name, in decoding order, counters last; nothing for an unknown tool.
[[nodiscard]] std::optional<std::vector<RequiredFact>> required_facts(const Linked& linked,
                                                                      std::string_view tool);

}  // namespace remit::vm
