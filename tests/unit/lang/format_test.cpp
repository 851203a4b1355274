// The layout of files, tables, limits and asserts.
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

std::string table(const std::string& rows) { return "table t on a.b {\n" + rows + "}\n"; }

TEST(TableLayout, AlignsBarsAndArrows) {
  EXPECT_EQ(formatted("guard table t on a.b{when x==1 unless y in({b,c}) row|tenant.plan|a.n|f(x)"
                      "rich|pro,enterprise|1..=5|*=>pass a|free|not 7,9|<-USD 3=>deny because \"n\""
                      "long_label|q.free|- 3 ..< -1|true=>pass require log full,snapshot}"),
            "guard table t on a.b {\n"
            "  when x == 1\n"
            "  unless y in ({b, c})\n"
            "  row        | tenant.plan     | a.n       | f(x)\n"
            "  rich       | pro, enterprise | 1 ..= 5   | *        => pass\n"
            "  a          | free            | not 7, 9  | < -USD 3 => deny because \"n\"\n"
            "  long_label | q.free          | -3 ..< -1 | true     => pass require log full, "
            "snapshot\n"
            "}\n");
}

TEST(TableLayout, AlignsOtherwiseWithTheRows) {
  EXPECT_EQ(formatted(table("row | p\n a | free => permit\notherwise => deny because \"n\"\n")),
            table("  row       | p\n"
                  "  a         | free => permit\n"
                  "  otherwise        => deny because \"n\"\n"));
}

TEST(FileLayout, MayBeginWithAComment) {
  const std::string text = "// Who may refund.\n\n// On two lines.\nedition 1\npolicy a.b\n";
  EXPECT_EQ(format(text), text);
}

TEST(TableLayout, IsNeverOneLine) {
  EXPECT_EQ(formatted("table t on a.b { row | p a | * => pass }"),
            table("  row | p\n  a   | * => pass\n"));
}

TEST(TableLayout, KeepsSetsTightInTheHeader) {
  EXPECT_EQ(formatted(table("row | x in { a , b } a | true => pass")),
            table("  row | x in {a, b}\n  a   | true        => pass\n"));
}

TEST(TableLayout, BreaksMessagesWhereTheLineWouldGrowTooLong) {
  const std::string start = "  a   | * => deny because ";
  const std::string fits(100 - start.size() - 2, 'x');
  EXPECT_EQ(formatted(table("row | p\na | * => deny\n because \"" + fits + "\"\n")),
            table("  row | p\n" + start + '"' + fits + "\"\n"));
  EXPECT_EQ(formatted(table("row | p\na | * => deny because \"x" + fits + "\" b | * => pass")),
            table("  row | p\n"
                  "  a   | * => deny\n"
                  "      because \"x" +
                  fits +
                  "\"\n"
                  "  b   | * => pass\n"));
}

TEST(TableLayout, BreaksAllMessagesOfAnOutcomeTogether) {
  const std::string text(60, 'x');
  EXPECT_EQ(formatted(table("row | p a | * => queue for lead within 4h because \"" + text +
                            "\" advise \"y\" require log full, notify desk otherwise=>pass")),
            table("  row       | p\n"
                  "  a         | * => queue for lead within 4h\n"
                  "      because \"" +
                  text +
                  "\"\n"
                  "      advise  \"y\"\n"
                  "      require log full, notify desk\n"
                  "  otherwise     => pass\n"));
}

TEST(TableLayout, CountsDisplayColumns) {
  std::string text;
  for (std::size_t i = 0; i < 72; ++i) text += "é";  // two bytes, one column
  const std::string fits =
      table("  row | p\n  a   | * => deny because \"" + text + "\"\n");  // 100 columns
  EXPECT_EQ(formatted(fits), fits);
  text.replace(0, 2, "界");  // one code point, two columns
  EXPECT_EQ(formatted(table("row | p a | * => deny because \"" + text + "\"")),
            table("  row | p\n  a   | * => deny\n      because \"" + text + "\"\n"));
}

// Or a wide cell and many short rows would make a file of gigabytes.
TEST(TableLayout, AlignsNothingFarToTheRight) {
  std::string wide = "v0";
  for (int i = 1; i < 100; ++i) wide += ", v" + std::to_string(i);
  EXPECT_EQ(formatted(table("row | p | long_name a | " + wide +
                            " | x => deny because \"n\" long_label | * | y => pass")),
            table("  row        | p | long_name\n"
                  "  a          | " +
                  wide +
                  " | x => deny\n"
                  "      because \"n\"\n"
                  "  long_label | * | y => pass\n"));
}

// Which is a mistake, but not one of layout.
TEST(TableLayout, AlignsRowsWithMissingCells) {
  EXPECT_EQ(formatted(table(
                "row | tenant.plan | q a | * => pass b | x | y | z => pass otherwise => pass")),
            table("  row       | tenant.plan | q\n"
                  "  a         | *           => pass\n"
                  "  b         | x           | y | z => pass\n"
                  "  otherwise                   => pass\n"));
}

TEST(TableLayout, KeepsCommentsWithTheirRow) {
  const std::string text = table(
      "  // the inputs\n"
      "  row       | p  // what they pay\n"
      "\n"
      "  // those who pay\n"
      "  a         | pro  => permit  // at once\n"
      "  // and those who do not\n"
      "  b         | free => pass\n"
      "  // the rest\n"
      "  otherwise        => deny because \"n\"  // none today\n"
      "  // end\n");
  EXPECT_EQ(formatted(text), text);
}

TEST(TableLayout, ContinuesARowBehindACommentInItsColumns) {
  EXPECT_EQ(
      formatted(table("row|p|q// one\na// two\n|x,// three\ny|// four\nz// five\n=>// six\npass\n"
                      "b|x|y=>deny// seven\nbecause \"n\" require log full")),
      table("  row | p    | q  // one\n"
            "  a  // two\n"
            "      | x,  // three\n"
            "        y    |  // four\n"
            "               z  // five\n"
            "                 =>  // six\n"
            "      pass\n"
            "  b   | x    | y => deny  // seven\n"
            "      because \"n\"\n"
            "      require log full\n"));
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
