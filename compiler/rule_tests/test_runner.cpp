#include "compiler/rule_tests/test_runner.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include <remit/engine.h>
#include <remit/internal/check.h>
#include "compiler/review/allowed.h"
#include "compiler/rule_tests/test_request.h"

namespace remit::compiler {

namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += fmt::format("{}{}", text.empty() ? "" : ", ", name);
  return text;
}

std::string_view word(ast::ExpectedAnswer expected) {
  switch (expected) {
    case ast::ExpectedAnswer::Permit: return "permit";
    case ast::ExpectedAnswer::Queue: return "queue";
    case ast::ExpectedAnswer::Escalate: return "escalate";
    case ast::ExpectedAnswer::Deny: return "deny";
    case ast::ExpectedAnswer::Fault: return "fault";
  }
  return {};
}

std::string expected_text(const ast::Expectation& expectation) {
  std::string text(word(expectation.expected));
  if (expectation.expected == ast::ExpectedAnswer::Fault)
    text += fmt::format(" {}", expectation.fault.text);
  for (std::size_t i = 0; i < expectation.by.size(); ++i)
    text += fmt::format("{}{}", i == 0 ? " by " : ", ", expectation.by[i].text);
  return text;
}

// `small` names `shop.refunds.small`; `default` any `engine.default.*`.
bool names(std::string_view wanted, const std::string& full) {
  if (wanted == "default") return full.starts_with("engine.default.");
  return full == wanted || full.ends_with(fmt::format(".{}", wanted));
}

bool meets(const ast::Expectation& expectation, const Decision& decision,
           const std::vector<std::string>& by) {
  const bool fault = expectation.expected == ast::ExpectedAnswer::Fault;
  if (fault ? code(decision.fault()) != expectation.fault.text
            : decision.fault() != Fault::None ||
                  name(decision.verdict()) != word(expectation.expected))
    return false;
  return std::ranges::all_of(expectation.by, [&](const ast::Dotted& wanted) {
    return std::ranges::any_of(by,
                               [&](const std::string& full) { return names(wanted.text, full); });
  });
}

class Runner {
 public:
  explicit Runner(const CompiledBundle& bundle) : bundle_(bundle), typed_(*bundle.typed) {}

  TestRun run(std::string_view filter) {
    TestRun result;
    for (const TestInfo& test : typed_.tests) {
      if (test.decl->title.text.find(filter) != std::string_view::npos)
        result.results.push_back(one(test));
    }
    untested(result);
    return result;
  }

 private:
  void untested(TestRun& into) const {
    lang::Diagnostics diags;
    for (const ItemInfo& item : typed_.items) {
      // An assert that never clamps is as it should be.
      if (item.kind == ItemKind::Assert) continue;
      std::string name = typed_.full_name(item);
      if (matched_.contains(name))
        ++into.matched;
      else
        diags.report(lang::Code::W1313, item.place, std::move(name));
    }
    silence_allowed(typed_, [](lang::Code code) { return code == lang::Code::W1313; }, diags);
    for (const lang::Diagnostic* diagnostic : diags.sorted()) {
      const lang::SourceFile& file = bundle_.sources.file(diagnostic->span.file);
      if (diagnostic->code == lang::Code::W1313)
        into.unmatched.push_back(diagnostic->message);
      else
        into.idle.push_back(
            fmt::format("{}:{}", file.path(), file.place(diagnostic->span.begin).line));
    }
    std::ranges::sort(into.unmatched);
  }

  const Engine& engine(const TestInfo& test) {
    const std::string key = test.decl->in_bundle ? std::string() : std::string(test.layer);
    auto& engine = engines_[key];
    if (!engine) {
      const std::vector<std::byte> image =
          test.decl->in_bundle ? bundle_.image : compile_layer(bundle_, test.layer);
      LoadOptions options;
      options.allow_dev = true;
      auto loaded = Engine::load(image, Trust::unsigned_image(), options);
      REMIT_CHECK(loaded.has_value(), loaded ? "" : loaded.error().message.c_str());
      engine = std::move(*loaded);
    }
    return *engine;
  }

  TestResult one(const TestInfo& test) {
    const lang::SourceFile& file = bundle_.sources.file(test.decl->title.span.file);
    TestResult result;
    result.title = test.decl->title.text;
    result.file = file.path();
    result.line = file.place(test.decl->title.span.begin).line;
    result.expected = expected_text(test.decl->expectation);
    const Engine& engine = this->engine(test);
    result.request = test_request(test, typed_, engine);
    Facts facts = engine.facts({});
    const Decision decision = engine.decide_json(result.request, facts);
    Explanation explanation = engine.explain(facts, decision).value();
    for (const ItemExplanation& item : explanation.items) {
      if (item.state != ItemState::Unmatched) matched_.insert(item.name);
    }
    result.passed = meets(test.decl->expectation, decision, explanation.by);
    result.actual = decision.fault() == Fault::None
                        ? std::string(name(decision.verdict()))
                        : fmt::format("fault {}", code(decision.fault()));
    if (!explanation.at.empty()) result.actual += fmt::format(" at {}", explanation.at);
    if (!explanation.by.empty()) result.actual += fmt::format(" by {}", joined(explanation.by));
    if (!result.passed) result.explanation = std::move(explanation);
    return result;
  }

  const CompiledBundle& bundle_;
  const TypedBundle& typed_;
  std::map<std::string, std::optional<Engine>> engines_;
  std::set<std::string> matched_;
};

}  // namespace

TestRun run_tests(const CompiledBundle& bundle, std::string_view filter) {
  return Runner(bundle).run(filter);
}

}  // namespace remit::compiler
