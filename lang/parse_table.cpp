// Tables: a header of expressions and rows of cells.

#include <fmt/format.h>

#include "lang/parser_state.h"

namespace remit::lang {

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
  item.low = atom("a value in the cell");
  if (!recovering_ && item.op == ast::CellOp::Value &&
      (at(Kind::DotDotEqual) || at(Kind::DotDotLess))) {
    item.op = next().kind == Kind::DotDotEqual ? ast::CellOp::Range : ast::CellOp::HalfOpenRange;
    item.high = atom("the end of the range");
  }
  item.span = span_from(first);
  return item;
}

ast::Cell Parser::cell() {
  ast::Cell result;
  const Token& first = peek();
  if (accept(Kind::Star)) {
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

ast::RowOutcome Parser::row_outcome() {
  ast::RowOutcome result;
  const Token& first = peek();
  if (accept_word("pass")) {
    result.verdict.outcome = ast::Outcome::Pass;
    result.verdict.span = first.span;
  } else {
    result.verdict = verdict();
    if (!recovering_ && result.verdict.outcome == ast::Outcome::None) {
      unexpected("`permit`, `queue`, `escalate`, `deny` or `pass` after `=>`");
    }
  }
  if (!recovering_) message_clauses(result.clauses);
  return result;
}

ast::Row Parser::row() {
  const Token& first = peek();
  ast::Row result;
  result.label = name("the label of a row");
  std::vector<ast::Cell> cells;
  while (!recovering_ && accept(Kind::Bar)) cells.push_back(cell());
  if (!recovering_ && cells.empty()) unexpected("`|` and a cell after the label");
  result.cells = keep(cells);
  if (expect(Kind::Arrow, "after the cells of a row")) result.outcome = row_outcome();
  result.span = span_from(first);
  return result;
}

void Parser::table(ast::Decl& decl) {
  decl.name = name("the name of the table");
  expect_word("on", "and a scope after the name of the table");
  decl.has_scope = true;
  if (!recovering_) decl.scope = scope();
  expect(Kind::OpenBrace, "after the scope");
  if (!recovering_ && accept(Kind::When)) {
    decl.clauses.when_span = tokens_[position_ - 1].span;
    decl.clauses.when = expression();
  }
  if (!recovering_ && accept(Kind::Unless)) {
    decl.clauses.unless_span = tokens_[position_ - 1].span;
    decl.clauses.unless = expression();
  }
  expect_word("row", "and the inputs of the table");
  std::vector<ast::Expr*> header;
  while (!recovering_ && accept(Kind::Bar)) header.push_back(expression());
  if (!recovering_ && header.empty()) unexpected("`|` and an input after `row`");
  decl.header = keep(header);
  std::vector<ast::Row> rows;
  while (!recovering_ && at(Kind::Name) && !at_word("otherwise")) rows.push_back(row());
  if (!recovering_ && rows.empty()) unexpected("a row with a label");
  decl.rows = keep(rows);
  if (!recovering_ && accept_word("otherwise")) {
    decl.has_otherwise = true;
    if (expect(Kind::Arrow, "after `otherwise`")) decl.otherwise = row_outcome();
  }
  expect(Kind::CloseBrace, "to close the table");
}

}  // namespace remit::lang
