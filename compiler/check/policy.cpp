// Policies and layers.

#include <algorithm>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/checker.h"

namespace remit::compiler {

namespace {

constexpr std::string_view kMainLayer = "main";

std::string_view layer_of(const ast::Module& module) {
  return module.has_layer ? module.layer.text : kMainLayer;
}

}  // namespace

// Policies in canonical order: layers as the manifest has them, else bytewise; then bytewise by
// name.
void Checker::collect_policies() {
  std::vector<std::string_view> layers;
  if (layering_.declared) {
    for (const std::string& layer : layering_.layers) layers.push_back(layer);
  } else {
    std::set<std::string_view> names;
    for (const TypedModule& module : bundle_.modules) {
      if (module.ast->kind == ast::ModuleKind::Policy) names.insert(layer_of(*module.ast));
    }
    layers.assign(names.begin(), names.end());
    if (layers.size() > limits::kLayersMax) {
      diags_
          .report(Code::E1102, fmt::format("the bundle has {} layers; at most {} are allowed",
                                           layers.size(), limits::kLayersMax))
          .help("join layers");
    }
  }
  for (const std::string_view layer : layers) {
    const bool machine = std::ranges::find(layering_.machine, layer) != layering_.machine.end();
    bundle_.layers.push_back({layer, false, machine, {}});
  }
  for (std::size_t i = 0; i < bundle_.modules.size(); ++i) {
    const ast::Module& module = *bundle_.modules[i].ast;
    if (module.kind != ast::ModuleKind::Policy) continue;
    const auto layer = std::ranges::find(bundle_.layers, layer_of(module), &LayerInfo::name);
    if (layer == bundle_.layers.end()) {
      Diagnostic& diagnostic =
          report(Code::E1206, module.has_layer ? module.layer.span : module.header_span,
                 fmt::format("layer `{}` is not in the manifest", layer_of(module)));
      diagnostic.help("add it to `layers` in remit.toml");
      suggest(diagnostic, layer_of(module),
              module.has_layer ? module.layer.span : module.header_span, layers);
      continue;
    }
    PolicyInfo policy;
    policy.module = static_cast<ModuleIndex>(i);
    policy.name = module.name.text;
    policy.layer = static_cast<LayerIndex>(layer - bundle_.layers.begin());
    policy.guards_only = module.guards_only;
    bundle_.policies.push_back(std::move(policy));
  }
  std::ranges::sort(bundle_.policies, {},
                    [](const PolicyInfo& p) { return std::pair(p.layer, p.name); });
  if (bundle_.policies.size() > limits::kPoliciesMax) {
    diags_
        .report(Code::E1102, fmt::format("the bundle has {} policies; at most {} are allowed",
                                         bundle_.policies.size(), limits::kPoliciesMax))
        .help("join policies, or split the bundle");
  }
  for (std::size_t i = 0; i < bundle_.policies.size(); ++i) {
    const PolicyInfo& policy = bundle_.policies[i];
    policy_of_module_[policy.module] = static_cast<PolicyIndex>(i);
    bundle_.layers[static_cast<std::size_t>(policy.layer)].policies.push_back(
        static_cast<PolicyIndex>(i));
  }
  for (const LayerInfo& layer : bundle_.layers) {
    // A layer without policies would do nothing, so it is reported.
    if (!layer.policies.empty() || bundle_.policies.empty()) continue;
    diags_.report(Code::E1206, fmt::format("layer `{}` of remit.toml has no policy", layer.name))
        .help("add the policy, or take the layer out of `layers`");
  }
  applies_present_.resize(bundle_.policies.size());
}

void Checker::check_policy(PolicyIndex index) {
  PolicyInfo& policy = bundle_.policies[static_cast<std::size_t>(index)];
  const ast::Module& module = ast_of(policy.module);
  const std::size_t errors = diags_.error_count();
  policy.scope = module.has_scope
                     ? resolve_scope(module.scope, policy.module)
                     : resolve_scope({.span = {}, .any = true, .patterns = {}}, policy.module);
  policy.scope_is_known = !module.damaged_header && diags_.error_count() == errors;
  if (module.applies != nullptr) {
    context_ = ExprContext{ExprRole::Applies, policy.module, nullptr, false, {}, false};
    applies_present_[static_cast<std::size_t>(index)] = condition(*module.applies, {}).when_true;
  }
  const std::size_t first_table = bundle_.tables.size();
  collect_items(index);
  link_rows(policy, first_table);
  if (bundle_.items.size() > limits::kItemsMax) {
    report(Code::E1102, module.header_span,
           fmt::format("the bundle has more than {} items", limits::kItemsMax))
        .help("split the bundle");
  }
  // Counters have the types of their limits, so limits come first.
  for (const ItemIndex item : policy.items) {
    if (bundle_.item(item).kind == ItemKind::Limit) check_item(item);
  }
  for (std::size_t i = first_table; i < bundle_.tables.size(); ++i)
    check_table(static_cast<TableIndex>(i));
  for (const ItemIndex item : policy.items) {
    if (bundle_.item(item).kind != ItemKind::Limit) check_item(item);
  }
}

namespace {

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

}  // namespace

// Everything in the policy that has a condition, in canonical order, and nothing of it checked but
// the names.
void Checker::collect_items(PolicyIndex index) {
  PolicyInfo& policy = bundle_.policies[static_cast<std::size_t>(index)];
  std::map<std::string_view, const ast::Decl*> names;
  std::vector<ItemInfo> items;
  for (const ast::Decl* declared : ast_of(policy.module).decls) {
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
             fmt::format("policy `{}` has two items `{}`", policy.name, decl->name.text))
          .secondary_at(first->second->name.span, "the first one")
          .help("rename one of them");
      continue;
    }
    if (decl->kind == ast::DeclKind::Table) {
      collect_rows(ast::as<ast::TableDecl>(*decl), items);
      continue;
    }
    ItemInfo item;
    item.kind = item_kind(decl->kind);
    item.decl = decl;
    item.verdict = &verdict_of(*decl);
    item.clauses = &decl->clauses;
    item.name = decl->name.text;
    item.place = decl->name.span;
    items.push_back(std::move(item));
  }
  std::ranges::stable_sort(items, {}, &ItemInfo::name);
  for (ItemInfo& item : items) {
    const auto own = static_cast<ItemIndex>(bundle_.items.size());
    item.policy = index;
    if (is_row(item.kind)) {
      const bool begins = bundle_.tables.empty() || bundle_.tables.back().decl != item.decl;
      if (begins) bundle_.tables.push_back({&item.its_table(), index, {}});
      item.table = static_cast<TableIndex>(bundle_.tables.size() - 1);
    }
    policy.items.push_back(own);
    bundle_.items.push_back(std::move(item));
  }
}

void Checker::check_layers() {
  if (bundle_.policies.empty()) return;
  bool granting = false;
  for (LayerInfo& layer : bundle_.layers) {
    const PolicyInfo *closed = nullptr, *open = nullptr;
    for (const PolicyIndex index : layer.policies) {
      const PolicyInfo& policy = bundle_.policies[static_cast<std::size_t>(index)];
      (policy.guards_only ? closed : open) = &policy;
    }
    if (closed != nullptr && open != nullptr) {
      report(Code::E1202, ast_of(closed->module).header_span,
             fmt::format("layer `{}` has policies with and without `guards only`", layer.name))
          .secondary_at(ast_of(open->module).header_span, "this one may grant")
          .help("put them into different layers, or mark both");
    }
    layer.guards_only = open == nullptr;
    granting = granting || open != nullptr;
  }
  if (granting || layering_.alone) return;
  report(Code::E1201, ast_of(bundle_.policies.front().module).header_span,
         "no layer of the bundle can grant: everything would be denied")
      .help("add a policy without `guards only`");
}

}  // namespace remit::compiler
