#include "compiler/review/value_set.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace remit::compiler {
namespace {

ValueSet numbers(const std::vector<std::int64_t>& values) { return ValueSet::numbers(values); }
ValueSet texts(const std::vector<std::string_view>& values) { return ValueSet::texts(values); }

bool has(const ValueSet& set, std::int64_t value) {
  return !set.intersection(numbers({value})).empty();
}
bool has(const ValueSet& set, std::string_view text) {
  return !set.intersection(texts({text})).empty();
}

// Every set of numbers below four, by all ways to make it, holds what it should.
TEST(ValueSet, AgreesWithBitsOnEverySmallSet) {
  constexpr unsigned kSets = 16;
  const auto set_of = [](unsigned bits) {
    std::vector<std::int64_t> values;
    for (int i = 0; i < 4; ++i) {
      if ((bits >> i & 1U) != 0) values.push_back(i);
    }
    return numbers(values);
  };
  const auto expect = [](const ValueSet& set, unsigned bits) {
    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ(has(set, i), (bits >> i & 1U) != 0);
    }
  };
  for (unsigned a = 0; a < kSets; ++a) {
    expect(set_of(a), a);
    expect(set_of(a).complement(), ~a);
    for (unsigned b = 0; b < kSets; ++b) {
      expect(set_of(a).intersection(set_of(b)), a & b);
      expect(set_of(a).united(set_of(b)), a | b);
      expect(set_of(a).intersection(set_of(b).complement()), a & ~b);
    }
  }
}

TEST(ValueSet, AgreesWithBitsOnEverySmallSetOfTexts) {
  constexpr std::array<std::string_view, 4> kTexts{"", "a", "b", "c"};
  constexpr unsigned kSets = 32;  // the last bit: all texts but those
  const auto set_of = [&](unsigned bits) {
    std::vector<std::string_view> values;
    const bool all_but = (bits >> 4 & 1U) != 0;
    for (unsigned i = 0; i < 4; ++i) {
      if (((bits >> i & 1U) != 0) != all_but) values.push_back(kTexts[i]);
    }
    return all_but ? texts(values).complement() : texts(values);
  };
  const auto expect = [&](const ValueSet& set, unsigned bits) {
    for (unsigned i = 0; i < 4; ++i) {
      EXPECT_EQ(has(set, kTexts[i]), (bits >> i & 1U) != 0);
    }
    EXPECT_EQ(has(set, "another"), (bits >> 4 & 1U) != 0);
  };
  for (unsigned a = 0; a < kSets; ++a) {
    expect(set_of(a).complement(), ~a);
    for (unsigned b = 0; b < kSets; ++b) {
      expect(set_of(a).intersection(set_of(b)), a & b);
      expect(set_of(a).united(set_of(b)), a | b);
    }
  }
}

TEST(ValueSet, AnIntervalThatEndsBeforeItBeginsIsEmpty) {
  EXPECT_TRUE(ValueSet::interval({3, 2}).empty());
  EXPECT_FALSE(ValueSet::interval({3, 3}).empty());
  EXPECT_FALSE(ValueSet::interval({3, 2}).complement().empty());
}

TEST(ValueSet, NeighboursAreOneInterval) {
  const ValueSet below = ValueSet::interval({INT64_MIN, 4}),
                 above = ValueSet::interval({5, INT64_MAX});
  const ValueSet all = ValueSet::interval({INT64_MIN, INT64_MAX});
  EXPECT_TRUE(below.united(above).complement().intersection(all).empty());
  EXPECT_TRUE(below.intersection(above).empty());
}

TEST(ValueSet, TheComplementOfEverythingIsEmpty) {
  const ValueSet none = numbers({});
  EXPECT_TRUE(none.empty());
  EXPECT_TRUE(none.complement().complement().empty());
  EXPECT_TRUE(texts({}).complement().complement().empty());
  EXPECT_TRUE(numbers({1, 2}).united(numbers({1, 2}).complement()).complement().empty());
}

}  // namespace
}  // namespace remit::compiler
