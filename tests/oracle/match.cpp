#include "tests/oracle/match.h"

#include <algorithm>
#include <stdexcept>

namespace remit::oracle {

using ast::Expr;
using ast::ExprKind;
using compiler::ItemInfo;
using compiler::ModuleIndex;

namespace {

// The row as written; null for `otherwise`.
const ast::Row* row_of(const ItemInfo& item) {
  for (const ast::Row& row : item.its_table().rows) {
    if (&row.outcome.verdict == item.verdict) return &row;
  }
  return nullptr;
}

}  // namespace

const Datum& engine_fact(const compiler::TypedBundle& bundle, const Request& request,
                         std::string_view root, std::string_view field) {
  for (std::size_t r = 0; r < bundle.roots.size(); ++r) {
    if (bundle.roots[r].name != root) continue;
    const auto& fields = bundle.roots[r].fields;
    const auto found = std::ranges::find(fields, field, &compiler::FieldInfo::name);
    return request.roots[r][static_cast<std::size_t>(found - fields.begin())];
  }
  throw std::logic_error("no such fact");
}

// Rows have the conditions of their table, which stand in its declaration.
bool Matcher::applies(const ItemInfo& item) {
  const ModuleIndex module = module_of(item);
  const Expr* policy = bundle_.module(module).ast->applies;
  const ast::Clauses& own = item.decl->clauses;
  return (policy == nullptr || evaluator_.holds(*policy, module)) &&
         (own.when == nullptr || evaluator_.holds(*own.when, module)) &&
         (own.unless == nullptr || !evaluator_.holds(*own.unless, module));
}

bool Matcher::matches(const ItemInfo& item) {
  if (!applies(item)) return false;
  switch (item.kind) {
    case ItemKind::Rule:
      return !item.expires_ms ||
             engine_fact(bundle_, request_, "clock", "now").integer < *item.expires_ms;
    case ItemKind::Guard:
    case ItemKind::Assert: return true;
    case ItemKind::Row:
    case ItemKind::GuardRow: return row_matches(item);
    case ItemKind::Limit: return sum_of(item).exceeded();
  }
  return false;
}

bool Matcher::cells_hold(const ast::Row& row, const ItemInfo& item) {
  bool all = true;
  for (std::size_t i = 0; i < row.cells.size(); ++i)
    all = evaluator_.takes(row.cells[i], *item.its_table().header[i], module_of(item)) && all;
  return all;
}

// `otherwise` holds when no other row does.
bool Matcher::row_matches(const ItemInfo& item) {
  if (const ast::Row* own = row_of(item)) return cells_hold(*own, item);
  return std::ranges::none_of(item.its_table().rows,
                              [&](const ast::Row& row) { return cells_hold(row, item); });
}

void Matcher::add_clauses(const Expr& condition, bool negated, ModuleIndex module, Clauses& into) {
  const bool splits = condition.kind == (negated ? ExprKind::Or : ExprKind::And);
  const auto clause = [&](const Expr& part) {
    try {
      into.emplace_back(evaluator_.holds(part, module) != negated);
    } catch (const AbsentRead&) {
      into.emplace_back(std::nullopt);
    }
  };
  if (!splits) return clause(condition);
  for (const Expr* part : ast::as<ast::ConnectiveExpr>(condition).operands) clause(*part);
}

Clauses Matcher::clauses(const ItemInfo& item) {
  const ModuleIndex module = module_of(item);
  const Expr* policy = bundle_.module(module).ast->applies;
  const ast::Clauses& own = item.decl->clauses;
  Clauses result;
  if (policy != nullptr) add_clauses(*policy, false, module, result);
  if (own.when != nullptr) add_clauses(*own.when, false, module, result);
  if (own.unless != nullptr) add_clauses(*own.unless, true, module, result);
  const ast::Row* row = is_row(item.kind) ? row_of(item) : nullptr;
  for (std::size_t i = 0; row != nullptr && i < row->cells.size(); ++i) {
    if (row->cells[i].any) continue;
    try {
      result.emplace_back(evaluator_.takes(row->cells[i], *item.its_table().header[i], module));
    } catch (const AbsentRead&) {
      result.emplace_back(std::nullopt);
    }
  }
  return result;
}

// ---- limits

LimitSum Matcher::sum_of(const ItemInfo& limit) {
  const ModuleIndex module = module_of(limit);
  const ast::LimitDecl& decl = limit.limit();
  LimitSum sum;
  sum.used = request_.counters.at(bundle_.full_name(limit)).used;
  sum.maximum = evaluator_.value_of(*decl.maximum, module).integer;
  sum.amount = decl.amount_kind == ast::LimitAmount::Calls
                   ? 1
                   : evaluator_.value_of(*decl.amount, module).integer;
  return sum;
}

std::string Matcher::wire_value(const Expr& key, ModuleIndex module) {
  const compiler::Type& type = *bundle_.module(module).info(key).type;
  const Datum value = evaluator_.value_of(key, module);
  const auto number = static_cast<std::size_t>(value.integer);
  std::string text = value.text;
  if (type.kind == TypeKind::Bool) return number != 0 ? "true" : "false";
  if (type.kind == TypeKind::Enum) text = bundle_.enumeration(type).values[number].wire_name;
  if (type.kind == TypeKind::Tool) text = bundle_.tools[number].wire_name;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '\n' || c == '\t')
      quoted += c == '\n' ? "\\n" : "\\t";
    else
      quoted += c;
  }
  return quoted + '"';
}

LimitKey Matcher::key_of(const ItemInfo& limit) {
  const ModuleIndex module = module_of(limit);
  const ast::LimitDecl& decl = limit.limit();
  LimitKey key;
  key.limit = bundle_.full_name(limit);
  for (const Expr* path : decl.keys)
    key.key += (key.key.empty() ? "" : ",") + wire_value(*path, module);
  key.key = '[' + key.key + ']';
  key.kind = bundle_.module(module).info(*decl.maximum).type->kind;
  key.window = decl.window;
  if (decl.window == Window::Sliding) key.window_ms = milliseconds(bundle_, module, decl.duration);
  const bool per_tenant = std::ranges::any_of(decl.keys, [](const Expr* path) {
    return ast::as<ast::PathExpr>(*path).path.text == "tenant.id";
  });
  key.in_tenant_zone = per_tenant && decl.window != Window::Sliding && decl.window != Window::Ever;
  return key;
}

}  // namespace remit::oracle
