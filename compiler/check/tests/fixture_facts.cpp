#include "compiler/check/tests/fixture_facts.h"

#include <algorithm>
#include <span>
#include <string>

#include <remit/limits.h>

namespace remit::compiler {

namespace {

std::string_view counter_name(const ast::Dotted& path) {
  constexpr std::string_view kRoot = "limits.", kField = ".used";
  const std::string_view text = path.text;
  if (text.size() <= kRoot.size() + kField.size() || !text.ends_with(kField)) return {};
  return text.substr(kRoot.size(), text.size() - kRoot.size() - kField.size());
}

// One block of assignments. `tool =` clears inherited args and counters wherever it stands.
void apply(std::span<const ast::Assignment> assignments, TestFacts& facts) {
  const auto chooses = [](const ast::Assignment& a) { return a.path.text == "tool"; };
  if (std::ranges::any_of(assignments, chooses)) {
    facts.roots["args"].clear();
    facts.counters.clear();
  }
  for (const ast::Assignment& assignment : assignments) {
    const auto& parts = assignment.path.parts;
    if (parts.empty()) continue;
    if (chooses(assignment))
      facts.tool = assignment.value;
    else if (parts.front().text == "limits")
      facts.counters[counter_name(assignment.path)] = &assignment;
    else if (parts.size() == 2)
      facts.roots[parts[0].text][parts[1].text] = assignment.value;
  }
}

void apply_fixture(std::string_view name, int depth, const TypedBundle& bundle, TestFacts& facts) {
  const auto found = std::ranges::find(bundle.fixtures, name, &FixtureInfo::name);
  if (found == bundle.fixtures.end() || depth > limits::kFixtureDepthMax) return;
  if (!found->decl->parent.empty())
    apply_fixture(found->decl->parent.text, depth + 1, bundle, facts);
  apply(found->decl->assignments, facts);
}

}  // namespace

const ToolInfo* TestFacts::tool_info(const TypedBundle& bundle) const {
  if (tool == nullptr || tool->kind != ast::DataKind::Name) return nullptr;
  const auto index = bundle.find_tool(tool->name.text);
  return index ? &bundle.tools[static_cast<std::size_t>(*index)] : nullptr;
}

TestFacts facts_of(const TestInfo& test, const TypedBundle& bundle) {
  TestFacts facts;
  apply_fixture(test.decl->fixture.text, 0, bundle, facts);
  for (const ast::Step& step : test.decl->steps) {
    if (step.kind == ast::StepKind::Assign) apply(std::span(&step.assignment, 1), facts);
  }
  return facts;
}

TestFacts facts_of(const FixtureInfo& fixture, const TypedBundle& bundle) {
  TestFacts facts;
  apply_fixture(fixture.name, 0, bundle, facts);
  return facts;
}

std::vector<ItemIndex> limits_named(const TestInfo& test, const ToolInfo& tool,
                                    std::string_view name, const TypedBundle& bundle) {
  std::vector<ItemIndex> found;
  const auto index = static_cast<ToolIndex>(&tool - bundle.tools.data());
  const std::string suffix = "." + std::string(name);
  for (std::size_t i = 0; i < bundle.items.size(); ++i) {
    const ItemInfo& item = bundle.items[i];
    if (item.kind != ItemKind::Limit || !std::ranges::binary_search(item.scope, index)) continue;
    const LayerInfo& layer = bundle.layers[static_cast<std::size_t>(bundle.policy(item).layer)];
    if (!test.decl->in_bundle && layer.name != test.layer) continue;
    const std::string full = bundle.full_name(item);
    if (full == name || full.ends_with(suffix)) found.push_back(static_cast<ItemIndex>(i));
  }
  return found;
}

}  // namespace remit::compiler
