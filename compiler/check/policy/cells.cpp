#include "compiler/check/policy/cells.h"

#include <algorithm>
#include <set>

namespace remit::compiler {

Interval interval_of(const CellItemInfo& item) {
  const Wide low = item.low, high = item.high;
  switch (item.op) {
    case ast::CellOp::Value: return {low, low};
    case ast::CellOp::Less: return {kOpenLow, low - 1};
    case ast::CellOp::LessEqual: return {kOpenLow, low};
    case ast::CellOp::Greater: return {low + 1, kOpenHigh};
    case ast::CellOp::GreaterEqual: return {low, kOpenHigh};
    case ast::CellOp::Range: return {low, high};
    case ast::CellOp::HalfOpenRange: return {low, high - 1};
  }
  return {};
}

bool takes(const CellInfo& cell, const Interval& atom) {
  if (cell.any) return true;
  const bool named = std::ranges::any_of(cell.items, [&](const CellItemInfo& item) {
    const Interval of = interval_of(item);
    return of.low <= atom.low && atom.high <= of.high;
  });
  return named != cell.negated;
}

std::vector<Interval> atoms_of(const Interval& range, const std::vector<std::int64_t>& discrete,
                               const std::vector<const CellInfo*>& cells) {
  std::vector<Interval> atoms;
  if (!discrete.empty()) {
    for (const std::int64_t value : discrete) atoms.push_back({value, value});
    return atoms;
  }
  std::set<Wide> begins{range.low};
  const auto cut = [&](Wide at) {
    if (at > range.low && at <= range.high) begins.insert(at);
  };
  for (const CellInfo* cell : cells) {
    for (const CellItemInfo& item : cell->items) {
      const Interval of = interval_of(item);
      cut(of.low);
      if (of.high != kOpenHigh) cut(of.high + 1);
    }
  }
  for (auto at = begins.begin(); at != begins.end(); ++at) {
    const auto next = std::next(at);
    atoms.push_back({*at, next == begins.end() ? range.high : *next - 1});
  }
  return atoms;
}

std::vector<AtomRange> atoms_taken(const CellInfo& cell, const std::vector<Interval>& atoms) {
  const auto end = static_cast<std::uint32_t>(atoms.size());
  if (cell.any) return {{0, end}};
  std::vector<AtomRange> named;
  for (const CellItemInfo& item : cell.items) {
    const Interval of = interval_of(item);
    const auto first = std::ranges::lower_bound(atoms, of.low, {}, &Interval::low);
    const auto last = std::ranges::upper_bound(atoms, of.high, {}, &Interval::low);
    if (first < last)
      named.push_back({static_cast<std::uint32_t>(first - atoms.begin()),
                       static_cast<std::uint32_t>(last - first)});
  }
  std::ranges::sort(named, {}, &AtomRange::first);
  if (!cell.negated) return named;
  std::vector<AtomRange> others;
  std::uint32_t next = 0;
  for (const AtomRange& range : named) {
    if (range.first > next) others.push_back({next, range.first - next});
    next = range.first + range.count;
  }
  if (next < end) others.push_back({next, end - next});
  return others;
}

}  // namespace remit::compiler
