// Tables, cells and limits: rows that belong together, cells that say something once.

#include <algorithm>

#include <remit/limits.h>
#include "vm/verify/parts.h"
#include "vm/verify/row_rules.h"

namespace remit::vm {

namespace {

class TableChecker {
 public:
  explicit TableChecker(const Image& image) : image_(image) {}

  void run() {
    cells();
    rows();
    tables();
    limits();
  }

 private:
  void cells() {
    std::uint32_t next_item = 0;
    for (const CellRow& cell : image_.cells) {
      flag(cell.negated, "negated");
      tile(cell.items, next_item, image_.cell_items.size(), "cell_items");
      require(cell.negated == 0 || cell.items.count > 0, LoadFault::BadRange, "cell");
      for (std::uint32_t i = cell.items.first; i < cell.items.end(); ++i)
        cell_item(i, i > cell.items.first);
    }
    complete(next_item, image_.cell_items.size(), "cell_items");
  }

  // Every row belongs to a table, and only rows have cells.
  void rows() {
    std::uint32_t next_cell = 0;
    std::size_t table = 0;
    for (std::size_t i = 0; i < image_.items.size(); ++i) {
      const ItemRow& item = image_.items[i];
      tile(item.cells, next_cell, image_.cells.size(), "cells");
      require(is_row(item.kind) || item.cells.count == 0, LoadFault::BadRange, "cells");
      if (!is_row(item.kind)) continue;
      while (table < image_.tables.size() &&
             i >= std::size_t{image_.tables[table].items.first} + image_.tables[table].items.count)
        ++table;
      require(table < image_.tables.size() && image_.tables[table].items.first <= i &&
                  item.detail == table,
              LoadFault::BadReference, "table of a row");
    }
    complete(next_cell, image_.cells.size(), "cells");
  }

  void tables() {
    std::uint32_t last_end = 0;
    for (std::size_t t = 0; t < image_.tables.size(); ++t) {
      const TableRow& row = image_.tables[t];
      tile(row.inputs, next_input_, image_.inputs.size(), "inputs");
      require(row.inputs.count >= 1 && row.inputs.count <= limits::kTableInputsMax,
              LoadFault::BadBound, "inputs of a table");
      require(
          row.items.first >= last_end && row.items.count >= 1 &&
              row.items.count <=
                  image_.items.size() - std::min<std::size_t>(row.items.first, image_.items.size()),
          LoadFault::BadRange, "rows of a table");
      last_end = row.items.end();
      rows_of(row);
    }
  }

  void cell_item(std::uint32_t row, bool follows) {
    const CellItemRow& item = image_.cell_items[row];
    flag(item.open_low, "open end");
    flag(item.open_high, "open end");
    require((item.open_low == 0 || item.low == 0) && (item.open_high == 0 || item.high == 0),
            LoadFault::UnusedBits, "open end");
    require(item.open_low == 0 || item.open_high == 0, LoadFault::BadBound, "cell");
    require(item.open_low != 0 || item.open_high != 0 || item.low <= item.high, LoadFault::BadBound,
            "cell");
    if (!follows) return;
    const CellItemRow& before = image_.cell_items[row - 1];
    require(before.open_high == 0 && item.open_low == 0 && before.high < item.low,
            LoadFault::NotSorted, "cell");
  }

  // Rows of one table share its kind and scope; at most one is `otherwise`.
  void rows_of(const TableRow& table) {
    const ItemRow& first = image_.items[table.items.first];
    int otherwise = 0;
    for (const ItemRow& row : image_.rows(table.items)) {
      require(row.kind == first.kind && is_row(row.kind) && row.policy == first.policy,
              LoadFault::BadReference, "rows of a table");
      require(row.cells.count == 0 || row.cells.count == table.inputs.count, LoadFault::BadRange,
              "cells of a row");
      require(row.when.count == 0 && row.unless.count == 0, LoadFault::BadRange,
              "conditions of a row");
      if (row.cells.count == 0) ++otherwise;
      const auto scope = [&](const ItemRow& item) { return image_.rows(item.scope); };
      require(std::ranges::equal(scope(row), scope(first)), LoadFault::BadReference,
              "scope of a row");
    }
    require(otherwise <= 1 && otherwise < static_cast<int>(table.items.count), LoadFault::BadSchema,
            "two rows for what no row takes");
  }

  void limits() {
    std::size_t next = 0;
    for (std::size_t i = 0; i < image_.items.size(); ++i) {
      const ItemRow& item = image_.items[i];
      if (item.kind != ItemKind::Limit) {
        require(is_row(item.kind) || item.detail == kNoRow, LoadFault::BadReference, "detail");
        continue;
      }
      require(item.detail == next && next < image_.limits.size() &&
                  image_.limits[next].item == static_cast<ItemId>(i),
              LoadFault::BadReference, "limit");
      ++next;
    }
    complete(static_cast<std::uint32_t>(next), image_.limits.size(), "limits");
    for (const LimitRow& limit : image_.limits) {
      tile(limit.keys, next_input_, image_.inputs.size(), "inputs");
      reference(image_, limit.kind, limit.ref, "type of a limit");
    }
    complete(next_input_, image_.inputs.size(), "inputs");
    for (const InputRow& input : image_.inputs)
      reference(image_, input.kind, input.ref, "type of an input");
  }

  const Image& image_;
  std::uint32_t next_input_ = 0;
};

}  // namespace

Verified verify_tables(const Image& image) {
  return checked([&] { TableChecker(image).run(); });
}

}  // namespace remit::vm
