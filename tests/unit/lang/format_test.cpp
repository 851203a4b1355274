// The layout of limits, asserts and other items.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "lang/printer.h"

namespace remit::lang {
namespace {

const std::string kHead = "edition 1\npolicy a.b\n\n";

// Formats a declaration of a policy, twice, and removes what stands before it.
std::string formatted(const std::string& declaration) {
  const auto once = format(kHead + declaration);
  if (!once) return "does not parse";
  EXPECT_EQ(*format(*once), *once);
  return once->substr(kHead.size());
}

TEST(LimitLayout, HasALineForEachClause) {
  EXPECT_EQ(formatted("limit l on a.* {when x==1 unless has y max (USD 3+b)*2 of args.max "
                      "per args.per,tenant.id in calendar month otherwise queue for lead within 4h "
                      "because \"why\"\nadvise \"what\" require log full}"),
            "limit l on a.* {\n"
            "  when x == 1\n"
            "  unless has y\n"
            "  max (USD 3 + b) * 2 of args.max per args.per, tenant.id in calendar month\n"
            "  otherwise queue for lead within 4h\n"
            "  because \"why\"\n"
            "  advise  \"what\"\n"
            "  require log full\n"
            "}\n");
}

TEST(LimitLayout, StaysOnOneLineIfItWasAndFits) {
  const std::string limit =
      "limit rate on any { max 60 calls per tenant.id in 1m otherwise deny because \"fast\" }\n";
  EXPECT_EQ(formatted(limit), limit);
  EXPECT_EQ(
      formatted("limit rate on any { max max(60) calls per tenant.id in 1m otherwise deny\n}"),
      "limit rate on any {\n"
      "  max max(60) calls per tenant.id in 1m\n"
      "  otherwise deny\n"
      "}\n");
}

TEST(LimitLayout, BreaksConditionsThatDoNotFit) {
  const std::string left(45, 'x'), right(44, 'y');
  const std::string rest = "  max 1 calls per z in 1d\n  otherwise deny\n}\n";
  const std::string fits =
      "limit l on any {\n  when " + left + " and " + right + "\n";  // 101 columns
  EXPECT_EQ(formatted(fits + rest),
            "limit l on any {\n  when " + left + "\n   and " + right + "\n" + rest);
  EXPECT_EQ(
      formatted("limit l on any {\n  when x" + left.substr(2) + " and " + right + "\n" + rest),
      "limit l on any {\n  when x" + left.substr(2) + " and " + right + "\n" + rest);
}

TEST(AssertLayout, StaysOnOneLineIfItWasAndFits) {
  const std::string assert = "assert a { never permit when x and approved() == 0 }\n";
  EXPECT_EQ(formatted(assert), assert);
  const std::string inside =
      "assert a on b.c {\n  never permit or queue when x and approved() == 0\n}\n";
  EXPECT_EQ(formatted(inside), inside);
  const std::string apart = "assert a {\n  always deny\n  when x\n   and y\n}\n";
  EXPECT_EQ(formatted(apart), apart);
}

TEST(AssertLayout, BreaksBeforeWhenAndConnectivesIfItDoesNotFit) {
  const std::string left(60, 'x'), right(60, 'y');
  EXPECT_EQ(formatted("assert a { never permit when " + left + " and b or" + right + " }"),
            "does not parse");
  EXPECT_EQ(formatted("assert a { never permit when " + left + " and (b or " + right + ") }"),
            "assert a {\n  never permit\n  when " + left + "\n   and (b or " + right + ")\n}\n");
  EXPECT_EQ(formatted("assert a { never permit // why\nwhen b and c }"),
            "assert a {\n  never permit  // why\n  when b and c\n}\n");
}

TEST(ItemLayout, TellsFieldsFromClauses) {
  const std::string text =
      "guard g on a.b {\n"
      "  deny\n"
      "  when args.when == args.max and args.otherwise - args.of - args.row > USD 1\n"
      "  because \"n\"\n"
      "  require redact because, notify otherwise\n"
      "}\n";
  EXPECT_EQ(formatted(text), text);
}

// What fits only because it was written without spaces does not stay on one line.
TEST(ItemLayout, MeasuresWhatItWrites) {
  const std::string start = "guard g on b." + std::string(62, 'c');
  EXPECT_EQ(formatted(start + "{deny when x in{a,b}}"),
            start + " {\n  deny\n  when x in {a, b}\n}\n");
}

}  // namespace
}  // namespace remit::lang
