// Cells of tables as sets of numbers: bools are 0 and 1, enum values and tools their ordinals.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/check/policy/table_cover.h"
#include "compiler/check/typed_policy.h"
#include "compiler/check/types.h"
#include "stdlib/integer.h"

namespace remit::compiler {

// An end that is open: no number lies beyond it.
inline constexpr Wide kOpenLow = -stdlib::kWideMax;
inline constexpr Wide kOpenHigh = stdlib::kWideMax;

// The numbers that one part of a cell names.
[[nodiscard]] Interval interval_of(const CellItemInfo& item);

// Whether a cell takes the numbers of an atom. No part of the cell cuts the atom in two.
[[nodiscard]] bool takes(const CellInfo& cell, const Interval& atom);

// The values of an input that differ for some of `cells`: each value of `discrete`, or the
// intervals between the constants that cut `range`.
[[nodiscard]] std::vector<Interval> atoms_of(const Interval& range,
                                             const std::vector<std::int64_t>& discrete,
                                             const std::vector<const CellInfo*>& cells);

// The atoms that a cell takes.
[[nodiscard]] std::vector<AtomRange> atoms_taken(const CellInfo& cell,
                                                 const std::vector<Interval>& atoms);

}  // namespace remit::compiler
