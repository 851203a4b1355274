#include "compiler/review/filled.h"

#include "compiler/check/policy/cells.h"
#include "compiler/review/claims.h"

namespace remit::compiler {

namespace {

using ast::CompareOp;
using ast::QuantifierKind;
using ast::RelationOp;
using ir::Node;
using ir::NodeKind;

// What `xs.size OP n` says of a number: is it at least 1?
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

class Filled {
 public:
  Filled(const ir::Bundle& bundle, std::vector<ir::Path>& into) : bundle_(bundle), into_(into) {}

  void add(const Form& form) {
    const Node& node = *form.node;
    if (node.kind == NodeKind::Compare) {
      const Node &left = bundle_.child(node, 0), &right = bundle_.child(node, 1);
      const CompareOp op = operator_of(form);
      if (right.kind == NodeKind::Constant) size(left, asks_for_one(op, right.integer));
      if (left.kind == NodeKind::Constant) size(right, asks_for_one(mirrored(op), left.integer));
    } else if (node.kind == NodeKind::InRange && form.positive) {
      size(bundle_.child(node, 0), bundle_.child(node, 1).interval.low >= 1);
    } else if (node.kind == NodeKind::Places && form.positive) {
      collection(bundle_.child(node, 0));
    } else if (node.kind == NodeKind::Relation && form.positive) {
      relation(node);
    } else if (node.kind == NodeKind::Quantifier &&
               node.quantifier == (form.positive ? QuantifierKind::Any : QuantifierKind::All)) {
      collection(bundle_.child(node, 0));
    }
  }

 private:
  void relation(const Node& node) {
    if (node.relation == RelationOp::In) collection(bundle_.child(node, 1));
    if (traits_of(node.relation).over_empty != false) return;
    collection(bundle_.child(node, 0));
    collection(bundle_.child(node, 1));
  }
  void size(const Node& node, bool at_least_one) {
    if (at_least_one && node.kind == NodeKind::Fact && node.derived == Derived::Size)
      into_.push_back(bundle_.path(node));
  }
  void collection(const Node& node) {
    if (node.kind == NodeKind::Fact && is_collection(node.type->kind))
      into_.push_back(bundle_.path(node));
  }

  const ir::Bundle& bundle_;
  std::vector<ir::Path>& into_;
};

}  // namespace

void add_filled(const ir::Bundle& bundle, const Form& part, std::vector<ir::Path>& into) {
  if (part.kind != FormKind::Test) return;
  if (part.cell == nullptr) return Filled(bundle, into).add(part);
  const bool size = part.node->kind == NodeKind::Fact && part.node->derived == Derived::Size;
  if (size && !takes(*part.cell, {0, 0})) into.push_back(bundle.path(*part.node));
}

}  // namespace remit::compiler
