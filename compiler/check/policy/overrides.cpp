#include "compiler/check/policy/overrides.h"

#include <algorithm>

#include <fmt/format.h>

namespace remit::compiler {

namespace {

class OverrideChecker : Reporter {
 public:
  OverrideChecker(const Environment& env, Policies& policies)
      : Reporter(env.reporter), env_(env), policies_(policies) {}

  void run();

 private:
  void check_override(ItemInfo& item, const ast::Dotted& name);
  [[nodiscard]] bool reads_host_fact(const ItemInfo& item) const;
  [[nodiscard]] bool reads_host_fact(const ast::Expr& expr, ModuleIndex module) const;

  const Environment& env_;
  Policies& policies_;
};

bool OverrideChecker::reads_host_fact(const ast::Expr& expr, ModuleIndex module) const {
  const ExprInfo& result = env_.module(module).info(expr);
  // What was reported may have been meant for one.
  if (result.type == nullptr && has_errors()) return true;
  if (result.binding == BindingKind::Fact && result.fact.base == Base::Host &&
      expr.kind != ast::ExprKind::Has) {
    const std::string_view root = env_.schema.roots[result.fact.root].name;
    if (root != "clock" && root != "call") return true;
  }
  if (result.binding == BindingKind::Def && result.def != nullptr &&
      result.def->decl->value != nullptr &&
      reads_host_fact(*result.def->decl->value, result.def->module)) {
    return true;
  }
  bool found = false;
  ast::for_each_child(
      expr, [&](const ast::Expr& child) { found = found || reads_host_fact(child, module); });
  return found;
}

bool OverrideChecker::reads_host_fact(const ItemInfo& item) const {
  const ast::Clauses& clauses = *item.clauses;
  const ModuleIndex module = policies_.policy(item).module;
  return (clauses.when != nullptr && reads_host_fact(*clauses.when, module)) ||
         (clauses.unless != nullptr && reads_host_fact(*clauses.unless, module));
}

void OverrideChecker::check_override(ItemInfo& item, const ast::Dotted& name) {
  if (name.parts.empty()) return;
  const PolicyInfo& own = policies_.policy(item);
  const bool same_policy = name.parts.size() == 1;
  for (std::size_t i = 0; i < policies_.items.size(); ++i) {
    const ItemInfo& target = policies_.items[i];
    const PolicyInfo& policy = policies_.policy(target);
    // A table is named by itself or by its row.
    const bool of_table = is_row(target.kind) && target.policy == item.policy &&
                          (target.name == name.text || target.decl->name.text == name.text);
    const bool named = same_policy ? target.policy == item.policy && target.name == name.text
                                   : policies_.full_name(target) == name.text;
    if (!named && !of_table) continue;
    if (policy.layer != own.layer) break;
    if (target.kind != ItemKind::Rule && target.kind != ItemKind::Guard) {
      const std::string_view kind =
          same_policy && of_table ? ast::keyword(target.decl->kind) : spelling(target.kind);
      report(Code::E0606, name.span,
             fmt::format("`{}` is {} {} and is never overridden", name.text,
                         kind.front() == 'a' ? "an" : "a", kind))
          .secondary_at(target.decl->name.text == name.text ? target.decl->name.span : target.place,
                        "declared here")
          .help(target.kind == ItemKind::Assert ? "write the exception into its condition"
                                                : "write the exception into its own conditions");
      return;
    }
    const auto& decl = ast::as<ast::GuardDecl>(*target.decl);
    const bool allowed =
        (decl.lift == ast::LiftMark::Overridable && target.policy == item.policy) ||
        (decl.lift == ast::LiftMark::OverridableBy && decl.lift_by.text == own.name);
    if (!allowed) {
      report(Code::E0606, name.span,
             fmt::format("`{}` may not be overridden by policy `{}`", name.text, own.name))
          .secondary_at(decl.name.span, decl.lift == ast::LiftMark::Overridable
                                            ? "`overridable` alone is for rules of its own policy"
                                            : "it does not say so")
          .help(same_policy ? "mark it `overridable`"
                            : fmt::format("mark it `overridable by {}`", own.name));
    } else if (std::ranges::find(item.overrides, static_cast<ItemIndex>(i)) !=
               item.overrides.end()) {
      report(Code::E0302, name.span, fmt::format("`{}` is overridden twice", name.text))
          .help("remove one of them");
    } else {
      item.overrides.push_back(static_cast<ItemIndex>(i));
    }
    return;
  }
  std::vector<std::string_view> candidates;
  if (same_policy) {
    for (const ItemIndex index : own.items) candidates.push_back(policies_.item(index).name);
  }
  Diagnostic& diagnostic =
      report(Code::E0605, name.span,
             fmt::format("there is no rule or guard `{}` in this layer", name.text));
  diagnostic.help("name an item of this policy, or `policy.item` of another one in the same layer");
  suggest(diagnostic, name.text, name.span, candidates);
}

void OverrideChecker::run() {
  for (ItemInfo& item : policies_.items) {
    if (item.kind != ItemKind::Rule && item.kind != ItemKind::Guard) continue;
    const auto& decl = ast::as<ast::GuardDecl>(*item.decl);
    if (decl.lift == ast::LiftMark::OverridableBy) {
      const bool known = std::ranges::any_of(policies_.policies, [&](const PolicyInfo& policy) {
        return policy.name == decl.lift_by.text;
      });
      if (!known && !decl.lift_by.text.empty()) {
        Diagnostic& diagnostic = report(Code::E0301, decl.lift_by.span,
                                        fmt::format("there is no policy `{}`", decl.lift_by.text));
        diagnostic.help("name a policy of the bundle");
        suggest(diagnostic, decl.lift_by.text, decl.lift_by.span, names_of(policies_.policies));
      }
    }
    if (item.kind != ItemKind::Rule || item.rule().overrides.empty()) continue;
    for (const ast::Dotted& name : item.rule().overrides) check_override(item, name);
    if (decl.lift != ast::LiftMark::None) {
      report(Code::E0607, decl.name.span,
             fmt::format("`{}` overrides and may be overridden itself", decl.name.text))
          .note("exceptions do not nest")
          .help("remove `overridable`");
    }
    if (!reads_host_fact(item)) {
      report(Code::E0608, decl.name.span,
             fmt::format("`{}` overrides on the agent's word alone", decl.name.text))
          .help("test a fact that the host vouches for");
    }
  }
}

}  // namespace

void check_overrides(const Environment& env, Policies& policies) {
  OverrideChecker(env, policies).run();
}

}  // namespace remit::compiler
