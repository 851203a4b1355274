// Every bound of include/remit/limits.h: what is at the bound is accepted, one past it refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include <remit/limits.h>
#include "tests/unit/vm/bundles.h"

namespace remit {
namespace {

using Sources = std::vector<SourceText>;

std::string repeated(std::int64_t count, std::string_view text) {
  std::string result;
  for (std::int64_t i = 0; i < count; ++i) result += text;
  return result;
}

// `make(0), make(1), …` joined by `separator`.
template <typename Make>
std::string listed(std::int64_t count, std::string_view separator, Make&& make) {
  std::string result;
  for (std::int64_t i = 0; i < count; ++i)
    result += (i == 0 ? std::string() : std::string(separator)) + make(i);
  return result;
}

// The shop with more in its schema, and a policy.
Sources shop(const std::string& schema, const std::string& items = {}) {
  Sources sources{{"schema.rule", test::kShop + schema}};
  if (!items.empty()) sources.push_back({"policy.rule", test::policy(items)});
  return sources;
}
std::string guard(const std::string& condition, const std::string& message = "g") {
  return "guard g on shop.refund {\n  deny\n  when " + condition + "\n  because \"" + message +
         "\"\n}\n";
}
Sources when(const std::string& condition) { return shop("", guard(condition)); }

// Sources in which something is `n` large, and what refuses one more than the bound.
struct Bound {
  const char* name;
  const char* code;
  std::int64_t at;
  std::function<Sources(std::int64_t)> make;
};

Sources record_chain(std::int64_t depth) {
  std::string schema = "record r1 { a: id }\n";
  for (std::int64_t i = 2; i <= depth; ++i)
    schema += fmt::format("record r{} {{ a: r{} }}\n", i, i - 1);
  return shop(schema);
}

Sources layers(std::int64_t count) {
  Sources sources = shop("");
  for (std::int64_t i = 0; i < count; ++i)
    sources.push_back(
        {fmt::format("p{}.rule", i),
         fmt::format("edition 1\npolicy shop.p{} layer l{}\nrule r on shop.refund {{\n"
                     "  permit\n  when risk.score < 9\n}}\n",
                     i, i)});
  return sources;
}

Sources fixtures(std::int64_t depth) {
  Sources sources = when("risk.score > 9");
  std::string tests = "edition 1\ntests shop.t\nfixture f1 { tool = shop.refund }\n";
  for (std::int64_t i = 2; i <= depth; ++i)
    tests += fmt::format("fixture f{} from f{} {{ risk.score = 1 }}\n", i, i - 1);
  sources.push_back({"t.test.rule", tests});
  return sources;
}

Sources wait(const std::string& clause, const std::string& roles = {}) {
  Sources sources = shop("", "guard g on shop.refund {\n  " + clause +
                                 "\n  when risk.score > 9\n  because \"g\"\n}\n");
  if (!roles.empty()) {
    std::string& schema = sources[0].text;
    schema.replace(schema.find("support_lead, finance_manager"), 29, roles);
  }
  return sources;
}

const Bound kBounds[] = {
    {"file", "E1102", limits::kSourceFileBytesMax,
     [](std::int64_t n) {
       Sources sources = when("risk.score > 9");
       sources[1].text.resize(static_cast<std::size_t>(n), '\n');
       return sources;
     }},
    {"name", "E0107", limits::kNameBytesMax,
     [](std::int64_t n) { return shop("enum " + repeated(n, "a") + " { x }\n"); }},
    {"dotted name", "E0107", limits::kDottedNameBytesMax,
     [](std::int64_t n) {
       return shop("tool a" + repeated((n - 3) / 2, ".b") + ((n - 3) % 2 == 0 ? "" : "c") +
                   ".d { effect read args {} }\n");
     }},
    {"nesting", "E0210", limits::kExprDepthMax,
     [](std::int64_t n) { return when(repeated(n, "(") + "risk.score > 9" + repeated(n, ")")); }},
    {"template", "E1004", limits::kTemplateBytesMax,
     [](std::int64_t n) { return shop("", guard("risk.score > 9", repeated(n, "m"))); }},
    {"pattern", "E0109", limits::kPatternBytesMax,
     [](std::int64_t n) { return when("actor.version matches re\"" + repeated(n, "p") + "\""); }},
    {"repeat in a pattern", "E0109", limits::kPatternRepeatMax,
     [](std::int64_t n) { return when(fmt::format("actor.version matches re\"p{{{}}}\"", n)); }},
    {"set literal", "E0409", limits::kSetLiteralMax,
     [](std::int64_t n) {
       return when("actor.id in {" +
                   listed(n, ", ", [](std::int64_t i) { return fmt::format("\"{}\"", i); }) + "}");
     }},
    {"fixtures", "E1102", limits::kFixtureDepthMax, fixtures},
    {"string", "E0413", limits::kStringBytesMax,
     [](std::int64_t n) { return shop(fmt::format("record r {{ a: string({}) }}\n", n)); }},
    {"opaque", "E0413", limits::kOpaqueBytesMax,
     [](std::int64_t n) { return shop(fmt::format("record r {{ a: opaque({}) }}\n", n)); }},
    {"set", "E0413", limits::kCollectionMax,
     [](std::int64_t n) { return shop(fmt::format("record r {{ a: set<id>({}) }}\n", n)); }},
    {"list", "E0413", limits::kCollectionMax,
     [](std::int64_t n) { return shop(fmt::format("record r {{ a: list<id>(0..={}) }}\n", n)); }},
    {"records in records", "E0413", limits::kRecordDepthMax, record_chain},
    {"fields", "E1102", limits::kRecordFieldsMax,
     [](std::int64_t n) {
       return shop("record r { " +
                   listed(n, ", ", [](std::int64_t i) { return fmt::format("f{}: id", i); }) +
                   " }\n");
     }},
    {"enum values", "E1102", limits::kEnumValuesMax,
     [](std::int64_t n) {
       return shop("enum many { " +
                   listed(n, ", ", [](std::int64_t i) { return fmt::format("v{}", i); }) + " }\n");
     }},
    {"duration", "E0108", limits::kDurationDaysMax,
     [](std::int64_t n) { return shop(fmt::format("const d = {}d\n", n)); }},
    {"percentage", "E0108", limits::kPercentThousandthsMax / 1000,
     [](std::int64_t n) { return when(fmt::format("args.amount > {}% of spend.cost", n)); }},
    {"layers", "E1102", limits::kLayersMax, layers},
    {"tools", "E1102", limits::kToolsMax - 2,
     [](std::int64_t n) {
       return shop(listed(n, "\n", [](std::int64_t i) {
         return fmt::format("tool many.t{} {{ effect read args {{}} }}", i);
       }));
     }},
    {"parties", "E0902", limits::kPartiesMax,
     [](std::int64_t n) {
       const auto role = [](std::int64_t i) { return fmt::format("role_{}", i); };
       return wait("queue for " + listed(n, " and ", role) + " within 4h", listed(n, ", ", role));
     }},
    {"seats", "E0902", limits::kSeatsMax,
     [](std::int64_t n) {
       const auto role = [](std::int64_t i) { return fmt::format("role_{}", i); };
       return wait("queue for " + listed(n, " or ", role) + " within 4h", listed(n, ", ", role));
     }},
    {"people of a party", "E0903", limits::kNeedMax,
     [](std::int64_t n) { return wait(fmt::format("queue for {} of support_lead within 4h", n)); }},
    {"deadline", "E0904", limits::kDeadlineDaysMax,
     [](std::int64_t n) { return wait(fmt::format("queue for support_lead within {}d", n)); }},
};

std::string errors(const Sources& sources) {
  std::string codes;
  for (const CompileMessage& message : compile(sources).messages) {
    if (message.is_error) codes += (codes.empty() ? "" : " ") + message.code;
  }
  return codes;
}

class Limit : public testing::TestWithParam<Bound> {};

TEST_P(Limit, IsTheLastThatIsAccepted) {
  const Bound& bound = GetParam();
  EXPECT_EQ(errors(bound.make(bound.at)), "") << bound.name;
  EXPECT_EQ(errors(bound.make(bound.at + 1)), bound.code) << bound.name;
}

INSTANTIATE_TEST_SUITE_P(Language, Limit, testing::ValuesIn(kBounds), [](const auto& info) {
  std::string name = info.param.name;
  for (char& c : name) {
    if (c == ' ') c = '_';
  }
  return name;
});

TEST(Limit, OfTheManifestIsTheLastThatIsAccepted) {
  const auto with_steps = [](std::int64_t steps) {
    const CompileResult result =
        compile(when("risk.score > 9"), fmt::format("name = \"b\"\nlayers = [\"main\"]\n"
                                                    "max_steps = {}\n",
                                                    steps));
    return result.image.empty() ? result.messages.front().code : std::string();
  };
  EXPECT_EQ(with_steps(limits::kStepsMax), "");
  EXPECT_EQ(with_steps(limits::kStepsMax + 1), "E1206");
}

// The shortest deadline, and what a tool costs against what its bundle allows.
TEST(Limit, HasAnEdgeBelow) {
  EXPECT_EQ(errors(wait("queue for support_lead within 60s")), "");
  EXPECT_EQ(errors(wait("queue for support_lead within 59s")), "E0904");
  const CompileResult dear =
      compile(when("risk.score > 9"), "name = \"b\"\nlayers = [\"main\"]\nmax_steps = 3\n");
  EXPECT_TRUE(std::ranges::any_of(
      dear.messages, [](const CompileMessage& message) { return message.code == "E1101"; }));
}

TEST(Limit, OfRequestsIsTheLastThatIsAccepted) {
  const Engine engine = test::engine({test::policy(guard("risk.score > 99"))});
  Facts facts = engine.facts({});
  const auto fault = [&](const std::string& request) {
    return std::string(code(engine.decide_json(request, facts).fault()));
  };
  std::string padded = test::refund();
  padded.append(limits::kRequestBytesMax - padded.size(), ' ');
  EXPECT_EQ(fault(padded), fault(test::refund()));
  EXPECT_EQ(fault(padded + ' '), "engine.invalid_request");
  // An opaque value, in the object `args`, in the request.
  const auto nested = [](int depth) {
    return test::refund(R"("order":"o-1","amount":1,"blob":)" + repeated(depth, "[") +
                        repeated(depth, "]"));
  };
  EXPECT_EQ(fault(nested(16)), fault(test::refund()));  // 40 bytes at most
  const auto id = [](std::size_t size) {
    return test::refund("\"order\":\"" + std::string(size, 'o') + "\",\"amount\":1");
  };
  EXPECT_EQ(fault(id(limits::kIdBytesMax)), fault(test::refund()));
  EXPECT_EQ(fault(id(limits::kIdBytesMax + 1)), "engine.invalid_request");
}

}  // namespace
}  // namespace remit
