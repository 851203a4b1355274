// What an image declares, as the public header describes it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <remit/schema.h>
#include "vm/decide/link.h"

namespace remit::vm {

// Borrows the texts of `linked`; takes time in proportion to the image.
[[nodiscard]] Schema make_schema(const Linked& linked);

// All slots of a tool (wire name), host facts first; nothing for an unknown tool. `schema` is that
// of `linked`.
[[nodiscard]] std::optional<std::vector<SlotPath>> slots_of(const Linked& linked,
                                                            const Schema& schema,
                                                            std::string_view tool);

}  // namespace remit::vm
