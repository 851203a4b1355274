// What a row of a table and a limit have besides, in the listing of an image.
#include "vm/answer/listing.h"
#include "vm/answer/reservation.h"

namespace remit::vm {

namespace {

// `*`, `free, pro`, `not 3 ..= 5`, `>= 60`
std::string cell_text(const Listed& listed, const InputRow& input, const CellRow& cell) {
  const auto value = [&](std::int64_t number) {
    return shown_integer(listed, input.kind, input.ref, number);
  };
  std::string text = cell.negated != 0 ? "not " : "";
  if (cell.items.count == 0) return text + '*';
  for (std::uint32_t i = cell.items.first; i < cell.items.end(); ++i) {
    const CellItemRow& item = listed.image.cell_items[i];
    if (i != cell.items.first) text += ", ";
    if (item.open_low != 0)
      text += "<= " + value(item.high);
    else if (item.open_high != 0)
      text += ">= " + value(item.low);
    else
      text += value(item.low) + (item.low == item.high ? "" : " ..= " + value(item.high));
  }
  return text;
}

std::string row_text(const Listed& listed, const TableRow& table, const ItemRow& row) {
  if (row.cells.count == 0) return "otherwise";
  std::string text;
  for (std::uint32_t i = 0; i < row.cells.count; ++i) {
    const InputRow& input = listed.image.rows(table.inputs)[i];
    text += (i == 0 ? "" : " | ") + cell_text(listed, input, listed.image.rows(row.cells)[i]);
  }
  return text;
}

void append_inputs(const Listed& listed, ToolId tool, RangeOf<InputRow> inputs,
                   std::string_view label, std::string& text) {
  for (std::uint32_t i = 0; i < inputs.count; ++i) {
    const InputRow& input = listed.image.rows(inputs)[i];
    append_code(listed, tool, input.code, label,
                std::to_string(i + 1) + ", " + shown_kind(listed, input.kind, input.ref), text);
  }
}

// What a table's rows share stands with its first row.
void append_table(const Listed& listed, ItemId id, ToolId tool, std::string& text) {
  const ItemRow& row = listed.image[id];
  const TableRow& table = listed.image.table_of(row);
  append_fact("table", std::to_string(row.detail), text);
  append_fact("cells", row_text(listed, table, row), text);
  if (table.items.first != static_cast<std::uint32_t>(id)) return;
  append_fact("rows", std::to_string(table.items.count), text);
  append_code(listed, tool, table.when, "table when", {}, text);
  append_code(listed, tool, table.unless, "table unless", {}, text);
  append_inputs(listed, tool, table.inputs, "input", text);
}

void append_limit(const Listed& listed, ItemId id, ToolId tool, std::string& text) {
  const std::uint32_t number = listed.image[id].detail;
  const LimitRow& limit = listed.image.limits[number];
  const std::string kind = shown_kind(listed, limit.kind, limit.ref);
  append_fact("counter", std::to_string(number) + " of " + shown_item(listed, limit.item), text);
  append_code(listed, tool, limit.maximum, "max", kind, text);
  if (limit.amount.count == 0)
    append_fact("calls", {}, text);
  else
    append_code(listed, tool, limit.amount, "of", kind, text);
  append_inputs(listed, tool, limit.keys, "per", text);
  append_fact("window", window_text(limit), text);
}

}  // namespace

void append_detail(const Listed& listed, ItemId id, ToolId tool, std::string& text) {
  if (is_row(listed.image[id].kind))
    append_table(listed, id, tool, text);
  else
    append_limit(listed, id, tool, text);
}

}  // namespace remit::vm
