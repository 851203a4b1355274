// Whether the rows of a table leave a case open or meet in one.
//
// Each input is cut into atoms, within which no cell can tell values apart; a case is one atom of
// every input. The question is then finite, and every answer comes with a case that shows it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace remit::compiler {

// One atom of each input.
using Case = std::vector<std::uint32_t>;

// A row as its cells see it: `holds[input][atom]`.
struct CoverRow {
  std::vector<std::vector<bool>> holds;
};

struct Overlap {
  std::size_t first = 0, second = 0;  // rows, in order
  Case where;
};

struct Cover {
  std::vector<Overlap> overlaps;  // the first case of every pair that meets
  std::optional<Case> gap;        // the first case that no row takes
  std::size_t gaps = 0;           // how many cases no row takes
};

// `atoms` says how many each input has. The product is small: see limits::kTableCasesMax.
[[nodiscard]] Cover cover(const std::vector<std::size_t>& atoms, const std::vector<CoverRow>& rows);

}  // namespace remit::compiler
