#include "compiler/ir/cost.h"

#include <algorithm>
#include <map>

#include <remit/internal/check.h>
#include "compiler/ir/operators.h"
#include "stdlib/formats.h"
#include "stdlib/pattern.h"
#include "stdlib/steps.h"

namespace remit::compiler {

namespace {

using ir::Node;
using ir::NodeKind;

// Far above any bound that is allowed, so that sums of it fit.
constexpr std::int64_t kCostMax = std::int64_t{1} << 40;

// How many elements the collection that a node gives can have.
std::int64_t elements_of(const Node& node) {
  if (node.kind == NodeKind::SetConstant) return node.values.count;
  if (node.kind == NodeKind::MakeSet) return node.children.count;
  return is_collection(node.type->kind) ? node.type->high : 0;
}

// Counts steps, and remembers what patterns have cost.
class Counter {
 public:
  explicit Counter(const ir::Bundle& bundle) : bundle_(bundle) {}

  std::int64_t cost(ir::NodeId id);
  std::int64_t cost(const std::optional<ir::NodeId>& id) { return id ? cost(*id) : 0; }
  std::int64_t item(ItemIndex index);

  [[nodiscard]] const std::map<std::string_view, PatternCost>& patterns() const {
    return patterns_;
  }

 private:
  std::int64_t row(ItemIndex index);
  std::int64_t own(const Node& node);
  std::int64_t operation(const Node& node);
  std::int64_t text_bytes(const Node& node);
  std::int64_t matching(const Node& node);
  std::int64_t searching(const Node& node, bool anywhere);
  std::int64_t placing(const Node& node);

  const ir::Bundle& bundle_;
  std::map<std::string_view, PatternCost> patterns_;
  const Node* loop_over_ = nullptr;  // the collection of the quantifier around
  std::int64_t often_ = 1;           // how often its body is run
};

std::int64_t longest(std::span<const std::string_view> texts) {
  std::size_t bytes = 0;
  for (const std::string_view text : texts) bytes = std::max(bytes, text.size());
  return static_cast<std::int64_t>(bytes);
}

// The most bytes that a text can have: a literal its own, a fact those of its type.
std::int64_t Counter::text_bytes(const Node& node) {
  if (node.kind == NodeKind::Constant) return static_cast<std::int64_t>(node.text.size());
  if (node.kind == NodeKind::Match) {
    std::int64_t most = 0;
    for (const ir::Arm& arm : bundle_.arms_of(node))
      most = std::max(most, text_bytes(bundle_.node(arm.result)));
    return most;
  }
  if (node.derived == Derived::Scheme) return stdlib::kSchemeBytesMax;
  const ir::Path& path = bundle_.path(node);
  const bool is_element = path.base == Base::Element && path.fields.empty();
  if (is_element && loop_over_ != nullptr && loop_over_->kind == NodeKind::SetConstant)
    return longest(bundle_.texts_of(loop_over_->values));
  return stdlib::text_bytes_max(node.type->kind, node.type->high);
}

std::int64_t Counter::matching(const Node& node) {
  const std::int64_t bytes = text_bytes(bundle_.child(node, 0));
  const std::int64_t size = stdlib::pattern_size(node.text);
  const std::int64_t steps = 1 + stdlib::pattern_steps(bytes, size);
  PatternCost& cost = patterns_[node.text];
  cost.steps = std::min(cost.steps + often_ * steps, kCostMax);
  cost.bytes = std::max(cost.bytes, bytes);
  cost.size = size;
  return steps;
}

// For each text that is looked for.
std::int64_t Counter::searching(const Node& node, bool anywhere) {
  const std::int64_t bytes = anywhere ? text_bytes(bundle_.child(node, 0)) : 0;
  const Node& texts = bundle_.child(node, 1);
  if (texts.kind == NodeKind::Constant)
    return 1 + stdlib::search_steps(bytes + std::ssize(texts.text));
  std::int64_t steps = 1;
  for (const std::string_view text : bundle_.texts_of(texts.values))
    steps += stdlib::search_steps(bytes + std::ssize(text));
  return steps;
}

std::int64_t Counter::placing(const Node& node) {
  std::int64_t steps = 1;
  for (const ir::Place& place : bundle_.places_of(node)) {
    if (place) steps += std::max<std::int64_t>(1, elements_of(bundle_.node(*place)));
  }
  return steps;
}

// As the instruction says.
std::int64_t Counter::operation(const Node& node) {
  const Node &left = bundle_.child(node, 0), &right = bundle_.child(node, 1);
  const vm::OpcodeInfo& instruction = vm::info(ir::opcode_of(bundle_, node));
  switch (instruction.cost_rule) {
    case vm::CostRule::Fixed: return instruction.cost;
    case vm::CostRule::Bounds: return 1 + elements_of(left) + elements_of(right);
    case vm::CostRule::Texts:
      return 1 + stdlib::text_steps(std::min(text_bytes(left), text_bytes(right)));
    case vm::CostRule::Loop: return 0;  // all of it is the body's
    case vm::CostRule::Search: return searching(node, true);
    case vm::CostRule::Ends: return searching(node, false);
    case vm::CostRule::Elements:
    case vm::CostRule::Pattern:
    case vm::CostRule::Values: break;
  }
  REMIT_CHECK(false, "no operator costs so");
  return 0;
}

std::int64_t Counter::own(const Node& node) {
  switch (node.kind) {
    case NodeKind::Fact: return node.derived == Derived::None ? 1 : 2;
    case NodeKind::Constant:
    case NodeKind::Has:
    case NodeKind::Used:
    case NodeKind::Approved:
    case NodeKind::Not:
    case NodeKind::InRange:
    case NodeKind::PercentOf: return 1;
    case NodeKind::Compare:
    case NodeKind::Arithmetic:
    case NodeKind::Relation:
    case NodeKind::Quantifier: return operation(node);
    case NodeKind::Match: {
      std::int64_t cost = 1;
      for (const ir::Arm& arm : bundle_.arms_of(node)) cost += arm.values.count;
      return cost;
    }
    case NodeKind::And:
    case NodeKind::Or: return node.children.count - 1;
    case NodeKind::SetConstant: return node.values.count;
    case NodeKind::MakeSet: return 0;
    case NodeKind::Matches: return matching(node);
    case NodeKind::Places: return placing(node);
  }
  return 0;
}

std::int64_t Counter::cost(ir::NodeId id) {
  const Node& node = bundle_.node(id);
  std::int64_t cost = 0;
  if (ir::looks_for_text(node))
    return std::min(this->cost(bundle_.children_of(node)[0]) + own(node), kCostMax);
  if (node.kind != NodeKind::Quantifier) {
    ir::for_each_child(bundle_, node, [&](ir::NodeId child) { cost += this->cost(child); });
    return std::min(cost + own(node), kCostMax);
  }
  const auto children = bundle_.children_of(node);
  cost = this->cost(children[0]);
  const Node& collection = bundle_.node(children[0]);
  loop_over_ = &collection;
  often_ = elements_of(collection);
  cost += often_ * this->cost(children[1]);
  often_ = 1;
  return std::min(cost, kCostMax);
}

// A row: itself and the parts of its cells. What a table's rows share stands with the first of
// them.
std::int64_t Counter::row(ItemIndex index) {
  const ItemInfo& item = bundle_.typed->item(index);
  const TableInfo& table = bundle_.typed->table(item);
  std::int64_t cost = 1;
  bool first = true;
  for (const RowInfo& row : table.rows) {
    first = first && row.item >= index;
    if (row.item != index) continue;
    for (const CellInfo& cell : row.cells) cost += static_cast<std::int64_t>(cell.items.size());
  }
  if (!first) return cost;
  const ir::Table& shared = bundle_.table(item);
  cost += this->cost(shared.when) + this->cost(shared.unless);
  for (const ir::NodeId input : shared.inputs) cost += this->cost(input);
  return cost;
}

std::int64_t Counter::item(ItemIndex index) {
  const ir::Item& item = bundle_.item(index);
  if (is_row(bundle_.typed->item(index).kind)) return row(index);
  const auto lifted = static_cast<std::int64_t>(bundle_.typed->item(index).overrides.size());
  std::int64_t cost = 1 + stdlib::override_steps(lifted) + this->cost(item.when) +
                      this->cost(item.unless) + this->cost(item.maximum) + this->cost(item.amount);
  for (const ir::NodeId key : item.keys) cost += this->cost(key);
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
  if (ir::is(node, ast::RelationOp::In) && !node.negated &&
      is_tenant_id(bundle, bundle.child(node, 0))) {
    const Node& set = bundle.child(node, 1);
    if (set.kind == NodeKind::SetConstant) {
      const auto texts = bundle.texts_of(set.values);
      return {texts.begin(), texts.end()};
    }
  }
  return {};
}

}  // namespace

std::int64_t cost_of(const ir::Bundle& bundle, ir::NodeId id) { return Counter(bundle).cost(id); }

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
  Counter counter(bundle);
  for (std::size_t p = 0; p < typed.policies.size(); ++p) {
    std::map<ToolIndex, std::int64_t> of_policy;
    for (const ItemIndex index : typed.policies[p].items) {
      const std::int64_t cost = counter.item(index);
      for (const ToolIndex tool : typed.items[static_cast<std::size_t>(index)].scope)
        of_policy[tool] += cost;
    }
    const std::int64_t applies = counter.cost(bundle.policies[p].applies);
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

std::map<std::string_view, PatternCost> pattern_costs(const ir::Bundle& bundle, ToolIndex tool) {
  Counter counter(bundle);
  std::vector<bool> counted(bundle.typed->policies.size());
  for (std::size_t i = 0; i < bundle.typed->items.size(); ++i) {
    const ItemInfo& item = bundle.typed->items[i];
    if (std::ranges::find(item.scope, tool) == item.scope.end()) continue;
    counter.item(static_cast<ItemIndex>(i));
    const auto policy = static_cast<std::size_t>(item.policy);
    if (!counted[policy]) counter.cost(bundle.policies[policy].applies);
    counted[policy] = true;
  }
  return counter.patterns();
}

std::int64_t message_cost(const ir::Bundle& bundle, const ir::Item& item) {
  Counter counter(bundle);
  std::int64_t cost = 0;
  for (const auto* message : {&item.because, &item.advise}) {
    if (!*message) continue;
    for (const ir::Piece& piece : (*message)->pieces)
      cost = std::min(cost + counter.cost(piece.value), kCostMax);
  }
  return cost;
}

}  // namespace remit::compiler
