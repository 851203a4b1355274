#include "tests/oracle/steps.h"

#include <algorithm>
#include <set>

#include "tests/oracle/evaluate.h"

namespace remit::oracle {

namespace {

using compiler::ItemInfo;
using compiler::ModuleIndex;

class Taker {
 public:
  Taker(const compiler::TypedBundle& bundle, const Request& request)
      : bundle_(bundle), evaluator_(bundle, request) {}

  std::int64_t policy(const compiler::PolicyInfo& policy, compiler::ToolIndex tool) {
    const auto concerns = [&](compiler::ItemIndex index) {
      const auto& scope = bundle_.item(index).scope;
      return std::ranges::find(scope, tool) != scope.end();
    };
    // Of a policy without an item for the tool nothing is asked.
    if (std::ranges::none_of(policy.items, concerns)) return evaluator_.steps() + items_;
    const ast::Expr* applies = bundle_.module(policy.module).ast->applies;
    const bool holds = applies == nullptr || evaluator_.holds(*applies, policy.module);
    for (const compiler::ItemIndex index : policy.items) {
      if (!concerns(index)) continue;
      const ItemInfo& item = bundle_.item(index);
      // Sixteen items that a rule lifts are a step.
      items_ += 1 + static_cast<std::int64_t>(item.overrides.size()) / 16;
      if (holds) this->item(item, policy.module);
    }
    return evaluator_.steps() + items_;
  }

 private:
  void item(const ItemInfo& item, ModuleIndex module) {
    // A table's rows share all but their cells.
    const bool is_first = !is_row(item.kind) || tables_.insert(item.decl).second;
    if (is_first && !conditions_hold(item.decl->clauses, module)) return;
    if (!is_row(item.kind)) return limit(item, module);
    const ast::TableDecl& decl = item.its_table();
    if (is_first) {
      for (const ast::Expr* input : decl.header) value(*input, module);
    }
    for (const ast::Row& row : decl.rows) {
      if (&row.outcome.verdict != item.verdict) continue;
      for (const ast::Cell& cell : row.cells)
        items_ += static_cast<std::int64_t>(cell.items.size());
    }
  }

  bool conditions_hold(const ast::Clauses& own, ModuleIndex module) {
    return (own.when == nullptr || evaluator_.holds(*own.when, module)) &&
           (own.unless == nullptr || !evaluator_.holds(*own.unless, module));
  }

  void limit(const ItemInfo& item, ModuleIndex module) {
    if (item.kind != ItemKind::Limit) return;
    const ast::LimitDecl& decl = item.limit();
    value(*decl.maximum, module);
    if (decl.amount_kind != ast::LimitAmount::Calls) value(*decl.amount, module);
    for (const ast::Expr* key : decl.keys) value(*key, module);
  }

  void value(const ast::Expr& expr, ModuleIndex module) {
    static_cast<void>(evaluator_.value_of(expr, module));
  }

  const compiler::TypedBundle& bundle_;
  Evaluator evaluator_;
  std::set<const ast::Decl*> tables_;
  std::int64_t items_ = 0;
};

}  // namespace

std::int64_t steps_taken(const compiler::TypedBundle& bundle, const Request& request) {
  Taker taker(bundle, request);
  std::int64_t steps = 0;
  for (const compiler::PolicyInfo& policy : bundle.policies)
    steps = taker.policy(policy, request.tool);
  return steps;
}

}  // namespace remit::oracle
