#include "compiler/review/decided.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "compiler/ir/requirement.h"
#include "compiler/review/path_tests.h"

namespace remit::compiler {

namespace {

using ast::CompareOp;
using ir::Node;
using ir::NodeId;
using ir::NodeKind;
using lang::Code;
using lang::Diagnostic;

// A test without its negation: which one it is, and whether it is asked for as it stands.
std::pair<std::string, bool> signed_form(const ir::Bundle& bundle, const Form& test) {
  Node node = *test.node;
  bool positive = test.positive;
  node.negated = false;
  if (node.kind == NodeKind::Compare && !node.inlined) {
    const CompareOp op = operator_of(test);
    positive = op == CompareOp::Equal || op == CompareOp::Less || op == CompareOp::Greater;
    node.compare = positive                     ? op
                   : op == CompareOp::NotEqual  ? CompareOp::Equal
                   : op == CompareOp::LessEqual ? CompareOp::Greater
                                                : CompareOp::Less;
  }
  return {prefix_form(bundle, node), positive};
}

// Of an enum, naming every value is how a condition stays closed to later ones, and naming each
// that is not meant is how it stays open to them. Neither is a slip.
bool lists_an_enum(const PathGroup& group, bool positive) {
  const TypeKind kind = group.tests.front().path->type->kind;
  return (kind == TypeKind::Enum || kind == TypeKind::Tool) &&
         std::ranges::all_of(group.tests, [&](const PathTest& test) {
           return test.lists && test.positive == positive;
         });
}

// Nothing passes all tests of a group: of what there is today, which a type says.
bool leaves_nothing(const ir::Bundle& bundle, const PathGroup& group) {
  return !lists_an_enum(group, false) &&
         passing_all(group).intersection(values_of(bundle, *group.tests.front().path)).empty();
}

// Everything passes one of the tests, of an enum also what it does not have yet.
bool leaves_nothing_out(const ir::Bundle& bundle, const PathGroup& group) {
  const TypeKind kind = group.tests.front().path->type->kind;
  const ValueSet left_out = passing_any(group).complement();
  const bool grows = kind == TypeKind::Enum || kind == TypeKind::Tool;
  return grows ? left_out.empty()
               : left_out.intersection(values_of(bundle, *group.tests.front().path)).empty();
}

class ClauseReader {
 public:
  ClauseReader(const ir::Bundle& bundle, const lang::SourceMap& sources, lang::Diagnostics& diags)
      : bundle_(bundle), sources_(sources), diags_(diags) {}

  void condition(NodeId id, bool positive) {
    form(normal_form(bundle_, id, positive, Calls::Kept));
  }

  // What is no condition may have some in it.
  void value(NodeId id) {
    const Node& node = bundle_.node(id);
    if (node.inlined) return;
    if (is_bool(node)) return condition(id, true);
    inside(node, true);
  }

 private:
  void form(const Form& form) {
    if (form.kind == FormKind::Test) return test(form);
    opposites(form);
    for (const PathGroup& group : tests_by_path(bundle_, form.parts, Calls::Kept)) {
      if (group.tests.size() < 2) continue;
      const bool decided = form.kind == FormKind::And ? leaves_nothing(bundle_, group)
                                                      : leaves_nothing_out(bundle_, group);
      if (decided) report_group(form, group);
    }
    for (const Form& part : form.parts) this->form(part);
  }

  void test(const Form& form) {
    const Node& node = *form.node;
    if (node.inlined) return;
    of_itself(node, self_test(bundle_, node));
    inside(node, form.positive);
  }

  void inside(const Node& node, bool positive) {
    const auto children = bundle_.children_of(node);
    if (node.kind == NodeKind::Quantifier) {
      value(children[0]);
      return is_bool(bundle_.node(children[1])) ? condition(children[1], positive)
                                                : value(children[1]);
    }
    for (const NodeId child : children) value(child);
    for (const ir::Arm& arm : bundle_.arms_of(node))
      is_bool(node) ? arm_condition(arm.result, positive) : value(arm.result);
  }
  void arm_condition(NodeId id, bool positive) {
    if (!bundle_.node(id).inlined) condition(id, positive);
  }

  // Messages speak of what stands there: under a negation, an `and` was written as `or`.
  static bool written_as_and(const Form& form) { return form.node->kind == NodeKind::And; }

  // The same test twice, once negated.
  void opposites(const Form& form) {
    std::map<std::string, std::pair<bool, const Node*>> seen;
    for (const Form& part : form.parts) {
      if (part.kind != FormKind::Test) continue;
      auto [text, positive] = signed_form(bundle_, part);
      const auto [first, is_new] = seen.try_emplace(std::move(text), positive, part.node);
      if (is_new || first->second.first == positive) continue;
      diags_
          .report(Code::E0411, part.node->span,
                  written_as_and(form)
                      ? "this is the negation of another part: the two never hold together"
                      : "this is the negation of another part: one of the two always holds")
          .secondary_at(first->second.second->span, "the other part")
          .help("remove one of them");
    }
  }

  void report_group(const Form& form, const PathGroup& group) {
    const std::size_t last = form.kind == FormKind::And ? deciding(group) : group.tests.size() - 1;
    const std::string_view path = sources_.text(group.tests.front().path->span);
    Diagnostic& diagnostic = diags_.report(
        Code::E0411, group.parts[last]->node->span,
        written_as_and(form) ? fmt::format("no value of `{}` passes all of these tests", path)
                             : fmt::format("every value of `{}` passes one of these tests", path));
    for (std::size_t i = 0; i < last; ++i)
      diagnostic.secondary_at(group.parts[i]->node->span, "another test");
    diagnostic.note(written_as_and(form) ? "so together they never hold"
                                         : "so one of them always holds");
    diagnostic.help(written_as_and(form)
                        ? "change or remove one of them; where either is enough, write `or`"
                        : "change or remove one of them; where both are needed, write `and`");
  }

  // The test that takes the last value away.
  [[nodiscard]] std::size_t deciding(const PathGroup& group) const {
    ValueSet left = values_of(bundle_, *group.tests.front().path);
    for (std::size_t i = 0; i < group.tests.size(); ++i) {
      left = left.intersection(group.tests[i].passing);
      if (left.empty()) return i;
    }
    return group.tests.size() - 1;
  }

  void of_itself(const Node& node, SelfTest kind) {
    const auto report = [&](const char* message) -> Diagnostic& {
      return diags_.report(Code::E0411, node.span, message);
    };
    switch (kind) {
      case SelfTest::None: return;
      case SelfTest::Compared:
        report("this compares a value with itself").help("compare it with another value");
        return;
      case SelfTest::Element:
        report("the value itself stands among those that it is compared with")
            .note("so this always holds")
            .help("remove it from the set");
        return;
      case SelfTest::Overlapping:
        report("this compares a set with itself")
            .note("so it only asks whether there is an element")
            .help(fmt::format("write `{}.size > 0`", sources_.text(bundle_.child(node, 0).span)));
        return;
      case SelfTest::Top:
        report("every path is under `/`").help("name a folder, or remove the test");
        return;
      case SelfTest::OwnElement:
        report("every element of a collection is in it")
            .help(fmt::format("ask for elements with `{}.size`, or compare with another collection",
                              sources_.text(bundle_.child(node, 0).span)));
        return;
    }
  }

  const ir::Bundle& bundle_;
  const lang::SourceMap& sources_;
  lang::Diagnostics& diags_;
};

}  // namespace

void review_decided(const ir::Bundle& bundle, const lang::SourceMap& sources,
                    lang::Diagnostics& diags) {
  ClauseReader reader(bundle, sources, diags);
  const auto clause = [&](const std::optional<NodeId>& id, bool positive) {
    if (id) reader.condition(*id, positive);
  };
  for (const NodeId def : bundle.defs) reader.value(def);
  for (const ir::Policy& policy : bundle.policies) clause(policy.applies, true);
  for (const ir::Item& item : bundle.items) {
    clause(item.when, true);
    clause(item.unless, false);
    if (item.maximum) reader.value(*item.maximum);
    if (item.amount) reader.value(*item.amount);
  }
  for (const ir::Table& table : bundle.tables) {
    clause(table.when, true);
    clause(table.unless, false);
    for (const NodeId input : table.inputs) reader.value(input);
  }
}

}  // namespace remit::compiler
