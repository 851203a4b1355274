#include "lang/print_table.h"

#include <algorithm>
#include <vector>

namespace remit::lang {

namespace {

constexpr std::size_t kRowIndent = 2;
constexpr std::size_t kMessageIndent = 6;
constexpr std::size_t kAlignedMax = 4 * kColumnsMax;

// The header, a row, or `otherwise`: its label, and a bar before each cell.
struct Line {
  std::vector<std::size_t> begins;  // the label, then every bar
  std::size_t end = 0;              // behind the last cell: of a row, its arrow
  std::vector<std::size_t> widths;  // of the label and the contents of each cell
  const ast::RowVerdict* outcome = nullptr;
  std::size_t last = 0;  // token of the outcome
};

// Where the label and the contents of each cell stand in every line, and behind the last cell a
// place that no line uses. A bar, and the arrow, stands two columns before what would come next.
using Columns = std::vector<std::size_t>;

Line read_line(std::size_t label, std::size_t end, const TokenLayout& layout) {
  Line line;
  line.begins.push_back(label);
  line.end = end;
  for (std::size_t i = label; i < end; ++i) {
    if (layout.token(i).kind == TokenKind::Bar) line.begins.push_back(i);
  }
  for (std::size_t i = 0; i < line.begins.size(); ++i) {
    const std::size_t first = line.begins[i] + (i == 0 ? 0 : 1);
    const std::size_t next = i + 1 < line.begins.size() ? line.begins[i + 1] : end;
    line.widths.push_back(layout.width(first, next - 1));
  }
  return line;
}

std::vector<Line> read_lines(const ast::TableDecl& table, const TokenLayout& layout) {
  std::vector<Line> lines;
  const auto add = [&](std::size_t label, std::size_t arrow, const ast::RowVerdict& outcome,
                       std::size_t last) {
    lines.push_back(read_line(label, arrow, layout));
    lines.back().outcome = &outcome;
    lines.back().last = last;
  };
  const std::size_t header = layout.first_of(table.header.front()->span) - 2;  // `row | …`
  lines.push_back(read_line(header, layout.first_of(table.rows.front().span), layout));
  for (const ast::Row& row : table.rows) {
    add(layout.first_of(row.span), layout.last_of(row.cells.back().span) + 1, row.outcome,
        layout.last_of(row.span));
  }
  if (table.has_otherwise) {
    const std::size_t arrow = layout.first_of(table.otherwise.verdict.span) - 1;
    add(arrow - 1, arrow, table.otherwise, layout.last_of(table.span) - 1);
    lines.back().widths.resize(lines.front().widths.size());  // its arrow stands with the others
  }
  return lines;
}

Columns measure(const std::vector<Line>& lines) {
  std::vector<std::size_t> widths;
  for (const Line& line : lines) {
    widths.resize(std::max(widths.size(), line.widths.size()));
    for (std::size_t i = 0; i < line.widths.size(); ++i)
      widths[i] = std::max(widths[i], line.widths[i]);
  }
  Columns columns{kRowIndent};
  for (const std::size_t width : widths) columns.push_back(columns.back() + width + 3);  // ` | `
  return columns;
}

void place_cells(const Line& line, const Columns& columns, TokenLayout& layout) {
  layout.break_at(line.begins.front(), kRowIndent);
  for (std::size_t i = 1; i < line.begins.size() && columns[i] <= kAlignedMax; ++i) {
    const std::size_t bar = line.begins[i];
    const std::size_t next = i + 1 < line.begins.size() ? line.begins[i + 1] : line.end;
    layout.align(bar, columns[i] - 2);
    layout.align(bar + 1, columns[i]);
    for (std::size_t token = bar + 2; token < next; ++token) layout.hang(token, columns[i]);
  }
}

void place_outcome(const Line& line, const Columns& columns, TokenLayout& layout) {
  const std::size_t arrow = columns[line.widths.size()] - 2;
  if (arrow <= kAlignedMax) layout.align(line.end, arrow);
  if (arrow + layout.width(line.end, line.last) > kColumnsMax ||
      layout.comment_between(line.end, line.last))
    layout.break_messages(line.outcome->clauses, kMessageIndent);
}

}  // namespace

void lay_out_table(const ast::TableDecl& table, TokenLayout& layout) {
  const std::vector<Line> lines = read_lines(table, layout);
  const Columns columns = measure(lines);
  for (const Line& line : lines) {
    place_cells(line, columns, layout);
    if (line.outcome != nullptr) place_outcome(line, columns, layout);
  }
}

}  // namespace remit::lang
