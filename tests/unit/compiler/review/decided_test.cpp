// E0411: conditions that are decided by what stands in one clause.
#include <gtest/gtest.h>

#include "tests/unit/compiler/review/findings.h"

namespace remit::compiler {
namespace {

const Codes kDecided{"E0411"};

bool is_decided(const std::string& condition) {
  const Codes codes = of_guard(condition);
  return std::ranges::find(codes, "E0411") != codes.end();
}

TEST(Decided, AValueComparedWithItself) {
  for (const char* condition :
       {"risk.score == risk.score", "facts.n + 1 < facts.n + 1", "tenant.id != tenant.id",
        "facts.n in {3, facts.n}", "args.to under {host\"a.example\", args.to}",
        "tenant.home subset of tenant.home", "tenant.home overlaps tenant.home",
        "args.file under path\"/\"", "tenant.zone under {path\"/a\", path\"/\"}",
        "any(h in tenant.home: h in tenant.home)", "all(h in tenant.home: h not in tenant.home)",
        "risk.score > 5 and risk.score == risk.score", "not (facts.n in {facts.n})"}) {
    EXPECT_TRUE(is_decided(condition)) << condition;
  }
  for (const char* condition :
       {"facts.n == args.n", "facts.n in {3, args.n}", "args.to under tenant.home",
        "args.file under path\"/a\"", "any(h in tenant.home: h == args.to)",
        "args.ids subset of target.tenants", "any(l in args.lines: l.sku in args.ids)"}) {
    EXPECT_FALSE(is_decided(condition)) << condition;
  }
}

TEST(Decided, APartAndItsNegation) {
  for (const char* condition :
       {"facts.on and risk.score > 5 and not facts.on", "facts.on or (not facts.on)",
        "has facts.note and (risk.score > 5 and not has facts.note)",
        "args.to under tenant.home or not (args.to under tenant.home)",
        "not (facts.n < args.n or facts.n >= args.n)", "facts.n < args.n and facts.n >= args.n",
        "facts.on == true and facts.on == false",
        "any(l in args.lines: l.to in tenant.home) and not any(l in args.lines: l.to in "
        "tenant.home)"}) {
    EXPECT_TRUE(is_decided(condition)) << condition;
  }
  for (const char* condition :
       {"facts.on and (facts.n > 3 or not facts.on)", "facts.n < args.n and args.n >= facts.n",
        "any(l in args.lines: l.to in tenant.home) and not all(l in args.lines: l.to in "
        "tenant.home)"}) {
    EXPECT_FALSE(is_decided(condition)) << condition;
  }
}

TEST(Decided, TestsOfOnePathThatLeaveNoValue) {
  for (const char* condition :
       {"facts.n > 5 and facts.on and facts.n < 3", "facts.n > 5 and 6 > facts.n",
        "facts.n in {1, 2} and facts.n in 3 ..= 5", "facts.n in 3 ..< 4 and facts.n != 3",
        "args.name == \"a\" and args.name == \"b\"",
        "args.name in {\"a\"} and args.name not in {\"a\", \"b\"}",
        "tenant.plan == free and tenant.plan >= pro", "tenant.plan > free and tenant.plan < pro",
        "facts.state == open and not (facts.state in {open})",
        "spend.cost > USD 5 and spend.cost < USD 2", "clock.time < 09:00 and clock.time > 17:00",
        "tenant.home.size > 3 and tenant.home.size < 2",
        "args.mail.domain == host\"a.example\" and args.mail.domain == host\"b.example\"",
        "not (facts.n <= 5 or facts.n >= 3)",
        "any(l in args.lines: l.to == host\"a.example\" and l.to == host\"b.example\")",
        "match facts.on { true => facts.n > 5 and facts.n < 3, false => true }"}) {
    EXPECT_TRUE(is_decided(condition)) << condition;
  }
  for (const char* condition :
       {"facts.n > 3 and facts.n < 5", "facts.n > 5 and args.n < 3",
        "args.name != \"a\" and args.name != \"b\"",
        "args.mail.domain == host\"a.example\" and args.url.host == host\"b.example\"",
        "facts.n > 5 and (facts.n < 3 or facts.on)", "facts.n > 5 and facts.n < args.n"}) {
    EXPECT_FALSE(is_decided(condition)) << condition;
  }
}

TEST(Decided, TestsOfOnePathThatLeaveNoneOut) {
  for (const char* condition :
       {"facts.n > 5 or facts.n < 7", "facts.n >= 5 or facts.on or facts.n < 5",
        "args.name != \"a\" or args.name != \"b\"",
        "args.name == \"a\" or args.name not in {\"a\"}",
        "facts.n in 0 ..= 4 or facts.n in 5 ..= 9", "not (facts.n > 7 and facts.n < 3)",
        "clock.now < utc\"2027-01-01\" or clock.now >= utc\"2026-01-01\"",
        "tenant.plan != free or tenant.plan != pro", "tenant.plan <= pro or tenant.plan > pro"}) {
    EXPECT_TRUE(is_decided(condition)) << condition;
  }
  for (const char* condition :
       {"facts.n > 5 or facts.n < 5", "args.name == \"a\" or args.name == \"b\"",
        "facts.n > 5 or args.n < 7"}) {
    EXPECT_FALSE(is_decided(condition)) << condition;
  }
}

// It is how a condition stays closed to later values, and open to them where it is negated.
TEST(Decided, NotAListOfAllValuesOfAnEnum) {
  EXPECT_EQ(of_guard("tenant.plan == free or tenant.plan == pro or tenant.plan == enterprise"),
            Codes());
  EXPECT_EQ(of_guard("tenant.plan <= free or tenant.plan >= pro"), Codes());
  EXPECT_EQ(of_unless("(facts.state == open or facts.state == closed)"), Codes());
  EXPECT_EQ(of_guard("facts.state != open and facts.state != closed"), Codes());
}

TEST(Decided, WhatIsUnlessTheSame) {
  EXPECT_EQ(of_unless("facts.n > 5 and facts.n < 3"), kDecided);
  EXPECT_EQ(of_unless("facts.n > 5 or facts.n < 7"), kDecided);
  EXPECT_EQ(of_unless("facts.state == open and facts.state == closed"), kDecided);
  EXPECT_EQ(of_unless("facts.n > 5 and facts.n < 7"), Codes());
}

TEST(Decided, EachClauseAlone) {
  EXPECT_EQ(
      findings("guard item on shop.buy { deny when facts.n > 5 unless facts.n > 5 because \"B\" }"),
      Codes());
}

TEST(Decided, ADefWhereItIsWritten) {
  const std::string use =
      "guard item on shop.buy { deny when d(facts.n) and d(args.n) because \"B\" }";
  EXPECT_EQ(findings("def d(x: int(0..=9)) = x > 5 and x < 3\n" + use), kDecided);
  EXPECT_EQ(findings("def d(x: int(0..=9)) = x > 5\n" + use), Codes());
  // Nothing is seen of what a def makes of its arguments.
  EXPECT_EQ(
      findings("def d(x: int(0..=9)) = x > 5\ndef e(x: int(0..=9)) = x < 3\n"
               "guard item on shop.buy { deny when d(facts.n) and e(facts.n) because \"B\" }"),
      Codes());
  EXPECT_EQ(
      findings("def d(x: int(0..=9)) = x > 5\n"
               "guard item on shop.buy { deny when d(facts.n) and not d(facts.n) because \"B\" }"),
      kDecided);
}

}  // namespace
}  // namespace remit::compiler
