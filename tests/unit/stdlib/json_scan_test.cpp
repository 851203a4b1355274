// Finding the way in canonical JSON.
#include <gtest/gtest.h>

#include "stdlib/hash.h"
#include "stdlib/json_scan.h"
#include "stdlib/json_text.h"

namespace remit::stdlib {
namespace {

TEST(JsonScan, EndsAValueWhereItEnds) {
  const struct {
    std::string_view text;
    std::size_t end;
  } kValues[] = {
      {"null,", 4}, {"-0.5e+7]", 7},         {R"("a\"\\\u00e9b" )", 14},
      {"[]]", 2},   {"{\"a\":[1,{}]}x", 12}, {"0}", 1},
      {"01", 1},
  };
  for (const auto& [text, end] : kValues) EXPECT_EQ(json_value_end(text, 0), end) << text;
  for (const std::string_view text :
       {"", "nul", "\"", "\"\n\"", "\"\\x\"", "\"\\u12g4\"", "[1, 2]", "[1,]", "{\"a\"}", "{a:1}",
        "{\"a\" :1}", "[", "-", "1.", "1e"})
    EXPECT_FALSE(json_value_end(text, 0)) << text;
}

TEST(JsonScan, IsNotLedIntoTheDepth) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(json_value_end(nested(65), 0));
  EXPECT_FALSE(json_value_end(nested(66), 0));
  EXPECT_FALSE(json_value_end(std::string(1'000'000, '['), 0));
}

TEST(JsonScan, VisitsPartsInOrder) {
  JsonParts object(R"({"a":1,"b\"":[2,3],"c":{}})");
  std::string seen;
  while (const auto part = object.next())
    seen.append(part->key).append("=").append(part->value).append(";");
  EXPECT_EQ(seen, R"(a=1;b\"=[2,3];c={};)");
  EXPECT_TRUE(object.complete());
  JsonParts cut(R"({"a":1,"b")");
  while (cut.next()) {
  }
  EXPECT_FALSE(cut.complete());
  EXPECT_EQ(json_member(R"({"a":{"b":1},"b":2})", "b"), "2");
  EXPECT_EQ(json_member("[1]", "b"), "");
}

TEST(JsonScan, ReadsEveryStringThatIsWritten) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  std::string token;
  JsonWriter(token).string(all);
  EXPECT_EQ(json_unescaped(token), all);
  for (const std::string_view other :
       {"x", "\"", R"("\u0041")", R"("\u000a")", R"("\u001D")", R"("\/")", R"("\b")", R"("\")"})
    EXPECT_FALSE(json_unescaped(other)) << other;
}

TEST(Hash, HasTheVectorsOfItsSources) {
  // RFC 4231, test case 2.
  const std::string_view key = "Jefe";
  HmacSha256 state(std::as_bytes(std::span(key)));
  state.add("what do ya want ");
  state.add("for nothing?");
  EXPECT_EQ(to_hex(state.finish()),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  // RFC 4648, section 10.
  EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
  EXPECT_EQ(from_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(to_base64(""), "");
  for (const std::string_view other : {"Zm9vYg", "Zm9vYh==", "Zm9v Yg==", "Zm9vYg==="})
    EXPECT_FALSE(from_base64(other)) << other;
}

}  // namespace
}  // namespace remit::stdlib
