#include "compiler/cost.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "lang/diag.h"

namespace remit::compiler {

namespace {

using ir::Node;
using ir::NodeKind;

// How many elements the collection that a node gives can have.
std::int64_t elements_of(const Node& node) {
  if (node.kind == NodeKind::SetConstant) return node.values.count;
  if (node.kind == NodeKind::MakeSet) return node.children.count;
  return is_collection(node.type->kind) ? node.type->high : 0;
}

std::int64_t children_cost(const ir::Bundle& bundle, const Node& node) {
  std::int64_t cost = 0;
  ir::for_each_child(bundle, node, [&](ir::NodeId child) { cost += cost_of(bundle, child); });
  return cost;
}

std::int64_t own_cost(const ir::Bundle& bundle, const Node& node) {
  switch (node.kind) {
    case NodeKind::Constant:
    case NodeKind::Fact:
    case NodeKind::Has:
    case NodeKind::Used:
    case NodeKind::Approved:
    case NodeKind::Not:
    case NodeKind::Compare:
    case NodeKind::InRange:
    case NodeKind::Arithmetic:
    case NodeKind::PercentOf:
    case NodeKind::Match: return 1;
    case NodeKind::And:
    case NodeKind::Or: return node.children.count - 1;
    case NodeKind::SetConstant: return node.values.count;
    case NodeKind::MakeSet: return 0;
    case NodeKind::In:
    case NodeKind::Under: return 1 + elements_of(bundle.child(node, 1));
    case NodeKind::Overlaps:
    case NodeKind::SubsetOf:
      return 1 + elements_of(bundle.child(node, 0)) + elements_of(bundle.child(node, 1));
    case NodeKind::Matches: return 1 + (bundle.child(node, 0).type->high + 15) / 16;
    case NodeKind::Quantifier: return 0;
  }
  return 0;
}

std::int64_t cost_of(const ir::Bundle& bundle, const std::optional<ir::NodeId>& id) {
  return id ? compiler::cost_of(bundle, *id) : 0;
}

// A row: itself and the parts of its cells. What a table's rows share stands with the first of
// them.
std::int64_t row_cost(const ir::Bundle& bundle, ItemIndex index) {
  const ItemInfo& item = bundle.typed->item(index);
  const TableInfo& table = bundle.typed->table(item);
  std::int64_t cost = 1;
  bool first = true;
  for (const RowInfo& row : table.rows) {
    first = first && row.item >= index;
    if (row.item != index) continue;
    for (const CellInfo& cell : row.cells) cost += static_cast<std::int64_t>(cell.items.size());
  }
  if (!first) return cost;
  const ir::Table& shared = bundle.table(item);
  cost += cost_of(bundle, shared.when) + cost_of(bundle, shared.unless);
  for (const ir::NodeId input : shared.inputs) cost += compiler::cost_of(bundle, input);
  return cost;
}

std::int64_t item_cost(const ir::Bundle& bundle, ItemIndex index) {
  const ir::Item& item = bundle.item(index);
  if (is_row(bundle.typed->item(index).kind)) return row_cost(bundle, index);
  std::int64_t cost = 1 + cost_of(bundle, item.when) + cost_of(bundle, item.unless) +
                      cost_of(bundle, item.maximum) + cost_of(bundle, item.amount);
  for (const ir::NodeId key : item.keys) cost += compiler::cost_of(bundle, key);
  return cost;
}

bool is_tenant_id(const ir::Bundle& bundle, const Node& node) {
  if (node.kind != NodeKind::Fact || node.derived != Derived::None) return false;
  const ir::Path& path = bundle.path(node);
  return path.base == Base::Host && bundle.typed->roots[path.root].name == "tenant" &&
         path.fields.size() == 1 && path.fields[0]->name == "id";
}

std::vector<std::string_view> tenants_named(const ir::Bundle& bundle, const Node& node) {
  if (node.kind == NodeKind::Compare && node.compare == ast::CompareOp::Equal) {
    const Node &left = bundle.child(node, 0), &right = bundle.child(node, 1);
    if (is_tenant_id(bundle, left) && right.kind == NodeKind::Constant) return {right.text};
  }
  if (node.kind == NodeKind::In && !node.negated && is_tenant_id(bundle, bundle.child(node, 0))) {
    const Node& set = bundle.child(node, 1);
    if (set.kind == NodeKind::SetConstant) {
      const auto texts = bundle.texts_of(set.values);
      return {texts.begin(), texts.end()};
    }
  }
  return {};
}

}  // namespace

std::int64_t cost_of(const ir::Bundle& bundle, ir::NodeId id) {
  const Node& node = bundle.node(id);
  if (node.kind == NodeKind::Quantifier) {
    const auto children = bundle.children_of(node);
    return cost_of(bundle, children[0]) +
           elements_of(bundle.node(children[0])) * cost_of(bundle, children[1]);
  }
  return own_cost(bundle, node) + children_cost(bundle, node);
}

std::vector<std::string_view> tenants_of(const ir::Bundle& bundle, const ir::Policy& policy) {
  if (!policy.applies) return {};
  // An `and` that is the last operand of an `and` continues it, in words as in code.
  for (ir::NodeId id = *policy.applies;;) {
    const Node& node = bundle.node(id);
    if (node.kind != NodeKind::And) return tenants_named(bundle, node);
    const auto children = bundle.children_of(node);
    for (const ir::NodeId child : children.first(children.size() - 1)) {
      const auto tenants = tenants_named(bundle, bundle.node(child));
      if (!tenants.empty()) return tenants;
    }
    id = children.back();
  }
}

std::vector<std::int64_t> static_bounds(const ir::Bundle& bundle) {
  const TypedBundle& typed = *bundle.typed;
  std::vector<std::int64_t> common(typed.tools.size(), 0);
  std::vector<std::map<std::string_view, std::int64_t>> by_tenant(typed.tools.size());
  for (std::size_t p = 0; p < typed.policies.size(); ++p) {
    std::map<ToolIndex, std::int64_t> of_policy;
    for (const ItemIndex index : typed.policies[p].items) {
      const std::int64_t cost = item_cost(bundle, index);
      for (const ToolIndex tool : typed.items[static_cast<std::size_t>(index)].scope)
        of_policy[tool] += cost;
    }
    const std::int64_t applies =
        bundle.policies[p].applies ? cost_of(bundle, *bundle.policies[p].applies) : 0;
    const auto tenants = tenants_of(bundle, bundle.policies[p]);
    for (const auto& [tool, cost] : of_policy) {
      const auto at = static_cast<std::size_t>(tool);
      if (tenants.empty()) common[at] += applies + cost;
      for (const std::string_view tenant : tenants) by_tenant[at][tenant] += applies + cost;
    }
  }
  for (std::size_t i = 0; i < common.size(); ++i) {
    std::int64_t most = 0;
    for (const auto& [tenant, cost] : by_tenant[i]) most = std::max(most, cost);
    common[i] += most;
  }
  return common;
}

void check_bounds(const ir::Bundle& bundle, const std::vector<std::int64_t>& bounds,
                  std::int64_t steps_max, lang::Diagnostics& diags) {
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    if (bounds[i] <= steps_max) continue;
    const ToolInfo& tool = bundle.typed->tools[i];
    diags
        .report(lang::Code::E1101, tool.span,
                fmt::format("a decision on `{}` may take {} steps; at most {} are allowed",
                            tool.name, bounds[i], steps_max))
        .note("every item of its scope counts, with collections at their declared bounds")
        .help("declare tighter bounds of collections, or raise `max_steps` in remit.toml");
  }
}

}  // namespace remit::compiler
