// What each kind of fact may hold, as JSON and as a host binds it, up to its edges.
#include <gtest/gtest.h>

#include <array>

#include "tests/unit/vm/kinds.h"
#include "tests/unit/vm/places.h"

namespace remit {
namespace {

const Engine& kinds() {
  static const Engine kEngine = test::kinds();
  return kEngine;
}

// Where the request is wrong; empty if it is decided.
std::string wrong_at(const std::string& request) {
  Facts facts = kinds().facts({});
  const Decision decision = kinds().decide_json(request, facts);
  if (decision.fault() == Fault::None) return {};
  EXPECT_EQ(decision.fault(), Fault::InvalidRequest) << request;
  return test::place_of(kinds(), facts);
}

struct Sent {
  const char* json;  // a member and its value
  const char* at;    // where it is wrong; empty if it is right
};

TEST(Decode, TakesValuesUpToTheirEdges) {
  const Sent kSession[] = {
      {R"("ints":[3,-5,5,0])", ""},
      {R"("ints":[6])", "session.ints[0]"},
      {R"("ints":[-6])", "session.ints[0]"},
      {R"("ints":[1,2,1])", "session.ints"},
      {R"("ints":["1"])", "session.ints[0]"},
      {R"("roles":["desk","lead","sre"])", ""},
      {R"("roles":["desk","lead","desk"])", "session.roles"},
      {R"("tools":["k.b","k.a"])", ""},
      {R"("tools":["k.a","k.a"])", "session.tools"},
      {R"("which":"k.b")", ""},
      {R"("which":"k.c")", "session.which"},
      {R"("wait":"90m")", ""},
      {R"("wait":"2026-11-20T09:30:00Z")", "session.wait"},
      {R"("at":"2026-11-20T09:30:00Z")", ""},
      {R"("at":"1h")", "session.at"},
      {R"("day":"23:59")", ""},
      {R"("day":"24:00")", "session.day"},
      {R"("flag":true)", ""},
      {R"("flag":"1h")", "session.flag"},
      {R"("text":"12345678")", ""},
      {R"("text":"123456789")", "session.text"},
      {R"("text":"a\u0001b")", "session.text"},
      {R"("text":7)", "session.text"},
  };
  for (const Sent& sent : kSession)
    EXPECT_EQ(wrong_at(test::kinds_request(sent.json)), sent.at) << sent.json;
}

// Names are encoded, not numbers: shorter ones come first.
TEST(Decode, OrdersSetsAsTheyAreEncoded) {
  Facts facts = kinds().facts({});
  const Decision decision = kinds().decide_json(
      test::kinds_request(
          R"("ints":[3,-5,0],"roles":["desk","sre"],"tools":["k.aaa","k.b","k.a"])"),
      facts);
  const std::string request = kinds().canonical_request(facts, decision).value();
  for (const char* set :
       {R"("ints":[0,3,-5])", R"("roles":["sre","desk"])", R"("tools":["k.a","k.b","k.aaa"])"})
    EXPECT_NE(request.find(set), std::string::npos) << set << " in " << request;
}

// And merged by their numbers.
TEST(Decode, MergesSetsOfTools) {
  const Engine engine = test::kinds(
      "rule ok on k.a {\n  permit\n  when has session.tools and session.tools overlaps {k.aaa} and "
      "session.tools overlaps {k.b} and {k.a, k.b} subset of session.tools\n}\n");
  const auto verdict = [&](const char* tools) {
    Facts facts = engine.facts({});
    return engine.decide_json(test::kinds_request(tools), facts).verdict();
  };
  EXPECT_EQ(verdict(R"("tools":["k.aaa","k.b","k.a"])"), Verdict::Permit);
  EXPECT_EQ(verdict(R"("tools":["k.aaa","k.b"])"), Verdict::Deny);
  EXPECT_EQ(verdict(R"("tools":["k.a","k.b"])"), Verdict::Deny);
}

TEST(Decode, TakesArgumentsInTheirForm) {
  std::string deep = R"("blob":)";
  for (int i = 0; i < limits::kOpaqueDepthMax; ++i) deep += '[';
  for (int i = 0; i < limits::kOpaqueDepthMax; ++i) deep += ']';
  const std::string deeper =
      R"("blob":[)" + deep.substr(std::string_view(R"("blob":)").size()) + ']';
  const std::string longest = R"("blob":")" + std::string(198, 'x') + '"',
                    longer = R"("blob":")" + std::string(199, 'x') + '"';
  const Sent kArgs[] = {
      {R"("minor":1250)", ""},
      {R"("minor":"1250")", "args.minor"},
      {R"("major":12.5)", ""},
      {R"("major":"12.5")", "args.major"},
      {R"("major":12.005)", "args.major"},
      {R"("major":12.500)", "args.major"},
      {R"("major":-0)", "args.major"},
      {R"("major":-0.00)", "args.major"},
      {R"("text":"12.000001")", ""},
      {R"("text":"-0.0")", "args.text"},
      {R"("minor":-0)", "args.minor"},
      {R"("plain":"USD 0.000001")", ""},
      {R"("plain":"-USD 0")", "args.plain"},
      {R"("plain":{"currency":"USD","micros":-0})", "args.plain"},
      {R"("text":"12.5")", ""},
      {R"("text":12.5)", "args.text"},
      {R"("text":"USD 12.5")", "args.text"},
      {R"("plain":"USD 12.50")", ""},
      {R"("plain":12)", "args.plain"},
      {R"("plain":{"currency":"USD","micros":12500000})", ""},
      {R"("plain":["USD",12500000])", "args.plain"},
      {R"("plain":{"currency":"USD","micros":1,"more":1})", "args.plain"},
      {R"("plain":{"currency":"USD"})", "args.plain"},
      {R"("plain":{"currency":"USD","cents":1})", "args.plain"},
      {R"("plain":{"money":"USD","micros":1})", "args.plain"},
      {R"("plain":{"currency":7,"micros":1})", "args.plain"},
      {R"("plain":{"currency":"EUR","micros":1})", "args.plain"},
      {R"("plain":{"currency":"USD","micros":"1"})", "args.plain"},
      {R"("plain":{"currency":"USD","micros":1.5})", "args.plain"},
      {R"("one":[1])", ""},
      {R"("one":[])", "args.one"},
      {R"("one":[1,2,3])", "args.one"},
      {R"("one":1)", "args.one"},
      {R"("boxes":[{"side":1},{"side":2,"lid":3}])", ""},
      {R"("boxes":[{"side":1},7])", "args.boxes[1]"},
      {R"("boxes":[[]])", "args.boxes[0]"},
      {R"("box":{"side":1,"lid":null})", ""},
      {R"("box":{"lid":1})", "args.box.side"},
      {R"("box":7)", "args.box"},
      {R"("box":[])", "args.box"},
      {R"("box":null)", ""},
      {R"("blob":null)", ""},
      {deep.c_str(), ""},
      {deeper.c_str(), "args.blob"},
      {longest.c_str(), ""},
      {longer.c_str(), "args.blob"},
  };
  for (const Sent& sent : kArgs)
    EXPECT_EQ(wrong_at(test::kinds_request("", sent.json)), sent.at) << sent.json;
}

// That there is no `args` is found once all that is there has been looked at.
TEST(Decode, NamesWhatIsThereBeforeWhatIsMissing) {
  EXPECT_EQ(wrong_at(R"({"tool":"k.a"})"), "args");
  EXPECT_EQ(wrong_at(R"({"tool":"k.a","zone":1})"), "zone");
  EXPECT_EQ(wrong_at(R"({"tool":"k.a","zone":1,"args":{"n":10}})"), "args.n");
}

TEST(Decode, TakesRootsThatAreObjects) {
  for (const char* root : {"risk", "session", "args", "limits"}) {
    for (const char* value : {"7", "[]", "\"x\"", "null"}) {
      std::string request = test::kinds_request("");
      const std::string member = '"' + std::string(root) + "\":";
      const std::size_t at = request.find(member);
      if (at == request.npos)
        request.insert(1, member + value + ",");
      else
        request.replace(at, request.find('}', at) + 1 - at, member + value);
      EXPECT_EQ(wrong_at(request), root) << request;
    }
  }
}

// ---- bound by a host

Facts bound() {
  Facts facts = kinds().facts("k.a");
  const auto slot = [](const char* path) { return *kinds().slot("k.a", path); };
  EXPECT_TRUE(facts.set(slot("actor.id"), "a"));
  EXPECT_TRUE(facts.set(slot("actor.kind"), "agent"));
  EXPECT_TRUE(facts.set(slot("tenant.id"), "t"));
  EXPECT_TRUE(facts.set(slot("risk.score"), 1));
  EXPECT_EQ(kinds().decide(facts).verdict(), Verdict::Permit);
  return facts;
}

Approval answer_of_lee(std::string_view id) {
  static const std::string kHash(64, 'a');
  return {.id = id,
          .by = "lee",
          .kind = "human",
          .tenant = "t",
          .role = "lead",
          .digest = kHash,
          .requirement = kHash};
}

TEST(Bind, TakesNumbersOfWhatIsANumber) {
  const auto fits = [](const char* path, std::int64_t number) {
    Facts facts = bound();
    const bool fits = facts.set(*kinds().slot("k.a", path), number);
    EXPECT_EQ(kinds().decide(facts).fault(), fits ? Fault::None : Fault::InvalidRequest) << path;
    return fits;
  };
  EXPECT_FALSE(fits("session.text", 5));
  EXPECT_FALSE(fits("session.home", 5));
  EXPECT_TRUE(fits("session.plan", 1));
  EXPECT_FALSE(fits("session.plan", 2));
  EXPECT_FALSE(fits("session.plan", -1));
  EXPECT_TRUE(fits("session.which", 2));
  EXPECT_FALSE(fits("session.which", 3));
  EXPECT_TRUE(fits("session.flag", 1));
  EXPECT_FALSE(fits("session.flag", 2));
  EXPECT_TRUE(fits("risk.score", 100));
  EXPECT_FALSE(fits("risk.score", 101));
  EXPECT_TRUE(fits("args.n", 0));
  EXPECT_FALSE(fits("args.n", -1));
  Facts facts = bound();
  for (const char* text : {"1h", "true", "1"})
    EXPECT_FALSE(facts.set(*kinds().slot("k.a", "session.flag"), text)) << text;
  const std::string_view texts[] = {"1h"};
  EXPECT_FALSE(facts.set(*kinds().slot("k.a", "session.flags"), std::span(texts)));
}

// `args` of a request that is permitted: decoded again, it is the same action.
std::string args_of(Facts& facts) {
  const Decision decision = kinds().decide(facts);
  EXPECT_EQ(decision.verdict(), Verdict::Permit);
  const std::string request = kinds().canonical_request(facts, decision).value();
  Facts decoded = kinds().facts({});
  const Decision again = kinds().decide_json(request, decoded);
  EXPECT_EQ(kinds().digest(facts, decision), kinds().digest(decoded, again)) << request;
  return request.substr(request.find("\"args\":"));
}

// What a host binds is decided, digested and executed as the same request in JSON would be.
TEST(Bind, TheNullOfAnOptionalOpaqueIsAbsent) {
  const SlotId blob = *kinds().slot("k.a", "args.blob"), tiny = *kinds().slot("k.a", "args.tiny"),
               coins = *kinds().slot("k.a", "args.coins");
  Facts facts = bound();
  EXPECT_TRUE(facts.set(blob, "[null]"));
  EXPECT_EQ(args_of(facts), R"("args":{"blob":[null]}})");
  EXPECT_TRUE(facts.set(blob, " null "));
  EXPECT_EQ(args_of(facts), R"("args":{}})");
  EXPECT_TRUE(facts.set(tiny, "null"));
  // It is a value of one that is required, and a text like any other.
  const FactValue coin[] = {money(1), "null", {}, "null"};
  EXPECT_TRUE(facts.set_rows(coins, coin, 1));
  EXPECT_EQ(args_of(facts), R"("args":{"coins":[{"worth":100,"raw":null}]}})");
  EXPECT_TRUE(facts.set(*kinds().slot("k.a", "session.text"), "null"));
  const std::string request = kinds().canonical_request(facts, kinds().decide(facts)).value();
  EXPECT_NE(request.find(R"("text":"null")"), std::string::npos) << request;
}

TEST(Bind, TakesNoMoreDecimalsThanTheWireHas) {
  const auto fits = [](std::int64_t micros) {
    Facts facts = bound(), major = bound(), rows = bound();
    const FactValue coin[] = {micros, {}, {}, "1"};
    const bool fits = facts.set(*kinds().slot("k.a", "args.minor"), micros);
    EXPECT_EQ(major.set(*kinds().slot("k.a", "args.major"), micros), fits);
    EXPECT_EQ(rows.set_rows(*kinds().slot("k.a", "args.coins"), coin, 1), fits);
    for (Facts* each : {&facts, &major, &rows})
      EXPECT_EQ(kinds().decide(*each).fault(), fits ? Fault::None : Fault::InvalidRequest);
    return fits;
  };
  EXPECT_TRUE(fits(money(20)));
  EXPECT_TRUE(fits(money(20, 10'000)));
  EXPECT_FALSE(fits(money(20, 1)));
  EXPECT_FALSE(fits(20));
  Facts facts = bound();
  for (const char* path : {"args.text", "args.plain"})
    EXPECT_TRUE(facts.set(*kinds().slot("k.a", path), 20)) << path;
  EXPECT_TRUE(facts.set(*kinds().slot("k.a", "args.major"), money(20)));
  EXPECT_EQ(args_of(facts), R"("args":{"major":20.00,"text":"0.00002","plain":"USD 0.00002"}})");
}

// A number is no text, nor a text a number; an enum value is either.
TEST(Bind, FieldsOfElementsHaveTheirTypes) {
  const auto fits = [](std::vector<FactValue> coin) {
    Facts facts = bound();
    const bool fits = facts.set_rows(*kinds().slot("k.a", "args.coins"), coin, 1);
    EXPECT_EQ(kinds().decide(facts).fault(), fits ? Fault::None : Fault::InvalidRequest);
    return fits;
  };
  EXPECT_TRUE(fits({money(1), {}, {}, "1"}));
  EXPECT_TRUE(fits({money(1), "7", "pro", "1"}));
  EXPECT_TRUE(fits({money(1), "7", 1, "1"}));
  EXPECT_FALSE(fits({"20", {}, {}, "1"}));
  EXPECT_FALSE(fits({money(1), 7, {}, "1"}));
  EXPECT_FALSE(fits({money(1), {}, "none", "1"}));
  EXPECT_FALSE(fits({{}, {}, {}, "1"}));
  EXPECT_FALSE(fits({money(1), {}, {}, {}}));
}

// It stands in the record, which is JSON, and no longer than there.
TEST(Bind, ANameThatIsNoLimitIsCutAndShown) {
  for (const auto& [name, shown] : std::vector<std::pair<std::string, std::string>>{
           {"k.p.none", "limits.k.p.none"},
           {std::string(1'000'000, 'x'), "limits." + std::string(128, 'x') + "…"},
           {"\xFF\xFE", "limits.(not UTF-8)"}}) {
    Facts facts = bound();
    EXPECT_FALSE(facts.set_counter(name, 1));
    EXPECT_EQ(kinds().decide(facts).fault(), Fault::InvalidRequest);
    EXPECT_EQ(test::place_of(kinds(), facts), shown);
  }
}

template <typename T>
concept Settable = requires(Facts facts, T value) { facts.set(SlotId(), value); };
static_assert(Settable<int> && Settable<bool> && Settable<unsigned char> && Settable<const char*>);
static_assert(!Settable<char> && !Settable<wchar_t> && !Settable<char8_t> && !Settable<double> &&
              !Settable<std::uint64_t> && !Settable<std::nullptr_t>);

TEST(Bind, ANullPointerIsNoText) {
  Facts facts = bound();
  const char* const none = nullptr;
  EXPECT_FALSE(facts.set(*kinds().slot("k.a", "session.text"), none));
  EXPECT_EQ(kinds().decide(facts).fault(), Fault::InvalidRequest);
  EXPECT_EQ(test::place_of(kinds(), facts), "session.text");
}

// The first fault in decoding order is the one that is named, whatever was bound first.
TEST(Bind, NamesTheFirstFaultInDecodingOrder) {
  const auto first = [](const char* tool, std::vector<const char*> paths) {
    Facts facts = kinds().facts(tool);
    for (const char* path : paths)
      EXPECT_FALSE(facts.set(*kinds().slot(tool, path), std::string_view("no such value!")));
    EXPECT_EQ(kinds().decide(facts).fault(), Fault::InvalidRequest);
    return test::place_of(kinds(), facts);
  };
  EXPECT_EQ(first("k.a", {"args.n", "session.plan", "risk.score"}), "risk.score");
  EXPECT_EQ(first("k.a", {"args.major", "args.box.lid", "args.box.side"}), "args.box.side");
  EXPECT_EQ(first("k.a", {"args.box.lid", "args.n"}), "args.n");
  EXPECT_EQ(first("k.a", {"args.one", "args.box.lid"}), "args.box.lid");
  EXPECT_EQ(first("k.a", {"args.one", "args.minor"}), "args.minor");
  // `n` is an argument of both tools, and stands before `late` in memory.
  EXPECT_EQ(first("k.b", {"args.n", "args.late"}), "args.late");
}

// However many fields an image has: arguments, then counters, then approvals.
TEST(Bind, NamesCountersAndApprovalsBehindArguments) {
  std::string schema = "edition 1\nschema w.schema\ncurrency USD\n";
  for (int tool = 0; tool < 40; ++tool) {
    schema += "tool w.t" + std::to_string(tool) + " { effect read args { ";
    for (int arg = 0; arg < 40; ++arg) schema += "a" + std::to_string(arg) + ": int?, ";
    schema += "} }\n";
  }
  const CompileResult result = compile(
      {{"schema.rule", schema},
       {"policy.rule",
        test::policy("rule ok on w.t9 {\n  permit\n  when risk.score < 50\n}\n", "policy w.p")}});
  const Engine engine =
      Engine::load(result.image, Trust::unsigned_image(), {.allow_dev = true}).value();
  Facts facts = engine.facts("w.t9");
  const auto first = [&] {
    EXPECT_EQ(engine.decide(facts).fault(), Fault::InvalidRequest);
    return test::place_of(engine, facts);
  };
  EXPECT_FALSE(facts.add_approval({.id = "no id"}));
  EXPECT_EQ(first(), "approvals[0].id");
  EXPECT_FALSE(facts.set_counter("w.p.none", 1));
  EXPECT_EQ(first(), "limits.w.p.none");
  EXPECT_FALSE(facts.set(*engine.slot("w.t9", "args.a39"), "no number"));
  EXPECT_EQ(first(), "args.a39");
  EXPECT_FALSE(facts.set(*engine.slot("w.t9", "risk.score"), 101));
  EXPECT_EQ(first(), "risk.score");
}

TEST(Bind, AfterARequestIsRememberedLikeBefore) {
  Facts facts = kinds().facts({});
  EXPECT_EQ(kinds().decide_json(test::kinds_request(""), facts).verdict(), Verdict::Permit);
  EXPECT_FALSE(facts.set(*kinds().slot("k.a", "args.n"), 99));
  EXPECT_EQ(kinds().decide(facts).fault(), Fault::InvalidRequest);
  EXPECT_EQ(test::place_of(kinds(), facts), "args.n");
}

TEST(Bind, ARecordIsWhole) {
  const auto slot = [](const char* path) { return *kinds().slot("k.a", path); };
  const auto at = [](Facts& facts) {
    EXPECT_EQ(kinds().decide(facts).fault(), Fault::InvalidRequest);
    return test::place_of(kinds(), facts);
  };
  Facts facts = bound();
  EXPECT_TRUE(facts.set(slot("args.box.lid"), 1));
  EXPECT_EQ(at(facts), "args.box.lid");
  EXPECT_TRUE(facts.set_present(slot("args.box")));
  EXPECT_EQ(at(facts), "args.box.side");
  EXPECT_TRUE(facts.set(slot("args.box.side"), 1));
  EXPECT_EQ(kinds().decide(facts).verdict(), Verdict::Permit);
  EXPECT_TRUE(facts.set_absent(slot("args.box.lid")));
  EXPECT_EQ(kinds().decide(facts).verdict(), Verdict::Permit);
  EXPECT_TRUE(facts.set_absent(slot("args.box")));
  EXPECT_EQ(kinds().decide(facts).verdict(), Verdict::Permit);
}

// One that must be there need not be marked: what lies in it says so.
TEST(Bind, ARequiredRecordIsThereOnceAFieldOfItIs) {
  const Engine engine =
      test::engine({test::policy("rule ok on sea.ship { permit when risk.score < 50 }\n"),
                    "edition 1\nschema sea.schema\nrecord spot { row: int, note: id? }\n"
                    "record port { name: id, spot: spot, spare: spot? }\n"
                    "tool sea.ship { effect read args { to: port } }\n"});
  Facts facts = engine.facts({});
  ASSERT_EQ(engine
                .decide_json(R"({"tool":"sea.ship","args":{"to":{"name":"a","spot":{"row":1}}},)" +
                                 test::kFacts + "}",
                             facts)
                .verdict(),
            Verdict::Permit);
  const std::string whole = engine.canonical_request(facts, engine.decide(facts)).value();
  const auto slot = [&](const char* path) { return *engine.slot("sea.ship", path); };
  const auto rebind = [&](auto&&... bound) {
    ASSERT_TRUE(facts.set_absent(slot("args.to")));
    for (const bool done : {bound()...}) EXPECT_TRUE(done);
  };
  const auto name = [&] { return facts.set(slot("args.to.name"), "a"); };
  const auto row = [&] { return facts.set(slot("args.to.spot.row"), 1); };
  rebind(name, row);
  EXPECT_EQ(engine.canonical_request(facts, engine.decide(facts)).value(), whole);
  rebind(row, name);
  EXPECT_EQ(engine.canonical_request(facts, engine.decide(facts)).value(), whole);
  rebind(name);
  EXPECT_EQ(engine.decide(facts).fault(), Fault::InvalidRequest);
  EXPECT_EQ(test::place_of(engine, facts), "args.to.spot");
  // Whether an optional one is there is for the host to say.
  rebind(name, row, [&] { return facts.set(slot("args.to.spare.row"), 2); });
  EXPECT_EQ(engine.decide(facts).fault(), Fault::InvalidRequest);
  EXPECT_EQ(test::place_of(engine, facts), "args.to.spare.row");
}

// However little is left, what does not fit is refused and remembered.
TEST(Bind, BeyondItsMemoryIsRefused) {
  const std::string host =
      std::string(60, 'a') + '.' + std::string(60, 'b') + '.' + std::string(60, 'c') + ".example";
  Facts facts = bound();
  const SlotId home = *kinds().slot("k.a", "session.home");
  std::size_t count = 0;
  while (count < 200'000 && facts.set(home, host)) ++count;
  EXPECT_GT(count, limits::kBoundBytesMax / 2 / host.size());
  EXPECT_LT(count, 200'000U);
  const std::string id(100, 'i'), by(100, 'b');
  Approval approval = answer_of_lee(id);
  approval.by = by;
  EXPECT_FALSE(facts.add_approval(approval));
  EXPECT_EQ(kinds().decide(facts).fault(), Fault::InvalidRequest);
}

// ---- records of approvals

TEST(Bind, AnApprovalUpToItsEdges) {
  static constexpr std::int64_t kLast = 253'402'300'799'999;  // of the year 9999
  const auto at = [&](auto&& change) {
    Facts facts = bound();
    Approval approval = answer_of_lee("ap");
    change(approval);
    const bool fits = facts.add_approval(approval);
    EXPECT_EQ(kinds().decide(facts).fault(), fits ? Fault::None : Fault::InvalidRequest);
    return test::place_of(kinds(), facts);
  };
  EXPECT_EQ(at([](Approval&) {}), "");
  EXPECT_EQ(at([](Approval& a) { a.cost_micros = -1; }), "approvals[0].cost");
  EXPECT_EQ(at([](Approval& a) { a.asked_at_ms = -1; }), "approvals[0].asked_at");
  EXPECT_EQ(at([](Approval& a) { a.asked_at_ms = kLast + 1; }), "approvals[0].asked_at");
  EXPECT_EQ(at([](Approval& a) { a.at_ms = -1; }), "approvals[0].at");
  EXPECT_EQ(at([](Approval& a) { a.at_ms = kLast + 1; }), "approvals[0].at");
  EXPECT_EQ(at([](Approval& a) { a.expires_ms = -1; }), "approvals[0].expires");
  EXPECT_EQ(at([](Approval& a) { a.expires_ms = kLast + 1; }), "approvals[0].expires");
  EXPECT_EQ(at([](Approval& a) { a.asked_at_ms = a.at_ms = *(a.expires_ms = kLast); }), "");
  for (const char letter : std::string_view("ABCDEFg")) {
    const std::string other = std::string(63, 'a') + letter;
    EXPECT_EQ(at([&](Approval& a) { a.digest = other; }), "approvals[0].digest");
    EXPECT_EQ(at([&](Approval& a) { a.requirement = other; }), "approvals[0].requirement");
  }
  for (const std::size_t size : {62, 66}) {
    const std::string other(size, 'a');
    EXPECT_EQ(at([&](Approval& a) { a.digest = other; }), "approvals[0].digest");
  }
}

TEST(Bind, SixtyFourApprovals) {
  Facts facts = bound();
  const auto add = [&](std::size_t i) {
    const std::string id = "ap" + std::to_string(i);
    return facts.add_approval(answer_of_lee(id));
  };
  for (std::size_t i = 0; i < limits::kApprovalsMax; ++i) EXPECT_TRUE(add(i)) << i;
  EXPECT_EQ(kinds().decide(facts).fault(), Fault::None);
  EXPECT_FALSE(add(limits::kApprovalsMax));
  EXPECT_EQ(kinds().decide(facts).fault(), Fault::InvalidRequest);
}

}  // namespace
}  // namespace remit
