// Grants by accident, and what guards and limits say that was hardly meant.
#include <gtest/gtest.h>

#include "tests/unit/compiler/review/findings.h"

namespace remit::compiler {
namespace {

const Codes kNone;
const Codes kOpen{"E1301"};

TEST(Growth, AnOrderThatTakesWhatIsAddedAbove) {
  for (const char* condition :
       {"tenant.plan >= pro", "tenant.plan > free", "pro <= tenant.plan", "not (tenant.plan < pro)",
        "not (pro > tenant.plan)", "args.plan >= enterprise"}) {
    EXPECT_EQ(of_permit(condition), kOpen) << condition;
    EXPECT_EQ(of_wait(condition), kOpen) << condition;
    EXPECT_EQ(of_guard(condition), kNone) << condition;
  }
  for (const char* condition : {"tenant.plan in pro ..= enterprise", "tenant.plan <= pro",
                                "not (tenant.plan > pro)", "tenant.plan >= args.plan",
                                "session.seen >= confidential", "actor.autonomy >= reversible"}) {
    EXPECT_EQ(of_permit(condition), kNone) << condition;
  }
}

TEST(Growth, AnOrderThatADefTurnsAboveTheTop) {
  const auto of_call = [](const std::string& bound) {
    return findings(
        "def above(p: plan, q: plan) = p > q\n"
        "rule item on shop.buy { permit when tenant.id == \"t1\" and above(tenant.plan, " +
        bound + ") }");
  };
  EXPECT_EQ(of_call("pro"), kOpen);
  EXPECT_EQ(of_call("enterprise"), kNone);
}

TEST(Growth, OfAnEnumThatASchemaDeclaresInPlaceOfThePrelude) {
  const auto bundle = compile_bundle(
      {{"schema.rule",
        "edition 1\nschema a.schema\ncurrency USD\nenum class { low < mid < high }\n"
        "tool a.b { effect read args {} }\n"},
       {"policy.rule",
        "edition 1\npolicy a.policy\nrule item on a.b { permit when target.class >= mid }\n"}},
      {});
  ASSERT_EQ(bundle->diags.error_count(), 1U);
  const lang::Diagnostic& found = *bundle->diags.sorted().front();
  EXPECT_EQ(found.code, lang::Code::E1301);
  EXPECT_NE(found.help_text.find("`target.class in mid ..= high`"), std::string::npos);
}

TEST(Growth, ACellThatTakesWhatIsAddedAbove) {
  const auto table = [](const std::string& cells) {
    return findings("table item on shop.buy { row | tenant.plan | risk.score\n a | " + cells +
                    " | < 5 => permit\n otherwise => deny because \"B\" }");
  };
  EXPECT_EQ(table(">= pro"), kOpen);
  EXPECT_EQ(table("> pro"), kOpen);
  EXPECT_EQ(table("pro ..= enterprise"), kNone);
  EXPECT_EQ(table("<= pro"), kNone);
}

TEST(Growth, TextThatMayBeAnythingButWhatIsNamed) {
  for (const char* condition :
       {"args.name != \"root\"",
        "\"root\" != args.name",
        "args.name not in {\"a\", \"b\"}",
        "not (args.name == \"root\")",
        "args.id not in target.owners",
        "\"root\" not in args.names",
        "not (args.name matches re\"rm.*\")",
        "not (args.file under path\"/etc\")",
        "not (args.name contains \"rm\")",
        "not (args.name starts with {\"rm\", \"dd\"})",
        "not (args.id ends with \"-root\")",
        "not (args.names starts with [\"rm\", *])",
        "not (args.to under tenant.home)",
        "args.ids.size > 0 and not (args.ids overlaps {\"a\"})",
        "args.mail.domain != host\"a.example\"",
        "args.url.host != host\"a.example\"",
        "args.lines.size > 0 and not any(l in args.lines: l.sku == \"bad\")",
        "args.lines.size > 0 and all(l in args.lines: l.sku != \"bad\")",
        "(args.name == \"x\" or args.name != \"root\")",
        "args.other == \"x\" and args.name != \"root\"",
        "args.name contains \"x\" and args.name != \"root\"",
        "args.url.host == host\"a.example\" and args.url != url\"https://a.example/\""}) {
    EXPECT_EQ(of_permit(condition), kOpen) << condition;
    EXPECT_EQ(of_wait(condition), kNone) << condition;
  }
  for (const char* condition :
       {"args.name in {\"a\", \"root\"} and args.name != \"root\"",
        "(args.name matches re\"[a-z]+\") and args.name not in {\"root\"}",
        "args.file under path\"/home\" and not (args.file under {path\"/home/root\"})",
        "args.ids subset of target.owners and args.ids.size > 0 and not (args.ids overlaps "
        "{\"a\"})",
        "args.id in target.owners and (args.id != \"x\" or facts.on)",
        "args.lines.size > 0 and all(l in args.lines: l.sku in target.owners and l.sku != \"bad\")",
        "args.name starts with \"ls \" and not (args.name contains \"rm\")",
        "args.name ends with \".txt\" and args.name != \"keys.txt\"", "args.name != args.other",
        "args.id != tenant.id", "args.name != \"\"", "args.n != 3",
        "count(l in args.lines: l.sku != \"bad\") > 1 and args.lines.size > 1",
        "actor.version != \"1\"", "not (args.ids subset of target.owners)"}) {
    EXPECT_EQ(of_permit(condition), kNone) << condition;
  }
}

TEST(Absence, IsSilentWhereTheSchemaSaysWhatItMeans) {
  EXPECT_EQ(of_permit("not has facts.note"), Codes{"E1303"});
  EXPECT_EQ(of_permit("not has facts.memo"), kNone);
  EXPECT_EQ(of_guard("has facts.note"), Codes{"E1303"});
  EXPECT_EQ(of_guard("has facts.memo"), kNone);
  EXPECT_EQ(of_permit("not has args.memo"), Codes{"E1303"});
  EXPECT_EQ(of_permit("(facts.on or not has facts.memo)"), kNone);
  EXPECT_EQ(of_permit("args.lines.size > 0 and all(l in args.lines: not has l.label)"),
            Codes{"E1303"});
}

TEST(Claims, OnlyWhatCanFailCounts) {
  const Codes claims{"E1304"};
  for (const char* condition :
       {"args.n < 3", "args.n < 3 or tenant.id == \"t1\"", "risk.score <= risk.score + args.n",
        "facts.on in {true, false} and args.n < 3",
        "args.n < 3 and tenant.plan in {free, pro, enterprise}",
        "(facts.state == open or facts.state == closed) and args.n < 3",
        "args.n < 3 and match facts.on { true => args.n > 1, false => args.n > 1 }",
        "args.n < match facts.on { true => 5, false => 5 }",
        "args.lines.size > 0 and all(l in args.lines: l.sku == \"a\")",
        "args.lines.size > 0 and all(l in args.lines: l.sku == \"a\" or facts.on)",
        "clock.time > 09:00 and args.n < 3", "tool.effect == read"}) {
    EXPECT_EQ(of_grant_alone(condition), claims) << condition;
  }
  for (const char* condition :
       {"facts.on and args.n < 3", "risk.score <= 5 + args.n", "tenant.plan in {free, pro}",
        "match facts.on { true => args.n > 1, false => args.n > 2 }",
        "args.lines.size > 0 and all(l in args.lines: l.to in tenant.home)",
        "any(t in target.tenants: t in args.ids)", "any(l in args.lines: l.to in tenant.home)",
        "args.id in target.owners", "(facts.on and args.n < 3) or facts.n < 3"}) {
    EXPECT_EQ(of_grant_alone(condition), kNone) << condition;
  }
  // What is decided through defs is no error, and no test either.
  EXPECT_EQ(
      findings("def same(a: id, b: id) = a == b\n"
               "rule item on shop.buy { permit when same(tenant.id, tenant.id) and args.n < 3 }"),
      claims);
  EXPECT_EQ(findings("def below(p: path) = p under path\"/a\"\n"
                     "rule item on shop.buy { permit when below(tenant.zone) and args.n < 3 }"),
            kNone);
}

TEST(Empty, IsSilentWhereSomethingAsksForAnElement) {
  const Codes empty{"W1306"};
  EXPECT_EQ(of_permit("args.ids subset of target.owners"), empty);
  EXPECT_EQ(of_permit("not (target.owners overlaps target.tenants)"), empty);
  EXPECT_EQ(of_permit("(facts.on or args.ids subset of target.owners) and tenant.home.size > 0"),
            empty);
  for (const char* filled :
       {"args.ids.size >= 1", "args.ids.size > 0", "1 <= args.ids.size", "args.ids.size == 3",
        "args.ids.size in 1 ..= 3", "any(i in args.ids: i in target.owners)",
        "tenant.id in args.ids", "args.ids overlaps target.owners"}) {
    EXPECT_EQ(of_permit(std::string(filled) + " and args.ids subset of target.owners"), kNone)
        << filled;
    // It need not be the outermost `and`.
    EXPECT_EQ(of_permit("(facts.on or (" + std::string(filled) +
                        " and args.ids subset of target.owners))"),
              kNone)
        << filled;
  }
  for (const char* other :
       {"args.ids.size >= 0 + args.n", "args.ids.size < 3", "target.owners.size > 0"})
    EXPECT_EQ(of_permit(std::string(other) + " and args.ids subset of target.owners"), empty)
        << other;
}

TEST(Blocklist, NamesValuesOfAClaim) {
  const Codes list{"W1307"};
  const auto waits = [](const std::string& condition) {
    return findings("guard item on shop.buy { queue for support_lead within 1h when " + condition +
                    " because \"B\" }");
  };
  for (const char* condition :
       {"args.name == \"bad\"", "args.name in {\"bad\", \"worse\"}",
        "args.name matches re\".*rm.*\"", "args.file under path\"/etc\"",
        "args.file under {path\"/etc\", path\"/var\"}", "\"bad\" in args.names",
        "args.ids overlaps {\"bad\"}", "args.name contains \"rm\"", "args.name starts with \"rm \"",
        "args.id ends with \"-root\"", "args.names starts with [*, \"-rf\"]",
        "any(l in args.lines: l.sku == \"bad\")", "args.url.host == host\"x.example\"",
        "count(l in args.lines: l.sku == \"bad\") > 1",
        "5 < 2 + count(l in args.lines: l.sku == \"bad\")",
        "args.lines.size - count(l in args.lines: l.sku != \"bad\") > 1",
        "count(l in args.lines: l.sku == \"bad\") == 2", "not (args.name != \"bad\")",
        "facts.on and (facts.n > 3 or args.name == \"bad\")"}) {
    EXPECT_EQ(of_guard(condition), list) << condition;
    EXPECT_EQ(waits(condition), list) << condition;
  }
  for (const char* condition :
       {"args.name != \"good\"", "args.id in target.owners",
        "not (args.names starts with [{\"ls\", \"cat\"}, *])",
        "not (args.name starts with \"ls \")", "args.to under tenant.home", "args.name == \"\"",
        "not (args.name matches re\"[a-z]+\")", "actor.version == \"1\"", "args.n == 3",
        "not (args.file under path\"/home\")", "count(l in args.lines: l.sku != \"good\") > 0",
        "count(l in args.lines: l.sku == \"good\") < 1",
        "count(l in args.lines: l.sku == \"good\") == 0",
        "not (count(l in args.lines: l.sku == \"good\") + 1 >= args.lines.size)",
        "args.lines.size - count(l in args.lines: l.sku == \"good\") > 1"}) {
    EXPECT_EQ(of_guard(condition), kNone) << condition;
  }
  EXPECT_EQ(findings("def bad(x: string(40)) = x == \"bad\"\n"
                     "guard item on shop.buy { deny when bad(args.name) because \"B\" }"),
            list);
  EXPECT_EQ(findings("guard table item on shop.buy { row | args.name == \"bad\"\n a | true => deny "
                     "because \"B\"\n"
                     " otherwise => pass }"),
            list);
  EXPECT_EQ(findings("guard table item on shop.buy { row | args.name == \"good\"\n a | false => "
                     "deny because \"B\"\n"
                     " otherwise => pass }"),
            kNone);
  EXPECT_EQ(findings("guard item on shop.buy { when args.name == \"bad\" require log full }"),
            kNone);
}

TEST(Allow, SilencesWhatLiesInsideAndNothingElse) {
  const std::string guard =
      "guard item on shop.buy { deny when args.name == \"bad\" because \"B\" }";
  EXPECT_EQ(findings("@allow(\"W1307\", \"why\")\n" + guard), kNone);
  EXPECT_EQ(findings("@allow(\"W1306\", \"why\")\n" + guard), (Codes{"W1307", "W1312"}));
  EXPECT_EQ(findings("@allow(\"W1307\", \"why\") @allow(\"W1306\", \"why\")\n" + guard),
            Codes{"W1312"});
  EXPECT_EQ(findings("@allow(\"W1307\", \"why\") @allow(\"W1307\", \"why\")\n" + guard),
            Codes{"E0208"});
  EXPECT_EQ(findings("@allow(\"W1307\")\n" + guard), Codes{"E0209"});
  EXPECT_EQ(findings("@allow(\"W1307\", \"\")\n" + guard), Codes{"E0209"});
  EXPECT_EQ(findings("@allow(\"E1301\", \"why\")\n" + guard), Codes{"E0208"});
  EXPECT_EQ(findings("@allow(\"W1312\", \"why\")\n" + guard), Codes{"E0208"});
  EXPECT_EQ(findings("@allow(\"W9999\", \"why\")\n" + guard), Codes{"E0208"});
  EXPECT_EQ(findings("@allow\n" + guard), Codes{"E0208"});
  EXPECT_EQ(findings("@owner(\"a\", \"b\")\n" + guard), (Codes{"E0208"}));
  EXPECT_EQ(findings("@allow(\"W1314\", \"why\")\nconst unused = 5\n" + guard), Codes{"W1307"});
  EXPECT_EQ(
      findings(
          "@allow(\"W1307\", \"why\")\nguard table item on shop.buy { row | args.name == \"bad\"\n"
          " a | true => deny because \"B\"\n otherwise => pass }"),
      kNone);
}

}  // namespace
}  // namespace remit::compiler
