#include "compiler/check/policy/policies.h"

#include <span>
#include <vector>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/expr/expressions.h"
#include "compiler/check/policy/collect_items.h"
#include "compiler/check/policy/items.h"
#include "compiler/check/policy/limits.h"
#include "compiler/check/policy/tables.h"

namespace remit::compiler {

namespace {

// Counters have the types of their limits, and a row needs its table, so limits come first and
// then tables.
void check_items(PolicyContext& context, std::size_t first_table, Policies& policies) {
  const std::span<ItemInfo> all(policies.items);
  const auto at = [&](ItemIndex index) -> ItemInfo& {
    return all[static_cast<std::size_t>(index)];
  };
  for (const ItemIndex index : context.policy.items) {
    if (at(index).kind == ItemKind::Limit) check_item(at(index), context);
  }
  context.counters = counters_of(context.policy, policies, context.env);
  std::vector<KeySet> present;  // in the rows of each table
  for (TableInfo& table : std::span(policies.tables).subspan(first_table))
    present.push_back(check_table(table, all, context));
  for (const ItemIndex index : context.policy.items) {
    ItemInfo& item = at(index);
    if (is_row(item.kind))
      check_row(item, present[static_cast<std::size_t>(item.table) - first_table], context);
    else if (item.kind != ItemKind::Limit)
      check_item(item, context);
  }
}

}  // namespace

void check_policies(Environment& env, Definitions& definitions, Scopes& scopes, Policies& policies,
                    lang::Arena& arena) {
  const Reporter& reporter = env.reporter;
  for (std::size_t i = 0; i < policies.policies.size(); ++i) {
    PolicyInfo& policy = policies.policies[i];
    const ast::Module& file = env.modules[policy.module];
    const std::size_t errors = reporter.error_count();
    policy.scope = file.has_scope ? scopes.tools(file.scope, policy.module) : scopes.all_tools();
    policy.scope_is_known = !file.damaged_header && reporter.error_count() == errors;
    PolicyContext context{env, definitions, scopes, policy, policies.layer(policy), {}};
    if (file.applies != nullptr) {
      ExpressionChecker expressions(env, definitions,
                                    {.role = ExprRole::Applies, .module = policy.module});
      context.present = expressions.condition(*file.applies, {}).when_true;
    }
    const std::size_t first_table = policies.tables.size();
    collect_items(static_cast<PolicyIndex>(i), env.modules, policies, arena, reporter);
    if (policies.items.size() > limits::kItemsMax) {
      reporter
          .report(Code::E1102, file.header_span,
                  fmt::format("the bundle has more than {} items", limits::kItemsMax))
          .help("split the bundle");
    }
    check_items(context, first_table, policies);
  }
}

}  // namespace remit::compiler
