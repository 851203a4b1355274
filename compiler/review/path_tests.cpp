#include "compiler/review/path_tests.h"

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/ir/requirement.h"
#include "stdlib/integer.h"

namespace remit::compiler {

namespace {

using ast::CompareOp;
using ast::RelationOp;
using ir::Node;
using ir::NodeKind;

constexpr Wide kLeast = -stdlib::kWideMax;
constexpr Wide kGreatest = stdlib::kWideMax;

// Values that may be joined by others stand two apart, so that there is room between them.
bool may_grow(const Node& path) {
  return path.type->kind == TypeKind::Enum || path.type->kind == TypeKind::Tool;
}

bool is_path(const Node& node) {
  return (node.kind == NodeKind::Fact || node.kind == NodeKind::Used) && is_scalar(node.type->kind);
}

class TestReader {
 public:
  TestReader(const ir::Bundle& bundle, const Node& path)
      : bundle_(bundle), path_(path), scale_(may_grow(path) ? 2 : 1) {}

  [[nodiscard]] ValueSet compared(CompareOp op, const Node& constant) const {
    if (is_text(path_.type->kind)) {
      const ValueSet one = ValueSet::texts(std::span(&constant.text, 1));
      return op == CompareOp::NotEqual ? one.complement() : one;
    }
    const Wide value = scale_ * Wide{constant.integer};
    switch (op) {
      case CompareOp::Equal: return ValueSet::interval({value, value});
      case CompareOp::NotEqual: return ValueSet::interval({value, value}).complement();
      case CompareOp::Less: return ValueSet::interval({kLeast, value - 1});
      case CompareOp::LessEqual: return ValueSet::interval({kLeast, value});
      case CompareOp::Greater: return ValueSet::interval({value + 1, kGreatest});
      case CompareOp::GreaterEqual: return ValueSet::interval({value, kGreatest});
    }
    return {};
  }

  [[nodiscard]] ValueSet range(const Node& low, const Node& high, bool half_open) const {
    const Wide from = scale_ * Wide{low.integer}, to = scale_ * Wide{high.integer};
    return ValueSet::interval({from, half_open ? to - 1 : to});
  }

  [[nodiscard]] ValueSet elements(const Node& set) const {
    if (is_text(path_.type->kind)) return ValueSet::texts(bundle_.texts_of(set.values));
    std::vector<std::int64_t> values;
    for (const std::int64_t value : bundle_.integers_of(set.values))
      values.push_back(static_cast<std::int64_t>(scale_ * Wide{value}));
    return ValueSet::numbers(values);
  }

  // Each value by itself.
  [[nodiscard]] ValueSet whole() const {
    const TypeKind kind = path_.type->kind;
    if (is_text(kind)) return ValueSet::texts({}).complement();
    if (kind == TypeKind::Bool) return ValueSet::interval({0, 1});
    if (!may_grow(path_)) return ValueSet::interval(path_.interval);
    const std::size_t count = kind == TypeKind::Tool
                                  ? bundle_.typed->tools.size()
                                  : bundle_.typed->enumeration(*path_.type).values.size();
    std::vector<std::int64_t> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(static_cast<std::int64_t>(2 * i));
    return ValueSet::numbers(values);
  }

 private:
  const ir::Bundle& bundle_;
  const Node& path_;
  std::int64_t scale_;
};

std::optional<PathTest> comparison(const ir::Bundle& bundle, const Form& form) {
  const Node &left = bundle.child(*form.node, 0), &right = bundle.child(*form.node, 1);
  const bool from_left = is_path(left) && right.kind == NodeKind::Constant;
  if (!from_left && !(is_path(right) && left.kind == NodeKind::Constant)) return std::nullopt;
  const Node &path = from_left ? left : right, &constant = from_left ? right : left;
  const CompareOp op = from_left ? operator_of(form) : mirrored(operator_of(form));
  PathTest test{&path,
                {},
                op == CompareOp::Equal || op == CompareOp::NotEqual,
                op != CompareOp::NotEqual,
                TestReader(bundle, path).compared(op, constant)};
  return test;
}

std::optional<PathTest> membership(const ir::Bundle& bundle, const Form& form) {
  const Node& path = bundle.child(*form.node, 0);
  const Node& bound = bundle.child(*form.node, 1);
  if (!is_path(path)) return std::nullopt;
  PathTest test{&path, {}, false, form.positive, {}};
  const TestReader reader(bundle, path);
  if (ir::is(*form.node, RelationOp::In)) {
    if (bound.kind != NodeKind::SetConstant) return std::nullopt;
    test.lists = true;
    test.passing = reader.elements(bound);
  } else {
    const Node& high = bundle.child(*form.node, 2);
    if (bound.kind != NodeKind::Constant || high.kind != NodeKind::Constant) return std::nullopt;
    test.passing = reader.range(bound, high, form.node->half_open);
  }
  if (!form.positive) test.passing = test.passing.complement();
  return test;
}

bool is_root_path(const ir::Bundle& bundle, const Node& node) {
  if (node.kind == NodeKind::Constant) return node.type->kind == TypeKind::Path && node.text == "/";
  if (node.kind == NodeKind::SetConstant)
    return node.type->element->kind == TypeKind::Path &&
           std::ranges::find(bundle.texts_of(node.values), "/") !=
               bundle.texts_of(node.values).end();
  const auto children = bundle.children_of(node);
  return node.kind == NodeKind::MakeSet && std::ranges::any_of(children, [&](ir::NodeId child) {
           return is_root_path(bundle, bundle.node(child));
         });
}

bool same(const ir::Bundle& bundle, const Node& a, const Node& b) {
  return a.kind == b.kind && prefix_form(bundle, a) == prefix_form(bundle, b);
}

SelfTest related_to_itself(const ir::Bundle& bundle, const Node& node) {
  const Node &left = bundle.child(node, 0), &right = bundle.child(node, 1);
  const bool overlap = node.relation == RelationOp::Overlaps;
  if (same(bundle, left, right)) return overlap ? SelfTest::Overlapping : SelfTest::Compared;
  if (node.relation == RelationOp::Under && is_root_path(bundle, right)) return SelfTest::Top;
  const bool one_of = node.relation == RelationOp::In || node.relation == RelationOp::Under;
  if (!one_of || right.kind != NodeKind::MakeSet) return SelfTest::None;
  for (const ir::NodeId element : bundle.children_of(right)) {
    if (same(bundle, left, bundle.node(element))) return SelfTest::Element;
  }
  return SelfTest::None;
}

SelfTest of_own_elements(const ir::Bundle& bundle, const Node& node) {
  const Node &over = bundle.child(node, 0), &body = bundle.child(node, 1);
  if (!ir::is(body, RelationOp::In) || body.inlined) return SelfTest::None;
  const Node &element = bundle.child(body, 0), &set = bundle.child(body, 1);
  const bool whole = element.kind == NodeKind::Fact && element.derived == Derived::None &&
                     bundle.path(element).base == Base::Element &&
                     bundle.path(element).fields.empty();
  return whole && same(bundle, over, set) ? SelfTest::OwnElement : SelfTest::None;
}

}  // namespace

std::optional<PathTest> path_test(const ir::Bundle& bundle, const Form& form) {
  if (form.kind != FormKind::Test || form.cell != nullptr) return std::nullopt;
  const Node& node = *form.node;
  std::optional<PathTest> test;
  if (node.kind == NodeKind::Compare)
    test = comparison(bundle, form);
  else if (node.kind == NodeKind::InRange || ir::is(node, RelationOp::In))
    test = membership(bundle, form);
  else if (is_path(node))
    test = PathTest{&node,
                    {},
                    true,
                    form.positive,
                    ValueSet::interval({form.positive ? 1 : 0, form.positive ? 1 : 0})};
  if (test) test->key = prefix_form(bundle, *test->path);
  return test;
}

ValueSet values_of(const ir::Bundle& bundle, const Node& path) {
  return TestReader(bundle, path).whole();
}

std::vector<PathGroup> tests_by_path(const ir::Bundle& bundle, std::span<const Form> parts,
                                     Calls calls) {
  std::vector<PathGroup> groups;
  std::map<std::string, std::size_t> known;
  for (const Form& part : parts) {
    if (part.kind == FormKind::Test && part.node->inlined && calls == Calls::Kept) continue;
    auto test = path_test(bundle, part);
    if (!test) continue;
    const auto [at, is_new] = known.try_emplace(test->key, groups.size());
    if (is_new) groups.emplace_back();
    groups[at->second].parts.push_back(&part);
    groups[at->second].tests.push_back(std::move(*test));
  }
  return groups;
}

ValueSet passing_all(const PathGroup& group) {
  ValueSet passing = group.tests.front().passing;
  for (const PathTest& test : group.tests) passing = passing.intersection(test.passing);
  return passing;
}

ValueSet passing_any(const PathGroup& group) {
  ValueSet passing = group.tests.front().passing;
  for (const PathTest& test : group.tests) passing = passing.united(test.passing);
  return passing;
}

SelfTest self_test(const ir::Bundle& bundle, const Node& node) {
  switch (node.kind) {
    case NodeKind::Compare:
      return same(bundle, bundle.child(node, 0), bundle.child(node, 1)) ? SelfTest::Compared
                                                                        : SelfTest::None;
    case NodeKind::Relation: return related_to_itself(bundle, node);
    case NodeKind::Quantifier: return of_own_elements(bundle, node);
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
    case NodeKind::Matches:
    case NodeKind::Places:
    case NodeKind::Arithmetic:
    case NodeKind::PercentOf:
    case NodeKind::MakeSet:
    case NodeKind::Match: return SelfTest::None;
  }
  return SelfTest::None;
}

}  // namespace remit::compiler
