#include "compiler/check/tests/tests.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <remit/fault.h>
#include <remit/limits.h>
#include "compiler/check/policy/layers.h"
#include "compiler/check/seats.h"
#include "compiler/check/tests/fixture_facts.h"
#include "stdlib/time.h"

namespace remit::compiler {

using ast::DataKind;

namespace {

// `tool = …`, or a misspelt `tool`: no other path has one part.
bool sets_tool(const ast::Assignment& assignment) { return assignment.path.parts.size() == 1; }

const FixtureInfo* find_fixture(const std::vector<FixtureInfo>& fixtures, std::string_view name) {
  const auto found = std::ranges::find(fixtures, name, &FixtureInfo::name);
  return found == fixtures.end() ? nullptr : &*found;
}

class TestChecker : Reporter {
 public:
  TestChecker(const Modules& modules, const TypedBundle& bundle, const Reporter& reporter)
      : Reporter(reporter), modules_(modules), bundle_(bundle) {}

  void run() {
    check_layers();
    for (const FixtureInfo& fixture : bundle_.fixtures) check_fixture(fixture);
    for (const TestInfo& test : bundle_.tests) check_test(test);
  }

 private:
  void check_layers();
  void check_fixture(const FixtureInfo& fixture);
  void check_test(const TestInfo& test);
  void check_assignment(const ast::Assignment& assignment, const ToolInfo* tool);
  void check_data(const ast::Data& data);
  void check_approval(const ast::Step& step);
  void check_counters(const TestInfo& test);
  void check_expected_name(const TestInfo& test, const ast::Dotted& name);
  [[nodiscard]] bool is_layer(std::string_view name) const;
  [[nodiscard]] const ToolInfo* tool_of_fixture(const FixtureInfo& fixture, int depth) const;

  const Modules& modules_;
  const TypedBundle& bundle_;
};

// The tool that a fixture chooses, itself or through `from`; null if it chooses none that there is.
const ToolInfo* TestChecker::tool_of_fixture(const FixtureInfo& fixture, int depth) const {
  for (const ast::Assignment& assignment : fixture.decl->assignments) {
    if (!sets_tool(assignment) || assignment.value->kind != DataKind::Name) continue;
    const auto tool = bundle_.find_tool(assignment.value->name.text);
    return tool ? &bundle_.tools[static_cast<std::size_t>(*tool)] : nullptr;
  }
  const FixtureInfo* parent = fixture.decl->parent.empty() || depth >= limits::kFixtureDepthMax
                                  ? nullptr
                                  : find_fixture(bundle_.fixtures, fixture.decl->parent.text);
  return parent == nullptr ? nullptr : tool_of_fixture(*parent, depth + 1);
}

void TestChecker::check_data(const ast::Data& data) {
  if (data.kind == DataKind::Literal) {
    const ast::Literal& literal = data.literal;
    if (literal.kind == ast::LiteralKind::Format && literal.prefix == "cidr") {
      report(Code::E1403, data.span, "an address range has no form on the wire")
          .help("give an address: `ip\"10.0.0.1\"`");
    }
    if (literal.kind == ast::LiteralKind::Utc && !stdlib::parse_timestamp_or_date(literal.text)) {
      report(Code::E0106, data.span, fmt::format("`{}` is not a timestamp", literal.text))
          .help(
              "write it like `utc\"2026-11-20T09:30:00Z\"`; a wrong one for the decoder is a plain "
              "string");
    }
  }
  for (const ast::Data* item : data.items) {
    if (item->kind == DataKind::None)
      report(Code::E1403, item->span, "`none` has no form on the wire inside a value")
          .help("leave it out");
    check_data(*item);
  }
  for (const ast::DataField& field : data.fields) check_data(*field.value);
}

void TestChecker::check_assignment(const ast::Assignment& assignment, const ToolInfo* tool) {
  const ast::Dotted& path = assignment.path;
  if (path.parts.empty() || assignment.value == nullptr) return;
  const std::string_view root = path.parts.front().text;
  if (path.text == "tool") {
    if (assignment.value->kind == DataKind::Name &&
        !bundle_.find_tool(assignment.value->name.text)) {
      const auto tools = names_of(bundle_.tools);
      Diagnostic& diagnostic =
          report(Code::E0305, assignment.value->span,
                 fmt::format("there is no tool `{}`", assignment.value->name.text));
      diagnostic.help("name a tool of a schema; a tool that is unknown on purpose is a string");
      suggest(diagnostic, assignment.value->name.text, assignment.value->span, tools);
    }
    return;
  }
  check_data(*assignment.value);
  // A counter is looked for where a test uses it: its layer and tool are the test's.
  if (root == "limits") return;
  if (path.parts.size() != 2) {
    report(Code::E0304, path.span, fmt::format("`{}` is not a field of a root", path.text))
        .help("assign a whole field: `risk.score = 5`, `args.release = { … }`");
    return;
  }
  const std::vector<FieldInfo>* fields = nullptr;
  if (root == "args") {
    if (tool == nullptr) return;  // the tool is chosen by another file's fixture, or not at all
    fields = &tool->args;
  } else if (const auto found = std::ranges::find(bundle_.roots, root, &RootInfo::name);
             found != bundle_.roots.end()) {
    fields = &found->fields;
  } else {
    std::vector<std::string_view> roots{"args", "tool", "limits"};
    for (const RootInfo& info : bundle_.roots) roots.push_back(info.name);
    Diagnostic& diagnostic =
        report(Code::E0304, path.parts.front().span, fmt::format("there is no root `{}`", root));
    diagnostic.help(root == "approvals" ? "write `with approved by \"ana\" as ROLE` in a test"
                                        : "name a root of the prelude or of a schema");
    suggest(diagnostic, root, path.parts.front().span, roots);
    return;
  }
  const ast::Name& name = path.parts[1];
  if (std::ranges::find(*fields, name.text, &FieldInfo::name) != fields->end()) return;
  const auto names = names_of(*fields);
  Diagnostic& diagnostic =
      report(Code::E0304, path.span,
             fmt::format("`{}` has no field `{}`",
                         tool != nullptr && root == "args" ? tool->name : root, name.text));
  diagnostic.help("name a field of the schema");
  suggest(diagnostic, name.text, path.span, names, std::string(root) + ".");
}

void TestChecker::check_fixture(const FixtureInfo& fixture) {
  const ast::FixtureDecl& decl = *fixture.decl;
  if (!decl.parent.empty()) {
    const FixtureInfo* at = &fixture;
    int depth = 0;
    while (at != nullptr && !at->decl->parent.empty() && depth++ < limits::kFixtureDepthMax) {
      const FixtureInfo* parent = find_fixture(bundle_.fixtures, at->decl->parent.text);
      if (parent == nullptr && at == &fixture) {
        const auto names = names_of(bundle_.fixtures);
        Diagnostic& diagnostic = report(Code::E1401, decl.parent.span,
                                        fmt::format("there is no fixture `{}`", decl.parent.text));
        diagnostic.help("name a fixture of this bundle");
        suggest(diagnostic, decl.parent.text, decl.parent.span, names);
      }
      at = parent;
      if (at == &fixture) {
        report(Code::E1401, decl.name.span,
               fmt::format("fixture `{}` starts from itself", decl.name.text))
            .stands_alone()
            .help("break the cycle");
        return;
      }
    }
    if (depth >= limits::kFixtureDepthMax) {
      report(Code::E1102, decl.name.span,
             fmt::format("fixtures are more than {} deep", limits::kFixtureDepthMax))
          .help("start from a nearer fixture");
      return;
    }
  }
  const ToolInfo* tool = tool_of_fixture(fixture, 0);
  for (const ast::Assignment& assignment : decl.assignments) check_assignment(assignment, tool);
}

void TestChecker::check_approval(const ast::Step& step) {
  if (!step.role.empty() && !find_seat(bundle_, step.role.text))
    report_unknown_seat(*this, bundle_, step.role.text, step.role.span);
}

// Each `limits.NAME.used` of a test means exactly one limit of its tool and layer.
void TestChecker::check_counters(const TestInfo& test) {
  const TestFacts facts = facts_of(test, bundle_);
  const ToolInfo* tool = facts.tool_info(bundle_);
  if (tool == nullptr) return;
  for (const auto& [name, assignment] : facts.counters) {
    const ast::Dotted& path = assignment->path;
    if (name.empty()) {
      report(Code::E0304, path.span, fmt::format("`{}` is not a counter", path.text))
          .help("write `limits.NAME.used`");
      continue;
    }
    const std::vector<ItemIndex> found = limits_named(test, *tool, name, bundle_);
    if (found.size() == 1) continue;
    const bool short_name = found.empty() && path.parts.size() == 3;
    Diagnostic& diagnostic =
        report(Code::E0304, short_name ? path.parts[1].span : path.span,
               found.empty()
                   ? fmt::format("no limit `{}` covers `{}` here", name, tool->name)
                   : fmt::format("`{}` names {} limits on `{}`", name, found.size(), tool->name));
    diagnostic.secondary_at(test.decl->title.span, "in this test")
        .help(found.empty() ? "name a limit of the tool and of this file's layer"
                            : "write its policy before it: `limits.POLICY.NAME.used`");
    std::vector<std::string_view> names;
    for (const ItemInfo& item : bundle_.items) {
      if (item.kind == ItemKind::Limit) names.push_back(item.name);
    }
    if (short_name) suggest(diagnostic, name, path.parts[1].span, names);
  }
}

void TestChecker::check_expected_name(const TestInfo& test, const ast::Dotted& name) {
  const std::string_view text = name.text;
  if (text.empty() || text == "default" || text.starts_with("engine.")) return;
  for (const ItemInfo& item : bundle_.items) {
    const PolicyInfo& policy = bundle_.policies[static_cast<std::size_t>(item.policy)];
    if (!test.decl->in_bundle &&
        bundle_.layers[static_cast<std::size_t>(policy.layer)].name != test.layer)
      continue;
    const std::string full = bundle_.full_name(item);
    if (full == text || full.ends_with(fmt::format(".{}", text))) return;
  }
  std::vector<std::string_view> names{"default"};
  for (const ItemInfo& item : bundle_.items) names.push_back(item.name);
  Diagnostic& diagnostic =
      report(Code::E0301, name.span, fmt::format("no item is named `{}`", text));
  const bool table = std::ranges::any_of(bundle_.items, [&](const ItemInfo& item) {
    return is_row(item.kind) && item.decl->name.text == text;
  });
  diagnostic.help(table ? fmt::format("name one of the table's rows: `{}.LABEL`", text)
                  : test.decl->in_bundle ? "name an item, or `default`"
                                         : "name an item of this file's layer, or `default`; other "
                                           "layers need `in bundle`");
  suggest(diagnostic, text, name.span, names);
}

bool TestChecker::is_layer(std::string_view name) const {
  return std::ranges::find(bundle_.layers, name, &LayerInfo::name) != bundle_.layers.end();
}

void TestChecker::check_test(const TestInfo& test) {
  const ast::TestDecl& decl = *test.decl;
  const FixtureInfo* fixture = find_fixture(bundle_.fixtures, decl.fixture.text);
  const ToolInfo* tool = nullptr;
  if (fixture == nullptr) {
    if (decl.fixture.empty()) return;
    const auto names = names_of(bundle_.fixtures);
    Diagnostic& diagnostic = report(Code::E1401, decl.fixture.span,
                                    fmt::format("there is no fixture `{}`", decl.fixture.text));
    diagnostic.help("declare it with `fixture`");
    suggest(diagnostic, decl.fixture.text, decl.fixture.span, names);
  } else {
    tool = tool_of_fixture(*fixture, 0);
    bool chooses = false;
    for (const FixtureInfo* at = fixture; at != nullptr && !chooses;
         at = at->decl->parent.empty() ? nullptr
                                       : find_fixture(bundle_.fixtures, at->decl->parent.text)) {
      chooses = std::ranges::any_of(at->decl->assignments, sets_tool);
      if (at->decl->parent.text == fixture->name) break;
    }
    for (const ast::Step& step : decl.steps) chooses = chooses || sets_tool(step.assignment);
    if (!chooses)
      report(Code::E1402, decl.fixture.span,
             fmt::format("fixture `{}` chooses no tool", decl.fixture.text))
          .help("add `tool = …` to it");
  }
  for (const ast::Step& step : decl.steps) {
    if (step.kind != ast::StepKind::Assign) {
      check_approval(step);
      continue;
    }
    if (sets_tool(step.assignment) && step.assignment.value->kind == DataKind::Name) {
      const auto chosen = bundle_.find_tool(step.assignment.value->name.text);
      tool = chosen ? &bundle_.tools[static_cast<std::size_t>(*chosen)] : nullptr;
    }
    check_assignment(step.assignment, tool);
  }
  // Of a layer that there is not, which was reported, nothing has a name.
  const bool is_placed = decl.in_bundle || bundle_.policies.empty() || is_layer(test.layer);
  if (is_placed) check_counters(test);
  const ast::Expectation& expectation = decl.expectation;
  if (expectation.expected == ast::ExpectedAnswer::Fault && !expectation.fault.text.empty()) {
    std::vector<std::string_view> codes;
#define REMIT_FAULT(name, code, sentence) codes.push_back(code);
#include <remit/faults.def>
#undef REMIT_FAULT
    if (std::ranges::find(codes, expectation.fault.text) == codes.end()) {
      Diagnostic& diagnostic =
          report(Code::E0301, expectation.fault.span,
                 fmt::format("there is no fault `{}`", expectation.fault.text));
      diagnostic.help("faults begin with `engine.`");
      suggest(diagnostic, expectation.fault.text, expectation.fault.span, codes);
    }
  }
  if (!is_placed) return;
  for (const ast::Dotted& name : expectation.by) check_expected_name(test, name);
}

void TestChecker::check_layers() {
  for (const ast::Module* module : modules_) {
    const ast::Module& file = *module;
    if (file.kind != ast::ModuleKind::Tests || bundle_.policies.empty()) continue;
    const std::string_view layer = layer_of(file);
    const bool in_bundle = std::ranges::all_of(file.decls, [](const ast::Decl* d) {
      return d->kind != ast::DeclKind::Test || ast::as<ast::TestDecl>(*d).in_bundle;
    });
    if (is_layer(layer) || (in_bundle && !file.has_layer)) continue;
    const auto layers = names_of(bundle_.layers);
    const Span span = file.has_layer ? file.layer.span : file.header_span;
    Diagnostic& diagnostic =
        report(Code::E1206, span, fmt::format("there is no layer `{}`", layer));
    diagnostic.help("name a layer of the bundle: `tests NAME layer LAYER`");
    suggest(diagnostic, layer, span, layers);
  }
}

}  // namespace

void collect_tests(const Modules& modules, std::vector<FixtureInfo>& fixtures,
                   std::vector<TestInfo>& tests, const Reporter& reporter) {
  const auto fixture = [&](const ast::FixtureDecl& decl, ModuleIndex module) {
    if (decl.name.empty()) return;
    if (const FixtureInfo* first = find_fixture(fixtures, decl.name.text)) {
      reporter
          .report(Code::E0302, decl.name.span,
                  fmt::format("fixture `{}` is declared twice", decl.name.text))
          .secondary_at(first->decl->name.span, "the first one")
          .help("rename one of them");
      return;
    }
    fixtures.push_back({decl.name.text, &decl, module});
  };
  const auto test = [&](const ast::TestDecl& decl, ModuleIndex module) {
    tests.push_back({&decl, module, layer_of(modules[module])});
  };
  modules.for_each_decl<ast::FixtureDecl>(ast::ModuleKind::Tests, ast::DeclKind::Fixture, fixture);
  modules.for_each_decl<ast::TestDecl>(ast::ModuleKind::Tests, ast::DeclKind::Test, test);
}

void check_tests(const Modules& modules, const TypedBundle& bundle, const Reporter& reporter) {
  TestChecker(modules, bundle, reporter).run();
}

}  // namespace remit::compiler
