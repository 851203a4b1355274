#include <string_view>

#include <gtest/gtest.h>

#include "stdlib/json_tokens.h"
#include "stdlib/text.h"

namespace remit::stdlib {
namespace {

using namespace std::string_view_literals;

bool is_string(std::string_view text) {
  JsonTokens tokens{text};
  return tokens.string() && tokens.at == text.size();
}

TEST(JsonTokens, KnowNumbers) {
  for (const auto text : {"0", "-0", "12", "1.5", "1e9", "1E+9", "-1.25e-3"})
    EXPECT_TRUE(is_json_number(text)) << text;
  for (const auto text : {"", "-", "01", "1.", ".5", "1e", "1e+", "+1", "1 ", "0x1", "NaN"})
    EXPECT_FALSE(is_json_number(text)) << text;
}

TEST(JsonTokens, KnowStrings) {
  for (const auto text : {R"("")", R"("a\n\"\\\/")", R"("\u00e9")", R"("\ud83d\ude00")"})
    EXPECT_TRUE(is_string(text)) << text;
  for (const auto text : {"\""sv, "\"a"sv, "\"\\"sv, R"("\x")"sv, R"("\u12")"sv, R"("\u12g4")"sv,
                          "\"\n\""sv, "\"\\\""sv})
    EXPECT_FALSE(is_string(text)) << text;
}

TEST(JsonTokens, WantSurrogatesInPairs) {
  EXPECT_TRUE(has_paired_surrogates(R"("\ud83d\ude00")"));
  EXPECT_EQ(json_string_text(R"("\ud83d\ude00")"), "\xF0\x9F\x98\x80");
  for (const auto text : {R"("\ude00\ud83d")", R"("\ud83d")", R"("\ud83dx")", R"("\ude00")"}) {
    EXPECT_FALSE(has_paired_surrogates(text)) << text;
    EXPECT_FALSE(json_string_text(text)) << text;
  }
}

TEST(Text, ReadsAndWritesCodePoints) {
  for (const char32_t value : {U'a', U'\u00e9', U'\u20ac', U'\U0001F600'}) {
    std::string text;
    append_utf8(value, text);
    const CodePoint read = first_code_point(text);
    EXPECT_EQ(read.value, value);
    EXPECT_EQ(read.length, text.size());
  }
  for (const auto bad : {"\xC3"sv, "\xC0\x80"sv, "\xED\xA0\x80"sv, "\xF4\x90\x80\x80"sv, "\xFF"sv})
    EXPECT_EQ(first_code_point(bad).length, 0U);
}

}  // namespace
}  // namespace remit::stdlib
