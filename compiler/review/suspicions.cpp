#include "compiler/review/suspicions.h"

#include <algorithm>

#include "compiler/check/policy/cells.h"

namespace remit::compiler {

namespace {

using ast::CompareOp;
using ast::QuantifierKind;
using ast::RelationOp;
using ir::Node;
using ir::NodeId;
using ir::NodeKind;

bool is_host_fact(const ir::Bundle& bundle, const Node& node) {
  const ir::Path& path = bundle.path(node);
  if (path.base != Base::Host) return false;
  const std::string_view root = bundle.typed->roots[path.root].name;
  return root != "clock" && root != "call";
}

bool is_effect(const ir::Bundle& bundle, const Node& node) {
  return node.kind == NodeKind::Fact && bundle.path(node).base == Base::Tool &&
         bundle.path(node).fields[0]->name == "effect";
}

// Types whose values a schema lists, and may list more of tomorrow. The tools are one of them.
bool may_grow(const Node& node) {
  return node.type->kind == TypeKind::Enum || node.type->kind == TypeKind::Tool;
}

// The constant of a bound lies below the top, so that the bound says something.
bool bounds_below_top(const ir::Bundle& bundle, const Node& effect, const Node& bound) {
  const auto top =
      static_cast<std::int64_t>(bundle.typed->enumeration(*effect.type).values.size()) - 1;
  if (bound.kind == NodeKind::Constant) return bound.integer < top;
  if (bound.kind == NodeKind::SetConstant) {
    const auto values = bundle.integers_of(bound.values);
    return std::ranges::find(values, top) == values.end() ||
           static_cast<std::int64_t>(values.size()) <= top;
  }
  return !is_effect(bundle, bound);
}

bool is_bool(const Node& node) { return node.type->kind == TypeKind::Bool; }

bool is_constant(const Node& node) {
  return node.kind == NodeKind::Constant || node.kind == NodeKind::SetConstant;
}

// The comparison that holds where `op` does not.
CompareOp opposite(CompareOp op) {
  switch (op) {
    case CompareOp::Equal: return CompareOp::NotEqual;
    case CompareOp::NotEqual: return CompareOp::Equal;
    case CompareOp::Less: return CompareOp::GreaterEqual;
    case CompareOp::LessEqual: return CompareOp::Greater;
    case CompareOp::Greater: return CompareOp::LessEqual;
    case CompareOp::GreaterEqual: return CompareOp::Less;
  }
  return op;
}

// What `xs.size OP n` or `n OP xs.size` says of a number: is it at least 1?
bool asks_for_one(CompareOp op, Wide n) {
  switch (op) {
    case CompareOp::Equal:
    case CompareOp::GreaterEqual: return n >= 1;
    case CompareOp::Greater: return n >= 0;
    case CompareOp::NotEqual: return n == 0;
    case CompareOp::Less:
    case CompareOp::LessEqual: return false;
  }
  return false;
}

CompareOp mirrored(CompareOp op) {
  switch (op) {
    case CompareOp::Less: return CompareOp::Greater;
    case CompareOp::LessEqual: return CompareOp::GreaterEqual;
    case CompareOp::Greater: return CompareOp::Less;
    case CompareOp::GreaterEqual: return CompareOp::LessEqual;
    case CompareOp::Equal:
    case CompareOp::NotEqual: return op;
  }
  return op;
}

class FilledFinder {
 public:
  FilledFinder(const ir::Bundle& bundle, std::vector<ir::Path>& filled)
      : bundle_(bundle), filled_(filled) {}

  void condition(NodeId id, bool positive) {
    const Node& node = bundle_.node(id);
    if (node.kind == NodeKind::Not) return condition(bundle_.children_of(node)[0], !positive);
    if (node.kind == (positive ? NodeKind::And : NodeKind::Or)) {
      for (const NodeId child : bundle_.children_of(node)) condition(child, positive);
    } else if (node.kind == NodeKind::Compare) {
      const CompareOp op = positive ? node.compare : opposite(node.compare);
      const Node &left = bundle_.child(node, 0), &right = bundle_.child(node, 1);
      if (right.kind == NodeKind::Constant) size(left, asks_for_one(op, right.integer));
      if (left.kind == NodeKind::Constant) size(right, asks_for_one(mirrored(op), left.integer));
    } else if (node.kind == NodeKind::InRange && positive != node.negated) {
      size(bundle_.child(node, 0), bundle_.child(node, 1).interval.low >= 1);
    } else if (ir::is(node, RelationOp::In) && positive != node.negated) {
      collection(bundle_.child(node, 1));
    } else if (ir::is(node, RelationOp::Overlaps) && positive) {
      collection(bundle_.child(node, 0));
      collection(bundle_.child(node, 1));
    } else if (node.kind == NodeKind::Quantifier &&
               node.quantifier == (positive ? QuantifierKind::Any : QuantifierKind::All)) {
      collection(bundle_.child(node, 0));
    }
  }

 private:
  void size(const Node& node, bool at_least_one) {
    if (at_least_one && node.kind == NodeKind::Fact && node.derived == Derived::Size)
      filled_.push_back(bundle_.path(node));
  }
  void collection(const Node& node) {
    if (node.kind == NodeKind::Fact) filled_.push_back(bundle_.path(node));
  }

  const ir::Bundle& bundle_;
  std::vector<ir::Path>& filled_;
};

// Whether a condition cannot hold on the agent's word alone: every way to make it true tests a fact
// that the host vouches for.
class HostTest {
 public:
  explicit HostTest(const ir::Bundle& bundle) : bundle_(bundle) {}

  [[nodiscard]] bool rests(NodeId id, bool positive) const {
    const Node& node = bundle_.node(id);
    switch (node.kind) {
      case NodeKind::Not: return rests(bundle_.children_of(node)[0], !positive);
      case NodeKind::And:
      case NodeKind::Or: {
        const auto child = [&](NodeId part) { return rests(part, positive); };
        return (node.kind == NodeKind::And) == positive
                   ? std::ranges::any_of(bundle_.children_of(node), child)
                   : std::ranges::all_of(bundle_.children_of(node), child);
      }
      case NodeKind::Match:
        if (reads(bundle_.child(node, 0))) return true;
        return std::ranges::all_of(bundle_.arms_of(node),
                                   [&](const ir::Arm& arm) { return rests(arm.result, positive); });
      case NodeKind::Constant: return (node.integer != 0) != positive;  // it never holds
      case NodeKind::Has: return false;
      case NodeKind::Compare:
      case NodeKind::InRange:
      case NodeKind::Relation:
      case NodeKind::Quantifier:
      case NodeKind::Fact:
      case NodeKind::Matches:
      case NodeKind::Places:
      case NodeKind::SetConstant:
      case NodeKind::Arithmetic:
      case NodeKind::PercentOf:
      case NodeKind::Used:
      case NodeKind::Approved:
      case NodeKind::MakeSet: return reads(node);
    }
    return false;
  }

  // Whether a value depends on what the host vouches for.
  [[nodiscard]] bool reads(const Node& node) const {
    if (node.kind == NodeKind::Has) return false;
    if (node.kind == NodeKind::Fact) return is_host_fact(bundle_, node);
    bool found = false;
    ir::for_each_child(bundle_, node,
                       [&](NodeId child) { found = found || reads(bundle_.node(child)); });
    return found;
  }

 private:
  const ir::Bundle& bundle_;
};

class Walker {
 public:
  Walker(const ir::Bundle& bundle, Suspicions& into) : bundle_(bundle), into_(into) {}

  // `positive` is false under an odd number of negations; `top_level` where nothing but `and`, in
  // normal form, stands above.
  void condition(NodeId id, bool positive, bool top_level) {
    const Node& node = bundle_.node(id);
    switch (node.kind) {
      case NodeKind::Not: return condition(bundle_.children_of(node)[0], !positive, top_level);
      case NodeKind::And:
      case NodeKind::Or: {
        const bool conjunction = (node.kind == NodeKind::And) == positive;
        for (const NodeId child : bundle_.children_of(node))
          condition(child, positive, top_level && conjunction);
        return;
      }
      case NodeKind::Has: (positive ? into_.presence : into_.absence) = &node; return;
      case NodeKind::Compare: return compare(node, positive, top_level);
      case NodeKind::InRange: return range(node, positive != node.negated, top_level);
      case NodeKind::Relation: return relation(node, positive != node.negated, top_level);
      case NodeKind::Quantifier: return quantifier(node, positive);
      case NodeKind::Match: return match(node, positive);
      case NodeKind::Fact:
      case NodeKind::Places:
      case NodeKind::Matches: return values(node);
      case NodeKind::Constant:
      case NodeKind::SetConstant:
      case NodeKind::Arithmetic:
      case NodeKind::PercentOf:
      case NodeKind::Used:
      case NodeKind::Approved:
      case NodeKind::MakeSet: return;
    }
  }

  // A cell is a test of its input at the top level; `*` tests nothing.
  void cell(NodeId input, const CellInfo& cell) {
    if (cell.any) return;
    const Node& node = bundle_.node(input);
    if (is_bool(node)) {
      const bool wanted = takes(cell, {1, 1});
      return condition(input, wanted, true);
    }
    if (cell.negated && may_grow(node)) into_.growth = &node;
    if (is_effect(bundle_, node) && !cell.negated && cell_is_below_top(node, cell))
      into_.bounded_effect = &node;
    value(input);
  }

  // An operand. What makes a bool here may be wanted either way.
  void value(NodeId id) {
    const Node& node = bundle_.node(id);
    if (is_bool(node)) {
      condition(id, true, false);
      condition(id, false, false);
      return;
    }
    if (node.kind == NodeKind::Fact) return;
    if (node.kind == NodeKind::Quantifier) return quantifier(node, true);
    if (node.kind == NodeKind::Match) return match(node, true);
    values(node);
  }

 private:
  // As `in` bounds where all parts are values, and as `<=` where some are ranges.
  [[nodiscard]] bool cell_is_below_top(const Node& effect, const CellInfo& cell) const {
    const auto count = bundle_.typed->enumeration(*effect.type).values.size();
    const bool values = std::ranges::all_of(
        cell.items, [](const CellItemInfo& item) { return item.op == ast::CellOp::Value; });
    if (values) return cell.items.size() < count;
    const auto top = static_cast<Wide>(count) - 1;
    return !takes(cell, {top, top});
  }

  void values(const Node& node) {
    for (const NodeId child : bundle_.children_of(node)) value(child);
  }

  // `not ({x} overlaps {…})` is `x not in {…}` in other words.
  void made_set(const Node& node, bool positive) {
    for (const NodeId child : bundle_.children_of(node)) {
      const Node& set = bundle_.node(child);
      if (!positive && set.kind == NodeKind::MakeSet && may_grow(bundle_.child(set, 0)))
        into_.growth = &node;
    }
  }

  [[nodiscard]] bool may_be_empty(const Node& node) const {
    return node.kind == NodeKind::Fact && is_collection(node.type->kind) &&
           (node.type->kind == TypeKind::Set || node.type->low == 0) &&
           std::ranges::find(into_.filled, bundle_.path(node)) == into_.filled.end();
  }

  [[nodiscard]] bool is_claim_text(const Node& node) const {
    if (node.kind != NodeKind::Fact) return false;
    const Base base = bundle_.path(node).base;
    if (base != Base::Args && !(base == Base::Element && element_is_claim_)) return false;
    const TypeKind kind = node.type->kind;
    return is_text(kind) && kind != TypeKind::Ip;
  }

  void compare(const Node& node, bool positive, bool top_level) {
    const Node &left = bundle_.child(node, 0), &right = bundle_.child(node, 1);
    const CompareOp op = positive ? node.compare : opposite(node.compare);
    if (is_bool(left)) return compare_bools(node, op, top_level);
    if (op == CompareOp::NotEqual && may_grow(left)) into_.growth = &node;
    const bool names_value = is_constant(left) || is_constant(right);
    if (op == CompareOp::Equal && names_value && (is_claim_text(left) || is_claim_text(right)))
      into_.blocklist = &node;
    const bool from_left = op == CompareOp::Less || op == CompareOp::LessEqual;
    const bool from_right = op == CompareOp::Greater || op == CompareOp::GreaterEqual;
    const auto bounds = [&](const Node& effect, const Node& other, bool below) {
      if (!is_effect(bundle_, effect) || is_effect(bundle_, other)) return false;
      if (op == CompareOp::Equal) return true;
      const bool strict = op == CompareOp::Less || op == CompareOp::Greater;
      return below && (strict || bounds_below_top(bundle_, effect, other));
    };
    if (top_level && (bounds(left, right, from_left) || bounds(right, left, from_right)))
      into_.bounded_effect = &node;
    values(node);
  }

  // `c == true` is c and `c == false` its negation; between two conditions either may be wanted.
  void compare_bools(const Node& node, CompareOp op, bool top_level) {
    const auto children = bundle_.children_of(node);
    for (std::size_t i = 0; i < 2; ++i) {
      const Node& constant = bundle_.node(children[i]);
      if (constant.kind != NodeKind::Constant) continue;
      return condition(children[1 - i], (constant.integer != 0) == (op == CompareOp::Equal),
                       top_level);
    }
    values(node);
  }

  // `bound` is what the effect is in, or the upper end of its range.
  void membership(const Node& node, const Node& bound, bool inside, bool top_level) {
    const Node& left = bundle_.child(node, 0);
    if (!inside && may_grow(left) && left.kind != NodeKind::Constant) into_.growth = &node;
    if (inside && top_level && is_effect(bundle_, left) && bounds_below_top(bundle_, left, bound))
      into_.bounded_effect = &node;
  }

  void range(const Node& node, bool inside, bool top_level) {
    membership(node, bundle_.child(node, 2), inside, top_level);
    values(node);
  }

  void relation(const Node& node, bool holds, bool top_level) {
    const Node &left = bundle_.child(node, 0), &right = bundle_.child(node, 1);
    const bool lists_claims = holds && is_claim_text(left) && is_constant(right);
    switch (node.relation) {
      case RelationOp::In:
        membership(node, right, holds, top_level);
        if (lists_claims) into_.blocklist = &node;
        break;
      case RelationOp::Under:
      case RelationOp::Contains:
      case RelationOp::StartsWith:
      case RelationOp::EndsWith:
        if (lists_claims) into_.blocklist = &node;
        break;
      case RelationOp::Overlaps:
        if (!holds && (may_be_empty(left) || may_be_empty(right))) into_.empty_trap = &node;
        made_set(node, holds);
        break;
      case RelationOp::SubsetOf:
        if (holds && may_be_empty(left)) into_.empty_trap = &node;
        made_set(node, holds);
        break;
    }
    values(node);
  }

  void quantifier(const Node& node, bool positive) {
    const Node& over = bundle_.child(node, 0);
    const QuantifierKind kind = node.quantifier;
    const bool counts = kind == QuantifierKind::Sum || kind == QuantifierKind::Count;
    // `not any` is `all … not`.
    const bool all = kind == (positive ? QuantifierKind::All : QuantifierKind::Any);
    if ((counts || all) && may_be_empty(over)) into_.empty_trap = &node;
    const auto children = bundle_.children_of(node);
    value(children[0]);
    element_is_claim_ = over.kind == NodeKind::Fact && bundle_.path(over).base == Base::Args;
    // A count may be wanted large or small.
    if (counts)
      value(children[1]);
    else
      condition(children[1], positive, false);
    element_is_claim_ = false;
  }

  void match(const Node& node, bool positive) {
    value(bundle_.children_of(node)[0]);
    const bool over_enum = may_grow(bundle_.child(node, 0));
    for (const ir::Arm& arm : bundle_.arms_of(node)) {
      const Node& result = bundle_.node(arm.result);
      if (arm.is_else && over_enum) {
        // Of a bool, an `else` is closed only if it says no; of a number it may always be open.
        const bool says_no =
            is_bool(node) && result.kind == NodeKind::Constant && (result.integer != 0) != positive;
        if (!says_no) into_.growth = &node;
        into_.swallowing_else = &node;
      }
      is_bool(node) ? condition(arm.result, positive, false) : value(arm.result);
    }
  }

  const ir::Bundle& bundle_;
  Suspicions& into_;
  bool element_is_claim_ = false;  // the loop goes over an argument
};

}  // namespace

void find_filled(const ir::Bundle& bundle, ir::NodeId condition, bool negated, Suspicions& into) {
  FilledFinder(bundle, into.filled).condition(condition, !negated);
}

void suspect(const ir::Bundle& bundle, ir::NodeId condition, bool negated, Suspicions& into) {
  Walker(bundle, into).condition(condition, !negated, true);
  into.rests_on_host = into.rests_on_host || HostTest(bundle).rests(condition, !negated);
}

void suspect_cell(const ir::Bundle& bundle, ir::NodeId input, const CellInfo& cell,
                  Suspicions& into) {
  Walker(bundle, into).cell(input, cell);
  if (cell.any) return;
  const ir::Node& node = bundle.node(input);
  const HostTest host(bundle);
  into.rests_on_host = into.rests_on_host ||
                       (is_bool(node) ? host.rests(input, takes(cell, {1, 1})) : host.reads(node));
}

void suspect_value(const ir::Bundle& bundle, ir::NodeId value, Suspicions& into) {
  Walker(bundle, into).value(value);
}

}  // namespace remit::compiler
