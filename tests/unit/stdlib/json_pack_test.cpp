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
  for (const auto& [text, packed] : kValues) EXPECT_EQ(packed_json(text, 4), packed) << text;
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

}  // namespace
}  // namespace remit::stdlib
