#include "compiler/check/policy/tables.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/policy/cells.h"
#include "compiler/check/policy/conditions.h"
#include "compiler/check/policy/table_cells.h"
#include "compiler/check/policy/table_cover.h"

namespace remit::compiler {

using ast::VerdictWord;

namespace {

bool contains_match(const ast::Expr& expr) {
  bool found = expr.kind == ast::ExprKind::Match;
  ast::for_each_child(expr,
                      [&](const ast::Expr& child) { found = found || contains_match(child); });
  return found;
}

class TableChecker : Reporter {
 public:
  TableChecker(TableInfo& table, std::span<ItemInfo> items, const PolicyContext& context)
      : Reporter(context.env.reporter),
        table_(table),
        decl_(*table.decl),
        items_(items),
        context_(context),
        schema_(context.env.schema),
        shared_(shared_by_rows()),
        expressions_(expressions_of(shared_, ExprRole::Item, context)) {}

  KeySet run();

 private:
  ItemInfo shared_by_rows();
  bool check_header(const KeySet& present);
  bool check_input(const ast::Expr& input);
  void check_row_outcome(const ItemInfo& item);
  bool check_cells(RowInfo& row, const ast::Row& source);
  void check_cover();
  std::string shown_case(const std::vector<std::vector<Interval>>& atoms, const Case& where);
  ItemInfo& item_of(const RowInfo& row) { return items_[static_cast<std::size_t>(row.item)]; }

  TableInfo& table_;
  const ast::TableDecl& decl_;
  std::span<ItemInfo> items_;
  const PolicyContext& context_;
  const Schema& schema_;
  ItemInfo shared_;  // what its rows share: a row with the scope and the conditions of the table
  ExpressionChecker expressions_;
  std::set<std::size_t> wrong_sizes_;  // a header that lacks an input is one mistake
};

ItemInfo TableChecker::shared_by_rows() {
  ItemInfo shared = item_of(table_.rows.front());
  shared.clauses = &decl_.clauses;
  shared.scope = scope_of(shared, context_);
  return shared;
}

KeySet TableChecker::run() {
  for (const RowInfo& row : table_.rows) item_of(row).scope = shared_.scope;
  // All rows have one scope: where it is too wide, one of them is enough to say so.
  for (const RowInfo& row : table_.rows) {
    if (!check_grant_scope(item_of(row), context_)) break;
  }
  if (!decl_.is_guard && context_.policy.guards_only) {
    report(Code::E0609, decl_.keyword_span, "a guards-only policy has no tables that grant")
        .secondary_at(context_.file().header_span, "the policy says `guards only`")
        .help("make it a `guard table`, or move it to a granting policy");
  }
  const KeySet present = check_conditions(shared_, expressions_, context_);
  // A row whose label was refused is not among them.
  bool sound = check_header(present) &&
               table_.rows.size() == decl_.rows.size() + (decl_.has_otherwise ? 1 : 0);
  for (RowInfo& row : table_.rows) {
    check_row_outcome(item_of(row));
    const auto source = std::ranges::find_if(decl_.rows, [&](const ast::Row& written) {
      return &written.outcome.verdict == item_of(row).verdict;
    });
    if (source != decl_.rows.end()) sound = check_cells(row, *source) && sound;
  }
  if (sound && !decl_.damaged && !shared_.scope.empty()) check_cover();
  return present;
}

bool TableChecker::check_header(const KeySet& present) {
  bool sound = decl_.header.size() <= limits::kTableInputsMax;
  if (!sound) {
    report(Code::E1102, decl_.header[limits::kTableInputsMax]->span,
           fmt::format("table `{}` has {} inputs; at most {} are allowed", decl_.name.text,
                       decl_.header.size(), limits::kTableInputsMax))
        .help("join inputs, or split the table");
  }
  for (const ast::Expr* input : decl_.header) {
    expressions_.expression(*input, nullptr, present);
    sound = check_input(*input) && sound;
  }
  return sound;
}

bool TableChecker::check_input(const ast::Expr& input) {
  const Type* type = expressions_.info(input).type;
  if (type == nullptr) return false;
  if (contains_match(input)) {
    report(Code::E0704, input.span, "a `match` cannot be an input of a table")
        .help("make the operand of the `match` an input of its own");
    return false;
  }
  if (is_integral(type->kind)) return true;
  report(Code::E0704, input.span,
         fmt::format("`{}` cannot be cut into cases", spelled(*type, schema_)))
      .note("an input is a bool, an enum, a tool, an int, money, a duration or a time")
      .help("compare it, and make the comparison the input; or declare an enum");
  return false;
}

// `table` rows grant, deny or pass; those of a `guard table` close or pass. `otherwise` is no
// grant.
void TableChecker::check_row_outcome(const ItemInfo& item) {
  const VerdictWord outcome = item.outcome();
  if (outcome == VerdictWord::None) return;  // it did not parse
  const bool otherwise = item.verdict == &item.its_table().otherwise.verdict;
  const bool allowed = item.kind == ItemKind::GuardRow ? outcome != VerdictWord::Permit
                       : otherwise ? outcome == VerdictWord::Deny || outcome == VerdictWord::Pass
                                   : true;
  if (allowed) return;
  report(Code::E0707, item.verdict->span,
         item.kind == ItemKind::GuardRow ? "a guard table does not permit"
                                         : "`otherwise` of a table grants nothing")
      .help(item.kind == ItemKind::GuardRow ? "write `pass`, or make it a `table`"
                                            : "write `deny`, `pass`, or rows for what it grants");
}

bool TableChecker::check_cells(RowInfo& row, const ast::Row& source) {
  if (source.cells.size() != decl_.header.size()) {
    // In a damaged table what is missing did not parse.
    if (decl_.damaged || !wrong_sizes_.insert(source.cells.size()).second) return false;
    const auto counted = [](std::size_t n, std::string_view what) {
      return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
    };
    report(Code::E0703, source.label.span,
           fmt::format("row `{}` has {}, the table has {}", source.label.text,
                       counted(source.cells.size(), "cell"), counted(decl_.header.size(), "input")))
        .secondary_at(join(decl_.header.front()->span, decl_.header.back()->span), "the inputs")
        .help("write one cell for each input; `*` is any value");
    return false;
  }
  bool sound = true;
  for (std::size_t i = 0; i < source.cells.size(); ++i) {
    auto cell = check_cell(source.cells[i], *decl_.header[i], expressions_, context_.env,
                           context_.definitions);
    sound = sound && cell.has_value();
    row.cells.push_back(
        cell ? std::move(*cell)
             : CellInfo{.span = source.cells[i].span, .any = true, .negated = false, .items = {}});
  }
  return sound;
}

// ---- cases

std::string TableChecker::shown_case(const std::vector<std::vector<Interval>>& atoms,
                                     const Case& where) {
  std::string text;
  for (std::size_t i = 0; i < where.size(); ++i) {
    const ast::Expr& input = *decl_.header[i];
    text +=
        fmt::format("{}{} = {}", i == 0 ? "" : ", ", quoted(input.span),
                    spelled_value(*expressions_.info(input).type, atoms[i][where[i]].low, schema_));
  }
  return text;
}

void TableChecker::check_cover() {
  std::vector<std::vector<Interval>> atoms;
  std::vector<std::size_t> sizes;
  std::size_t cases = 1;
  for (std::size_t input = 0; input < decl_.header.size(); ++input) {
    std::vector<const CellInfo*> cells;
    for (const RowInfo& row : table_.rows) {
      if (!row.cells.empty()) cells.push_back(&row.cells[input]);
    }
    atoms.push_back(atoms_of(
        expressions_.info(*decl_.header[input]).interval,
        discrete_values(expressions_.info(*decl_.header[input]), shared_.scope, schema_), cells));
    sizes.push_back(atoms.back().size());
    cases *= sizes.back();
    if (cases > limits::kTableCasesMax || cases == 0) break;
  }
  if (cases > limits::kTableCasesMax) {
    report(
        Code::E0705, decl_.name.span,
        fmt::format("table `{}` has more than {} cases", decl_.name.text, limits::kTableCasesMax))
        .help("split the table, or use fewer constants in its cells");
    return;
  }
  if (cases == 0) return;  // an enum without values
  std::vector<CoverRow> rows;
  std::vector<const RowInfo*> sources;
  for (const RowInfo& row : table_.rows) {
    if (row.cells.empty()) continue;
    CoverRow& cells = rows.emplace_back();
    sources.push_back(&row);
    for (std::size_t input = 0; input < atoms.size(); ++input)
      cells.takes.push_back(atoms_taken(row.cells[input], atoms[input]));
  }
  const Cover result = cover(sizes, rows);
  for (const Overlap& overlap : result.overlaps) {
    const ItemInfo &first = item_of(*sources[overlap.first]),
                   &second = item_of(*sources[overlap.second]);
    report(Code::E0701, second.place,
           fmt::format("rows `{}` and `{}` overlap", first.name, second.name))
        .secondary_at(first.place, "the other row")
        .note(fmt::format("e.g. {}", shown_case(atoms, overlap.where)))
        .help("narrow a cell of one of them; rows have no order");
  }
  if (result.gap && !decl_.has_otherwise) {
    report(Code::E0702, decl_.name.span,
           fmt::format("table `{}` leaves {} open", decl_.name.text,
                       result.gaps == 1 ? "a case" : fmt::format("{} cases", result.gaps)))
        .note(fmt::format("e.g. {}", shown_case(atoms, *result.gap)))
        .help("add a row, or close it with `otherwise => deny because \"…\"`");
  }
  const bool all_known = result.overlaps.size() < kOverlapsMax;
  if (all_known && !result.gap && decl_.has_otherwise) {
    report(Code::E0708, decl_.otherwise.verdict.span,
           "`otherwise` can never apply: the rows cover every case")
        .help("remove it");
  }
}

}  // namespace

KeySet check_table(TableInfo& table, std::span<ItemInfo> items, const PolicyContext& context) {
  return TableChecker(table, items, context).run();
}

}  // namespace remit::compiler
