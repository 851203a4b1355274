#include "compiler/check/policy/collect_items.h"

#include <algorithm>
#include <map>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace remit::compiler {

namespace {

constexpr std::string_view kOtherwise = "otherwise";

// An assert has none.
const ast::VerdictClause& verdict_of(const ast::ItemDecl& decl) {
  static constexpr ast::VerdictClause kNone;
  if (ast::is_a<ast::GuardDecl>(decl.kind)) return ast::as<ast::GuardDecl>(decl).verdict;
  return decl.kind == ast::DeclKind::Limit ? ast::as<ast::LimitDecl>(decl).verdict : kNone;
}

ItemKind item_kind(ast::DeclKind kind) {
  if (kind == ast::DeclKind::Rule) return ItemKind::Rule;
  if (kind == ast::DeclKind::Guard) return ItemKind::Guard;
  return kind == ast::DeclKind::Limit ? ItemKind::Limit : ItemKind::Assert;
}

// The items of one file, by name.
class ItemReader : Reporter {
 public:
  ItemReader(lang::Arena& arena, const Reporter& reporter) : Reporter(reporter), arena_(arena) {}

  std::vector<ItemInfo> read(const ast::Module& module);

 private:
  void read_rows(const ast::TableDecl& decl);

  lang::Arena& arena_;
  std::vector<ItemInfo> items_;
};

void ItemReader::read_rows(const ast::TableDecl& decl) {
  std::map<std::string_view, const ast::Row*> labels;
  const auto add = [&](std::string_view label, Span place, const ast::RowVerdict& outcome) {
    ItemInfo item;
    item.kind = decl.is_guard ? ItemKind::GuardRow : ItemKind::Row;
    item.decl = &decl;
    item.verdict = &outcome.verdict;
    item.clauses = &outcome.clauses;
    item.name = arena_.copy(fmt::format("{}.{}", decl.name.text, label));
    item.place = place;
    items_.push_back(std::move(item));
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

std::vector<ItemInfo> ItemReader::read(const ast::Module& module) {
  std::map<std::string_view, const ast::Decl*> names;
  for (const ast::Decl* declared : module.decls) {
    if (!ast::is_a<ast::ItemDecl>(declared->kind) || declared->name.empty()) continue;
    const auto* decl = &ast::as<ast::ItemDecl>(*declared);
    if (decl->name.text == "engine" || decl->name.text == "default") {
      report(Code::E0308, decl->name.span,
             fmt::format("`{}` is reserved for the engine's own answers", decl->name.text))
          .help("choose another name");
    }
    const auto [first, is_new] = names.try_emplace(decl->name.text, decl);
    if (!is_new) {
      report(Code::E0302, decl->name.span,
             fmt::format("policy `{}` has two items `{}`", module.name.text, decl->name.text))
          .secondary_at(first->second->name.span, "the first one")
          .help("rename one of them");
      continue;
    }
    if (decl->kind == ast::DeclKind::Table) {
      read_rows(ast::as<ast::TableDecl>(*decl));
      continue;
    }
    ItemInfo item;
    item.kind = item_kind(decl->kind);
    item.decl = decl;
    item.verdict = &verdict_of(*decl);
    item.clauses = &decl->clauses;
    item.name = decl->name.text;
    item.place = decl->name.span;
    items_.push_back(std::move(item));
  }
  std::ranges::stable_sort(items_, {}, &ItemInfo::name);
  return std::move(items_);
}

// The rows of the tables from `first_table` on, in the order in which they were written.
void link_rows(const PolicyInfo& policy, std::size_t first_table, Policies& into) {
  for (const ItemIndex index : policy.items) {
    const ItemInfo& item = into.item(index);
    if (!is_row(item.kind)) continue;
    into.tables[static_cast<std::size_t>(item.table)].rows.push_back({index, {}});
  }
  for (TableInfo& table : std::span(into.tables).subspan(first_table)) {
    std::ranges::sort(table.rows, {}, [&](const RowInfo& row) {
      const ItemInfo& item = into.item(row.item);
      const bool otherwise = item.verdict == &table.decl->otherwise.verdict;
      return std::pair(otherwise, item.place.begin);
    });
  }
}

}  // namespace

void collect_items(PolicyIndex policy, const Modules& modules, Policies& into, lang::Arena& arena,
                   const Reporter& reporter) {
  PolicyInfo& info = into.policies[static_cast<std::size_t>(policy)];
  const std::size_t first_table = into.tables.size();
  for (ItemInfo& item : ItemReader(arena, reporter).read(modules[info.module])) {
    item.policy = policy;
    if (is_row(item.kind)) {
      const bool begins = into.tables.empty() || into.tables.back().decl != item.decl;
      if (begins) into.tables.push_back({&item.its_table(), policy, {}});
      item.table = static_cast<TableIndex>(into.tables.size() - 1);
    }
    info.items.push_back(static_cast<ItemIndex>(into.items.size()));
    into.items.push_back(std::move(item));
  }
  link_rows(info, first_table, into);
}

}  // namespace remit::compiler
