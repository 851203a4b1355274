// One JSON value, as it is kept.
#include <gtest/gtest.h>

#include "stdlib/json_pack.h"

namespace remit::stdlib {
namespace {

TEST(JsonPack, LeavesTokensAndTakesWhiteSpaceAway) {
  const std::pair<std::string_view, std::string_view> kValues[] = {
      {"1", "1"},
      {" \t\r\n{ \"a\" : [ 1 , -0.50e+3 ] , \"b\" : { } } ", R"({"a":[1,-0.50e+3],"b":{}})"},
      {R"(" a \u0041\n ")", R"(" a \u0041\n ")"},
      {R"("\ud83d\ude00")", R"("\ud83d\ude00")"},
      {"\"\xC3\xA9\"", "\"\xC3\xA9\""},
      {"[ null, true ,false ]", "[null,true,false]"},
      {R"({"a":1,"A":2,"":3})", R"({"a":1,"A":2,"":3})"},
  };
  for (const auto& [text, packed] : kValues)
    EXPECT_EQ(packed_json(text, 4).value_or("refused"), packed) << text;
}

TEST(JsonPack, TakesNothingButOneValue) {
  for (const std::string_view text : {"",
                                      " ",
                                      "{nope",
                                      "NaN",
                                      "nul",
                                      "1 2",
                                      "01",
                                      "1.",
                                      "1e",
                                      "-",
                                      "+1",
                                      ".5",
                                      "[1,]",
                                      "[,1]",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{a:1}",
                                      "{\"a\":1,}",
                                      "{\"a\":1 \"b\":2}",
                                      "[1}",
                                      "\"a",
                                      "\"\n\"",
                                      "\"\t\"",
                                      "\"\\x\"",
                                      "\"\\u12g4\"",
                                      "\"\\ud83d\"",
                                      "\"\\ude00\"",
                                      "\"\\ud83d\\u0041\"",
                                      "\"\xFF\"",
                                      "\xEF\xBB\xBF"
                                      "1",
                                      "0,\"amount\":9}},\"x\":{\"y\":{\"z\":0",
                                      "{\"a\":1,\"a\":2}",
                                      "{\"a\":1,\"\\u0061\":2}",
                                      "{\"\xF0\x9F\x98\x80\":1,\"\\ud83d\\ude00\":2}",
                                      "[[[[[1]]]]]",
                                      "{\"a\":[{\"b\":[{}]}]}"})
    EXPECT_FALSE(packed_json(text, 4)) << text;
  EXPECT_TRUE(packed_json("[[[[1]]]]", 4));
}

TEST(JsonPack, SaysWhereTheFirstProblemIs) {
  struct Case {
    std::string_view text;
    std::size_t at;
    std::string_view what;
  };
  const Case kCases[] = {
      {"", 0, "a value is expected"},
      {" nul", 1, "a value is expected"},
      {"1 2", 2, "something stands after the value"},
      {"[1 2]", 3, "`,` or `]` is expected"},
      {"{a:1}", 1, "a key in quotes is expected"},
      {R"({"a" 1})", 5, "`:` is expected"},
      {R"({"a":1 "b":2})", 7, "`,` or `}` is expected"},
      {R"({"a":"\x"})", 5, "a string that does not end, or has a bad escape"},
      {R"(["\ud83d"])", 1, "a string with half a surrogate pair"},
      {"[\"\xC3\xA9\xFF\"]", 4, "not UTF-8"},
      {"[[[[[1]]]]]", 4, "nested too deeply"},
      {R"({"a":1,"b":2,"\u0061":3,"a":4})", 13, "a key stands twice in one object"},
  };
  for (const auto& [text, at, what] : kCases) {
    const auto packed = packed_json(text, 4);
    ASSERT_FALSE(packed) << text;
    EXPECT_EQ(packed.error().at, at) << text;
    EXPECT_EQ(packed.error().what, what) << text;
  }
}

}  // namespace
}  // namespace remit::stdlib
