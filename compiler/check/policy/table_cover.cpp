#include "compiler/check/policy/table_cover.h"

#include <set>
#include <utility>

namespace remit::compiler {

namespace {

constexpr std::uint32_t kNobody = 0xFFFF'FFFF;

// Cases numbered with the last input fastest.
class Cases {
 public:
  explicit Cases(const std::vector<std::size_t>& atoms) : atoms_(atoms), owner_(product(atoms)) {
    owner_.assign(owner_.size(), kNobody);
  }

  // Gives a row those of its cases that no other row has; `meets(row, case)` is told of the others
  // and says whether to go on.
  template <typename Meets>
  bool take(std::uint32_t row, const CoverRow& cells, Meets&& meets) {
    std::vector<std::vector<std::uint32_t>> taken;
    for (const std::vector<AtomRange>& ranges : cells.takes) {
      auto& list = taken.emplace_back();
      for (const AtomRange& range : ranges) {
        for (std::uint32_t i = 0; i < range.count; ++i) list.push_back(range.first + i);
      }
      if (list.empty()) return true;
    }
    std::vector<std::size_t> at(taken.size(), 0);
    do {
      std::size_t number = 0;
      for (std::size_t i = 0; i < at.size(); ++i) number = number * atoms_[i] + taken[i][at[i]];
      if (owner_[number] == kNobody)
        owner_[number] = row;
      else if (!meets(owner_[number], number))
        return false;
    } while (advance(at, taken));
    return true;
  }

  void gaps(Cover& result) const {
    for (std::size_t number = 0; number < owner_.size(); ++number) {
      if (owner_[number] != kNobody) continue;
      if (!result.gap) result.gap = case_of(number);
      ++result.gaps;
    }
  }

  [[nodiscard]] Case case_of(std::size_t number) const {
    Case where(atoms_.size());
    for (std::size_t i = atoms_.size(); i-- > 0; number /= atoms_[i])
      where[i] = static_cast<std::uint32_t>(number % atoms_[i]);
    return where;
  }

 private:
  static std::size_t product(const std::vector<std::size_t>& atoms) {
    std::size_t result = 1;
    for (const std::size_t count : atoms) result *= count;
    return result;
  }

  // The next of what a row takes; false after the last one.
  static bool advance(std::vector<std::size_t>& at,
                      const std::vector<std::vector<std::uint32_t>>& taken) {
    for (std::size_t i = at.size(); i-- > 0;) {
      if (++at[i] < taken[i].size()) return true;
      at[i] = 0;
    }
    return false;
  }

  const std::vector<std::size_t>& atoms_;
  std::vector<std::uint32_t> owner_;  // by case: the first row that takes it
};

}  // namespace

Cover cover(const std::vector<std::size_t>& atoms, const std::vector<CoverRow>& rows) {
  Cases cases(atoms);
  Cover result;
  std::set<std::pair<std::size_t, std::size_t>> met;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const bool go_on = cases.take(static_cast<std::uint32_t>(row), rows[row],
                                  [&](std::size_t owner, std::size_t at) {
                                    if (met.emplace(owner, row).second)
                                      result.overlaps.push_back({owner, row, cases.case_of(at)});
                                    return result.overlaps.size() < kOverlapsMax;
                                  });
    if (!go_on) return result;
  }
  cases.gaps(result);
  return result;
}

}  // namespace remit::compiler
