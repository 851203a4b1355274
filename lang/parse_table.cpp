// Tables: a header of inputs and rows of cells, a line each. An error in one row is followed by the
// next row, so that one run shows them all.

#include <span>
#include <utility>

#include <fmt/format.h>

#include "lang/parser_state.h"

namespace remit::lang {

namespace {

using Kind = TokenKind;

constexpr std::string_view kOtherwise = "otherwise";
constexpr std::string_view kAfterCells = "`=>` after the cells of a row";
constexpr std::string_view kNextLine = "a row, `otherwise` or `}`";

// What to write instead of a token that people put there.
struct Slip {
  Kind found;
  std::string_view help;
};

constexpr Slip kCellSlips[] = {
    {Kind::EqualEqual, "write the value alone"},
    {Kind::NotEqual, "write `not` before the values"},
    {Kind::OpenBrace, "list the values with commas and without braces"},
    {Kind::In, "write the values alone, with commas"},
    {Kind::Not, "`not` stands once, before all values"},
    {Kind::Star, "`*` stands alone: it takes any value"},
    {Kind::DotDotEqual, "a range has both ends; for one write `<= …`"},
    {Kind::DotDotLess, "a range has both ends; for one write `< …`"},
    {Kind::Pattern, "make the test an input, and `true` the cell"},
};

constexpr Slip kAfterCellSlips[] = {
    {Kind::Or, "separate the values with `,`"},
    {Kind::And, "write a range: `low ..= high`"},
    {Kind::Minus, "a range is written `low ..= high`"},
    {Kind::Plus, "a cell holds values: compute in the input, or name a constant"},
    {Kind::Star, "a cell holds values: compute in the input, or name a constant"},
    {Kind::Comma, "`*` takes any value: remove the rest"},
};

constexpr Slip kLineSlips[] = {
    {Kind::When, "a condition of one row is a cell: make it an input"},
    {Kind::Unless, "a condition of one row is a cell: make it an input"},
    {Kind::Expires, "only rules expire"},
    {Kind::Overrides, "only rules override"},
    {Kind::Bar, "a row begins with its label: `low | …`"},
    {Kind::Star, "the line for the rest is `otherwise => …`"},
    {Kind::String, "a label is a name such as `low`"},
    {Kind::Int, "a label is a name such as `low`"},
};

std::string_view help_for(Kind found, std::span<const Slip> slips, std::string_view other = {}) {
  for (const Slip& slip : slips) {
    if (slip.found == found) return slip.help;
  }
  return other;
}

bool is_order(Kind kind) {
  return kind == Kind::Less || kind == Kind::LessEqual || kind == Kind::Greater ||
         kind == Kind::GreaterEqual;
}

}  // namespace

// ---- cells

ast::CellItem Parser::cell_item() {
  ast::CellItem item;
  const Token& first = peek();
  if (accept(Kind::Less))
    item.op = ast::CellOp::Less;
  else if (accept(Kind::LessEqual))
    item.op = ast::CellOp::LessEqual;
  else if (accept(Kind::Greater))
    item.op = ast::CellOp::Greater;
  else if (accept(Kind::GreaterEqual))
    item.op = ast::CellOp::GreaterEqual;
  item.low = cell_atom("a value in the cell", {});
  if (!recovering_ && item.op == ast::CellOp::Value &&
      (at(Kind::DotDotEqual) || at(Kind::DotDotLess))) {
    item.op = next().kind == Kind::DotDotEqual ? ast::CellOp::Range : ast::CellOp::HalfOpenRange;
    item.high = cell_atom("the end of the range", "a range has both ends; for one write `>= …`");
  }
  item.span = span_from(first);
  return item;
}

ast::Atom Parser::cell_atom(std::string_view what, std::string_view help) {
  if (at_literal() || at(Kind::Name)) return atom(what);
  if (at(Kind::Percent))
    report(Code::E0408, peek().span, "a percentage cannot be the value of a cell")
        .help("make the comparison an input: `a > 80% of b`");
  else
    unexpected(what, help_for(peek().kind, kCellSlips, help));
  return {};
}

// `*`, or what people write for it.
bool Parser::accept_any_value() {
  if (accept(Kind::Star)) return true;
  const Kind after = peek(1).kind;
  const bool alone = after == Kind::Bar || after == Kind::Arrow;
  if (!at(Kind::Bar) && !((at(Kind::Any) || at(Kind::Minus) || at_word("_")) && alone))
    return false;
  if (at_word("_")) return next(), true;  // the lexer has reported it
  if (!at(Kind::Bar)) return take_for("*", "a value in the cell"), true;
  damaged_ = true;  // it may be a cell too many
  diags_.report(Code::E0201, peek().span, "expected a value in the cell, found `|`")
      .help("write `*` for any value");
  return true;
}

ast::Cell Parser::cell() {
  ast::Cell result;
  const Token& first = peek();
  if (accept_any_value()) {
    result.any = true;
  } else {
    result.negated = accept(Kind::Not);
    std::vector<ast::CellItem> items;
    do items.push_back(cell_item());
    while (!recovering_ && accept(Kind::Comma));
    result.items = keep(items);
  }
  result.span = span_from(first);
  return result;
}

// ---- rows

ast::RowVerdict Parser::row_outcome() {
  static constexpr std::string_view kWords[] = {"permit", "deny", "queue", "escalate", "pass"};
  ast::RowVerdict result;
  const Token& first = peek();
  if (accept_word("pass")) {
    result.verdict.outcome = ast::VerdictWord::Pass;
    result.verdict.span = first.span;
  } else {
    result.verdict = at(Kind::Name) ? verdict_typo(kWords) : verdict();
    if (!recovering_ && result.verdict.outcome == ast::VerdictWord::None)
      unexpected("`permit`, `queue`, `escalate`, `deny` or `pass` after `=>`");
  }
  if (recovering_) return result;
  const Token& message = peek();
  message_clauses(result.clauses);
  if (result.verdict.outcome == ast::VerdictWord::Pass &&
      (result.clauses.because != nullptr || result.clauses.advise != nullptr)) {
    result.clauses.because = result.clauses.advise = nullptr;
    diags_
        .report(Code::E0201, message.span,
                fmt::format("expected `require` or the next row, found `{}`", message.text))
        .note("`pass` decides nothing, and has nothing to say")
        .help("remove it");
  }
  return result;
}

// `=` and `:` are read as the arrow that is meant.
bool Parser::expect_row_arrow() {
  if (recovering_) return false;
  if (accept(Kind::Arrow)) return true;
  if (at(Kind::Equal) || at(Kind::Colon)) return take_for("=>", kAfterCells), true;
  unexpected(kAfterCells, help_for(peek().kind, kAfterCellSlips, "write `=>` before it"));
  return false;
}

ast::Row Parser::row() {
  const Token& first = peek();
  ast::Row result;
  result.label = name("the label of a row");
  std::vector<ast::Cell> cells;
  while (!recovering_ && accept(Kind::Bar)) {
    if (at(Kind::Arrow)) {
      damaged_ = true;  // it may be a cell too few
      diags_.report(Code::E0201, peek().span, "expected a value in the cell, found `=>`")
          .help("remove the last `|`, or write `*` for any value");
      break;
    }
    cells.push_back(cell());
  }
  if (!recovering_ && cells.empty())
    unexpected("`|` and a cell after the label",
               at(Kind::Arrow) ? "the line for the rest is `otherwise => …`" : "");
  result.cells = keep(cells);
  if (expect_row_arrow()) result.outcome = row_outcome();
  result.span = span_from(first);
  return result;
}

// `otherwise`, or what people write for it, which no cells follow.
bool Parser::accept_otherwise() {
  if (peek(1).kind == Kind::Bar) return false;
  if (accept_word(kOtherwise)) return true;
  static constexpr std::string_view kOnly[] = {kOtherwise};
  if (!at(Kind::Else) && !at_word("default"))
    return at(Kind::Name) && !take_near_miss(kOnly, kNextLine).empty();
  take_for(kOtherwise, kNextLine);
  return true;
}

void Parser::otherwise(ast::TableDecl& decl) {
  const Span keyword = tokens_[position_ - 1].span;
  if (decl.has_otherwise)
    diags_.report(Code::E0204, keyword, "`otherwise` stands here twice").help("keep one of them");
  decl.has_otherwise = true;
  if (expect(Kind::Arrow, "after `otherwise`")) decl.otherwise = row_outcome();
}

// What is neither a row nor `otherwise`.
void Parser::misplaced_line() {
  const Token& token = peek();
  if (at(Kind::Comma)) {
    next();
    diags_.report(Code::E0201, token.span, fmt::format("expected {}, found `,`", kNextLine))
        .help("remove it");
    return;
  }
  const bool condition = at(Kind::When) || at(Kind::Unless);
  if (condition && token.line_break_before) {
    report(Code::E0204, token.span, fmt::format("`{}` stands too late", token.text))
        .help("the order is when, unless, row, the rows, otherwise");
    return;
  }
  unexpected(kNextLine, help_for(token.kind, kLineSlips));
}

bool Parser::begins_declaration() const {
  if (!peek().line_break_before) return false;
  return at(Kind::At) || (at(Kind::Name) && decl_kind(peek().text) && peek(1).kind == Kind::Name);
}

// To the next line that begins a row, or out of the table; there is nothing to go on with where a
// declaration begins or the file ends.
void Parser::synchronise_row() {
  int depth = std::exchange(braces_to_skip_, 0);
  for (; !at(Kind::End); next()) {
    const bool label = at_any_word() && peek(1).kind == Kind::Bar;
    if (peek().line_break_before && (label || at_word(kOtherwise))) break;
    if (begins_declaration()) return;
    if (at(Kind::OpenBrace)) ++depth;
    if (at(Kind::CloseBrace) && depth-- == 0) break;
  }
  recovering_ = at(Kind::End);
}

void Parser::rows(ast::TableDecl& decl) {
  std::vector<ast::Row> rows;
  bool after_otherwise = false;
  while (!at(Kind::CloseBrace) && !at(Kind::End) && !begins_declaration()) {
    const std::size_t before = position_;
    if (at_word("row") && peek(1).kind == Kind::Name) {
      diags_.report(Code::E0201, next().span, "expected the label of a row, found `row`")
          .help("remove it: a row begins with its label");
    }
    if (accept_otherwise()) {
      otherwise(decl);
    } else if (at(Kind::Name) || (at_any_word() && peek(1).kind == Kind::Bar)) {
      if (decl.has_otherwise && !std::exchange(after_otherwise, true)) {
        diags_
            .report(Code::E0204, peek().span,
                    fmt::format("row `{}` stands after `otherwise`", peek().text))
            .help("`otherwise` is the last line");
      }
      rows.push_back(row());
    } else {
      misplaced_line();
    }
    if (!recovering_) continue;
    if (position_ == before) next();
    synchronise_row();
    if (recovering_) break;
  }
  if (!recovering_ && rows.empty() && !damaged_) unexpected("a row with a label");
  decl.rows = keep(rows);
}

// ---- tables

// White space means nothing, so where a line ends is looked at only once the header makes no sense:
// then a `|` at the end of a line took the rows for inputs.
void Parser::inputs(ast::TableDecl& decl) {
  std::vector<ast::Expr*> header;
  std::size_t next_line = 0, inputs_before = 0;
  bool cell = false;
  while (!recovering_ && !cell && accept(Kind::Bar)) {
    const bool label = at(Kind::Name) && peek(1).kind == Kind::Bar && peek().line_break_before;
    if (label && next_line == 0) {
      next_line = position_;
      inputs_before = header.size();
    }
    cell = is_order(peek().kind) || at(Kind::Star);
    if (cell) break;
    header.push_back(expression());
    if (recovering_ || !at(Kind::Comma)) continue;
    const bool last = peek(1).line_break_before;
    diags_.report(Code::E0201, next().span, "expected `|` or a row, found `,`")
        .help(last ? "remove it" : "separate the inputs with `|`");
    if (!last) header.push_back(expression());
  }
  if (next_line != 0 && inputs_before > 0 && !recovering_ && (cell || at(Kind::Arrow))) {
    position_ = next_line;
    header.resize(inputs_before);
    diags_
        .report(Code::E0201, tokens_[next_line - 1].span,
                fmt::format("expected an input after `|`, found `{}`", peek().text))
        .help("remove the last `|`");
  } else if (cell) {
    unexpected("an input of the table", tokens_[position_ - 1].line_break_before
                                            ? "a row begins with its label: `low | …`"
                                            : "");
  }
  if (!recovering_ && header.empty()) unexpected("`|` and an input after `row`");
  decl.header = keep(header);
}

void Parser::table_header(ast::TableDecl& decl) {
  static constexpr std::string_view kExpected = "`row` and the inputs of the table";
  if (recovering_) synchronise_row();
  if (recovering_ || (damaged_ && !at_word("row"))) return;
  const Kind cell = peek(2).kind;
  const bool row_without_header = at(Kind::Name) && !at_word("row") && peek(1).kind == Kind::Bar &&
                                  (cell == Kind::Star || cell == Kind::Not || is_order(cell));
  const bool verdict = at(Kind::Permit) || at(Kind::Deny) || at(Kind::Queue) || at(Kind::Escalate);
  if (verdict || row_without_header || at(Kind::Bar)) {
    unexpected(kExpected, verdict ? "outcomes stand in the rows, after `=>`"
                          : at(Kind::Bar)
                              ? "a line begins with a name: `row | …`, `low | …`"
                              : "the first line names the inputs: `row | risk.score | …`");
  } else if (expect_word("row", "and the inputs of the table")) {
    inputs(decl);
  }
  if (!recovering_) return;
  synchronise_row();
  if (decl.header.empty() && accept_word("row")) inputs(decl);
}

// `table` after `guard`, or a near miss of it, which another name follows.
bool Parser::accept_table() {
  static constexpr std::string_view kOnly[] = {"table"};
  if (accept_word(kOnly[0])) return true;
  const Token& after = peek(1);
  const bool named = after.kind == Kind::Name && after.text != "on" && after.text != "overridable";
  return at(Kind::Name) && named &&
         !take_near_miss(kOnly, "the name of the guard or `table`").empty();
}

void Parser::table(ast::TableDecl& decl) {
  decl.name = name("the name of the table");
  refuse_lift(decl);
  if (!scope_and_brace(decl)) return;
  conditions(decl.clauses, "row");
  table_header(decl);
  rows(decl);
  expect(Kind::CloseBrace, "to close the table");
}

}  // namespace remit::lang
