// A manifest as a tree.
#include <gtest/gtest.h>

#include <string>

#include "cli/import/json.h"

namespace remit::cli {
namespace {

TEST(ImportJson, FindsTheIntegersAroundANumberExactly) {
  struct Case {
    std::string_view number;
    std::int64_t floor, ceiling;
  };
  const Case kCases[] = {
      {"0", 0, 0},
      {"-0.0e99999999999999999999", 0, 0},
      {"1.0", 1, 1},
      {"1.5e1", 15, 15},
      {"0.5", 0, 1},
      {"-0.5", -1, 0},
      {"-1.05", -2, -1},
      {"1e-400", 0, 1},
      {"120e-1", 12, 12},
      {"125E-1", 12, 13},
      {"0.00012e+4", 1, 2},
      {"9007199254740993.0", 9007199254740993, 9007199254740993},
      {"9223372036854775807", INT64_MAX, INT64_MAX},
      {"-9223372036854775808", INT64_MIN, INT64_MIN},
  };
  for (const Case& one : kCases) {
    EXPECT_TRUE(around(one.number).floor == one.floor) << one.number;
    EXPECT_TRUE(around(one.number).ceiling == one.ceiling) << one.number;
  }
}

TEST(ImportJson, KeepsANumberBeyond64BitsBeyondThem) {
  for (const std::string_view number : {"9223372036854775808", "1e400", "1e99999999999999999999",
                                        "123456789012345678901234567890"}) {
    EXPECT_TRUE(around(number).floor > INT64_MAX) << number;
    EXPECT_TRUE(around("-" + std::string(number)).ceiling < INT64_MIN + 1) << number;
  }
}

TEST(ImportJson, NamesTheNode) {
  const auto root = read_json(R"({"tools": [1, {"a b": {"$ref": "x"}, "guest-name": [0]}]})");
  ASSERT_TRUE(root);
  const Json& second = (*root)->member("tools")->children[1];
  EXPECT_EQ(json_path(**root), "");
  EXPECT_EQ(json_path(second), "tools[1]");
  EXPECT_EQ(json_path(*second.member("a b")->member("$ref")), R"(tools[1]["a b"].$ref)");
  EXPECT_EQ(json_path(second.member("guest-name")->children[0]), "tools[1].guest-name[0]");
}

TEST(ImportJson, FindsEachOfManyMembers) {
  std::string text = "{";
  for (int i = 0; i < 100; ++i)
    text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":" + std::to_string(i);
  const auto root = read_json(text + "}");
  ASSERT_TRUE(root);
  for (int i = 0; i < 100; ++i) {
    const Json* member = (*root)->member("k" + std::to_string(i));
    ASSERT_NE(member, nullptr);
    EXPECT_EQ(member->text, std::to_string(i));
  }
  EXPECT_EQ((*root)->member("k100"), nullptr);
}

TEST(ImportJson, SaysLineColumnAndWhatIsThere) {
  EXPECT_EQ(read_json("{\"a\": 1,\n \"\xC3\xA9\": nul}").error(),
            "2:7: a value is expected: `nul}`");
  EXPECT_EQ(read_json("[1,").error(), "1:4: a value is expected where the text or the line ends");
  EXPECT_EQ(read_json("{}\n\x1b[31m").error(),
            "2:1: something stands after the value: `\\u{1b}[31m`");
  EXPECT_EQ(read_json(std::string(65, '[')).error().substr(0, 23), "1:65: nested too deeply");
}

TEST(ImportJson, ShowsTheBeginningOfALongValue) {
  const auto root = read_json("[" + std::string(100, '1') + "]");
  ASSERT_TRUE(root);
  EXPECT_EQ(json_text(**root), "[" + std::string(59, '1') + "…");
}

}  // namespace
}  // namespace remit::cli
