// The verdict algebra, sentence by sentence, on small bundles.
#include <gtest/gtest.h>

#include "tests/unit/vm/bundles.h"

namespace remit {
namespace {

using test::engine;
using test::policy;

struct Answer {
  std::string verdict;
  std::vector<std::string> by;
  std::string record;
};

Answer ask(const Engine& engine, const std::string& request = test::refund()) {
  Facts facts = engine.facts({});
  const Decision decision = engine.decide_json(request, facts);
  return {decision.fault() == Fault::None ? std::string(name(decision.verdict()))
                                          : std::string(code(decision.fault())),
          engine.explain(facts, decision).value().by, engine.record(facts, decision).value()};
}

using Names = std::vector<std::string>;

const std::string kSmall = "rule small on shop.refund {\n  permit\n  when risk.score <= 10\n}\n";
const std::string kWait =
    "guard wait on shop.refund {\n  queue for support_lead within 4h\n  when risk.score >= 10\n  "
    "because \"w\"\n}\n";
const std::string kUrgent =
    "rule urgent on shop.refund {\n  escalate to 2 of finance_manager within 1h\n  when risk.score "
    ">= 10\n  because \"u\"\n}\n";
const std::string kDeny =
    "guard no%s on shop.refund {\n  deny\n  when risk.score >= 10\n  because \"n\"\n}\n";

std::string deny(const std::string& mark) {
  std::string text = kDeny;
  return text.replace(text.find("%s"), 2, mark);
}

TEST(Verdict, SilenceIsRefusal) {
  const Answer answer = ask(engine({policy(kWait)}));
  EXPECT_EQ(answer.verdict, "deny");
  EXPECT_EQ(answer.by, Names{"engine.default.main"});
}

TEST(Verdict, TheStrictestLiveItemWins) {
  EXPECT_EQ(ask(engine({policy(kSmall)})).by, Names{"shop.policy.small"});
  EXPECT_EQ(ask(engine({policy(kSmall + kWait)})).verdict, "queue");
  EXPECT_EQ(ask(engine({policy(kSmall + kWait + kUrgent)})).by, Names{"shop.policy.urgent"});
  EXPECT_EQ(ask(engine({policy(kSmall + kWait + kUrgent + deny(""))})).by, Names{"shop.policy.no"});
}

TEST(Verdict, AWaitingRuleGrantsAndAGuardDoesNot) {
  EXPECT_EQ(ask(engine({policy(kUrgent)})).verdict, "escalate");
  EXPECT_EQ(ask(engine({policy(kWait)})).verdict, "deny");
}

TEST(Verdict, OnlyMarkedItemsAreLiftedAndOnlyWhenTheRuleMatches) {
  const std::string fix =
      "rule fix on shop.refund {\n  permit\n  when risk.score <= 10\n  because \"f\"\n  overrides "
      "no\n}\n";
  EXPECT_EQ(ask(engine({policy(deny(" overridable") + fix)})).by, Names{"shop.policy.fix"});
  std::string late = fix;
  late.replace(late.find("<= 10"), 5, "> 10");
  EXPECT_EQ(ask(engine({policy(deny(" overridable") + late + kSmall)})).by,
            Names{"shop.policy.no"});
}

TEST(Verdict, EveryGrantingLayerMustGrant) {
  const std::string second =
      policy("rule also on shop.refund {\n  permit\n  when risk.score < 10\n}\n",
             "policy shop.second layer second");
  EXPECT_EQ(ask(engine({policy(kSmall), second})).by, Names{"engine.default.second"});
  const std::string walls = policy(deny(""), "policy shop.walls layer a guards only");
  EXPECT_EQ(ask(engine({policy(kSmall), walls})).by, Names{"shop.walls.no"});
}

TEST(Verdict, APolicyThatDoesNotApplyIsSilent) {
  const std::string walls =
      policy(deny(""), "policy shop.walls layer a guards only applies when tenant.id == \"t2\"");
  EXPECT_EQ(ask(engine({policy(kSmall), walls})).verdict, "permit");
}

TEST(Verdict, APermitExpires) {
  std::string text = kSmall;
  text.insert(text.find("}"), "  expires utc\"2026-11-20T09:30:00.001Z\"\n");
  EXPECT_EQ(ask(engine({policy(text)})).verdict, "permit");
  text.replace(text.find("09:30:00.001"), 12, "09:30:00.000");
  EXPECT_EQ(ask(engine({policy(text)})).by, Names{"engine.default.main"});
}

TEST(Verdict, DutiesOfLiveItemsAreJoined) {
  const std::string a =
      "rule a on shop.refund {\n  permit\n  when risk.score <= 10\n  require log minimal, notify "
      "desk, delay 1m, redact card\n}\n";
  const std::string b =
      "guard b on shop.refund {\n  when risk.score <= 10\n  require log full, notify security, "
      "delay 2m, step_up\n}\n";
  const Answer answer = ask(engine({policy(a + b)}));
  EXPECT_NE(
      answer.record.find(
          R"("duties":{"log":"full","notify":["desk","security"],"redact":["card"],"dry_run":false,"snapshot":false,"step_up":true,"delay":"2m"})"),
      std::string::npos)
      << answer.record;
  std::string no = deny("");
  no.insert(no.rfind("}"), "  require notify security\n");
  EXPECT_NE(
      ask(engine({policy(a + b + no)}))
          .record.find(
              R"("duties":{"log":null,"notify":["security"],"redact":[],"dry_run":false,"snapshot":false,"step_up":false,"delay":"0s"})"),
      std::string::npos);
}

TEST(Verdict, EachDutyIsItsOwn) {
  for (const char* duty : {"dry_run", "snapshot", "step_up"}) {
    const std::string record =
        ask(engine(
                {policy("rule a on shop.refund {\n  permit\n  when risk.score <= 10\n  require " +
                        std::string(duty) + "\n}\n")}))
            .record;
    for (const char* other : {"dry_run", "snapshot", "step_up"}) {
      const std::string shown =
          '"' + std::string(other) + "\":" + (std::string_view(duty) == other ? "true" : "false");
      EXPECT_NE(record.find(shown), std::string::npos) << duty << ' ' << shown;
    }
  }
}

// What was lifted does not say why something else was refused.
TEST(Verdict, NamesNothingThatWasLifted) {
  const std::string fix =
      "rule fix on shop.refund {\n  permit\n  when risk.score <= 10\n  because \"f\"\n  overrides "
      "no\n}\n";
  const std::string also =
      "guard also on shop.refund {\n  deny\n  when risk.score >= 10\n  because \"a\"\n}\n";
  EXPECT_EQ(ask(engine({policy(deny(" overridable") + also)})).by,
            (Names{"shop.policy.also", "shop.policy.no", "engine.default.main"}));
  EXPECT_EQ(ask(engine({policy(deny(" overridable") + fix + also)})).by, Names{"shop.policy.also"});
}

std::string never(const std::string& name, const std::string& verdict) {
  return "assert " + name + " on shop.refund { never " + verdict + " when risk.score >= 10 }\n";
}

TEST(Verdict, AnAssertForbidsWhatItNamesAndWhatIsLessStrict) {
  const std::string waits = kSmall + kWait;
  EXPECT_EQ(ask(engine({policy(kSmall + never("p", "permit"))})).by, Names{"shop.policy.p"});
  EXPECT_EQ(ask(engine({policy(waits + never("p", "permit"))})).verdict, "queue");
  EXPECT_EQ(ask(engine({policy(waits + never("q", "permit or queue"))})).verdict, "engine.assert");
  const Answer urgent = ask(engine({policy(waits + kUrgent + never("q", "permit or queue"))}));
  EXPECT_EQ(urgent.verdict, "escalate");
  EXPECT_EQ(urgent.record.find("shop.policy.q"), std::string::npos) << urgent.record;
  EXPECT_EQ(ask(engine({policy(waits + deny("") + never("q", "permit or queue"))})).by,
            Names{"shop.policy.no"});
}

// An assert forbids a wait and is none: nobody is asked for it.
TEST(Verdict, AnAssertAsksNobody) {
  const Engine engine = test::engine({policy(kSmall + never("q", "permit or queue"))});
  Facts facts = engine.facts({});
  const Decision decision = engine.decide_json(test::refund(), facts);
  const Explanation explanation = engine.explain(facts, decision).value();
  for (const ItemExplanation& item : explanation.items) {
    EXPECT_EQ(item.requirement, "") << item.name;
    EXPECT_EQ(item.wait, std::nullopt) << item.name;
  }
}

TEST(Verdict, NamesTheAssertsThatForbid) {
  const std::string both = never("p", "permit") + never("q", "permit or queue");
  EXPECT_EQ(ask(engine({policy(kSmall + kWait + both)})).by, Names{"shop.policy.q"});
  EXPECT_EQ(ask(engine({policy(kSmall + both)})).by, (Names{"shop.policy.p", "shop.policy.q"}));
}

TEST(Verdict, AnAssertOfAPolicyThatDoesNotApplyIsSilent) {
  const auto walls = [](const std::string& tenant) {
    return policy(never("p", "permit"),
                  "policy shop.walls applies when tenant.id == \"" + tenant + "\"");
  };
  EXPECT_EQ(ask(engine({policy(kSmall), walls("t1")})).verdict, "engine.assert");
  EXPECT_EQ(ask(engine({policy(kSmall), walls("t2")})).verdict, "permit");
}

TEST(Verdict, AWaitThatNobodyAnsweredExpires) {
  const Engine waiting = engine({policy(kSmall + kWait)});
  std::string request = test::refund();
  request.replace(request.find(R"({"id":"c-1"})"), 12,
                  R"({"id":"c-1","first_asked":"2026-11-20T05:29:59Z"})");
  EXPECT_EQ(ask(waiting, request).verdict, "engine.expired");
  EXPECT_EQ(ask(waiting, request).by, Names{"shop.policy.wait"});
  request.replace(request.find("05:29:59"), 8, "05:30:00");
  EXPECT_EQ(ask(waiting, request).verdict, "queue");
}

TEST(Verdict, TheKillSwitchBeatsEverything) {
  Engine running = engine({policy(kSmall)});
  std::string request = test::refund();
  request.insert(request.size() - 1, R"(,"control":{"halted":true})");
  EXPECT_EQ(ask(running, request).verdict, "engine.halted");
  running.halt();
  EXPECT_EQ(ask(running).verdict, "engine.halted");
  running.halt(false);
  EXPECT_EQ(ask(running).verdict, "permit");
}

TEST(Record, IsCanonical) {
  const Answer answer = ask(engine({policy(kSmall)}));
  EXPECT_TRUE(answer.record.starts_with(
      R"({"verdict":"permit","fault":null,"at":null,"by":["shop.policy.small"],"alarm":false,"awaiting":[],"duties":)"))
      << answer.record;
  EXPECT_NE(
      answer.record.find(
          R"("execute":{"tool":"shop.refund","args":{"order":"o-1","amount":2000,"dry":false}},"reserve":[],"consume":[],"reads":"internal","call":"c-1","digest":null,"image":")"),
      std::string::npos)
      << answer.record;
}

TEST(Decision, AFaultThatNoRequestCanHaveIsADeny) {
  // NoBundle: facts of another load. Internal and Assert have no cause in this version; they are
  // named.
  const Engine first = engine({policy(kSmall)}), second = engine({policy(kSmall)});
  Facts facts = first.facts("shop.refund");
  EXPECT_EQ(second.decide(facts).fault(), Fault::NoBundle);
  EXPECT_EQ(Decision().verdict(), Verdict::Deny);
  EXPECT_EQ(code(Fault::Internal), "engine.internal");
  EXPECT_EQ(code(Fault::Assert), "engine.assert");
}

}  // namespace
}  // namespace remit
