#include "vm/decide/table.h"

#include <algorithm>
#include <optional>
#include <set>

namespace remit::vm {

namespace {

// Above this the cells are looked at one by one.
constexpr std::size_t kLookupCasesMax = 4096;

}  // namespace

std::uint32_t TableLookup::row_of(std::span<const Wide> values) const {
  std::size_t at = 0;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto& cuts = axes[i].cuts;
    at += static_cast<std::size_t>(std::ranges::upper_bound(cuts, values[i]) - cuts.begin()) *
          axes[i].stride;
  }
  return rows[at];
}

bool cell_takes(const Image& image, const CellRow& cell, Wide value) {
  if (cell.items.count == 0) return cell.negated == 0;
  const auto items = image.rows(cell.items);
  const bool named =
      std::ranges::any_of(items, [value](const CellItemRow& item) { return item.takes(value); });
  return named != (cell.negated != 0);
}

bool row_holds(const Image& image, const ItemRow& row, std::span<const Wide> values) {
  for (std::uint32_t i = 0; i < row.cells.count; ++i) {
    if (!cell_takes(image, image.rows(row.cells)[i], values[i])) return false;
  }
  return true;
}

namespace {

// Atoms of an axis that follow one another.
struct Run {
  std::size_t first, end;
};

// The axis of an input, cut where some cell of it begins or ends; nothing if there are too many
// cuts.
std::optional<TableLookup::Axis> axis_of(const Image& image, const TableRow& table,
                                         std::uint32_t input) {
  std::set<Wide> cuts;
  for (std::uint32_t i = 0; i < table.items.count; ++i) {
    const ItemRow& row = image.rows(table.items)[i];
    if (row.cells.count == 0) continue;
    const CellRow& cell = image.rows(row.cells)[input];
    for (const CellItemRow& item : image.rows(cell.items)) {
      if (item.open_low == 0) cuts.insert(item.low);
      if (item.open_high == 0) cuts.insert(Wide{item.high} + 1);
      if (cuts.size() >= kLookupCasesMax) return std::nullopt;
    }
  }
  return TableLookup::Axis{{cuts.begin(), cuts.end()}, 0};
}

// The atoms that a cell takes. Its items are ascending and apart.
std::vector<Run> atoms_of(const Image& image, const CellRow& cell, const TableLookup::Axis& axis) {
  const auto atom = [&](Wide value) {
    return static_cast<std::size_t>(std::ranges::upper_bound(axis.cuts, value) - axis.cuts.begin());
  };
  const std::size_t count = axis.cuts.size() + 1;
  if (cell.items.count == 0) return {{0, count}};
  std::vector<Run> named, others;
  std::size_t next = 0;
  for (const CellItemRow& item : image.rows(cell.items)) {
    const Run run{item.open_low != 0 ? 0 : atom(item.low),
                  item.open_high != 0 ? count : atom(Wide{item.high} + 1)};
    named.push_back(run);
    if (next < run.first) others.push_back({next, run.first});
    next = run.end;
  }
  if (next < count) others.push_back({next, count});
  return cell.negated != 0 ? others : named;
}

// Writes the row into every case that it takes; false if another row takes one of them too.
bool enter(TableLookup& lookup, std::uint32_t row, const std::vector<std::vector<Run>>& runs) {
  if (std::ranges::any_of(runs, [](const auto& own) { return own.empty(); })) return true;
  std::vector<std::vector<std::size_t>> offsets(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const Run& run : runs[i]) {
      for (std::size_t atom = run.first; atom < run.end; ++atom)
        offsets[i].push_back(atom * lookup.axes[i].stride);
    }
  }
  std::vector<std::size_t> at(runs.size(), 0);
  for (;;) {
    std::size_t place = 0;
    for (std::size_t i = 0; i < at.size(); ++i) place += offsets[i][at[i]];
    if (lookup.rows[place] != kNoRow) return false;
    lookup.rows[place] = row;
    std::size_t axis = 0;
    while (axis < at.size() && ++at[axis] == offsets[axis].size()) at[axis++] = 0;
    if (axis == at.size()) return true;
  }
}

}  // namespace

TableLookup make_lookup(const Image& image, const TableRow& table) {
  TableLookup lookup;
  std::size_t cases = 1;
  for (std::uint32_t input = 0; input < table.inputs.count; ++input) {
    auto axis = axis_of(image, table, input);
    if (!axis) return {};
    axis->stride = static_cast<std::uint32_t>(cases);
    cases *= axis->cuts.size() + 1;
    if (cases > kLookupCasesMax) return {};
    lookup.axes.push_back(std::move(*axis));
  }
  lookup.rows.assign(cases, kNoRow);
  std::uint32_t otherwise = kNoRow;
  for (std::uint32_t i = 0; i < table.items.count; ++i) {
    const ItemRow& row = image.rows(table.items)[i];
    if (row.cells.count == 0) {
      otherwise = i;
      continue;
    }
    std::vector<std::vector<Run>> runs;
    for (std::uint32_t input = 0; input < table.inputs.count; ++input)
      runs.push_back(atoms_of(image, image.rows(row.cells)[input], lookup.axes[input]));
    if (!enter(lookup, i, runs)) return {};
  }
  std::ranges::replace(lookup.rows, kNoRow, otherwise);
  return lookup;
}

}  // namespace remit::vm
