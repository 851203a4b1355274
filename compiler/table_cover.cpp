#include "compiler/table_cover.h"

#include <bit>
#include <set>
#include <utility>

namespace remit::compiler {

namespace {

using Words = std::vector<std::uint64_t>;

// For each atom of each input a bit for every row whose cell takes it.
std::vector<std::vector<Words>> rows_by_atom(const std::vector<std::size_t>& atoms,
                                             const std::vector<CoverRow>& rows) {
  const std::size_t words = (rows.size() + 63) / 64;
  std::vector<std::vector<Words>> result;
  for (std::size_t input = 0; input < atoms.size(); ++input) {
    result.emplace_back(atoms[input], Words(words, 0));
    for (std::size_t row = 0; row < rows.size(); ++row) {
      for (std::size_t atom = 0; atom < atoms[input]; ++atom) {
        if (rows[row].holds[input][atom])
          result[input][atom][row / 64] |= std::uint64_t{1} << (row % 64);
      }
    }
  }
  return result;
}

// The next case, counting with the last input fastest; false after the last one.
bool advance(Case& where, const std::vector<std::size_t>& atoms) {
  for (std::size_t input = atoms.size(); input-- > 0;) {
    if (++where[input] < atoms[input]) return true;
    where[input] = 0;
  }
  return false;
}

std::vector<std::size_t> rows_in(const Words& words) {
  std::vector<std::size_t> rows;
  for (std::size_t word = 0; word < words.size(); ++word) {
    for (std::uint64_t bits = words[word]; bits != 0; bits &= bits - 1)
      rows.push_back(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
  }
  return rows;
}

}  // namespace

Cover cover(const std::vector<std::size_t>& atoms, const std::vector<CoverRow>& rows) {
  const auto by_atom = rows_by_atom(atoms, rows);
  Cover result;
  std::set<std::pair<std::size_t, std::size_t>> met;
  Case where(atoms.size(), 0);
  do {
    Words common = by_atom[0][where[0]];
    for (std::size_t input = 1; input < atoms.size(); ++input) {
      for (std::size_t word = 0; word < common.size(); ++word)
        common[word] &= by_atom[input][where[input]][word];
    }
    const std::vector<std::size_t> taken = rows_in(common);
    if (taken.empty()) {
      if (!result.gap) result.gap = where;
      ++result.gaps;
    }
    for (std::size_t i = 1; i < taken.size(); ++i) {
      if (met.emplace(taken[0], taken[i]).second)
        result.overlaps.push_back({taken[0], taken[i], where});
    }
  } while (advance(where, atoms));
  return result;
}

}  // namespace remit::compiler
