// The parts of verification. `verify` (vm/verify/program.h) calls them in order; each assumes what
// the ones before it have shown.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "stdlib/pattern.h"
#include "vm/image/image.h"
#include "vm/image/layout.h"
#include "vm/verify/program.h"
#include "vm/verify/refusal.h"

namespace remit::vm {

// Rows: references in range, strings and integers sorted, names spelled like names, ranges that
// tile their sections.
[[nodiscard]] Verified verify_rows(const Image& image);
// Pools: sets and patterns sorted, operands in range, every constant used.
[[nodiscard]] Verified verify_pools(const Image& image);
// Names: none stands twice where one is looked up, none is the engine's, all fit their kind.
[[nodiscard]] Verified verify_names(const Image& image);
// Text constants, constant sets and defaults are values of their types.
[[nodiscard]] Verified verify_constants(const Image& image);
// What format 2 has room for and this language does not use is not used.
[[nodiscard]] Verified verify_reserved(const Image& image);
// Tables, cells and limits belong to their items, and the other way round.
[[nodiscard]] Verified verify_tables(const Image& image);
// Records end and are no larger than the language allows; every fact in its slot: host facts one
// after another, arguments above them without overlap.
[[nodiscard]] Verified verify_slots(const Image& image);
// Schema and policies: the facts that the engine reads, verdicts, waits, overrides, duties.
[[nodiscard]] Verified verify_meaning(const Image& image, const Layout& layout,
                                      EngineSlots& engine_slots);
// Rows and texts of the debug section, its code aside.
[[nodiscard]] Verified verify_debug(const Image& image);

// Steps of policies' `applies` and of items, with their part of a table.
struct CodeCosts {
  std::vector<std::int64_t> applies, items;
};
// Every piece of code, by abstract interpretation.
[[nodiscard]] Verified verify_code(const Image& image, const Layout& layout,
                                   std::span<const stdlib::CompiledPattern> patterns,
                                   CodeCosts& costs, CodeNotes& notes);
// The static bound that each tool has by its code.
[[nodiscard]] std::vector<std::int64_t> bounds_of(const Image& image, std::uint32_t tenant_slot,
                                                  const CodeCosts& costs);
// Each tool says the bound that it has, and none is above the limit.
[[nodiscard]] Verified verify_bounds(const Image& image, const std::vector<std::int64_t>& bounds);
// The host facts that every tool requires are those that its rules read.
[[nodiscard]] Verified verify_required(const Image& image);
// Code of clauses in the debug section.
[[nodiscard]] Verified verify_clauses(const Image& image, const Layout& layout,
                                      std::span<const stdlib::CompiledPattern> patterns,
                                      CodeNotes& notes);

}  // namespace remit::vm
