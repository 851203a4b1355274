#include "compiler/review/tools.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace remit::compiler {

namespace {

using lang::Code;

void conditional_layers(const ir::Bundle& bundle, lang::Diagnostics& diags) {
  const TypedBundle& typed = *bundle.typed;
  for (const LayerInfo& layer : typed.layers) {
    if (layer.guards_only || layer.policies.empty()) continue;
    const bool all = std::ranges::all_of(layer.policies, [&](PolicyIndex p) {
      return bundle.policies[static_cast<std::size_t>(p)].applies.has_value();
    });
    if (!all) continue;
    const PolicyInfo& policy = typed.policies[static_cast<std::size_t>(layer.policies.front())];
    diags
        .report(Code::W1309, typed.module(policy.module).ast->header_span,
                fmt::format("every policy of layer `{}` applies only sometimes", layer.name))
        .note("when none applies, the layer denies")
        .help("add a policy without `applies when`");
  }
}

// By layer and tool: whether something may grant it.
std::vector<std::vector<bool>> granted_tools(const TypedBundle& typed) {
  std::vector<std::vector<bool>> granted(typed.layers.size(),
                                         std::vector<bool>(typed.tools.size()));
  for (const ItemInfo& item : typed.items) {
    if (!may_grant(item.kind) || !item.grants()) continue;
    auto& tools = granted[static_cast<std::size_t>(typed.policy(item).layer)];
    for (const ToolIndex tool : item.scope) tools[static_cast<std::size_t>(tool)] = true;
  }
  return granted;
}

void ungranted_tools(const TypedBundle& typed, lang::Diagnostics& diags) {
  const auto granted = granted_tools(typed);
  for (std::size_t tool = 0; tool < typed.tools.size(); ++tool) {
    std::string layers;
    for (std::size_t layer = 0; layer < typed.layers.size(); ++layer) {
      const LayerInfo& info = typed.layers[layer];
      if (info.guards_only || info.policies.empty() || granted[layer][tool]) continue;
      layers += fmt::format("{}`{}`", layers.empty() ? "" : ", ", info.name);
    }
    if (layers.empty()) continue;
    diags
        .report(Code::W1316, typed.tools[tool].span,
                fmt::format("nothing in layer {} grants `{}`", layers, typed.tools[tool].name))
        .note("so every call of it is denied")
        .help("add a rule for it, or write `@allow(\"W1316\", \"…\")` on the tool");
  }
}

void idle_overrides(const TypedBundle& typed, lang::Diagnostics& diags) {
  for (const ItemInfo& item : typed.items) {
    for (std::size_t i = 0; i < item.overrides.size(); ++i) {
      const ItemInfo& lifted = typed.item(item.overrides[i]);
      const bool meet = std::ranges::any_of(item.scope, [&](ToolIndex tool) {
        return std::ranges::binary_search(lifted.scope, tool);
      });
      if (meet) continue;
      diags
          .report(Code::W1318, item.rule().overrides[i].span,
                  fmt::format("`{}` never lifts `{}`: they have no tool in common", item.name,
                              lifted.name))
          .secondary_at(lifted.place, "declared here")
          .help("name an item for one of its tools, or remove the override");
    }
  }
}

}  // namespace

void review_tools(const ir::Bundle& bundle, lang::Diagnostics& diags) {
  conditional_layers(bundle, diags);
  ungranted_tools(*bundle.typed, diags);
  idle_overrides(*bundle.typed, diags);
}

}  // namespace remit::compiler
