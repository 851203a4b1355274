// Approvals through the whole engine: what one approves, and what it does not.
#include <gtest/gtest.h>

#include "tests/unit/vm/desk.h"
#include "tests/unit/vm/places.h"
#include "vm/decide/approvals.h"

namespace remit {
namespace {

using nlohmann::json;
using test::answered;
using test::decided;
using test::desk_request;

// The desk's answer to a request that a lead approved before `change` was made to it.
template <typename Change>
json after(const Engine& engine, Change&& change) {
  json request = answered(engine, desk_request(), "lee", "support_lead");
  EXPECT_EQ(decided(engine, request)["verdict"], "permit");
  change(request);
  return decided(engine, request);
}

TEST(Approval, PersonsAreAlikeButForTheCaseOfLetters) {
  const auto lower = [](int c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
  for (int a = 0x21; a <= 0x7E; ++a) {
    for (int b = 0x21; b <= 0x7E; ++b) {
      const std::string one(1, static_cast<char>(a)), other(1, static_cast<char>(b));
      EXPECT_EQ(vm::alike(one, other), lower(a) == lower(b)) << one << ' ' << other;
    }
  }
  EXPECT_FALSE(vm::alike("ana", "an"));
}

TEST(Approval, ForFiveHundredDoesNotReleaseFiveThousand) {
  const Engine engine = test::desk();
  json request = desk_request();
  request["args"]["amount"] = 50'000;
  request = answered(engine, request, "lee", "support_lead");
  EXPECT_EQ(decided(engine, request)["verdict"], "permit");
  request["args"]["amount"] = 500'000;
  request["limits"]["shop.policy.per_tenant"] = "USD 0";
  const json larger = decided(engine, request);
  EXPECT_NE(larger["verdict"], "permit");
  EXPECT_EQ(larger["consume"], json::array());
}

TEST(Approval, DoesNotReleaseAnotherTenant) {
  const json record = after(test::desk(), [](json& request) {
    request["tenant"]["id"] = "t2";
    request["target"]["tenants"] = {"t2"};
  });
  EXPECT_EQ(record["verdict"], "queue");
}

TEST(Approval, DoesNotReleaseAnotherEnvironment) {
  const json record =
      after(test::desk(), [](json& request) { request["context"]["environment"] = "staging"; });
  EXPECT_EQ(record["verdict"], "queue");
}

TEST(Approval, DoesNotReleaseAnEditedRule) {
  const json request = answered(test::desk(), desk_request(), "lee", "support_lead");
  const auto edited = [&](const std::string& from, const std::string& to) {
    std::string items = test::kDesk;
    items.replace(items.find(from), from.size(), to);
    return decided(test::desk(items), request)["verdict"];
  };
  EXPECT_EQ(edited("args.amount > cap and", "args.amount > cap and risk.score < 99 and"), "queue");
  EXPECT_EQ(edited("cap = USD 50", "cap = USD 51"), "queue");
  EXPECT_EQ(edited("Refund of {args.amount}", "Refunding {args.amount}"), "queue");
  EXPECT_EQ(edited("within 4h\n  when args", "within 5h\n  when args"), "queue");
  // A comment and another rule are not what was approved.
  EXPECT_EQ(edited("rule large", "// for the desk\nrule large"), "permit");
  EXPECT_EQ(edited("risk.score > 95", "risk.score > 96"), "permit");
}

TEST(Approval, DoesNotReleaseASecondExecution) {
  const Engine engine = test::desk();
  const json request = answered(engine, desk_request(), "lee", "support_lead");
  // The permit uses it up, and the digest holds the id of the call that it was given for.
  EXPECT_EQ(decided(engine, request)["consume"], json({"ap-1"}));
  json second = request;
  second["call"]["id"] = "c-2";
  EXPECT_EQ(decided(engine, second)["verdict"], "queue");
}

TEST(Approval, IsCountedByAsserts) {
  const Engine engine = test::desk();
  json request = desk_request();
  request["args"]["amount"] = 100;
  request["risk"]["score"] = 96;
  request["context"]["freeze"] = true;  // no table, so nobody is asked
  const json clamped = decided(engine, request);
  EXPECT_EQ(clamped["verdict"], "deny");
  EXPECT_EQ(clamped["fault"], "engine.assert");
  EXPECT_EQ(clamped["by"], json({"shop.policy.cold"}));
  EXPECT_EQ(clamped["alarm"], true);
  EXPECT_EQ(clamped["reserve"], json::array());
  request["context"]["freeze"] = false;
  request = answered(engine, request, "fin", "finance_manager");
  EXPECT_EQ(decided(engine, request)["verdict"], "permit");
}

TEST(Approval, RefusalWinsAndIsNamed) {
  const Engine engine = test::desk();
  json request = answered(engine, desk_request(), "lee", "support_lead");
  request = answered(engine, request, "max", "support_lead", "refused");
  const json record = decided(engine, request);
  EXPECT_EQ(record["verdict"], "deny");
  EXPECT_EQ(record["fault"], json());
  EXPECT_EQ(record["by"], json({"shop.policy.large"}));
  EXPECT_EQ(record["consume"], json::array());
}

// A request that a lead has approved, with a refusal by `person` that `change` was made to.
template <typename Change>
json vetoed(const std::string& person, Change&& change) {
  const Engine engine = test::desk();
  json request = answered(engine, desk_request(), "lee", "support_lead");
  json refusal = request["approvals"][0];
  refusal.update({{"id", "veto"}, {"by", person}, {"verdict", "refused"}});
  change(refusal);
  request["approvals"].push_back(refusal);
  const json record = decided(engine, request);
  // Nothing refuses but what waited.
  const bool refused = record["verdict"] == "deny";
  EXPECT_TRUE(!refused || record["by"] == json({"shop.policy.large"})) << record;
  return record["verdict"];
}

TEST(Approval, RefusalFromAFastClockRefuses) {
  const auto at = [](const char* asked, const char* answered) {
    return vetoed("max", [&](json& refusal) {
      refusal["asked_at"] = asked;
      refusal["at"] = answered;
    });
  };
  EXPECT_EQ(at("2026-11-20T09:30:00Z", "2026-11-20T09:30:00.001Z"), "deny");
  EXPECT_EQ(at("2026-11-20T09:30:00.001Z", "2026-11-20T09:30:00Z"), "deny");
}

TEST(Approval, RefusalOfAnotherWordingRefuses) {
  const auto other = [](json& refusal) { refusal["requirement"] = std::string(64, '0'); };
  EXPECT_EQ(vetoed("max", other), "deny");
}

TEST(Approval, RefusalByWhoAskedRefusesInAnyRole) {
  const auto in_another_role = [](json& refusal) { refusal["role"] = "nobody"; };
  EXPECT_EQ(vetoed("ana", in_another_role), "deny");
  EXPECT_EQ(vetoed("Agent-1", in_another_role), "deny");
  EXPECT_EQ(vetoed("max", in_another_role), "permit");
}

TEST(Approval, IsNotOfWhoAskedInOtherLetters) {
  const Engine engine = test::desk();
  for (const char* person : {"ana", "ANA", "Ana"}) {
    const json request = answered(engine, desk_request(), person, "support_lead");
    EXPECT_EQ(decided(engine, request)["verdict"], "queue") << person;
  }
}

TEST(Approval, OfOnePersonInTwoSpellingsIsOne) {
  const Engine engine = test::engine({test::policy(test::kItems)});
  json request = json::parse(test::payout(R"({"account":"a-1","amount":"USD 5"})"));
  request["risk"]["score"] = 5;
  request = answered(engine, request, "lee", "support_lead");
  request = answered(engine, request, "kim", "finance_manager");
  request = answered(engine, request, "KIM", "finance_manager");
  const json record = decided(engine, request);
  EXPECT_EQ(record["verdict"], "escalate");
  EXPECT_EQ(record["awaiting"][0]["parties"][0]["have"], json({"kim"}));
  request = answered(engine, request, "mo", "finance_manager");
  EXPECT_EQ(decided(engine, request)["verdict"], "permit");
}

TEST(Approval, DoesNotBringBackWhatIsOver) {
  const Engine engine = test::desk();
  json request = answered(engine, desk_request(), "lee", "support_lead");
  const auto asked = [&](const char* first, const char* of_another_wording) {
    json again = request;
    if (*first != 0) again["call"]["first_asked"] = first;
    if (*of_another_wording != 0) {
      json old = request["approvals"][0];
      old.update({{"id", "old"}, {"asked_at", of_another_wording}});
      old["requirement"] = std::string(64, '0');
      again["approvals"].push_back(old);
    }
    const json record = decided(engine, again);
    return record["fault"].is_null() ? record["verdict"] : record["fault"];
  };
  EXPECT_EQ(asked("", ""), "permit");
  EXPECT_EQ(asked("2026-11-20T05:30:00Z", ""), "permit");
  EXPECT_EQ(asked("2026-11-20T05:29:59.999Z", ""), "engine.expired");
  EXPECT_EQ(asked("", "2026-11-20T05:30:00Z"), "permit");
  EXPECT_EQ(asked("", "2026-11-20T05:29:59.999Z"), "engine.expired");
  EXPECT_EQ(asked("2026-11-20T09:30:00Z", "2026-11-20T05:29:59.999Z"), "engine.expired");
}

TEST(Approval, NamesItsFirstBadMember) {
  const Engine engine = test::desk();
  const json good = answered(engine, desk_request(), "lee", "support_lead");
  const auto at = [&](auto&& change) {
    json request = good;
    change(request["approvals"]);
    const json record = decided(engine, request);
    EXPECT_EQ(record["fault"], "engine.invalid_request");
    EXPECT_EQ(record["verdict"], "deny");
    return record["at"];
  };
  for (const char* member : {"id", "by", "kind", "tenant", "role", "verdict", "digest",
                             "requirement", "cost", "asked_at", "at"}) {
    const std::string path = "approvals[0]." + std::string(member);
    EXPECT_EQ(at([&](json& all) { all[0].erase(member); }), path);
    EXPECT_EQ(at([&](json& all) { all[0][member] = 5; }), path);
    EXPECT_EQ(at([&](json& all) { all[0][member] = "\u00e9"; }), path);
  }
  EXPECT_EQ(at([](json& all) { all[0]["expires"] = "soon"; }), "approvals[0].expires");
  EXPECT_EQ(at([](json& all) { all[0]["note"] = "x"; }), "approvals[0].note");
  EXPECT_EQ(at([](json& all) { all.push_back(all[0]); }), "approvals[1].id");
  EXPECT_EQ(at([](json& all) { all[0] = "yes"; }), "approvals[0]");
  EXPECT_EQ(at([](json& all) { all = "yes"; }), "approvals");
  // The first one, whether its type or its meaning is bad.
  EXPECT_EQ(at([](json& all) {
              all[0]["digest"] = "short";
              all[0]["verdict"] = 1;
            }),
            "approvals[0].verdict");
  EXPECT_EQ(at([](json& all) {
              all[0]["digest"] = std::string(64, 'A');
              all[0].erase("at");
            }),
            "approvals[0].digest");
}

// Two waits: `a` of a lead within an hour, `b` of a manager within four.
const std::string kTwoWaits =
    "rule a on shop.refund {\n  queue for support_lead within 1h\n  when risk.score < 99\n  "
    "because "
    "\"a\"\n}\n"
    "guard b on shop.refund {\n  queue for finance_manager within 4h\n  when risk.score < 99\n  "
    "because \"b\"\n}\n";

TEST(Approval, RefusalOfEitherWaitRefuses) {
  const Engine engine = test::desk(kTwoWaits);
  const json request = json::parse(test::refund());
  for (const auto& [role, item] :
       {std::pair("support_lead", "shop.policy.a"), {"finance_manager", "shop.policy.b"}}) {
    const json record = decided(engine, answered(engine, request, "max", role, "refused"));
    EXPECT_EQ(record["verdict"], "deny") << role;
    EXPECT_EQ(record["by"], json({item}));
  }
}

TEST(Approval, OfOneWaitLeavesTheOtherOpen) {
  const Engine engine = test::desk(kTwoWaits);
  json request = json::parse(test::refund());
  EXPECT_EQ(decided(engine, request)["by"], json({"shop.policy.a", "shop.policy.b"}));
  request = answered(engine, request, "max", "support_lead");
  EXPECT_EQ(decided(engine, request)["verdict"], "queue");
  EXPECT_EQ(decided(engine, request)["by"], json({"shop.policy.b"}));
  request = answered(engine, request, "fin", "finance_manager");
  EXPECT_EQ(decided(engine, request)["by"], json({"shop.policy.a", "shop.policy.b"}));
  EXPECT_EQ(decided(engine, request)["verdict"], "permit");
}

TEST(Approval, ThatIsLateForOneWaitIsNamedForThatOne) {
  const Engine engine = test::desk(kTwoWaits);
  json request = json::parse(test::refund());
  request["call"]["first_asked"] = "2026-11-20T07:30:00Z";
  const json record = decided(engine, request);
  EXPECT_EQ(record["fault"], "engine.expired");
  EXPECT_EQ(record["by"], json({"shop.policy.a"}));
}

// The earliest of a person counts, of those that have a seat.
TEST(Approval, InARoleThatNobodyAskedTakesNoSeat) {
  const Engine engine = test::desk();
  json request = answered(engine, desk_request(), "lee", "support_lead");
  json early = request["approvals"][0];
  early.update({{"id", "ap-0"},
                {"role", "finance_manager"},
                {"at", "2026-11-20T09:29:00Z"},
                {"asked_at", "2026-11-20T09:29:00Z"}});
  request["approvals"].push_back(early);
  const json record = decided(engine, request);
  EXPECT_EQ(record["verdict"], "permit");
  EXPECT_EQ(record["consume"], json({"ap-1"}));
}

// A platform role speaks for every tenant, and only that one.
TEST(Approval, OfAPlatformRoleIsForEveryTenant) {
  const auto elsewhere = [](const std::string& role) {
    std::string schema = test::kShop;
    schema.replace(schema.find("finance_manager"), 0, "@platform ");
    const std::string items = "rule a on shop.refund {\n  queue for " + role +
                              " within 1h\n  when risk.score < 99\n  because \"a\"\n}\n";
    const CompileResult result =
        compile({{"schema.rule", schema}, {"policy.rule", test::policy(items)}});
    const Engine engine =
        Engine::load(result.image, Trust::unsigned_image(), {.allow_dev = true}).value();
    json request = answered(engine, json::parse(test::refund()), "lee", role);
    request["approvals"][0]["tenant"] = "other";
    return decided(engine, request)["verdict"];
  };
  EXPECT_EQ(elsewhere("finance_manager"), "permit");
  EXPECT_EQ(elsewhere("support_lead"), "queue");
}

TEST(Approval, MayBeOneOfSixtyFour) {
  const Engine engine = test::desk();
  json request = answered(engine, desk_request(), "lee", "support_lead");
  while (request["approvals"].size() < limits::kApprovalsMax) {
    json more = request["approvals"][0];
    more["id"] = "ap-" + std::to_string(request["approvals"].size() + 1);
    request["approvals"].push_back(more);
  }
  EXPECT_EQ(decided(engine, request)["verdict"], "permit");
  json more = request["approvals"][0];
  more["id"] = "ap-99";
  request["approvals"].push_back(more);
  EXPECT_EQ(decided(engine, request)["at"], "approvals");
}

// A host that binds and a host that sends JSON are answered alike.
TEST(Approval, IsBoundAsItIsDecoded) {
  const Engine engine = test::desk();
  const json request = answered(engine, desk_request(), "lee", "support_lead");
  const json& record = request["approvals"][0];
  json plain = request;
  plain.erase("approvals");
  plain.erase("limits");
  Facts facts = engine.facts({});
  EXPECT_EQ(engine.decide_json(plain.dump(), facts).fault(), Fault::MissingFact);
  EXPECT_EQ(test::place_of(engine, facts), "limits.shop.policy.per_actor");
  EXPECT_TRUE(facts.set_counter("shop.policy.per_tenant", 0));
  EXPECT_TRUE(facts.set_counter("shop.policy.per_actor", 0));
  EXPECT_EQ(engine.decide(facts).verdict(), Verdict::Queue);
  const auto text = [&](const char* member) {
    return record[member].get_ref<const std::string&>();
  };
  constexpr std::int64_t kNow = 1'795'167'000'000;
  EXPECT_TRUE(facts.add_approval({.id = text("id"),
                                  .by = text("by"),
                                  .kind = "human",
                                  .tenant = "t1",
                                  .role = "support_lead",
                                  .granted = true,
                                  .digest = text("digest"),
                                  .requirement = text("requirement"),
                                  .cost_micros = 100'000,
                                  .asked_at_ms = kNow,
                                  .at_ms = kNow}));
  const Decision decision = engine.decide(facts);
  EXPECT_EQ(decision.verdict(), Verdict::Permit);
  EXPECT_EQ(engine.record(facts, decision).value(), engine.decide_json(request.dump()));
  EXPECT_EQ(engine.terms(facts, decision).value_or(Terms{}).consume,
            std::vector<std::string>{"ap-1"});
  EXPECT_FALSE(facts.add_approval({.id = "ap-2", .by = "not an id"}));
  EXPECT_EQ(engine.decide(facts).fault(), Fault::InvalidRequest);
  EXPECT_EQ(test::place_of(engine, facts), "approvals[1].by");
}

}  // namespace
}  // namespace remit
