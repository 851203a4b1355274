// What a line of the decision log does not show, and what can be known of such a line later.
#include <gtest/gtest.h>

#include <algorithm>

#include "stdlib/json_scan.h"
#include "tests/unit/vm/logs.h"
#include "tests/unit/vm/places.h"

namespace remit {
namespace {

using test::again;
using test::approved;
using test::key_of;
using test::logged;

// The shop with a card: `args.card`, `args.box.pin`, `args.cards[].pan`, `target.badge`.
Engine card_shop(const std::string& items) {
  const std::string schema = R"(edition 1
schema shop.cards

record box  { @sensitive pin: int(100..=999), size: int(0..=9) }
record card { @sensitive pan: string(30), label: id? }

extend target { @sensitive badge: id? }
extend actor  { @sensitive phone: string(20)? }

tool shop.charge {
  effect write_irreversible
  args {
    order: id, @sensitive card: string(30)?, box: box, cards: list<card>(0..=3),
    @sensitive whole: card?, @sensitive paid: money(USD 0.50..=USD 9) as minor
  }
}
)";
  return test::engine({schema, test::policy(items)});
}

std::string charge(const std::string& more = {}) {
  return R"({"tool":"shop.charge","args":{"order":"o-1","card":"4111","box":{"pin":123,"size":2},)"
         R"("cards":[{"pan":"p1","label":"a"},{"pan":"p2"}],"whole":{"pan":"w","label":"b"},)"
         R"("paid":75)" +
         more + "}," + test::kFacts + "}";
}

constexpr const char* kBlind =
    "rule go on shop.charge {\n  permit\n  when tenant.id in target.tenants and "
    "target.tenants.size == 1 and has args.card\n}\n";

TEST(Withhold, LeavesNoValueInTheLine) {
  const auto key = key_of('k');
  const Engine engine = card_shop(kBlind);
  const std::string line = logged(engine, charge(), {false, key});
  for (const char* secret : {"4111", ":123", "p1", "p2", "\"w\"", ":75"})
    EXPECT_EQ(line.find(secret), std::string::npos) << secret << " in " << line;
  for (const char* plain : {"o-1", "\"size\":2", "\"label\":\"a\"", "withheld_by"})
    EXPECT_NE(line.find(plain), std::string::npos) << plain << " not in " << line;
  // A digest of them could be guessed from.
  const std::string digest = logged(engine, charge(), {true, key});
  EXPECT_NE(digest.find("\"digest\":{\"withheld\":"), std::string::npos) << digest;
  // The text of a request that was refused may hold anything.
  EXPECT_EQ(logged(engine, charge(",\"x\":1"), {false, key}).find("4111"), std::string::npos);
}

TEST(Withhold, NeedsNoValueThatNothingReads) {
  const auto key = key_of('k');
  const Engine engine = card_shop(kBlind);
  const Replayed same = again(engine, logged(engine, charge(), {false, key}));
  EXPECT_EQ(same.result, ReplayResult::Same) << same.decision;
  EXPECT_NE(same.decision.find("\"verdict\":\"permit\""), std::string::npos);
}

TEST(Withhold, DoesNotKnowADigestOfAWithheldValue) {
  const auto key = key_of('k');
  const Engine engine = card_shop(kBlind);
  const std::string line = logged(engine, charge(), {true, key});
  const Replayed part = again(engine, line);
  EXPECT_EQ(part.result, ReplayResult::InPart);
  ASSERT_FALSE(part.gaps.empty());
  for (const ReplayGap& gap : part.gaps) EXPECT_EQ(gap.part, "digest");
  EXPECT_EQ(part.gaps[0].fact, "args.card");
  // All else is compared.
  std::string changed = line;
  changed.replace(changed.find("\"by\":[\"shop.policy.go\"]"), 23, "\"by\":[]");
  EXPECT_EQ(again(engine, changed).result, ReplayResult::Different);
}

TEST(Withhold, SaysWhichItemReadsWhichValue) {
  const auto key = key_of('k');
  const struct {
    std::string condition, fact;
  } kCases[] = {
      {"has args.card and args.card == \"4111\"", "args.card"},
      {"args.box.pin > 500", "args.box.pin"},
      {"any(c in args.cards: c.pan == \"p1\")", "args.cards[].pan"},
      {"has args.whole.label", "args.whole"},
      {"has args.whole and args.whole.pan == \"w\"", "args.whole"},
      {"args.paid > USD 1", "args.paid"},
  };
  for (const auto& [condition, fact] : kCases) {
    const Engine engine = card_shop(
        std::string(kBlind) + "@absent_ok(\"a test\")\nguard g on shop.charge {\n  deny\n  when " +
        condition + "\n  because \"g\"\n}\n");
    for (const std::string order : {"o-1", "o-2"}) {
      std::string request = charge();
      request.replace(request.find("o-1"), 3, order);
      const Replayed part = again(engine, logged(engine, request, {false, key}));
      EXPECT_EQ(part.result, ReplayResult::InPart) << condition;
      ASSERT_EQ(part.gaps.size(), 1U) << condition;
      EXPECT_EQ(part.gaps[0].part, "verdict") << condition;
      EXPECT_EQ(part.gaps[0].fact, fact) << condition;
      EXPECT_EQ(part.gaps[0].readers, std::vector<std::string>{"shop.policy.g"}) << condition;
    }
  }
}

TEST(Withhold, FindsReadersInTablesAndLimits) {
  const auto key = key_of('k');
  const struct {
    std::string item, reader;
  } kCases[] = {
      {"@absent_ok(\"a test\")\nguard table t on shop.charge {\n  row         | args.paid\n  much  "
       "     "
       " | >= USD 5 => deny because \"m\"\n  otherwise => pass\n}\n",
       "shop.policy.t.much"},
      {"limit l on shop.charge {\n  max USD 100 of args.paid per tenant.id in 1d\n  otherwise "
       "deny\n "
       " because \"d\"\n}\n",
       "shop.policy.l"},
  };
  for (const auto& [item, reader] : kCases) {
    const Engine engine = card_shop(kBlind + item);
    std::string request = charge();
    if (item.starts_with("limit")) request.insert(1, R"("limits":{"shop.policy.l":"USD 1.00"},)");
    const std::string line = logged(engine, request, {false, key});
    EXPECT_EQ(line.find("USD 0.75"), std::string::npos) << line;
    const Replayed part = again(engine, line);
    EXPECT_EQ(part.result, ReplayResult::InPart) << item;
    ASSERT_FALSE(part.gaps.empty()) << item;
    EXPECT_EQ(part.gaps[0].fact, "args.paid");
    EXPECT_EQ(part.gaps[0].readers.front(), reader);
  }
}

TEST(Withhold, DoesNotKnowWhatAnApprovalIsOf) {
  const auto key = key_of('k');
  const Engine engine = card_shop(
      "rule ask on shop.charge {\n  queue for support_lead within 4h\n  when tenant.id in "
      "target.tenants\n  because \"a\"\n}\n");
  const std::string request = approved(engine, charge(), "support_lead");
  Facts facts = engine.facts({});
  EXPECT_EQ(engine.decide_json(request, facts).verdict(), Verdict::Permit);
  const std::string line = logged(engine, request, {false, key});
  EXPECT_EQ(line.find("\"digest\":\""), std::string::npos) << line;
  const Replayed part = again(engine, line);
  EXPECT_EQ(part.result, ReplayResult::InPart) << line << '\n' << part.decision;
  ASSERT_FALSE(part.gaps.empty());
  EXPECT_EQ(part.gaps[0].readers, std::vector<std::string>{"approvals"});
}

TEST(Withhold, TakesOtherFieldsOfTheSameElementForKnown) {
  const auto key = key_of('k');
  const Engine engine = card_shop(
      std::string(kBlind) +
      "@absent_ok(\"a test\")\nguard g on shop.charge {\n  deny\n  when any(c in args.cards: has "
      "c.label and c.label == \"a\") or args.box.size > 3\n  because \"g\"\n}\n");
  EXPECT_EQ(again(engine, logged(engine, charge(), {false, key})).result, ReplayResult::Same);
}

TEST(Withhold, IsRefusedByTheDecoderOfRequests) {
  const Engine engine = card_shop(kBlind);
  std::string request = charge();
  request.replace(request.find("\"4111\""), 6, "{\"withheld\":\"" + std::string(64, 'a') + "\"}");
  Facts facts = engine.facts({});
  EXPECT_EQ(engine.decide_json(request, facts).fault(), Fault::InvalidRequest);
  EXPECT_EQ(test::place_of(engine, facts), "args.card");
}

TEST(Withhold, IsOnlyReadWhereALineSaysSo) {
  // Without `withheld_by` the object is what the agent wrote, and no card.
  const auto key = key_of('k');
  const Engine engine = card_shop(kBlind);
  std::string line = logged(engine, charge(), {false, key});
  const std::size_t at = line.find(",\"withheld_by\"");
  line.erase(at, std::string_view(R"(,"withheld_by":"")").size() + 16);
  EXPECT_EQ(again(engine, line).result, ReplayResult::Different);
}

TEST(Withhold, TakesKeysAmountsAndCapsThatCodeMadeOfAValue) {
  const auto key = key_of('k');
  const struct {
    std::string limit;              // what is counted, by whom
    std::string gone, still_there;  // in its line of `reserve`
  } kCases[] = {
      {"when has target.badge\n  max 9 calls per target.badge, tenant.id", "b-77",
       "\"t1\"],\"amount\":1,\"max\":9"},
      {"max 9 of args.box.pin * 0 + 1 per tenant.id", "\"amount\":1", "\"max\":9"},
      // The amount tells which text it was.
      {"max 9 of count(c in args.cards: c.pan == \"p1\") per tenant.id", "\"amount\":1",
       "\"max\":9"},
      {"max args.box.pin of args.box.size per tenant.id", "\"max\":123", "\"amount\":2"},
      {"max 9 calls per args.order", "{\"withheld\"", "[\"o-1\"],\"amount\":1"},
  };
  for (const auto& [limit, gone, still_there] : kCases) {
    const Engine engine =
        card_shop(std::string(kBlind) + "@absent_ok(\"a test\")\nlimit l on shop.charge {\n  " +
                  limit + " in 1d\n  otherwise deny\n  because \"d\"\n}\n");
    std::string request = charge();
    request.insert(1, R"("limits":{"shop.policy.l":0},)");
    request.replace(request.find(R"("owners")"), 8, R"("badge":"b-77","owners")");
    const std::string line = logged(engine, request, {false, key});
    const std::size_t at = line.find("\"reserve\":[{");
    ASSERT_NE(at, std::string::npos) << line;
    const std::string reserve = line.substr(at, line.find("\"consume\"") - at);
    EXPECT_EQ(reserve.find(gone), std::string::npos) << reserve;
    EXPECT_NE(reserve.find(still_there), std::string::npos) << reserve;
    EXPECT_NE(again(engine, line).result, ReplayResult::Different) << line;
  }
}

TEST(Withhold, ShowsOnlyPlacesThatTheImageDeclares) {
  const auto key = key_of('k');
  const Engine engine = card_shop(std::string(kBlind) +
                                  "limit l on shop.charge {\n  max 9 calls per tenant.id in 1d\n  "
                                  "otherwise deny\n  because \"d\"\n}\n");
  const auto replaced = [](std::string_view what, std::string_view by) {
    std::string request = charge();
    request.insert(1, R"("limits":{"shop.policy.l":0},"approvals":[{"id":"a"}],)");
    return request.replace(request.find(what), what.size(), by);
  };
  const std::string_view kNoApproval = R"({"id":"a"})";
  const struct {
    std::string request, at;  // empty: withheld
  } kCases[] = {
      {replaced(R"("order":"o-1")", R"("order":[])"), "args.order"},
      {replaced(R"("pan":"p2")", R"("pan":2)"), "args.cards[1].pan"},
      {replaced(R"("size":2)", R"("size":"x")"), "args.box.size"},
      {replaced(R"("shop.policy.l":0)", R"("shop.policy.l":-1)"), "limits.shop.policy.l"},
      {replaced(kNoApproval, R"({"id":"a","by":7})"), "approvals[0].by"},
      {replaced(kNoApproval, "7"), "approvals[0]"},
      {replaced(R"("tool":"shop.charge",)", ""), "tool"},
      {replaced(R"("tool":"shop.charge")", R"("tool":"4111")"), "tool"},
      // Names of members are the sender's.
      {replaced(R"("order":"o-1")", R"("order":"o-1","4111":1)"), ""},
      {replaced(R"("pan":"p2")", R"("pan":"p2","4111":1)"), ""},
      {replaced(R"("size":2)", R"("size":2,"4111":1)"), ""},
      {replaced(R"("shop.policy.l":0)", R"("shop.policy.l":0,"4111":1)"), ""},
      {replaced(kNoApproval, R"({"4111":"a"})"), "approvals[0].id"},
      {replaced(R"("approvals":[{"id":"a"}],)", R"("4111":[],)"), ""},
      {replaced(R"("approvals":[{"id":"a"}],)", R"("approvals[4111].by":[],)"), ""},
      {replaced(R"("approvals":[{"id":"a"}],)", R"("args.cards[4111]":[],)"), ""},
      {replaced(R"("approvals":[{"id":"a"}],)", R"("args.cards[01]":[],)"), ""},
      // Even one that is spelled like a place of the image.
      {replaced(R"("approvals":[{"id":"a"}],)", R"("args.order":4111,)"), ""},
  };
  for (const auto& [request, at] : kCases) {
    const std::string line = logged(engine, request, {false, key});
    EXPECT_EQ(line.find("4111"), std::string::npos) << line;
    const std::string wanted = at.empty() ? "{\"withheld\":\"" : '"' + at + '"';
    EXPECT_NE(line.find("\"at\":" + wanted), std::string::npos) << at << " not in " << line;
    EXPECT_EQ(again(engine, line).result, ReplayResult::InPart) << line;
  }
}

// What stands for a value is never longer than it was.
TEST(Withhold, PutsTheShortestValueOfTheType) {
  const auto key = key_of('k');
  const struct {
    std::string type, value;
  } kCases[] = {
      {"bool", "true"},
      {"enum", "\"b\""},
      {"tool", "\"shop.a\""},
      {"ip", "\"::\""},
      {"duration", "\"0s\""},
      {"timestamp", "\"1970-01-01T00:00:00Z\""},
      {"money(USD 0.000001..=USD 9)", "\"USD 0.01\""},
      {"money(-USD 9..=-USD 0.000001)", "\"-USD 0.01\""},
      {"int(-9..=-2)", "-2"},
  };
  for (const auto& [type, value] : kCases) {
    const Engine engine = test::engine(
        {"edition 1\nschema shop.cards\n\nenum letters { " + std::string(64, 'a') +
             ", b }\nrecord row { @sensitive v: " + (type == "enum" ? "letters" : type) +
             " }\ntool shop.charge { effect read args { rows: list<row>(0..=4096) } }\n"
             "tool shop.a { effect read args {} }\n",
         test::policy(
             "rule go on shop.charge {\n  permit\n  when tenant.id in target.tenants\n}\n")});
    std::string rows;
    for (int row = 0; row < 4096; ++row) rows += (row == 0 ? "" : ",") + ("{\"v\":" + value + '}');
    const std::string line = logged(
        engine, R"({"tool":"shop.charge","args":{"rows":[)" + rows + "]}," + test::kFacts + "}",
        {false, key});
    EXPECT_EQ(again(engine, line).result, ReplayResult::Same) << type;
    const LogLine parts = *read_log_line(line);
    Replay replay(engine);
    (void)replay.decide(parts);
    const std::string asked =
        replay.engine().canonical_request(replay.facts(), replay.decision()).value();
    EXPECT_NE(asked.find("[{\"v\":" + value + "},"), std::string::npos)
        << type << asked.substr(asked.find("rows"), 80);
  }
}

// Whatever the value was, some records are none of its request.
TEST(Withhold, AForgedRecordIsADifferenceWhateverTheValueWas) {
  const auto key = key_of('k');
  const Engine engine = card_shop(
      std::string(kBlind) +
      "@absent_ok(\"a test\")\nguard g on shop.charge {\n  deny\n  when args.box.pin > 500\n  "
      "because \"g\"\n}\nlimit l on shop.charge {\n  max 9 calls per tenant.id in 1d\n  otherwise "
      "deny\n  because \"d\"\n}\n");
  std::string request = charge();
  request.insert(1, R"("limits":{"shop.policy.l":1},)");
  const std::string line = logged(engine, request, {false, key});
  ASSERT_EQ(again(engine, line).result, ReplayResult::InPart) << line;
  const auto forged = [&](std::string_view what, std::string_view by) {
    std::string changed = line;
    const std::size_t at = changed.find(what, changed.find("\"decision\":"));
    EXPECT_NE(at, std::string::npos) << what << " not in " << line;
    return again(engine, changed.replace(at, what.size(), by)).result;
  };
  const std::pair<const char*, const char*> kForgeries[] = {
      {R"("verdict":"permit")", R"("verdict":"bananas")"},
      {R"("verdict":"permit")", R"("verdict":"deny")"},  // with something to execute
      {R"("fault":null)", R"("fault":"engine.assert")"},
      {R"("fault":null)", R"("fault":"engine.unknown")"},
      {R"("fault":null,"at":null)", R"("fault":"engine.missing_fact","at":"limits.l")"},
      {R"("at":null)", R"("at":"args.order")"},
      {R"("alarm":false)", R"("alarm":true)"},
      {R"("by":["shop.policy.go"])", R"("by":["shop.policy.evil"])"},
      {R"("by":["shop.policy.go"])", R"("by":"y")"},
      {R"("awaiting":[])", R"("awaiting":[{"item":"shop.policy.go"}])"},
      {R"("execute":{"tool":"shop.charge")", R"("execute":{"tool":"shop.refund")"},
      {R"("order":"o-1")", R"("order":"o-2")"},
      {R"("limit":"shop.policy.l")", R"("limit":"shop.policy.m")"},
      {R"("consume":[])", R"("consume":["ap-1"])"},
      {R"("digest":null)", R"("digest":"0000")"},
  };
  for (const auto& [what, by] : kForgeries)
    EXPECT_EQ(forged(what, by), ReplayResult::Different) << by;
  // What another value would have led to cannot be told from the truth.
  std::string denied = line;
  const auto replace = [&](std::string_view what, const std::string& by) {
    denied.replace(denied.find(what, denied.find("\"decision\":")), what.size(), by);
  };
  replace(R"("verdict":"permit")", R"("verdict":"deny")");
  replace(R"("by":["shop.policy.go"])", R"("by":["shop.policy.g"])");
  const auto member = [&](std::string_view key) {
    return std::string(stdlib::json_member(read_log_line(denied)->decision, key));
  };
  replace(member("execute"), "null");
  replace(member("reserve"), "[]");
  EXPECT_EQ(again(engine, denied).result, ReplayResult::InPart) << denied;
}

// What a host asks about is no name of the image's either; what it binds is.
TEST(Withhold, ShowsWhereAHostCouldNotBind) {
  const auto key = key_of('k');
  const Engine engine = card_shop(kBlind);
  const auto at = [&](auto&& bind) {
    Facts facts = engine.facts("shop.charge");
    EXPECT_FALSE(bind(facts));
    const auto entry =
        log_entry(engine, facts, engine.decide(facts), std::nullopt, {false, key}).value();
    return entry.decision.substr(entry.decision.find("\"at\":"), 18);
  };
  EXPECT_EQ(at([&](Facts& f) { return f.set(*engine.slot("shop.charge", "args.order"), 1); }),
            R"("at":"args.order",)");
  EXPECT_EQ(at([](Facts& f) { return f.set(SlotId(), 1); }), R"("at":"(slot of no )");
  EXPECT_EQ(at([](Facts& f) { return f.set_counter("4111", 1); }), R"("at":{"withheld":")");
}

// Where nobody can see the request, its decision can only be that of one which was not decoded.
TEST(Withhold, AForgedDecisionOnAWithheldTextIsADifference) {
  const Engine engine = test::engine({test::policy(test::kItems)});
  const std::string line = logged(engine, "\xFF", {false, key_of('k')});
  ASSERT_NE(line.find("\"request\":null,\"text\":{\"withheld\":"), std::string::npos) << line;
  EXPECT_EQ(again(engine, line).result, ReplayResult::InPart);
  const std::string permit = logged(engine, test::refund(), {false, key_of('k')});
  const auto parts = read_log_line(line), of_permit = read_log_line(permit);
  for (const std::string& decision :
       {std::string(of_permit->decision), std::string("{}"), std::string(R"({"verdict":"permit"})"),
        std::string(R"({"verdict":"deny"})")}) {
    std::string forged = line;
    forged.replace(line.find(parts->decision), parts->decision.size(), decision);
    EXPECT_EQ(again(engine, forged).result, ReplayResult::Different) << forged;
  }
  std::string by_somebody = line;
  by_somebody.replace(line.find("\"by\":[]"), 7, "\"by\":[\"shop.policy.small\"]");
  EXPECT_EQ(again(engine, by_somebody).result, ReplayResult::Different);
}

// The digest of another action may cover a value that this one has not, and be guessed from.
TEST(Withhold, TakesTheDigestsOfOtherActions) {
  const auto key = key_of('k');
  const Engine engine = test::engine(
      {"edition 1\nschema shop.cards\n\ntool shop.charge {\n  effect write_irreversible\n  args { "
       "order: id, @sensitive card: string(30)? }\n}\n",
       test::policy("rule ask on shop.charge {\n  queue for support_lead within 4h\n  when "
                    "tenant.id in target.tenants\n  because \"a\"\n}\n")});
  const std::string base = R"({"tool":"shop.charge","args":{"order":"o-1"},)" + test::kFacts + "}";
  const std::string request = approved(engine, base, "support_lead");
  const std::string own = logged(engine, request, {false, key});
  EXPECT_NE(own.find("\"digest\":\""), std::string::npos) << own;
  EXPECT_EQ(again(engine, own).result, ReplayResult::Same) << own;
  std::string other = request;
  other.replace(other.find("o-1"), 3, "o-2");
  const std::string line = logged(engine, other, {false, key});
  const std::size_t approvals = line.find("\"approvals\":[");
  ASSERT_NE(approvals, std::string::npos) << line;
  EXPECT_NE(line.find("\"digest\":{\"withheld\":", approvals), std::string::npos) << line;
  EXPECT_EQ(again(engine, line).result, ReplayResult::Same) << line;
}

TEST(Withhold, GivesEqualValuesEqualNames) {
  const auto one = key_of('1'), two = key_of('2');
  const Engine engine = card_shop(kBlind);
  EXPECT_EQ(logged(engine, charge(), {false, one}), logged(engine, charge(), {false, one}));
  EXPECT_NE(logged(engine, charge(), {false, one}), logged(engine, charge(), {false, two}));
}

// ---- explanations

TEST(Explain, HidesAmountsCapsAndKeysThatCodeMadeOfAMarkedField) {
  const struct {
    std::string limit, shown;
  } kCases[] = {
      {"max 9 of args.box.size per tenant.id", "1 + 2, max 9 in 1d for [\"t1\"]"},
      {"max args.box.pin of args.box.size per tenant.id",
       "1 + 2, max (sensitive) in 1d for [\"t1\"]"},
      {"max 900 of args.box.pin per tenant.id",
       "(sensitive) + (sensitive), max (sensitive) in 1d for [\"t1\"]"},
      {"when has target.badge\n  max 9 of args.box.size per target.badge", "1 + 2, max 9 in 1d"},
  };
  for (const auto& [limit, shown] : kCases) {
    const Engine engine =
        card_shop(std::string(kBlind) + "@absent_ok(\"a test\")\nlimit l on shop.charge {\n  " +
                  limit + " in 1d\n  otherwise deny\n  because \"d\"\n}\n");
    std::string request = charge();
    request.insert(1, R"("limits":{"shop.policy.l":1},)");
    request.replace(request.find(R"("owners")"), 8, R"("badge":"b-77","owners")");
    Facts facts = engine.facts({});
    const Decision decision = engine.decide_json(request, facts);
    const Explanation explanation = engine.explain(facts, decision).value();
    const auto item = std::ranges::find(explanation.items, "shop.policy.l", &ItemExplanation::name);
    ASSERT_NE(item, explanation.items.end()) << limit;
    ASSERT_FALSE(item->clauses.empty()) << limit;
    EXPECT_EQ(item->clauses.back().values, shown) << limit;
  }
}

// ---- messages

TEST(Message, ShowsNothingThatAnyToolOfItsScopeMarks) {
  const auto first_error = [](std::string_view first, std::string_view second) {
    const CompileResult result = compile(
        {{"schema.rule",
          "edition 1\nschema m.schema\ncurrency USD\ntool p.a { effect read args { " +
              std::string(first) + "note: id } }\ntool p.b { effect read args { " +
              std::string(second) + "note: id } }\n"},
         {"policy.rule",
          "edition 1\npolicy m.p\nguard g on p.a, p.b {\n  deny\n  because \"{args.note}\"\n}\n"}});
    const auto error = std::ranges::find(result.messages, true, &CompileMessage::is_error);
    return error == result.messages.end() ? std::string() : error->code;
  };
  EXPECT_EQ(first_error("", ""), "");
  EXPECT_EQ(first_error("@sensitive ", ""), "E1003");
  EXPECT_EQ(first_error("", "@sensitive "), "E1003");
}

}  // namespace
}  // namespace remit
