// The size of a pattern.
#include <gtest/gtest.h>

#include "stdlib/pattern.h"
#include "stdlib/steps.h"

namespace remit::stdlib {
namespace {

TEST(Pattern, SizeCountsWhatACharacterIsHeldAgainst) {
  struct Case {
    const char* pattern;
    std::int64_t size;
  };
  const Case cases[] = {
      {"", 1},
      {"a", 1},
      {"abc", 3},
      {".", 1},
      {"[a-z0-9_]", 1},
      {"[^\\]x]y", 2},
      {"\\.\\d", 2},
      {"\xC3\xA9\xE2\x82\xAC", 2},
      {"[\xC3\xA9]", 1},
      {"a|bc|", 3},
      {"(ab|c)d", 4},
      {"a*b+c?", 3},
      {"(ab)*", 2},
      {"a{3}", 3},
      {"a{3,}", 3},
      {"a{2,5}", 5},
      {"a{0}", 1},
      {"a{0,0}b", 2},
      {"a{0,}", 1},
      {"(ab){10}", 20},
      {"(a{10}b){20}", 220},
      {"()", 1},
      {"(a|(b(c)){2}){3}", 15},
      {"[(]{2}", 2},
      {"[acegikmoqsuwy024]", 1},
      {"[acegikmoqsuwy0246]", 2},
      {"[^\\d\\w\\s\\]\\-acegikmoqsu]x", 2},
      {"[a-b-dfhjlnprtvxz13]", 1},
      {"[a-b-dfhjlnprtvxz135-]", 2},
      {"[\xC3\xA4\xC3\xB6\xC3\xBC]", 1},
      {"[\xCE\xB1-\xCF\x89\xD0\xB0-\xD1\x8F\xD7\x90-\xD7\xAA\xE3\x81\x82-\xE3\x82\x93]", 1},
      {"[x\xCE\xB1-\xCF\x89\xD0\xB0-\xD1\x8F\xD7\x90-\xD7\xAA\xE3\x81\x82-\xE3\x82\x93]", 2},
      {"((((a{256}){256}){256}){256}){256}", kPatternSizeMax},
  };
  for (const Case& row : cases) {
    EXPECT_FALSE(check_pattern(row.pattern)) << row.pattern;
    EXPECT_EQ(pattern_size(row.pattern), row.size) << row.pattern;
  }
}

TEST(Pattern, StepsAreASixteenthRoundedUp) {
  EXPECT_EQ(pattern_steps(0, 5), 0);
  EXPECT_EQ(pattern_steps(1, 1), 1);
  EXPECT_EQ(pattern_steps(16, 1), 1);
  EXPECT_EQ(pattern_steps(17, 1), 2);
  EXPECT_EQ(pattern_steps(65536, 3500), 14'336'000);
}

}  // namespace
}  // namespace remit::stdlib
