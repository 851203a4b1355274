// What a tool server calls things, spelled as the language can.
#include <gtest/gtest.h>

#include "cli/import/names.h"

namespace remit::cli {
namespace {

TEST(ImportNames, SpellsWhatIsThere) {
  const std::pair<std::string_view, std::string_view> kNames[] = {
      {"pullNumber", "pull_number"},
      {"guest-name", "guest_name"},
      {"HTML2Text", "html2_text"},
      {"a__b", "a_b"},
      {"+1", "plus_1"},
      {"-1", "minus_1"},
      {"reactions-+1", "reactions_plus_1"},
      {"reactions--1", "reactions_minus_1"},
      {"2024-01-02", "x_2024_01_02"},
      {">=", "more_equal"},
      {"<=", "less_equal"},
      {"C++", "c_plus_plus"},
      {"", "x_"},
      {"日本", "x_"},
      {"_", "x_"},
  };
  for (const auto& [wire, name] : kNames) EXPECT_EQ(spell(wire), name) << wire;
  EXPECT_EQ(spell(std::string(70, 'a')), std::string(64, 'a'));
}

TEST(ImportNames, KeepsOutOfTheWayOfTheGrammar) {
  EXPECT_EQ(spell_name("all"), "all_");
  EXPECT_EQ(spell_name("open"), "open");
  EXPECT_EQ(spell("all"), "all");
  EXPECT_TRUE(is_name("all_"));
  EXPECT_FALSE(is_name("all"));
  EXPECT_FALSE(is_name("A"));
}

TEST(ImportNames, SaysWhyANameOfJsonCannotStand) {
  EXPECT_EQ(wire_name_problem("a b \"c\" \xC3\xA9"), "");
  EXPECT_EQ(wire_name_problem(std::string(256, 'a')), "");
  EXPECT_EQ(wire_name_problem(""), "is empty");
  EXPECT_EQ(wire_name_problem(std::string(257, 'a')), "is longer than 256 bytes");
  for (const std::string_view wire : {"a\nb", "a\tb", "a\x01", "a\u202eb", "a\x7f"})
    EXPECT_EQ(wire_name_problem(wire), "has characters that no source file may hold") << wire;
}

TEST(ImportNames, GivesEachNameOnce) {
  NameSet names;
  names.take("b");
  EXPECT_EQ(names.claim("a"), "a");
  EXPECT_EQ(names.claim("a"), "a_2");
  EXPECT_EQ(names.claim("a"), "a_3");
  EXPECT_EQ(names.claim("b"), "b_2");
  EXPECT_EQ(names.claim(std::string(70, 'c'), 10), std::string(10, 'c'));
  EXPECT_EQ(names.claim(std::string(70, 'c'), 10), std::string(8, 'c') + "_2");
}

TEST(ImportNames, WritesCommentsThatEndWithTheirLine) {
  EXPECT_EQ(comment_text("a\u202eb\tc\n}\ntool x.y", 80), "abc");
  EXPECT_EQ(comment_text("abcdef", 3), "abc…");
  EXPECT_EQ(comment_lines("a b").size(), 1U);
  std::string words;
  for (int i = 0; i < 60; ++i) words += "word ";
  for (const std::string& line : comment_lines(words)) {
    EXPECT_TRUE(line.starts_with("// word")) << line;
    EXPECT_LE(line.size(), 97U) << line;
  }
}

}  // namespace
}  // namespace remit::cli
