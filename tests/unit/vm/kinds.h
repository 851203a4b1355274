// A bundle with a fact of each kind, for tests of what facts may hold.
#pragma once

#include <string>

#include "tests/unit/vm/bundles.h"

namespace remit::test {

inline const std::string kKinds = R"(edition 1
schema k.schema

currency USD

enum role { lead, @platform sre, desk }
enum plan { free, pro }

record box { side: int(0..=9), lid: int(0..=9)? }
record coin { worth: money as minor, note: opaque(20)?, plan: plan?, raw: opaque(20) }

extend session {
  ints: set<int(-5..=5)>(4)?, wait: duration?, at: timestamp?, day: timeofday?, plan: plan?,
  text: string(8)?, home: host?, homes: set<host>(4)?, tools: set<tool>(4)?, which: tool?,
  roles: set<role>(3)?, flag: bool?, flags: list<bool>(0..=2)?
}

tool k.a {
  effect read
  args {
    n: int(0..=9)?, box: box?, major: money? as major, text: money? as text 6,
    minor: money? as minor,
    plain: money?, coins: list<coin>(0..=2)?, one: list<int(0..=9)>(1..=2)?,
    boxes: list<box>(0..=2)?, blob: opaque(200)?, tiny: opaque(2)?
  }
}
tool k.aaa { effect read args {} }
tool k.b { effect read args { late: int(0..=9)?, n: int(0..=9)? } }
)";

inline const std::string kReads = "rule ok on k.a, k.b {\n  permit\n  when risk.score < 50\n}\n";

inline Engine kinds(const std::string& items = kReads) {
  const CompileResult result =
      compile({{"schema.rule", kKinds}, {"policy.rule", policy(items, "policy k.p")}});
  for (const CompileMessage& message : result.messages)
    EXPECT_FALSE(message.is_error) << message.rendered;
  return Engine::load(result.image, Trust::unsigned_image(), {.allow_dev = true}).value();
}

// A request for k.a: members of `session` and of `args`, each with a comma behind but the last.
inline std::string kinds_request(const std::string& session, const std::string& args = {}) {
  return R"({"tool":"k.a","actor":{"id":"a","kind":"agent"},"tenant":{"id":"t"},"risk":{"score":1},)"
         R"("session":{)" +
         session + R"(},"args":{)" + args + "}}";
}

}  // namespace remit::test
