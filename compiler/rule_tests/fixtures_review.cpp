#include "compiler/rule_tests/fixtures_review.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <remit/engine.h>
#include "compiler/check/tests/fixture_facts.h"
#include "compiler/review/allowed.h"
#include "compiler/rule_tests/test_request.h"

namespace remit::compiler {

namespace {

class FixtureReader {
 public:
  FixtureReader(CompiledBundle& bundle, const Engine& engine)
      : typed_(*bundle.typed), diags_(bundle.diags), engine_(engine) {
    std::map<std::string_view, const FixtureInfo*> fixtures;
    for (const FixtureInfo& fixture : typed_.fixtures) fixtures[fixture.name] = &fixture;
    for (const TestInfo& test : typed_.tests) {
      const bool refused = test.decl->expectation.expected == ast::ExpectedAnswer::Fault;
      // The fixture, and all that it starts from; none starts from itself.
      for (auto at = fixtures.find(test.decl->fixture.text); at != fixtures.end();
           at = fixtures.find(at->second->decl->parent.text)) {
        users_.try_emplace(at->first, &test);
        if (refused) refused_on_purpose_.insert(at->first);
      }
    }
  }

  void run() {
    for (const FixtureInfo& fixture : typed_.fixtures) {
      if (refused_on_purpose_.contains(fixture.name)) continue;
      const TestFacts facts = completed(fixture);
      for (const ast::Assignment& assignment : fixture.decl->assignments)
        this->assignment(assignment, facts);
    }
  }

 private:
  // The tool and the arguments of a fixture; what it leaves to tests, as the first that uses it
  // has it. An argument that is absent would be refused before others are looked at.
  [[nodiscard]] TestFacts completed(const FixtureInfo& fixture) const {
    TestFacts facts = facts_of(fixture, typed_);
    const auto user = users_.find(fixture.name);
    if (user == users_.end()) return facts;
    TestFacts used = facts_of(*user->second, typed_);
    if (facts.tool == nullptr) facts.tool = used.tool;
    if (facts.tool_info(typed_) == used.tool_info(typed_))
      facts.roots["args"].merge(used.roots["args"]);
    return facts;
  }

  // Sends the value alone; an argument with those beside it. What is missing is not asked for.
  void assignment(const ast::Assignment& assignment, const TestFacts& facts) {
    const auto& parts = assignment.path.parts;
    if (parts.empty() || assignment.value->kind == ast::DataKind::None) return;
    TestFacts sent;
    std::string place = "tool";
    sent.tool = parts.size() == 1 ? assignment.value : facts.tool;
    if (sent.tool == nullptr) return;
    if (parts.size() == 2 && parts[0].text != "limits") {
      place = fmt::format("{}.{}", parts[0].text, wire_name(parts, facts));
      if (parts[0].text == "args") sent.roots["args"] = facts.roots.at("args");
      sent.roots[parts[0].text][parts[1].text] = assignment.value;
    } else if (parts.size() != 1) {
      return;
    }
    Facts slots = engine_.facts({});
    const Decision decision = engine_.decide_json(request_of(sent, typed_), slots);
    const bool refused =
        decision.fault() == Fault::InvalidRequest || decision.fault() == Fault::UnknownTool;
    const Explanation explanation = engine_.explain(slots, decision).value();
    if (refused && is_at(explanation.at, place)) report(assignment, explanation);
  }

  [[nodiscard]] std::string_view wire_name(std::span<const ast::Name> path,
                                           const TestFacts& facts) const {
    const ToolInfo* tool = facts.tool_info(typed_);
    if (tool == nullptr || path[0].text != "args") return path[1].text;
    const auto field = std::ranges::find(tool->args, path[1].text, &FieldInfo::name);
    return field == tool->args.end() ? path[1].text : field->wire_name;
  }

  // `args.release.image` lies at `args.release`.
  static bool is_at(std::string_view found, std::string_view place) {
    if (!found.starts_with(place)) return false;
    return found.size() == place.size() || found[place.size()] == '.' || found[place.size()] == '[';
  }

  void report(const ast::Assignment& assignment, const Explanation& explanation) {
    lang::Diagnostic& diagnostic =
        diags_.report(lang::Code::W1320, assignment.value->span,
                      fmt::format("no request can have this value of `{}`", assignment.path.text));
    if (!explanation.expected.empty())
      diagnostic.note(fmt::format("`{}` is `{}`", explanation.at, explanation.expected));
    diagnostic.help(
        "write a value of that type; a test of what is refused ends with `expect fault "
        "engine.invalid_request`");
  }

  const TypedBundle& typed_;
  lang::Diagnostics& diags_;
  const Engine& engine_;
  std::map<std::string_view, const TestInfo*> users_;  // of each fixture, the first
  std::set<std::string_view> refused_on_purpose_;
};

}  // namespace

void review_fixtures(CompiledBundle& bundle) {
  if (bundle.diags.has_errors() || bundle.typed == nullptr) return;
  if (!bundle.typed->fixtures.empty() && !bundle.image.empty()) {
    LoadOptions options;
    options.allow_dev = true;
    const auto engine = Engine::load(bundle.image, Trust::unsigned_image(), options);
    if (engine) FixtureReader(bundle, *engine).run();
  }
  silence_allowed(
      *bundle.typed, [](lang::Code code) { return code == lang::Code::W1320; }, bundle.diags);
}

}  // namespace remit::compiler
