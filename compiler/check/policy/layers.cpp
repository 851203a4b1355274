#include "compiler/check/policy/layers.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <remit/limits.h>

namespace remit::compiler {

std::string_view layer_of(const ast::Module& module) {
  return module.has_layer ? module.layer.text : "main";
}

// Policies in canonical order: layers as the manifest has them, else bytewise; then bytewise by
// name.
void collect_policies(const Modules& modules, const Layering& layering, Policies& policies,
                      const Reporter& reporter) {
  std::vector<std::string_view> layers;
  if (layering.declared) {
    for (const std::string& layer : layering.layers) layers.push_back(layer);
  } else {
    std::set<std::string_view> names;
    for (const ast::Module* module : modules) {
      if (module->kind == ast::ModuleKind::Policy) names.insert(layer_of(*module));
    }
    layers.assign(names.begin(), names.end());
    if (layers.size() > limits::kLayersMax) {
      reporter
          .report(Code::E1102, fmt::format("the bundle has {} layers; at most {} are allowed",
                                           layers.size(), limits::kLayersMax))
          .help("join layers");
    }
  }
  for (const std::string_view layer : layers) {
    const bool machine = std::ranges::find(layering.machine, layer) != layering.machine.end();
    policies.layers.push_back({layer, false, machine, {}});
  }
  modules.for_each([&](const ast::Module& module, ModuleIndex index) {
    if (module.kind != ast::ModuleKind::Policy) return;
    const auto layer = std::ranges::find(policies.layers, layer_of(module), &LayerInfo::name);
    if (layer == policies.layers.end()) {
      Diagnostic& diagnostic =
          reporter.report(Code::E1206, module.has_layer ? module.layer.span : module.header_span,
                          fmt::format("layer `{}` is not in the manifest", layer_of(module)));
      diagnostic.help("add it to `layers` in remit.toml");
      reporter.suggest(diagnostic, layer_of(module),
                       module.has_layer ? module.layer.span : module.header_span, layers);
      return;
    }
    PolicyInfo policy;
    policy.module = index;
    policy.name = module.name.text;
    policy.layer = static_cast<LayerIndex>(layer - policies.layers.begin());
    policy.guards_only = module.guards_only;
    policies.policies.push_back(std::move(policy));
  });
  std::ranges::sort(policies.policies, {},
                    [](const PolicyInfo& p) { return std::pair(p.layer, p.name); });
  if (policies.policies.size() > limits::kPoliciesMax) {
    reporter
        .report(Code::E1102, fmt::format("the bundle has {} policies; at most {} are allowed",
                                         policies.policies.size(), limits::kPoliciesMax))
        .help("join policies, or split the bundle");
  }
  for (std::size_t i = 0; i < policies.policies.size(); ++i) {
    const PolicyInfo& policy = policies.policies[i];
    policies.layers[static_cast<std::size_t>(policy.layer)].policies.push_back(
        static_cast<PolicyIndex>(i));
  }
  for (const LayerInfo& layer : policies.layers) {
    // A layer without policies would do nothing, so it is reported.
    if (!layer.policies.empty() || policies.policies.empty()) continue;
    reporter.report(Code::E1206, fmt::format("layer `{}` of remit.toml has no policy", layer.name))
        .help("add the policy, or take the layer out of `layers`");
  }
}

void check_layers(const Modules& modules, const Layering& layering, Policies& policies,
                  const Reporter& reporter) {
  if (policies.policies.empty()) return;
  bool granting = false;
  for (LayerInfo& layer : policies.layers) {
    const PolicyInfo *closed = nullptr, *open = nullptr;
    for (const PolicyIndex index : layer.policies) {
      const PolicyInfo& policy = policies.policies[static_cast<std::size_t>(index)];
      (policy.guards_only ? closed : open) = &policy;
    }
    if (closed != nullptr && open != nullptr) {
      reporter
          .report(Code::E1202, modules[closed->module].header_span,
                  fmt::format("layer `{}` has policies with and without `guards only`", layer.name))
          .secondary_at(modules[open->module].header_span, "this one may grant")
          .help("put them into different layers, or mark both");
    }
    layer.guards_only = open == nullptr;
    granting = granting || open != nullptr;
  }
  if (granting || layering.alone) return;
  reporter
      .report(Code::E1201, modules[policies.policies.front().module].header_span,
              "no layer of the bundle can grant: everything would be denied")
      .help("add a policy without `guards only`");
}

}  // namespace remit::compiler
