// Whether the rows of a table leave a case open or meet in one.
//
// Each input is cut into atoms, within which no cell can tell values apart; a case is one atom of
// every input. The question is then finite, and every answer comes with a case that shows it.
// Called by the checker; time and memory are linear in the cases and in what the rows take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace remit::compiler {

// One atom of each input.
using Case = std::vector<std::uint32_t>;

// Atoms of one input that follow one another.
struct AtomRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

// What a row takes of each input: ranges in ascending order, apart from one another.
struct CoverRow {
  std::vector<std::vector<AtomRange>> takes;
};

struct Overlap {
  std::size_t first = 0, second = 0;  // rows, in order
  Case where;
};

struct Cover {
  // The first case of every pair that meets, where `first` is the one that had the case; of a table
  // with very many only the first kOverlapsMax, and then nothing is known of gaps.
  std::vector<Overlap> overlaps;
  std::optional<Case> gap;  // the first case that no row takes
  std::size_t gaps = 0;     // how many cases no row takes
};

inline constexpr std::size_t kOverlapsMax = 20;

// `atoms` says how many each input has. The product is small: see limits::kTableCasesMax.
[[nodiscard]] Cover cover(const std::vector<std::size_t>& atoms, const std::vector<CoverRow>& rows);

}  // namespace remit::compiler
