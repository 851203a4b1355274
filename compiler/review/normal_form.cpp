#include "compiler/review/normal_form.h"

#include <iterator>
#include <utility>

#include "compiler/check/policy/cells.h"

namespace remit::compiler {

namespace {

using ast::CompareOp;
using ir::Node;
using ir::NodeId;
using ir::NodeKind;

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

void append(std::vector<Form>& parts, Form part, FormKind kind) {
  if (part.kind != kind) return parts.push_back(std::move(part));
  parts.insert(parts.end(), std::make_move_iterator(part.parts.begin()),
               std::make_move_iterator(part.parts.end()));
}

class Normaliser {
 public:
  Normaliser(const ir::Bundle& bundle, Calls calls) : bundle_(bundle), calls_(calls) {}

  Form condition(NodeId id, bool positive) const {
    const Node& node = bundle_.node(id);
    if (node.inlined && calls_ == Calls::Kept) return test(node, positive);
    switch (node.kind) {
      case NodeKind::Not: return condition(bundle_.children_of(node)[0], !positive);
      case NodeKind::And:
      case NodeKind::Or: return connective(node, positive);
      case NodeKind::Compare: return comparison(node, positive);
      case NodeKind::InRange:
      case NodeKind::Relation: return test(node, positive != node.negated);
      case NodeKind::Constant:
      case NodeKind::SetConstant:
      case NodeKind::Fact:
      case NodeKind::Has:
      case NodeKind::Used:
      case NodeKind::Approved:
      case NodeKind::Matches:
      case NodeKind::Places:
      case NodeKind::Arithmetic:
      case NodeKind::PercentOf:
      case NodeKind::MakeSet:
      case NodeKind::Quantifier:
      case NodeKind::Match: return test(node, positive);
    }
    return test(node, positive);
  }

 private:
  static Form test(const Node& node, bool positive) {
    return {FormKind::Test, &node, positive, nullptr, {}};
  }

  Form connective(const Node& node, bool positive) const {
    const bool is_and = (node.kind == NodeKind::And) == positive;
    Form form{is_and ? FormKind::And : FormKind::Or, &node, true, nullptr, {}};
    for (const NodeId child : bundle_.children_of(node))
      append(form.parts, condition(child, positive), form.kind);
    return form;
  }

  // `c == true` is c, and `c == false` its negation.
  Form comparison(const Node& node, bool positive) const {
    const auto sides = bundle_.children_of(node);
    for (std::size_t i = 0; i < 2; ++i) {
      const Node& constant = bundle_.node(sides[i]);
      if (constant.kind != NodeKind::Constant || !is_bool(constant)) continue;
      const bool same = (node.compare == CompareOp::Equal) == positive;
      return condition(sides[1 - i], (constant.integer != 0) == same);
    }
    return test(node, positive);
  }

  const ir::Bundle& bundle_;
  Calls calls_;
};

}  // namespace

Form normal_form(const ir::Bundle& bundle, NodeId condition, bool positive, Calls calls) {
  return Normaliser(bundle, calls).condition(condition, positive);
}

std::optional<Form> normal_form(const ir::Bundle& bundle, NodeId input, const CellInfo& cell) {
  if (cell.any) return std::nullopt;
  const Node& node = bundle.node(input);
  if (is_bool(node)) return normal_form(bundle, input, takes(cell, {1, 1}));
  return Form{FormKind::Test, &node, !cell.negated, &cell, {}};
}

Form conjunction(std::vector<Form> parts) {
  Form form{FormKind::And, nullptr, true, nullptr, {}};
  for (Form& part : parts) append(form.parts, std::move(part), FormKind::And);
  return form;
}

CompareOp operator_of(const Form& comparison) {
  return comparison.positive ? comparison.node->compare : opposite(comparison.node->compare);
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

}  // namespace remit::compiler
