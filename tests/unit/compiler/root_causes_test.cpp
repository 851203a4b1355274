// One mistake, one diagnostic: what follows from another is left out, and causes come first.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "compiler/bundle.h"
#include "lang/lexer.h"

namespace remit::compiler {
namespace {

using Sources = std::vector<SourceText>;

const Sources kShop = {
    {"a.rule",
     "edition 1\npolicy shop.refunds\n"
     "rule small on shop.refund { permit when args.amount <= USD 50 and risk.score < 5 and "
     "tenant.id in target.tenants }\n"
     "guard big on shop.refund { deny when args.amount > USD 500 because \"Too much\" }\n"},
    {"b.rule",
     "edition 1\nschema shop.schema\ncurrency USD\n"
     "tool shop.refund { effect write_irreversible reads internal clearance internal "
     "args { order: id, amount: money as minor } }\n"},
    {"c.rule",
     "edition 1\ntests shop.tests\nfixture f { tool = shop.refund args.amount = USD 3 }\n"
     "test \"t\" { given f expect permit by small }\n"},
};

// `file:line code` of each, in the order in which they are shown.
std::vector<std::string> found(const Sources& sources, CompileOptions options = {}) {
  const auto bundle = compile_bundle(sources, options);
  std::vector<std::string> result;
  for (const lang::Diagnostic* diagnostic : bundle->diags.sorted()) {
    std::string text;
    if (diagnostic->has_place) {
      const lang::SourceFile& file = bundle->sources.file(diagnostic->span.file);
      text = file.path() + ':' + std::to_string(file.line_of(diagnostic->span.begin)) + ' ';
    }
    text += lang::info(diagnostic->code).name;
    if (!diagnostic->also.empty()) text += " +" + std::to_string(diagnostic->also.size());
    result.push_back(text);
  }
  EXPECT_EQ(bundle->image.empty(), bundle->diags.has_errors());
  return result;
}

Sources changed(std::size_t file, std::string_view from, std::string_view to) {
  Sources sources = kShop;
  const std::size_t at = sources[file].text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  sources[file].text.replace(at, from.size(), to);
  return sources;
}

using Found = std::vector<std::string>;

TEST(RootCauses, NothingIsMissedWhereNothingIsWrong) { EXPECT_EQ(found(kShop), Found{}); }

TEST(RootCauses, AFileThatCannotBeReadIsAllThatIsSaid) {
  CompileOptions options;
  options.unreadable = {{"b.rule", "Permission denied"}};
  EXPECT_EQ(found({kShop[0], kShop[2]}, options), Found{"E1207"});
}

TEST(RootCauses, ASchemaThatDoesNotParseGivesNoFollowUps) {
  EXPECT_EQ(found(changed(1, "tool shop", "tol shop")), Found{"b.rule:4 E0201"});
  EXPECT_EQ(found(changed(1, "schema shop", "skema shop")), Found{"b.rule:2 E0201"});
  EXPECT_EQ(found(changed(1, "args {", "args")), Found{"b.rule:4 E0201"});
}

TEST(RootCauses, ANameThatIsMissedOftenIsOneMistake) {
  EXPECT_EQ(found(changed(1, "amount:", "amont:")), Found{"a.rule:3 E0304 +1"});
  EXPECT_EQ(found(changed(1, "tool shop.refund", "tool shop.refnd")), Found{"a.rule:3 E0305 +1"});
}

TEST(RootCauses, TestsWaitForTheirPolicies) {
  // Not for a schema that nobody has written.
  const Sources alone = {{"c.rule", changed(2, "by small", "by small small")[2].text}};
  EXPECT_EQ(found(alone), (Found{"c.rule:2 E1205", "c.rule:4 E0201"}));
  EXPECT_EQ(found(changed(0, "rule small on", "rule small o")), Found{"a.rule:3 E0201"});
  EXPECT_EQ(found(changed(2, "by small", "by smll")), Found{"c.rule:4 E0301"});
}

TEST(RootCauses, MistakesOfTheirOwnStay) {
  Sources sources = changed(1, "tool shop", "tol shop");
  sources[0].text += "guard odd on shop.refund { deny when not risk.score because \"x\" }\n";
  EXPECT_EQ(found(sources), (Found{"b.rule:4 E0201", "a.rule:5 E0404"}));
  // Of the same code, but not of something that is missing.
  sources = changed(1, "currency USD", "currency USD\ncurrency EUR\n@");
  EXPECT_EQ(found(sources), (Found{"b.rule:4 E1205", "b.rule:6 E0201"}));
}

TEST(RootCauses, CausesComeFirst) {
  Sources sources = changed(1, "money as minor", "mony as minor");
  sources[0].text += "guard odd on shop.refund { deny when not risk.score because \"x\" }\n";
  sources[2].text += "test \"u\" { given f expect pemit by small }\n";
  CompileOptions options;
  options.manifest = "nme = \"shop\"\nlayers = [\"man\"]\n";
  options.manifest_path = "remit.toml";
  EXPECT_EQ(found(sources, options),
            (Found{"remit.toml:1 E1206", "b.rule:4 E0306", "c.rule:5 E0201"}));
}

// ---- a letter lost from each word, each bracket lost

Sources read_folder(const std::filesystem::path& folder) {
  Sources sources;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".rule") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    sources.push_back(
        {entry.path().filename().string(), {std::istreambuf_iterator<char>(file), {}}});
  }
  return sources;
}

struct Typo {
  std::size_t file;
  lang::Span span;
  std::string text;
};

std::vector<Typo> typos(const Sources& sources) {
  std::vector<Typo> result;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    lang::SourceMap map;
    lang::Diagnostics diags;
    const lang::FileId file = map.add(sources[i].path, sources[i].text);
    for (const lang::Token& token : lang::lex(map, file, diags).tokens) {
      const bool is_word = token.kind == lang::TokenKind::Name || lang::is_reserved(token.kind);
      if (token.text.empty() || (is_word && token.text.size() < 3)) continue;
      std::string text(token.text);
      is_word ? text.erase(text.size() / 2, 1) : text.erase();
      if (is_word || token.text.find_first_of("{}()<>,:=|") == 0)
        result.push_back({i, token.span, text});
    }
  }
  return result;
}

TEST(RootCauses, OneTypoIsOneError) {
  std::map<std::size_t, std::size_t> counts;
  std::size_t total = 0, several = 0;
  for (const char* example : {"quickstart", "airline"}) {
    const Sources sources =
        read_folder(std::filesystem::path(REMIT_SOURCE_DIR) / "examples" / example);
    ASSERT_FALSE(sources.empty());
    for (const Typo& typo : typos(sources)) {
      Sources wrong = sources;
      wrong[typo.file].text.replace(typo.span.begin, typo.span.end - typo.span.begin, typo.text);
      const auto bundle = compile_bundle(wrong, {});
      EXPECT_EQ(bundle->image.empty(), bundle->diags.has_errors());
      const std::size_t errors = bundle->diags.error_count();
      EXPECT_LE(errors, 2U) << wrong[typo.file].path << " byte " << typo.span.begin;
      ++counts[errors];
      ++total;
      several += errors > 1 ? 1 : 0;
    }
  }
  EXPECT_GT(total, 2000U);
  EXPECT_LE(several * 100, total) << "more than one in a hundred has a follow-up";
  for (const auto& [errors, count] : counts)
    std::printf("%zu typos give %zu errors\n", count, errors);
}

}  // namespace
}  // namespace remit::compiler
