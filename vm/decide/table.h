// Which rows of a table hold. The cells are the meaning; where the product of their cuts is small
// and no two rows meet, linking makes of them one lookup, which must be their fast equal.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <remit/internal/wide.h>
#include "vm/image/image.h"

namespace remit::vm {

// The case that values lie in, to the row that takes it.
struct TableLookup {
  // An input cut into atoms: the first begins at the lowest number, the others at these.
  struct Axis {
    std::vector<Wide> cuts;
    std::uint32_t stride = 0;
  };
  std::vector<Axis> axes;
  std::vector<std::uint32_t> rows;  // by case: counted from the first row, or kNoRow

  [[nodiscard]] bool usable() const { return !rows.empty(); }
  [[nodiscard]] std::uint32_t row_of(std::span<const Wide> values) const;
};

// Every cell of the row takes its value. `otherwise` has no cells and is not a row of this kind.
[[nodiscard]] bool row_holds(const Image& image, const ItemRow& row, std::span<const Wide> values);
[[nodiscard]] bool cell_takes(const Image& image, const CellRow& cell, Wide value);

// Not usable if the table is too large for one, or if its rows meet; found out in time that grows
// with the cells and the cases, not with their product.
[[nodiscard]] TableLookup make_lookup(const Image& image, const TableRow& table);

// Visits the rows that hold, counted from the table's first; without a usable `lookup` cell by
// cell.
template <typename Visit>
void for_each_row(const Image& image, const TableRow& table, const TableLookup& lookup,
                  std::span<const Wide> values, Visit&& visit) {
  if (lookup.usable()) {
    const std::uint32_t row = lookup.row_of(values);
    if (row != kNoRow) visit(row);
    return;
  }
  std::uint32_t otherwise = kNoRow;
  bool any = false;
  for (std::uint32_t i = 0; i < table.items.count; ++i) {
    const ItemRow& row = image.rows(table.items)[i];
    if (row.cells.count == 0) {
      otherwise = i;
    } else if (row_holds(image, row, values)) {
      any = true;
      visit(i);
    }
  }
  if (!any && otherwise != kNoRow) visit(otherwise);
}

}  // namespace remit::vm
