// What a condition costs, construct by construct (docs/reference/language.md, section 13.3, and
// steps.md beside it). The file loads, so the verifier has counted the same on the code.
#include <gtest/gtest.h>

#include "compiler/bundle.h"
#include "tests/unit/vm/bundles.h"
#include "vm/image/serialize.h"
#include "vm/verify/program.h"

namespace remit {
namespace {

struct Case {
  const char* condition;
  std::int64_t steps;
};

const Case kCases[] = {
    // An operator, a literal, a path: 1 each.
    {"risk.score < 50", 3},
    {"has args.note", 1},
    {"risk.score < 50 and risk.score > 3 and context.freeze", 2 + 3 + 3 + 1},
    {"50% of risk.score < 40", 1 + 1 + 1 + 1},
    // Derived parts cost as much as the path before them.
    {"target.tenants.size > 1", 2 + 1 + 1},
    {"has args.site and args.site.scheme == \"https\"", 1 + 1 + 2 + 1 + 1 + 1},
    // Two texts: a 64th of the smaller bound. A literal has its own length.
    {"tenant.id == \"t1\"", 3 + 1},
    {"tenant.id == actor.id", 3 + 4},
    {"actor.version != \"\"", 3},
    {"has args.note and args.note == actor.version", 1 + 1 + 3 + 1},
    {"has args.site and args.site.host != host\"a.example\"", 1 + 1 + 2 + 1 + 1 + 1},
    {"has args.site and args.site == url\"https://a.example/\"", 1 + 1 + 3 + 1},
    {"actor.version == match tenant.plan { free => \"f\", else => \"other\" }",
     3 + (1 + 1 + 1 + 1 + 1) - 1 + 1},
    // A match: its operand, every arm, and the values that the arms name.
    {"match tenant.plan { free, pro => true, enterprise => false }", 1 + 1 + 2 + 1 + 1 + 1},
    {"match tenant.plan { free, pro => true, else => false }", 1 + 1 + 2 + 1 + 1},
    {"match context.freeze { true => true, false => risk.score < 3 }", 1 + 1 + 1 + 1 + 1 + 3},
    // Collections cost their bounds.
    {"tenant.id in {\"t1\", \"t2\"}", 1 + 2 + 1 + 2},
    {"tenant.id in {actor.id, \"t2\"}", 1 + 2 + 1 + 2},
    {"tenant.id in target.tenants", 1 + 1 + 1 + 64},
    {"target.tenants overlaps actor.requesters", 1 + 1 + 1 + 64 + 8},
    {"{tenant.id, actor.id} subset of target.tenants", 2 + 1 + 1 + 2 + 64},
    {"any(t in target.tenants: t == actor.id)", 1 + 64 * (3 + 4)},
    // A sixteenth of the text's bound times the pattern's size.
    {"has args.note and args.note matches re\"a\"", 1 + 1 + 1 + 1 + 4},
    {"has args.note and args.note matches re\"ab|c\"", 1 + 1 + 1 + 1 + 12},
};

std::int64_t bound_of(const std::string& guard) {
  const std::string text =
      test::policy(guard + "rule ok on shop.refund {\n  permit\n  when risk.score <= 10\n}\n");
  const CompileResult result = compile({{"schema.rule", test::kShop}, {"policy.rule", text}});
  for (const CompileMessage& message : result.messages)
    EXPECT_FALSE(message.is_error) << message.rendered;
  const auto program = vm::verify(result.image);
  EXPECT_TRUE(program) << (program ? "" : program.error().message);
  if (!program) return 0;
  for (const vm::ToolRow& tool : program->image().tools) {
    if (program->image()[tool.name] == "shop.refund") return tool.steps_bound;
  }
  return 0;
}

TEST(Cost, IsCountedAsTheReferenceSays) {
  const std::int64_t without = bound_of({});
  for (const Case& row : kCases) {
    const std::string guard = "@absent_ok(\"test\")\nguard it on shop.refund {\n  deny\n  when " +
                              std::string(row.condition) + "\n  because \"x\"\n}\n";
    EXPECT_EQ(bound_of(guard) - without - 1, row.steps) << row.condition;
  }
}

// A step for every sixteen items that one overrides.
TEST(Cost, CountsWhatIsOverridden) {
  const auto bound = [](int count) {
    std::string guards, names;
    for (int i = 0; i < count; ++i) {
      guards += "guard g" + std::to_string(i) +
                " overridable on shop.refund {\n  deny\n  because \"g\"\n}\n";
      names += (i == 0 ? "g" : ", g") + std::to_string(i);
    }
    return bound_of(guards +
                    "rule lifts on shop.refund {\n  permit\n  when risk.score < 3\n  "
                    "because \"l\"\n  overrides " +
                    names + "\n}\n") -
           count;
  };
  const std::int64_t one = bound(1);
  EXPECT_EQ(bound(15), one);
  EXPECT_EQ(bound(16), one + 1);
  EXPECT_EQ(bound(40), one + 2);
}

// Messages are shown beside a decision, and may take as long.
TEST(Cost, OfMessagesIsBounded) {
  const auto compiled = [](int values, const std::string& manifest) {
    std::string message;
    for (int i = 0; i < values; ++i) message += "{count(t in target.tenants: t == actor.id)} ";
    return compile({{"schema.rule", test::kShop},
                    {"policy.rule", test::policy("guard g on shop.refund {\n  deny\n  because \"" +
                                                 message + "\"\n}\n" + test::kItems)}},
                   manifest);
  };
  // 1 + 64 * (3 + 4) each.
  const std::string manifest = "name = \"m\"\nlayers = [\"main\"]\nmax_steps = 3143\n";
  const CompileResult tight = compiled(7, "name = \"m\"\nlayers = [\"main\"]\nmax_steps = 3142\n");
  ASSERT_FALSE(tight.messages.empty());
  EXPECT_NE(
      tight.messages.front().rendered.find("the messages of `shop.policy.g` may take 3143 steps"),
      std::string::npos)
      << tight.messages.front().rendered;
  ASSERT_FALSE(compiled(7, manifest).image.empty());
  auto image = *vm::parse(compiled(7, manifest).image);
  image.steps_max = 3142;
  EXPECT_EQ(vm::verify(vm::serialize(image)).error().code(), "message.cost_too_high");
}

TEST(Cost, NamesThePatternsThatMakeUpABound) {
  const std::string text = test::policy(
      "guard it on shop.refund {\n  deny\n  when has args.note and args.note matches "
      "re\"(ab{20}){30}\" and args.note matches re\"x\"\n  because \"x\"\n}\n"
      "rule ok on shop.refund {\n  permit\n  when risk.score <= 10\n}\n");
  const CompileResult result = compile({{"schema.rule", test::kShop}, {"policy.rule", text}},
                                       "name = \"x\"\nlayers = [\"main\"]\nmax_steps = 1000\n");
  std::string rendered;
  for (const CompileMessage& message : result.messages) rendered += message.rendered;
  EXPECT_NE(rendered.find("`re\"(ab{20}){30}\"` takes 2521 of them: its size is 630, and its text "
                          "has up to 64 bytes"),
            std::string::npos)
      << rendered;
  EXPECT_EQ(rendered.find("re\"x\"` takes"), std::string::npos) << rendered;
}

}  // namespace
}  // namespace remit
