// The layout of a table: the header and each row on a line of its own, with the bars in columns.
//
//   row       | tenant.plan     | args.max_tokens
//   included  | pro, enterprise | <= 32000        => permit
//   on_free   | free            | *               => queue for tenant_admin within 12h
//       because "The free plan does not include this model; an admin may pay for it"
//   otherwise                                     => deny because "Not a plan that we sell"
//
// `because`, `advise` and `require` of an outcome leave its line, all of them, where the line would
// grow too long or a comment stands in the outcome. A comment elsewhere breaks the line of its row,
// and the rest of the row goes on in its own columns below. Nothing is aligned far to the right, so
// what is written stays in proportion to what was read.
#pragma once

#include "lang/ast.h"
#include "lang/token_layout.h"

namespace remit::lang {

// From `row` to the last outcome of a table that parsed without errors. What makes its tokens tight
// has been said before: the widths of cells depend on it.
void lay_out_table(const ast::TableDecl& table, TokenLayout& layout);

}  // namespace remit::lang
