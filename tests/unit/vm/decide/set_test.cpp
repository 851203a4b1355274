// `overlaps` and `subset of` walk sorted sets: constants, facts and sets made by code must stand in
// one order, whatever their elements are.
#include <gtest/gtest.h>

#include "tests/unit/vm/bundles.h"
#include "tests/unit/vm/places.h"

namespace remit {
namespace {

// Values of `shade` stand in another order by name than by number.
const char* const kSchema = R"(edition 1
schema set.schema

currency USD

enum shade { zinc, ash, mist, bone }

tool set.ask {
  effect read
  args {
    i: int, j: int, t: string(2000), u: string(2000), e: shade, on: bool,
    ints: set<int>(8), shades: set<shade>(4),
    texts: set<string(2000)>(8), more: set<string(2000)>(8),
    tools: set<tool>(2), paths: set<path>(8), ids: set<id>(8)
  }
}
tool set.zz { effect read args { } }
tool set.b { effect read args { } }
)";

const std::string kLong(600, 'q');  // beyond what is compared by bytes

std::string request(const std::string& args) {
  return R"({"tool":"set.ask","args":{)" + args +
         R"(},"actor":{"id":"a","kind":"agent"},"tenant":{"id":"t1"},"risk":{"score":1}})";
}

Engine engine_of(const std::string& condition) {
  const CompileResult result =
      compile({{"schema.rule", kSchema},
               {"policy.rule",
                "edition 1\npolicy set.policy\n\nrule ok on set.ask {\n  permit\n  when risk.score "
                "< 5 and (" +
                    condition + ")\n}\n"}});
  for (const CompileMessage& message : result.messages)
    EXPECT_FALSE(message.is_error) << message.rendered;
  return Engine::load(result.image, Trust::unsigned_image(), {.allow_dev = true}).value();
}

struct Case {
  std::string condition;
  bool holds;
};

TEST(Set, IsMergedInOneOrder) {
  const std::string args = R"("i":-3,"j":7,"t":")" + kLong + R"(a","u":")" + kLong +
                           R"(b","e":"mist","on":true,)" +
                           R"("ints":[5,-3,0,9000000000],"shades":["zinc","bone"],"texts":[")" +
                           kLong + R"(b","x","yy",")" + kLong + R"(a"],"more":[")" + kLong +
                           R"(c","yy",")" + kLong + R"(b"],"tools":["set.zz","set.b"],)" +
                           R"("paths":["/a","/b/)" + kLong + R"("],"ids":["b","a10","a9"])";
  const Case cases[] = {
      {"args.ints overlaps {-3, 100}", true},
      {"args.ints overlaps {-4, 1, 9000000001}", false},
      {"{-3, 5} subset of args.ints", true},
      {"{-3, 5, 6} subset of args.ints", false},
      {"args.ints subset of {-3, 0, 5, 9000000000}", true},
      {"args.ints overlaps {args.j, args.i}", true},
      {"{args.i, args.i} subset of args.ints", true},
      {"{args.i, args.j} subset of args.ints", false},
      {"args.shades overlaps {ash, mist}", false},
      {"args.shades overlaps {mist, bone}", true},
      {"args.shades subset of {zinc, ash, bone}", true},
      {"args.shades subset of {zinc, ash, mist}", false},
      {"args.shades overlaps {args.e}", false},
      {"args.tools subset of {set.b, set.ask}", false},
      {"args.tools subset of {set.b, set.ask, set.zz}", true},
      {"args.texts overlaps args.more", true},
      {"args.texts subset of args.more", false},
      {"args.more subset of args.texts", false},
      {"{args.t, args.u, args.t} subset of args.texts", true},
      {"{args.t, args.u} subset of args.more", false},
      {"args.more overlaps {args.t}", false},
      {"args.more overlaps {args.u, args.t}", true},
      {"args.texts overlaps {\"xx\", \"" + kLong + "a\"}", true},
      {"{\"x\", \"" + kLong + "b\"} subset of args.texts", true},
      {"{\"x\", \"" + kLong + "c\"} subset of args.texts", false},
      {"args.t in args.texts and args.t not in args.more", true},
      {"args.t != args.u and args.t == \"" + kLong + "a\"", true},
      {"any(x in args.more: x == args.u) and all(x in args.more: x != args.t)", true},
      {"args.paths overlaps {path\"/b/" + kLong + "\"}", true},
      {"args.ids overlaps {\"a10\", \"c\"} and {\"a9\", \"b\"} subset of args.ids", true},
  };
  for (const Case& row : cases) {
    const Engine engine = engine_of(row.condition);
    Facts facts = engine.facts({});
    const Decision decision = engine.decide_json(request(args), facts);
    ASSERT_EQ(decision.fault(), Fault::None) << test::place_of(engine, facts);
    EXPECT_EQ(decision.verdict() == Verdict::Permit, row.holds) << row.condition.substr(0, 80);
  }
}

// Names where there are names, shorter ones first; numbers by their bits, so negative ones last.
TEST(Set, IsWrittenInTheOrderOfItsEncodings) {
  const Engine engine = engine_of("args.on");
  Facts facts = engine.facts({});
  const Decision decision = engine.decide_json(
      request(R"("i":1,"j":1,"t":"","u":"","e":"ash","on":true,"ints":[5,-3,0,9000000000,-1],)"
              R"("shades":["zinc","bone","ash","mist"],"texts":["b","aa","a","B",""],"more":[],)"
              R"("tools":["set.zz","set.b"],"paths":["/b","/aa","/a"],"ids":["b","a10","a9"])"),
      facts);
  ASSERT_EQ(decision.fault(), Fault::None) << test::place_of(engine, facts);
  const std::string canonical = engine.canonical_request(facts, decision).value();
  for (const char* set :
       {R"("ints":[0,5,9000000000,-3,-1])", R"("shades":["ash","bone","mist","zinc"])",
        R"("texts":["","B","a","b","aa"])", R"("tools":["set.b","set.zz"])",
        R"("paths":["/a","/b","/aa"])", R"("ids":["b","a9","a10"])"})
    EXPECT_NE(canonical.find(set), std::string::npos) << set << " in " << canonical;
}

}  // namespace
}  // namespace remit
