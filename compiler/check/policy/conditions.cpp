#include "compiler/check/policy/conditions.h"

#include <algorithm>

#include <fmt/format.h>

namespace remit::compiler {

std::vector<ToolIndex> scope_of(const ItemInfo& item, const PolicyContext& context) {
  const ast::ItemDecl& decl = *item.decl;
  if (item.kind == ItemKind::Assert && !decl.has_scope) return context.scopes.all_tools();
  return context.scopes.tools(decl.scope, context.policy.module);
}

bool check_grant_scope(const ItemInfo& item, const PolicyContext& context) {
  const PolicyInfo& policy = context.policy;
  if (!item.grants() || !policy.scope_is_known) return true;
  for (const ToolIndex tool : item.scope) {
    if (std::ranges::binary_search(policy.scope, tool)) continue;
    context.env.reporter
        .report(Code::E0610, item.kind == ItemKind::Rule ? item.decl->scope.span : item.place,
                fmt::format("the {} grants `{}`, which lies outside the policy's `on`",
                            spelling(item.kind), context.env.schema.tool(tool).name))
        .secondary_at(context.file().scope.span, "what the policy may grant")
        .help(fmt::format("narrow the {}, or widen the policy",
                          item.kind == ItemKind::Rule ? "rule" : "table"));
    return false;
  }
  return true;
}

ExpressionChecker expressions_of(const ItemInfo& item, ExprRole role,
                                 const PolicyContext& context) {
  const ast::ItemDecl& decl = *item.decl;
  return {context.env,
          context.definitions,
          {.role = role,
           .module = context.policy.module,
           .scope = &item.scope,
           .scope_is_any = decl.scope.any || !decl.has_scope,
           .counters = context.counters,
           .presence_unknown = decl.damaged}};
}

KeySet check_conditions(const ItemInfo& item, ExpressionChecker& expressions,
                        const PolicyContext& context) {
  const ast::Clauses& clauses = *item.clauses;
  KeySet present = context.present;
  if (clauses.when != nullptr)
    present = united(present, expressions.condition(*clauses.when, present).when_true);
  if (clauses.unless != nullptr)
    present = united(present, expressions.condition(*clauses.unless, present).when_false);
  return present;
}

}  // namespace remit::compiler
