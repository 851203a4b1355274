#include "vm/table.h"

#include <algorithm>
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
  const auto items = std::span(image.cell_items).subspan(cell.items.first, cell.items.count);
  const bool named =
      std::ranges::any_of(items, [value](const CellItemRow& item) { return item.takes(value); });
  return named != (cell.negated != 0);
}

bool row_holds(const Image& image, const ItemRow& row, std::span<const Wide> values) {
  for (std::uint32_t i = 0; i < row.cells.count; ++i) {
    if (!cell_takes(image, image.cells[row.cells.first + i], values[i])) return false;
  }
  return true;
}

TableLookup make_lookup(const Image& image, const TableRow& table) {
  TableLookup lookup;
  std::size_t cases = 1;
  for (std::uint32_t input = 0; input < table.inputs.count; ++input) {
    std::set<Wide> cuts;
    for (std::uint32_t i = 0; i < table.items.count; ++i) {
      const ItemRow& row = image.items[table.items.first + i];
      if (row.cells.count == 0) continue;
      const CellRow& cell = image.cells[row.cells.first + input];
      for (std::uint32_t c = cell.items.first; c < cell.items.first + cell.items.count; ++c) {
        const CellItemRow& item = image.cell_items[c];
        if (item.open_low == 0) cuts.insert(item.low);
        if (item.open_high == 0) cuts.insert(Wide{item.high} + 1);
      }
    }
    cases *= cuts.size() + 1;
    if (cases > kLookupCasesMax) return {};
    lookup.axes.push_back({{cuts.begin(), cuts.end()}, 0});
  }
  std::uint32_t stride = 1;
  for (TableLookup::Axis& axis : lookup.axes) {
    axis.stride = stride;
    stride *= static_cast<std::uint32_t>(axis.cuts.size() + 1);
  }
  lookup.rows.assign(cases, kNoRow);
  std::vector<Wide> values(lookup.axes.size());
  for (std::size_t at = 0; at < cases; ++at) {
    for (std::size_t i = 0; i < lookup.axes.size(); ++i) {
      const auto& cuts = lookup.axes[i].cuts;
      const std::size_t atom = at / lookup.axes[i].stride % (cuts.size() + 1);
      // Any value of the atom speaks for all of it; below the first cut the one just before it.
      values[i] = atom > 0 ? cuts[atom - 1] : cuts.empty() ? 0 : cuts.front() - 1;
    }
    bool meet = false;
    for_each_row(image, table, {}, values, [&](std::uint32_t row) {
      meet = meet || lookup.rows[at] != kNoRow;
      lookup.rows[at] = row;
    });
    if (meet) return {};
  }
  return lookup;
}

}  // namespace remit::vm
