// Every opcode: a condition that is compiled to it, and what it gives.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "compiler/bundle.h"
#include "tests/unit/vm/bundles.h"
#include "tests/unit/vm/places.h"
#include "vm/image/serialize.h"
#include "vm/verify/program.h"

namespace remit {
namespace {

using vm::Opcode;

struct Case {
  Opcode opcode;
  const char* condition;  // of a guard on the tool
  bool holds;
  bool payout = false;
};

const Case kCases[] = {
    {Opcode::PushBool, "context.freeze == false", true},
    {Opcode::PushInteger, "risk.score == 10", true},
    {Opcode::PushText, "actor.id == \"agent-1\"", true},
    {Opcode::PushCidr, "has context.source_ip and context.source_ip under cidr\"10.0.0.0/8\"",
     true},
    {Opcode::PushSet, "risk.score in {9, 10}", true},
    {Opcode::Load, "context.freeze", false},
    {Opcode::LoadElement, "any(p in args.payees: p.amount == USD 2)", true, true},
    {Opcode::Has, "has context.incident", false},
    {Opcode::HasElement, "any(p in args.payees: has p.label and p.label == \"x\")", true, true},
    {Opcode::LoadUsed, "limits.rate.used == 7", true},
    {Opcode::MakeSet, "target.tenants subset of {tenant.id, actor.id}", true},
    {Opcode::Size, "target.tenants.size == 1", true},
    {Opcode::EmailDomain, "args.to.domain under host\"acme.example\"", true, true},
    {Opcode::UrlHost, "has args.site and args.site.host == host\"acme.example\"", true},
    {Opcode::UrlScheme, "has args.site and args.site.scheme == \"https\"", true},
    {Opcode::Not, "not context.freeze", true},
    {Opcode::JumpIfFalse, "risk.score > 5 and risk.score < 10", false},
    {Opcode::JumpIfTrue, "risk.score > 5 or risk.score < 3", true},
    {Opcode::Add, "spend.cost + USD 0.01 == USD 0.11", true},
    {Opcode::Subtract, "clock.now - 1h < utc\"2026-11-20T08:31:00Z\"", true},
    {Opcode::Multiply, "spend.cost * risk.score == USD 1", true},
    {Opcode::Percent, "args.amount > 50% of spend.cost", true},
    {Opcode::Percent, "50% of spend.cost == USD 0.05", true},
    {Opcode::Scale, "args.amount <= 1% of spend.cost", false},
    {Opcode::Equal, "tenant.plan == pro", true},
    {Opcode::NotEqual, "risk.score != 10", false},
    {Opcode::Less, "risk.score < 10", false},
    {Opcode::LessEqual, "risk.score <= 10", true},
    {Opcode::Greater, "risk.score > 10", false},
    {Opcode::GreaterEqual, "risk.score >= 10", true},
    {Opcode::InRange, "clock.time in 09:00 ..< 09:30", false},
    {Opcode::InRange, "clock.time in 09:30 ..< 09:31", true},
    {Opcode::InRange, "clock.time in 09:31 ..< 09:40", false},
    {Opcode::TextEqual, "args.order == \"o-1\"", true},
    {Opcode::TextNotEqual, "args.order != \"o-1\"", false},
    {Opcode::Matches, "has args.note and args.note matches re\"a+\"", true},
    {Opcode::ContainsInteger, "velocity in risk.signals", true},
    {Opcode::ContainsInteger, "risk.score in {9, 11}", false},
    {Opcode::ContainsText, "tenant.id not in target.tenants", false},
    {Opcode::OverlapsInteger, "risk.signals overlaps {velocity}", true},
    {Opcode::OverlapsText, "target.tenants overlaps target.owners", false},
    {Opcode::SubsetInteger, "risk.signals subset of {velocity}", true},
    {Opcode::SubsetText, "target.tenants subset of {\"t2\"}", false},
    {Opcode::UnderHost, "args.to.domain under host\"eu.acme.example\"", true, true},
    {Opcode::UnderPath, "args.file under path\"/t1\"", true, true},
    {Opcode::UnderIp, "has context.source_ip and context.source_ip under cidr\"10.1.2.0/25\"",
     true},
    {Opcode::UnderAnyHost, "args.to.domain under tenant.home", true, true},
    {Opcode::UnderAnyHost, "args.to.domain under {host\"a.example\", host\"acme.example\"}", true,
     true},
    {Opcode::UnderAnyPath, "args.file under {path\"/t2\", path\"/t1\"}", true, true},
    {Opcode::UnderAnyIp,
     "has context.source_ip and context.source_ip under {cidr\"10.1.0.0/16\", cidr\"::/0\"}", true},
    {Opcode::ContainsAny, "args.order contains {\"x\", \"-\"}", true},
    {Opcode::ContainsAny, "args.order contains \"o-12\"", false},
    {Opcode::StartsWithAny, "args.order starts with \"o-\"", true},
    {Opcode::StartsWithAny, "args.order starts with {\"1\", \"-1\"}", false},
    {Opcode::EndsWithAny, "args.order ends with \"-1\"", true},
    {Opcode::EndsWithAny, "args.order ends with {\"o\", \"o-\"}", false},
    {Opcode::HasPlaces, "has args.trail and args.trail starts with [*, *]", true, true},
    {Opcode::HasPlaces, "has args.trail and args.trail starts with [*, *, *]", false, true},
    {Opcode::InPlace, "has args.trail and args.trail starts with [{1, 2}, 7]", true, true},
    {Opcode::InPlace, "has args.trail and args.trail starts with [7, 2]", false, true},
    {Opcode::DropList,
     "has args.trail and args.trail starts with [2] and args.trail starts with [*, 7]", true, true},
    {Opcode::Case,
     "match tenant.plan { free => false, pro => risk.score == 10, enterprise => false }", true},
    {Opcode::JumpUnless, "match tenant.plan { free, pro => context.freeze, enterprise => true }",
     false},
    {Opcode::Drop, "match context.freeze { false => risk.score == 10, true => false }", true},
    {Opcode::LastCase, "match tenant.plan { free => true, else => risk.score > 10 }", false},
    {Opcode::Jump, "match tenant.plan { pro => risk.score > 9, else => risk.score > 10 }", true},
    {Opcode::LoopAny, "any(p in args.payees: p.amount > USD 3)", false, true},
    {Opcode::LoopAny, "any(p in args.payees: p.amount > USD 0) == true", true, true},
    {Opcode::LoopAll, "all(p in args.payees: p.amount < USD 3)", true, true},
    {Opcode::LoopAll, "all(p in args.payees: p.amount < USD 2)", false, true},
    {Opcode::LoopAll, "all(p in args.payees: p.amount > USD 1)", false, true},
    {Opcode::LoopCount, "count(p in args.payees: p.amount > USD 1) == 1", true, true},
    {Opcode::LoopSum, "sum(p in args.payees: p.amount) == USD 3", true, true},
    {Opcode::LoopEnd, "count(t in target.tenants: t == tenant.id) == 1", true},
};

TEST(Opcode, EachHasACase) {
  std::set<Opcode> seen;
  for (const Case& row : kCases) seen.insert(row.opcode);
  seen.insert(Opcode::PushApproved);  // in asserts only: Approval.IsCountedByAsserts
  EXPECT_EQ(seen.size(), vm::kOpcodeCount);
}

TEST(Opcode, IsEmittedAndEvaluated) {
  for (const Case& row : kCases) {
    SCOPED_TRACE(row.condition);
    const std::string tool = row.payout ? "shop.payout" : "shop.refund";
    const std::string text = test::policy(
        "@absent_ok(\"test\")\nguard it on " + tool + " {\n  deny\n  when " + row.condition +
        "\n  because \"x\"\n}\nrule ok on " + tool + " {\n  permit\n  when risk.score <= 10\n}\n" +
        (row.opcode == Opcode::LoadUsed ? "limit rate on " + tool +
                                              " {\n  max 60 calls per actor.id in 1m\n  otherwise "
                                              "deny because \"rate\"\n}\n"
                                        : std::string()));
    const CompileResult result = compile({{"schema.rule", test::kShop}, {"policy.rule", text}});
    for (const CompileMessage& message : result.messages)
      ASSERT_FALSE(message.is_error) << message.rendered;
    const auto program = vm::verify(result.image);
    ASSERT_TRUE(program) << program.error().message;
    EXPECT_TRUE(std::ranges::any_of(
        program->image().code, [&](const vm::Instruction& in) { return in.opcode == row.opcode; }));

    LoadOptions options;
    options.allow_dev = true;
    const auto engine = Engine::load(result.image, Trust::unsigned_image(), options);
    ASSERT_TRUE(engine) << engine.error().message;
    Facts facts = engine->facts({});
    const std::string request =
        row.payout
            ? test::payout(
                  R"({"account":"a","amount":"USD 1","label":"x"},{"account":"b","amount":"USD 2"})",
                  R"("trail":[2,7],)")
            : test::refund(
                  R"("order":"o-1","amount":2000,"site":"https://acme.example/x","note":"aaa")");
    const bool counted = row.opcode == Opcode::LoadUsed;
    const Decision decision = engine->decide_json(
        counted ? R"({"limits":{"shop.policy.rate":7},)" + request.substr(1) : request, facts);
    EXPECT_EQ(decision.fault(), Fault::None) << test::place_of(*engine, facts);
    EXPECT_EQ(decision.verdict(), row.holds ? Verdict::Deny : Verdict::Permit);
  }
}

}  // namespace
}  // namespace remit
