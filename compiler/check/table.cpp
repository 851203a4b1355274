// Tables: rows as items, inputs, outcomes, and whether every case has exactly one row.

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/cells.h"
#include "compiler/check/checker.h"
#include "compiler/check/table_cover.h"

namespace remit::compiler {

using ast::VerdictWord;

namespace {

constexpr std::string_view kOtherwise = "otherwise";

bool has_atoms(TypeKind kind) { return is_integral(kind); }

bool contains_match(const ast::Expr& expr) {
  bool found = expr.kind == ast::ExprKind::Match;
  ast::for_each_child(expr,
                      [&](const ast::Expr& child) { found = found || contains_match(child); });
  return found;
}

}  // namespace

void Checker::collect_rows(const ast::TableDecl& decl, std::vector<ItemInfo>& items) {
  std::map<std::string_view, const ast::Row*> labels;
  const auto add = [&](std::string_view label, Span place, const ast::RowVerdict& outcome) {
    ItemInfo item;
    item.kind = decl.is_guard ? ItemKind::GuardRow : ItemKind::Row;
    item.decl = &decl;
    item.verdict = &outcome.verdict;
    item.clauses = &outcome.clauses;
    item.name = bundle_.arena->copy(fmt::format("{}.{}", decl.name.text, label));
    item.place = place;
    items.push_back(std::move(item));
  };
  for (const ast::Row& row : decl.rows) {
    if (row.label.empty()) continue;
    if (row.label.text == kOtherwise) {
      report(Code::E0308, row.label.span, "`otherwise` is not a label: it names what no row takes")
          .help("write `otherwise => …` as the last line, or choose another label");
      continue;
    }
    const auto [first, is_new] = labels.try_emplace(row.label.text, &row);
    if (!is_new) {
      report(Code::E0302, row.label.span,
             fmt::format("table `{}` has two rows `{}`", decl.name.text, row.label.text))
          .secondary_at(first->second->label.span, "the first one")
          .help("rename one of them");
      continue;
    }
    add(row.label.text, row.label.span, row.outcome);
  }
  if (decl.has_otherwise) add(kOtherwise, decl.otherwise.verdict.span, decl.otherwise);
}

// The rows of a policy's tables in the order in which they were written.
void Checker::link_rows(const PolicyInfo& policy, std::size_t first_table) {
  for (const ItemIndex index : policy.items) {
    const ItemInfo& item = item_at(index);
    if (!is_row(item.kind)) continue;
    bundle_.tables[static_cast<std::size_t>(item.table)].rows.push_back({index, {}});
  }
  for (TableInfo& table : std::span(bundle_.tables).subspan(first_table)) {
    std::ranges::sort(table.rows, {}, [&](const RowInfo& row) {
      const ItemInfo& item = item_at(row.item);
      const bool otherwise = item.verdict == &table.decl->otherwise.verdict;
      return std::pair(otherwise, item.place.begin);
    });
  }
}

void Checker::check_table(TableIndex index) {
  TableInfo& table = bundle_.tables[static_cast<std::size_t>(index)];
  const ast::TableDecl& decl = *table.decl;
  ItemInfo shared = item_at(table.rows.front().item);
  shared.clauses = &decl.clauses;
  resolve_item_scope(shared);
  for (const RowInfo& row : table.rows) item_at(row.item).scope = shared.scope;
  // All rows have one scope: where it is too wide, one of them is enough to say so.
  for (const RowInfo& row : table.rows) {
    if (!check_grant_scope(item_at(row.item))) break;
  }
  if (!decl.is_guard && bundle_.policy(shared).guards_only) {
    report(Code::E0609, decl.keyword_span, "a guards-only policy has no tables that grant")
        .secondary_at(ast_of(policy_module(shared)).header_span, "the policy says `guards only`")
        .help("make it a `guard table`, or move it to a granting policy");
  }
  const KeySet present = check_conditions(shared, ExprRole::Item);
  rows_present_[&decl] = present;
  // A row whose label was refused is not among them.
  bool sound = check_header(decl, present) &&
               table.rows.size() == decl.rows.size() + (decl.has_otherwise ? 1 : 0);
  std::set<std::size_t> wrong_sizes;  // a header that lacks an input is one mistake
  for (RowInfo& row : table.rows) {
    check_row_outcome(item_at(row.item));
    const auto source = std::ranges::find_if(decl.rows, [&](const ast::Row& written) {
      return &written.outcome.verdict == item_at(row.item).verdict;
    });
    if (source != decl.rows.end()) sound = check_cells(table, row, *source, wrong_sizes) && sound;
  }
  if (sound && !decl.damaged && !shared.scope.empty()) check_cover(table);
}

bool Checker::check_header(const ast::TableDecl& decl, const KeySet& present) {
  bool sound = decl.header.size() <= limits::kTableInputsMax;
  if (!sound) {
    report(Code::E1102, decl.header[limits::kTableInputsMax]->span,
           fmt::format("table `{}` has {} inputs; at most {} are allowed", decl.name.text,
                       decl.header.size(), limits::kTableInputsMax))
        .help("join inputs, or split the table");
  }
  for (const ast::Expr* input : decl.header) {
    expression(*input, nullptr, present);
    sound = check_input(*input) && sound;
  }
  return sound;
}

bool Checker::check_input(const ast::Expr& input) {
  const Type* type = info(input).type;
  if (type == nullptr) return false;
  if (contains_match(input)) {
    report(Code::E0704, input.span, "a `match` cannot be an input of a table")
        .help("make the operand of the `match` an input of its own");
    return false;
  }
  if (has_atoms(type->kind)) return true;
  report(Code::E0704, input.span,
         fmt::format("`{}` cannot be cut into cases", spelled(*type, bundle_)))
      .note("an input is a bool, an enum, a tool, an int, money, a duration or a time")
      .help("compare it, and make the comparison the input; or declare an enum");
  return false;
}

// `table` rows grant, deny or pass; those of a `guard table` close or pass. `otherwise` is no
// grant.
void Checker::check_row_outcome(const ItemInfo& item) {
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

bool Checker::check_cells(TableInfo& table, RowInfo& row, const ast::Row& source,
                          std::set<std::size_t>& wrong_sizes) {
  const ast::TableDecl& decl = *table.decl;
  if (source.cells.size() != decl.header.size()) {
    // In a damaged table what is missing did not parse.
    if (decl.damaged || !wrong_sizes.insert(source.cells.size()).second) return false;
    const auto counted = [](std::size_t n, std::string_view what) {
      return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
    };
    report(Code::E0703, source.label.span,
           fmt::format("row `{}` has {}, the table has {}", source.label.text,
                       counted(source.cells.size(), "cell"), counted(decl.header.size(), "input")))
        .secondary_at(join(decl.header.front()->span, decl.header.back()->span), "the inputs")
        .help("write one cell for each input; `*` is any value");
    return false;
  }
  bool sound = true;
  for (std::size_t i = 0; i < source.cells.size(); ++i) {
    auto cell = check_cell(source.cells[i], *decl.header[i]);
    sound = sound && cell.has_value();
    row.cells.push_back(
        cell ? std::move(*cell)
             : CellInfo{.span = source.cells[i].span, .any = true, .negated = false, .items = {}});
  }
  return sound;
}

// ---- cases

std::vector<std::int64_t> Checker::discrete_values(const ast::Expr& input,
                                                   const std::vector<ToolIndex>& scope) {
  const ExprInfo& result = info(input);
  std::vector<std::int64_t> values;
  std::size_t count = 0;
  if (result.type->kind == TypeKind::Bool) count = 2;
  if (result.type->kind == TypeKind::Enum) count = bundle_.enumeration(*result.type).values.size();
  // The tool at hand is one of the table's scope; a tool that a fact names may be any.
  const bool own = result.binding == BindingKind::Fact && result.fact.base == Base::Tool;
  if (result.type->kind == TypeKind::Tool) {
    if (own) {
      for (const ToolIndex tool : scope) values.push_back(static_cast<std::int64_t>(tool));
      return values;
    }
    count = bundle_.tools.size();
  }
  for (std::size_t i = 0; i < count; ++i) values.push_back(static_cast<std::int64_t>(i));
  return values;
}

std::string Checker::shown_case(const ast::TableDecl& decl,
                                const std::vector<std::vector<Interval>>& atoms,
                                const std::vector<std::uint32_t>& where) {
  std::string text;
  for (std::size_t i = 0; i < where.size(); ++i) {
    const ast::Expr& input = *decl.header[i];
    text += fmt::format("{}{} = {}", i == 0 ? "" : ", ", sources_.text(input.span),
                        spelled_value(*info(input).type, atoms[i][where[i]].low, bundle_));
  }
  return text;
}

void Checker::check_cover(const TableInfo& table) {
  const ast::TableDecl& decl = *table.decl;
  const auto& scope = item_at(table.rows.front().item).scope;
  std::vector<std::vector<Interval>> atoms;
  std::vector<std::size_t> sizes;
  std::size_t cases = 1;
  for (std::size_t input = 0; input < decl.header.size(); ++input) {
    std::vector<const CellInfo*> cells;
    for (const RowInfo& row : table.rows) {
      if (!row.cells.empty()) cells.push_back(&row.cells[input]);
    }
    atoms.push_back(atoms_of(info(*decl.header[input]).interval,
                             discrete_values(*decl.header[input], scope), cells));
    sizes.push_back(atoms.back().size());
    cases *= sizes.back();
    if (cases > limits::kTableCasesMax || cases == 0) break;
  }
  if (cases > limits::kTableCasesMax) {
    report(Code::E0705, decl.name.span,
           fmt::format("table `{}` has more than {} cases", decl.name.text, limits::kTableCasesMax))
        .help("split the table, or use fewer constants in its cells");
    return;
  }
  if (cases == 0) return;  // an enum without values
  std::vector<CoverRow> rows;
  std::vector<const RowInfo*> sources;
  for (const RowInfo& row : table.rows) {
    if (row.cells.empty()) continue;
    CoverRow& cells = rows.emplace_back();
    sources.push_back(&row);
    for (std::size_t input = 0; input < atoms.size(); ++input)
      cells.takes.push_back(atoms_taken(row.cells[input], atoms[input]));
  }
  const Cover result = cover(sizes, rows);
  for (const Overlap& overlap : result.overlaps) {
    const ItemInfo &first = item_at(sources[overlap.first]->item),
                   &second = item_at(sources[overlap.second]->item);
    report(Code::E0701, second.place,
           fmt::format("rows `{}` and `{}` overlap", first.name, second.name))
        .secondary_at(first.place, "the other row")
        .note(fmt::format("e.g. {}", shown_case(decl, atoms, overlap.where)))
        .help("narrow a cell of one of them; rows have no order");
  }
  if (result.gap && !decl.has_otherwise) {
    report(Code::E0702, decl.name.span,
           fmt::format("table `{}` leaves {} open", decl.name.text,
                       result.gaps == 1 ? "a case" : fmt::format("{} cases", result.gaps)))
        .note(fmt::format("e.g. {}", shown_case(decl, atoms, *result.gap)))
        .help("add a row, or close it with `otherwise => deny because \"…\"`");
  }
  const bool all_known = result.overlaps.size() < kOverlapsMax;
  if (all_known && !result.gap && decl.has_otherwise) {
    report(Code::E0708, decl.otherwise.verdict.span,
           "`otherwise` can never apply: the rows cover every case")
        .help("remove it");
  }
}

}  // namespace remit::compiler
