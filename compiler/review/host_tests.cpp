#include "compiler/review/host_tests.h"

#include <algorithm>
#include <set>
#include <string>

#include "compiler/ir/requirement.h"
#include "compiler/review/path_tests.h"

namespace remit::compiler {

namespace {

using ir::Node;
using ir::NodeId;
using ir::NodeKind;

using Paths = std::set<std::string>;

class HostTests {
 public:
  explicit HostTests(const ir::Bundle& bundle) : bundle_(bundle) {}

  [[nodiscard]] bool rest(const Form& form) const {
    const auto part_rests = [&](const Form& part) { return rest(part); };
    switch (form.kind) {
      case FormKind::And: return std::ranges::any_of(form.parts, part_rests);
      case FormKind::Or:
        return !cannot_fail(form.parts) && std::ranges::all_of(form.parts, part_rests);
      case FormKind::Test: return test_rests(form);
    }
    return false;
  }

 private:
  // The tests of one path among the alternatives take every value there is.
  [[nodiscard]] bool cannot_fail(std::span<const Form> alternatives) const {
    const auto takes_all = [&](const PathGroup& group) {
      const ValueSet values = values_of(bundle_, *group.tests.front().path);
      return passing_any(group).complement().intersection(values).empty();
    };
    return std::ranges::any_of(tests_by_path(bundle_, alternatives, Calls::Inlined), takes_all);
  }

  [[nodiscard]] bool test_rests(const Form& form) const {
    const Node& node = *form.node;
    if (form.cell != nullptr) return !host_paths(node).empty();
    switch (node.kind) {
      case NodeKind::Constant: return (node.integer != 0) != form.positive;  // it never holds
      case NodeKind::Has: return false;
      case NodeKind::Match: return match_rests(node, form.positive);
      case NodeKind::Quantifier:
        return !host_paths(bundle_.child(node, 0)).empty() ||
               rests(bundle_.children_of(node)[1], form.positive);
      case NodeKind::Compare:
      case NodeKind::InRange:
      case NodeKind::Relation: return sides_differ(node) && !always_holds(form);
      case NodeKind::Fact:
      case NodeKind::Matches:
      case NodeKind::Places:
      case NodeKind::SetConstant:
      case NodeKind::Used:
      case NodeKind::Approved:
      case NodeKind::Not:
      case NodeKind::And:
      case NodeKind::Or:
      case NodeKind::Arithmetic:
      case NodeKind::PercentOf:
      case NodeKind::MakeSet: return !host_paths(node).empty();
    }
    return false;
  }

  [[nodiscard]] bool rests(NodeId condition, bool positive) const {
    return rest(normal_form(bundle_, condition, positive));
  }

  [[nodiscard]] bool match_rests(const Node& node, bool positive) const {
    const auto arms = bundle_.arms_of(node);
    const bool has_choice = !arms_are_alike(node) && !host_paths(bundle_.child(node, 0)).empty();
    return has_choice || std::ranges::all_of(
                             arms, [&](const ir::Arm& arm) { return rests(arm.result, positive); });
  }

  [[nodiscard]] bool arms_are_alike(const Node& match) const {
    const auto arms = bundle_.arms_of(match);
    const std::string first = prefix_form(bundle_, bundle_.node(arms.front().result));
    return std::ranges::all_of(arms.subspan(1), [&](const ir::Arm& arm) {
      return prefix_form(bundle_, bundle_.node(arm.result)) == first;
    });
  }

  // A fact that stands on both sides, as in `risk.score <= risk.score + args.n`, decides nothing.
  [[nodiscard]] bool sides_differ(const Node& node) const {
    const auto children = bundle_.children_of(node);
    const Paths left = host_paths(bundle_.node(children[0]));
    Paths right;
    for (const NodeId side : children.subspan(1)) add_host_paths(bundle_.node(side), right);
    return left != right;
  }

  [[nodiscard]] bool always_holds(const Form& form) const {
    if (const auto test = path_test(bundle_, form))
      return test->passing.complement().intersection(values_of(bundle_, *test->path)).empty();
    const SelfTest self = self_test(bundle_, *form.node);
    return form.positive && (self == SelfTest::Element || self == SelfTest::Top);
  }

  [[nodiscard]] Paths host_paths(const Node& node) const {
    Paths paths;
    add_host_paths(node, paths);
    return paths;
  }

  void add_host_paths(const Node& node, Paths& into) const {
    if (node.kind == NodeKind::Has) return;
    if (node.kind == NodeKind::Fact && is_host_fact(bundle_, node))
      into.insert(prefix_form(bundle_, node));
    if (node.kind == NodeKind::Match && arms_are_alike(node))
      return add_host_paths(bundle_.node(bundle_.arms_of(node).front().result), into);
    ir::for_each_child(bundle_, node,
                       [&](NodeId child) { add_host_paths(bundle_.node(child), into); });
  }

  static bool is_host_fact(const ir::Bundle& bundle, const Node& node) {
    const ir::Path& path = bundle.path(node);
    if (path.base != Base::Host) return false;
    const std::string_view root = bundle.typed->roots[path.root].name;
    return root != "clock" && root != "call";
  }

  const ir::Bundle& bundle_;
};

}  // namespace

bool rests_on_host(const ir::Bundle& bundle, const Form& condition) {
  return HostTests(bundle).rest(condition);
}

}  // namespace remit::compiler
