// Text to trees and back: every text gets a tree, a diagnostic and no crash.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <remit/internal/characters.h>
#include "lang/parser.h"
#include "lang/printer.h"
#include "lang/render.h"
#include "lang/suggest.h"
#include "stdlib/text.h"

namespace remit::lang {
namespace {

struct Read {
  SourceMap sources;
  Arena arena;
  Diagnostics diags;
  ast::Module* module = nullptr;

  explicit Read(std::string text) {
    module = parse(sources, sources.add("test.rule", std::move(text)), arena, diags);
  }

  std::vector<std::string> codes() const {
    std::vector<std::string> result;
    for (const Diagnostic* diagnostic : diags.sorted())
      result.emplace_back(info(diagnostic->code).name);
    return result;
  }
};

using Codes = std::vector<std::string>;

std::string policy(const std::string& body) { return "edition 1\npolicy a.b\n\n" + body; }
std::string guard(const std::string& condition) {
  return policy("guard g on a.b {\n  deny\n  when " + condition + "\n  because \"x\"\n}\n");
}

TEST(Lexer, RefusesWhatHidesText) {
  EXPECT_EQ(Read(policy("// \xE2\x80\xAE"
                        "hidden\n"))
                .codes(),
            Codes{"E0102"});  // right-to-left override
  EXPECT_EQ(Read(policy("// zero\xE2\x80\x8Bwidth\n")).codes(), Codes{"E0102"});
  EXPECT_EQ(Read(std::string("edition 1\npolicy a.b // \0\n", 25)).codes(), Codes{"E0102"});
  EXPECT_EQ(Read("\xEF\xBB\xBF" + policy("")).codes(), Codes{"E0101"});
  EXPECT_EQ(Read("edition 1\npolicy \xFF").codes().front(), "E0101");
}

TEST(Parser, TakesNoValueForHas) {
  for (const char* value : {"gas", "hash", "haz"}) {
    EXPECT_EQ(Read(policy("limit l on a.b {\n  when args.kind == " + std::string(value) +
                          " max 3 calls\n  per tenant.id\n  in 1d\n  otherwise deny\n"
                          "  because \"x\"\n}\n"))
                  .codes(),
              Codes{})
        << value;
  }
  EXPECT_EQ(Read(guard("hsa args.note")).codes(), Codes{"E0201"});
}

TEST(Lexer, RefusesEachCharacterOfTheListAndNoneBesides) {
  const auto codes = [](char32_t character) {
    std::string text;
    stdlib::append_utf8(character, text);
    return Read(policy("// a" + text + "b\n")).codes();
  };
  const auto is_in_list = [](char32_t character) {
    return std::ranges::any_of(kForbiddenCharacters, [&](const CharacterRange& range) {
      return range.first <= character && character <= range.last;
    });
  };
  for (const CharacterRange& range : kForbiddenCharacters) {
    for (const char32_t inside : {range.first, range.last})
      EXPECT_EQ(codes(inside), Codes{"E0102"}) << static_cast<std::uint32_t>(inside);
    const char32_t after = range.last + 1;
    if (after == U'\n' || after == U'\r' || is_in_list(after)) continue;
    EXPECT_EQ(codes(after), Codes{}) << static_cast<std::uint32_t>(after);
    EXPECT_FALSE(is_forbidden_character(after));
  }
  for (std::size_t i = 1; i < std::size(kForbiddenCharacters); ++i)
    EXPECT_LT(kForbiddenCharacters[i - 1].last, kForbiddenCharacters[i].first);
}

TEST(Parser, SurvivesHostileText) {
  EXPECT_EQ(Read(guard(std::string(100'000, '('))).codes().front(), "E0210");
  EXPECT_EQ(Read(guard(std::string(100'000, '{'))).codes().front(), "E0210");
  std::string matches;
  for (int i = 0; i < 50'000; ++i) matches += "match ";
  EXPECT_EQ(Read(guard(matches)).codes().front(), "E0210");
  std::string sum = "1";
  for (int i = 0; i < 100'000; ++i) sum += "+1";
  EXPECT_EQ(Read(guard(sum + " > 2")).codes().front(), "E0210");
  EXPECT_EQ(Read("edition 1\npolicy a.b // " + std::string(10'000'000, 'x')).codes(),
            Codes{"E1102"});
  EXPECT_FALSE(Read("").codes().empty());
  EXPECT_FALSE(Read("{{{{}}}}").codes().empty());
}

TEST(Parser, ReportsEveryProblemOfAFile) {
  const Read read(
      policy("guard one on a.b {\n  deny\n  wehn risk.score > 5\n  because \"x\"\n}\n\n"
             "gaurd two on a.b {\n  deny\n  because \"x\"\n  because \"y\"\n}\n\n"
             "guard three on a.b {\n  deny\n  when a == b and c or d\n  because \"{x\"\n}\n"));
  EXPECT_EQ(read.codes(), (Codes{"E0201", "E0201", "E0204", "E0205", "E1001"}));
  EXPECT_EQ(read.module->decls.size(), 3U);
}

TEST(Parser, TruncationNeverCrashes) {
  const std::string whole =
      guard("any(p in args.x: p.y in {1, 2} and has p.z) or match a { b => c, else => d }");
  for (std::size_t size = 0; size < whole.size(); ++size) Read(whole.substr(0, size));
}

TEST(Suggest, FindsSlipsAndNothingElse) {
  const std::string_view names[] = {"when", "unless", "because"};
  EXPECT_EQ(nearest_name("wehn", names), "when");
  EXPECT_EQ(nearest_name("becuase", names), "because");
  EXPECT_EQ(nearest_name("escalate", names), std::nullopt);
  EXPECT_EQ(edit_distance("abcd", "abdc"), 1);
}

TEST(Render, MarksThePlaceAndNamesTheRepair) {
  const Read read(policy("gaurd one on a.b {\n  deny\n  because \"x\"\n}\n"));
  const std::string text = render(*read.diags.sorted().front(), read.sources, false);
  EXPECT_EQ(text,
            "error[E0201]: expected a declaration, found `gaurd`\n"
            "  ┌─ test.rule:4:1\n"
            "  │\n"
            "4 │ gaurd one on a.b {\n"
            "  │ ^^^^^ did you mean `guard`?\n"
            "  help: write `guard`\n\n");
}

std::string formatted(const std::string& text) {
  const Read read(text);
  return format(*read.module, read.sources);
}

TEST(Printer, KeepsTokensAndCommentsAndIsIdempotent) {
  const std::string ugly =
      "edition 1 policy   a.b // why\n\n\n\n// one\nguard g on a.*{deny when risk.score>5 // two\n"
      "and x in {1,2}\nbecause \"x\"}\nconst c=-3\n// end\n";
  const std::string once = formatted(ugly);
  EXPECT_EQ(once,
            "edition 1\npolicy a.b  // why\n\n// one\nguard g on a.* {\n  deny\n  when risk.score "
            "> 5  // two\n"
            "   and x in {1, 2}\n  because \"x\"\n}\nconst c = -3\n// end\n");
  EXPECT_EQ(formatted(once), once);
}

TEST(Printer, IsIdempotentOnTheDesignExamples) {
  // In a folder `shared` beside the checkout.
  const std::filesystem::path folder = "../shared/design/examples";
  if (!std::filesystem::exists(folder))
    GTEST_SKIP() << "the folder with the design examples is not there";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".rule") continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const std::string once = formatted(text.str());
    EXPECT_TRUE(Read(once).codes().empty()) << entry.path();
    EXPECT_EQ(formatted(once), once) << entry.path();
  }
}

}  // namespace
}  // namespace remit::lang
