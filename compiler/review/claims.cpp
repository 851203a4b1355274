#include "compiler/review/claims.h"

#include <algorithm>

namespace remit::compiler {

namespace {

using ast::CompareOp;
using ast::RelationOp;
using ir::Node;
using ir::NodeKind;

bool names_text(const ir::Bundle& bundle, const Node& node) {
  const auto is_named = [](std::string_view text) { return !text.empty(); };
  if (node.kind == NodeKind::Constant) return is_named(node.text);
  if (node.kind == NodeKind::SetConstant)
    return std::ranges::any_of(bundle.texts_of(node.values), is_named);
  return node.kind == NodeKind::MakeSet &&
         std::ranges::any_of(bundle.children_of(node), [&](ir::NodeId child) {
           return names_text(bundle, bundle.node(child));
         });
}

class ClaimReader {
 public:
  ClaimReader(const ir::Bundle& bundle, std::optional<Base> loop) : bundle_(bundle), loop_(loop) {}

  [[nodiscard]] std::optional<ClaimTest> test(const Node& node) const {
    switch (node.kind) {
      case NodeKind::Compare:
        if (node.compare != CompareOp::Equal && node.compare != CompareOp::NotEqual) break;
        return either(
            node, {.names = true, .closes = true, .excludes = node.compare == CompareOp::NotEqual});
      case NodeKind::Matches:
        if (!is_claim(bundle_.child(node, 0))) break;
        return ClaimTest{&bundle_.child(node, 0), nullptr, true, true, false};
      case NodeKind::Places:
        if (!is_claim(bundle_.child(node, 0))) break;
        return ClaimTest{&bundle_.child(node, 0), nullptr, names_first(node), false, false};
      case NodeKind::Relation: return relation(node);
      case NodeKind::Constant:
      case NodeKind::SetConstant:
      case NodeKind::Fact:
      case NodeKind::Has:
      case NodeKind::Used:
      case NodeKind::Approved:
      case NodeKind::Not:
      case NodeKind::And:
      case NodeKind::Or:
      case NodeKind::InRange:
      case NodeKind::Arithmetic:
      case NodeKind::PercentOf:
      case NodeKind::MakeSet:
      case NodeKind::Quantifier:
      case NodeKind::Match: break;
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] bool is_claim(const Node& node) const {
    const TypeKind kind =
        is_collection(node.type->kind) ? node.type->element->kind : node.type->kind;
    return is_text(kind) && origin_of(bundle_, node, loop_) == Base::Args;
  }

  // One of the first elements is said; `*` says none.
  [[nodiscard]] bool names_first(const Node& node) const {
    return std::ranges::any_of(bundle_.places_of(node),
                               [](const ir::Place& place) { return place.has_value(); });
  }

  [[nodiscard]] std::optional<ClaimTest> between(const Node& claim, const Node& other,
                                                 RelationTraits traits) const {
    if (!is_claim(claim) || is_claim(other)) return std::nullopt;
    return ClaimTest{&claim, &other, traits.names, traits.closes, traits.excludes};
  }

  [[nodiscard]] std::optional<ClaimTest> either(const Node& node, RelationTraits traits) const {
    const Node &left = bundle_.child(node, 0), &right = bundle_.child(node, 1);
    const auto test = between(left, right, traits);
    return test ? test : between(right, left, traits);
  }

  // A collection on the right has an element and may have any others.
  [[nodiscard]] std::optional<ClaimTest> relation(const Node& node) const {
    const RelationTraits traits = traits_of(node.relation);
    const Node &left = bundle_.child(node, 0), &right = bundle_.child(node, 1);
    if (const auto test = between(left, right, traits)) return test;
    return traits.names ? between(right, left, {.names = true, .excludes = traits.excludes})
                        : std::nullopt;
  }

  const ir::Bundle& bundle_;
  std::optional<Base> loop_;
};

}  // namespace

std::optional<Base> origin_of(const ir::Bundle& bundle, const Node& node,
                              std::optional<Base> loop) {
  if (node.kind != NodeKind::Fact && node.kind != NodeKind::Has) return std::nullopt;
  const Base base = bundle.path(node).base;
  return base == Base::Element ? loop : base;
}

RelationTraits traits_of(RelationOp op) {
  switch (op) {
    case RelationOp::In: return {.names = true, .closes = true};
    case RelationOp::Under: return {.names = true, .closes = true};
    case RelationOp::StartsWith: return {.names = true, .closes = true};
    case RelationOp::EndsWith: return {.names = true, .closes = true};
    case RelationOp::Contains: return {.names = true};
    case RelationOp::Overlaps: return {.names = true, .over_empty = false, .either_side = true};
    case RelationOp::SubsetOf: return {.closes = true, .over_empty = true};
  }
  return {};
}

std::optional<ClaimTest> claim_test(const ir::Bundle& bundle, const Node& node,
                                    std::optional<Base> loop) {
  return ClaimReader(bundle, loop).test(node);
}

bool is_written(const ir::Bundle& bundle, const ClaimTest& test) {
  return test.other == nullptr || names_text(bundle, *test.other);
}

}  // namespace remit::compiler
