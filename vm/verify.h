// The parts of verification. `verify` (vm/program.h) calls them in order; each assumes what the
// ones before it have shown.
#pragma once

#include <cstdint>
#include <expected>
#include <vector>

#include <remit/fault.h>
#include "stdlib/pattern.h"
#include "vm/image.h"
#include "vm/layout.h"
#include "vm/program.h"

namespace remit::vm {

using Verified = std::expected<void, LoadError>;

// Rows: references in range, pools sorted and used, names spelled like names, ranges that tile
// their sections.
[[nodiscard]] Verified verify_rows(const Image& image);
// What format 2 has room for and this language does not use is not used.
[[nodiscard]] Verified verify_reserved(const Image& image);
// Tables, cells and limits belong to their items, and the other way round.
[[nodiscard]] Verified verify_tables(const Image& image);
// Every fact in its slot: host facts one after another, arguments above them without overlap.
[[nodiscard]] Verified verify_slots(const Image& image);
// Schema and policies: the facts that the engine reads, verdicts, waits, overrides, duties.
[[nodiscard]] Verified verify_meaning(const Image& image, const Layout& layout,
                                      EngineSlots& engine_slots);
// Every piece of code, by abstract interpretation; and the static bound of every tool.
[[nodiscard]] Verified verify_code(const Image& image, const Layout& layout);

}  // namespace remit::vm
