// The whole contract: what is executed, once, and what never is.
#include <fstream>
#include <thread>

#include <unistd.h>

#include "tests/gateway/desk.h"

namespace gateway {
namespace {

using remit::Verdict;

class Agreeing : public Desk {};
class Spending : public Desk {};
class Answering : public Desk {};

TEST_F(Agreeing, AnApprovalReleasesTheActionThatItWasGivenFor) {
  const Reply first = propose(refund("p-1", 500'00));
  EXPECT_EQ(first.verdict, Verdict::Queue);
  ASSERT_EQ(first.waits.size(), 1U);
  EXPECT_TRUE(tool.runs.empty());
  approve(first.waits[0]);
  now_ms += kMinute;
  const Reply second = propose(refund("p-1", 500'00));
  EXPECT_EQ(second.verdict, Verdict::Permit);
  EXPECT_EQ(second.call, first.call);
  ASSERT_EQ(tool.runs.size(), 1U);
  EXPECT_EQ(tool.runs[0], R"({"tool":"payments.refund","args":{"order":"o-1","amount":50000}})");
  EXPECT_EQ(number("SELECT count(*) FROM gateway.approval WHERE used_by IS NOT NULL"), 1);
}

TEST_F(Agreeing, AnApprovalFor500DollarsDoesNotRelease900) {
  const Reply small = propose(refund("p-1", 500'00));
  const Reply large = propose(refund("p-2", 900'00));
  ASSERT_EQ(large.waits.size(), 1U);
  approve(small.waits[0]);
  EXPECT_EQ(propose(refund("p-2", 900'00)).verdict, Verdict::Queue);
  // The same name for another amount is not a way round, nor is a record that is carried over.
  EXPECT_EQ(propose(refund("p-1", 900'00)).reason, "gateway.another_proposal_has_this_id");
  sql("UPDATE gateway.approval SET wait_id = 2;"
      "UPDATE gateway.wait AS w SET digest = o.digest FROM gateway.wait AS o WHERE w.id = 2 AND "
      "o.id = 1");
  EXPECT_EQ(must(store.answers(large.call)).size(), 1U);
  EXPECT_EQ(propose(refund("p-2", 900'00)).verdict, Verdict::Queue);
  EXPECT_TRUE(tool.runs.empty());
}

TEST_F(Agreeing, AnApprovalFor500DollarsDoesNotRelease5000) {
  approve(propose(refund("p-1", 500'00)).waits[0]);
  const Reply large = propose(refund("p-2", 5000'00));
  EXPECT_EQ(large.verdict, Verdict::Escalate);
  sql("UPDATE gateway.approval SET wait_id = 2");
  EXPECT_EQ(propose(refund("p-2", 5000'00)).verdict, Verdict::Escalate);
  EXPECT_TRUE(tool.runs.empty());
}

TEST_F(Agreeing, SomebodyOfAnotherTenantDoesNotRelease) {
  const Reply first = propose(refund("p-1", 500'00));
  approve(first.waits[0], "vic");
  EXPECT_EQ(propose(refund("p-1", 500'00)).verdict, Verdict::Queue);
  EXPECT_TRUE(tool.runs.empty());
}

TEST_F(Agreeing, AnApprovalInAnotherEnvironmentDoesNotRelease) {
  directory.environment = "staging";
  approve(propose(refund("p-1", 500'00)).waits[0]);
  directory.environment = "production";
  const Reply second = propose(refund("p-1", 500'00));
  EXPECT_EQ(second.verdict, Verdict::Queue);
  EXPECT_EQ(second.waits, std::vector<std::int64_t>{2});
  EXPECT_TRUE(tool.runs.empty());
}

TEST_F(Agreeing, AnEditedRuleAsksAgain) {
  approve(propose(refund("p-1", 500'00)).waits[0]);
  const remit::Engine edited = engine_of("large = USD 1000.00", "large = USD 900.00");
  const Reply second = Gateway(host(edited)).propose(refund("p-1", 500'00));
  EXPECT_EQ(second.verdict, Verdict::Queue);
  EXPECT_EQ(second.waits, std::vector<std::int64_t>{2});
  EXPECT_TRUE(tool.runs.empty());
}

TEST_F(Agreeing, AnEditedRuleIsListedOnceAndAsItIs) {
  EXPECT_EQ(propose(refund("p-1", 500'00)).waits, std::vector<std::int64_t>{1});
  const remit::Engine edited = engine_of("large = USD 1000.00", "large = USD 900.00");
  EXPECT_EQ(Gateway(host(edited)).propose(refund("p-1", 500'00)).waits,
            std::vector<std::int64_t>{2});
  const auto waits = must(store.pending(now_ms));
  ASSERT_EQ(waits.size(), 1U);
  EXPECT_EQ(waits[0].id, 2);
  // The old policy is back: so is its question.
  EXPECT_EQ(propose(refund("p-1", 500'00)).waits, std::vector<std::int64_t>{1});
  EXPECT_EQ(must(store.pending(now_ms)).at(0).id, 1);
  EXPECT_NE(noted(2, "lee").find("nobody asks this any more"), std::string::npos);
}

TEST_F(Agreeing, ACallThatIsDeniedIsNotListed) {
  propose(refund("p-1", 500'00));
  directory.orders.at("o-1").tenant = "t2";
  EXPECT_EQ(propose(refund("p-1", 500'00)).verdict, Verdict::Deny);
  EXPECT_TRUE(must(store.pending(now_ms)).empty());
}

TEST_F(Agreeing, AnAnswerThatWillNotCountSaysSo) {
  const std::int64_t wait = propose(refund("p-1", 500'00)).waits[0];
  EXPECT_NE(noted(wait, "ana").find("agent-7 works for ana"), std::string::npos);
  EXPECT_NE(noted(wait, "vic").find("of tenant t2"), std::string::npos);
  EXPECT_NE(noted(wait, "mo", "finance_manager").find("nobody is asked as finance_manager"),
            std::string::npos);
  EXPECT_EQ(noted(wait, "lee"), "");
  EXPECT_EQ(propose(refund("p-1", 500'00)).verdict, Verdict::Permit);
  EXPECT_NE(noted(wait, "lee").find("has begun"), std::string::npos);
}

TEST_F(Agreeing, AnAnswerThatIsTooLateSaysSo) {
  const std::int64_t wait = propose(refund("p-1", 500'00)).waits[0];
  now_ms += 5 * kHour;
  EXPECT_NE(noted(wait, "lee").find("it waited until"), std::string::npos);
}

TEST_F(Agreeing, ACommentEditedAsksNobodyAgain) {
  approve(propose(refund("p-1", 500'00)).waits[0]);
  const remit::Engine edited = engine_of("/// What nobody may pass", "/// What no one may pass");
  EXPECT_EQ(Gateway(host(edited)).propose(refund("p-1", 500'00)).verdict, Verdict::Permit);
}

TEST_F(Agreeing, TheOneWhoAskedDoesNotRelease) {
  approve(propose(refund("p-1", 500'00)).waits[0], "ana");
  EXPECT_EQ(propose(refund("p-1", 500'00)).verdict, Verdict::Queue);
}

TEST_F(Agreeing, OneOfTwoPartiesDoesNotRelease) {
  const Reply first = propose(refund("p-1", 5000'00));
  approve(first.waits[0], "mo", "finance_manager");
  EXPECT_EQ(propose(refund("p-1", 5000'00)).verdict, Verdict::Escalate);
  approve(first.waits[0]);
  EXPECT_EQ(propose(refund("p-1", 5000'00)).verdict, Verdict::Permit);
}

TEST_F(Agreeing, SayingItAgainAddsNothing) {
  const Reply first = propose(refund("p-1", 500'00));
  for (int times = 0; times < 100; ++times) approve(first.waits[0]);
  EXPECT_EQ(must(store.answers(first.call)).size(), 1U);
  EXPECT_EQ(propose(refund("p-1", 500'00)).verdict, Verdict::Permit);
}

TEST_F(Agreeing, ARefusalIsForGood) {
  const Reply first = propose(refund("p-1", 500'00));
  approve(first.waits[0], "lee", "support_lead", false);
  approve(first.waits[0]);
  EXPECT_EQ(propose(refund("p-1", 500'00)).verdict, Verdict::Deny);
  EXPECT_EQ(must(store.pending(now_ms)).size(), 0U);
}

// A refusal binds the engine where something waits; the host ends the call for good.
TEST_F(Agreeing, ARefusedCallIsOverWhateverTheRulesSayLater) {
  approve(propose(refund("p-1", 100'00)).waits[0], "lee", "support_lead", false);
  const remit::Engine edited = engine_of("solo_cap = USD 50.00", "solo_cap = USD 110.00");
  const Reply again = Gateway(host(edited)).propose(refund("p-1", 100'00));
  EXPECT_EQ(again.verdict, Verdict::Deny);
  EXPECT_EQ(again.reason, "gateway.refused");
  EXPECT_TRUE(tool.runs.empty());
}

// Where nobody told the store that she is of the chain, the engine says so.
TEST_F(Agreeing, WhoAskedEndsTheCall) {
  const Reply first = propose(refund("p-1", 100'00));
  must(store.answer_wait(first.waits[0],
                         {.by = "Ana", .tenant = "t2", .role = "support_lead", .at_ms = now_ms}));
  const Reply refused = propose(refund("p-1", 100'00));
  EXPECT_EQ(refused.verdict, Verdict::Deny);
  EXPECT_EQ(refused.reason, "desk.refunds.bands.medium");
  const remit::Engine edited = engine_of("solo_cap = USD 50.00", "solo_cap = USD 110.00");
  EXPECT_EQ(Gateway(host(edited)).propose(refund("p-1", 100'00)).reason, "gateway.refused");
}

TEST_F(Agreeing, ARefusalFromAnotherTenantEndsNothing) {
  const Reply first = propose(refund("p-1", 500'00));
  approve(first.waits[0], "vic", "support_lead", false);
  EXPECT_EQ(must(store.pending(now_ms)).size(), 1U);
  approve(first.waits[0]);
  EXPECT_EQ(propose(refund("p-1", 500'00)).verdict, Verdict::Permit);
}

TEST_F(Agreeing, TheDeadlineBeginsWithTheFirstWait) {
  const remit::Engine strict =
      engine_of("=> queue for support_lead within 4h\n      because", "=> deny\n      because");
  EXPECT_EQ(Gateway(host(strict)).propose(refund("p-1", 500'00)).verdict, Verdict::Deny);
  now_ms += 5 * kHour;
  EXPECT_EQ(propose(refund("p-1", 500'00)).verdict, Verdict::Queue);
  now_ms += 4 * kHour;
  EXPECT_EQ(propose(refund("p-1", 500'00)).verdict, Verdict::Queue);
}

// What begins to wait under another wording does not begin anew.
TEST_F(Agreeing, AnEditedRuleDoesNotMoveTheDeadline) {
  propose(refund("p-1", 500'00));
  now_ms += 4 * kHour;
  const remit::Engine edited = engine_of("large = USD 1000.00", "large = USD 900.00");
  EXPECT_EQ(Gateway(host(edited)).propose(refund("p-1", 500'00)).verdict, Verdict::Queue);
  now_ms += 1;
  EXPECT_EQ(Gateway(host(edited)).propose(refund("p-1", 500'00)).reason, "engine.expired");
  EXPECT_TRUE(must(store.pending(now_ms)).empty());
}

TEST_F(Agreeing, AWaitThatNobodyAnsweredInTimeIsADeny) {
  propose(refund("p-1", 500'00));
  now_ms += 4 * kHour;
  EXPECT_EQ(propose(refund("p-1", 500'00)).verdict, Verdict::Queue);
  now_ms += 1;
  EXPECT_EQ(propose(refund("p-1", 500'00)).reason, "engine.expired");
}

// Ana asked, and lee owns the order.
TEST_F(Agreeing, WhoAskedAndAnOwnerAnswerWhereTheyAreAsked) {
  const remit::Engine both = engine_of("=> queue for support_lead within 4h\n      because",
                                       "=> queue for requester and owner within 4h\n      because");
  const auto again = [&] { return Gateway(host(both)).propose(refund("p-1", 500'00)); };
  const std::int64_t wait = again().waits.at(0);
  EXPECT_EQ(noted(wait, "lee", "requester"), "lee is nobody for whom agent-7 works");
  EXPECT_EQ(noted(wait, "ana", "owner"), "ana does not own the target");
  EXPECT_EQ(noted(wait, "ana", "requester"), "");
  EXPECT_EQ(again().verdict, Verdict::Queue);
  EXPECT_EQ(noted(wait, "lee", "owner"), "");
  EXPECT_EQ(again().verdict, Verdict::Permit);
}

TEST_F(Agreeing, ARefusalByAnOwnerWhoIsAskedIsForGood) {
  const remit::Engine both = engine_of("=> queue for support_lead within 4h\n      because",
                                       "=> queue for owner within 4h\n      because");
  const auto again = [&] { return Gateway(host(both)).propose(refund("p-1", 500'00)); };
  EXPECT_EQ(noted(again().waits.at(0), "lee", "owner", false), "");
  EXPECT_TRUE(must(store.pending(now_ms)).empty());
  EXPECT_EQ(again().verdict, Verdict::Deny);
}

TEST_F(Agreeing, TheDirectoryKnowsWhoHasARole) {
  propose(refund("p-1", 500'00));
  EXPECT_EQ(answer_wait(store, directory, 1, "mo", "support_lead", true, now_ms).error(),
            "mo does not have the role support_lead");
  EXPECT_EQ(answer_wait(store, directory, 1, "eve", "support_lead", true, now_ms).error(),
            "nobody here is called eve");
  EXPECT_EQ(answer_wait(store, directory, 9, "lee", "support_lead", true, now_ms).error(),
            "there is no wait 9");
}

TEST_F(Spending, ASecondSubmissionIsNotASecondExecution) {
  const Reply first = propose(refund("p-1", 20'00));
  EXPECT_EQ(first.verdict, Verdict::Permit);
  const Reply second = propose(refund("p-1", 20'00));
  EXPECT_EQ(second.reason, "gateway.already_settled");
  EXPECT_EQ(second.result, "done");
  EXPECT_EQ(tool.runs.size(), 1U);
}

TEST_F(Spending, ManyGatewaysExecuteOneProposalOnceAndKeepTheCap) {
  std::vector<std::thread> threads;
  std::vector<CountingTool> tools(8);
  for (CountingTool& one : tools) {
    threads.emplace_back([&] {
      PostgresStore own({.where = "", .timeout_ms = 10'000});
      Host all = {.engine = engine,
                  .directory = directory,
                  .store = own,
                  .log = log,
                  .tool = one,
                  .clock = [] { return kNow; },
                  .report = [](std::string_view) {}};
      Gateway gateway(all);
      for (int call = 0; call < 6; ++call)
        (void)gateway.propose(refund("p-" + std::to_string(call), 35'00));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::size_t runs = 0;
  for (const CountingTool& one : tools) runs += one.runs.size();
  EXPECT_EQ(runs, 3U);       // three of 35 dollars fit under 120
  EXPECT_EQ(reserved(), 6);  // two limits each
}

TEST_F(Spending, BeyondTheLimitAPersonReleasesAndTheAmountStillCounts) {
  for (const char* id : {"p-1", "p-2"})
    EXPECT_EQ(propose(refund(id, 49'00)).verdict, Verdict::Permit);
  const Reply third = propose(refund("p-3", 49'00));
  EXPECT_EQ(third.verdict, Verdict::Queue);
  EXPECT_EQ(third.reason, "desk.refunds.unattended");
  approve(third.waits[0]);
  EXPECT_EQ(propose(refund("p-3", 49'00)).verdict, Verdict::Permit);
  EXPECT_EQ(
      number("SELECT sum(amount) FROM gateway.line WHERE limit_name = 'desk.refunds.unattended'"),
      147'000'000);
  EXPECT_EQ(propose(refund("p-4", 22'00)).verdict, Verdict::Queue);
}

TEST_F(Spending, AnotherTenantHasCountersOfItsOwn) {
  for (const char* id : {"p-1", "p-2"}) propose(refund(id, 49'00));
  EXPECT_EQ(propose(refund("p-3", 49'00, "agent-8", "o-8")).verdict, Verdict::Permit);
}

TEST_F(Spending, AToolThatCertainlyDidNothingGivesTheAmountBack) {
  tool.effect = Effect::None;
  EXPECT_EQ(propose(refund("p-1", 49'00)).verdict, Verdict::Permit);
  EXPECT_EQ(reserved(), 0);
  EXPECT_EQ(propose(refund("p-1", 49'00)).reason, "gateway.already_released");
  EXPECT_EQ(tool.runs.size(), 1U);
}

TEST_F(Answering, TheOrderOfAnotherTenantIsDenied) {
  EXPECT_EQ(propose(refund("p-1", 20'00, "agent-7", "o-8")).reason, "engine.default.main");
  EXPECT_EQ(propose(refund("p-2", 20'00, "agent-7", "o-404")).reason, "engine.default.main");
  EXPECT_TRUE(tool.runs.empty());
}

TEST_F(Answering, WhatTheAgentWroteReachesTheEngineUnrepaired) {
  const auto args = [&](const std::string& id, const std::string& text) {
    return propose(R"({"id":")" + id + R"(","agent":"agent-7","tool":"payments.refund","args":)" +
                   text + "}")
        .reason;
  };
  EXPECT_EQ(args("p-1", R"({"order":"o-1","amount":2e3})"),
            "engine.invalid_request at args.amount");
  EXPECT_EQ(args("p-2", R"({"order":"o-1","amount":2000.0})"),
            "engine.invalid_request at args.amount");
  EXPECT_EQ(args("p-3", R"({"order":"o-1","amount":1,"amount":2})"), "engine.invalid_request");
  EXPECT_EQ(args("p-4", R"({"order":"o-1","amount":2000,"tenant":"t2"})"),
            "engine.invalid_request at args.tenant");
  EXPECT_TRUE(tool.runs.empty());
}

TEST_F(Answering, AProposalSaysNothingButWhatItMay) {
  for (const char* line :
       {"", "[]", "{", R"({"id":"p-1"})",
        R"({"id":"p-1","agent":"agent-7","tool":"payments.refund","args":[]})",
        R"({"id":"p-1","id":"p-2","agent":"agent-7","tool":"x.y","args":{}})",
        R"({"id":"p 1","agent":"agent-7","tool":"x.y","args":{}})",
        R"({"id":"p-1","agent":"agent-7","tool":"x.y","args":{},"tenant":{"id":"t1"}})"}) {
    EXPECT_TRUE(propose(line).reason.starts_with("gateway.bad_proposal: ")) << line;
  }
  EXPECT_EQ(propose(refund("p-1", 20'00, "agent-0")).reason, "gateway.unknown_agent");
}

TEST_F(Answering, TheAgentSeesAdviseAndNotBecause) {
  const std::string heard = to_json(propose(refund("p-1", 500'00)));
  EXPECT_NE(heard.find("Offer store credit"), std::string::npos);
  EXPECT_EQ(heard.find("needs a support lead"), std::string::npos);
}

TEST_F(Answering, APolicyThatNotifiesIsHeard) {
  propose(refund("p-1", 5000'00));
  EXPECT_EQ(tool.notified, std::vector<std::string>{"refunds"});
}

TEST_F(Answering, WithoutALogNothingIsExecuted) {
  std::FILE* const full = std::fopen("/dev/full", "a");
  DecisionLog broken(full);
  EXPECT_EQ(Gateway(host(engine, unreliable, broken)).propose(refund("p-1", 20'00)).reason,
            "gateway.log_failed");
  std::fclose(full);
  EXPECT_TRUE(tool.runs.empty());
  EXPECT_EQ(reserved(), 0);
}

TEST_F(Answering, AnImageThatHasExpiredIsRetired) {
  const remit::Engine expiring = engine_of("", "", "expires = \"" + timestamp(kNow + 1) + "\"\n");
  EXPECT_EQ(Gateway(host(expiring)).propose(refund("p-1", 20'00)).verdict, Verdict::Permit);
  now_ms = kNow + 1;
  EXPECT_EQ(Gateway(host(expiring)).propose(refund("p-2", 20'00)).reason, "engine.no_bundle");
  EXPECT_EQ(tool.runs.size(), 1U);
}

TEST_F(Answering, EveryDecisionIsInAChainThatReplaysToTheSameRecord) {
  propose(refund("p-1", 20'00));
  approve(propose(refund("p-2", 500'00)).waits[0]);
  propose(refund("p-2", 500'00));
  propose(R"({"id":"p-3","agent":"agent-7","tool":"payments.refund","args":{"order":1}})");
  std::rewind(log_file);
  remit::LogCheck check;
  char text[1 << 16];
  int lines = 0;
  while (std::fgets(text, sizeof text, log_file) != nullptr) {
    const std::string line(text, std::string_view(text).size() - 1);
    const auto read = check.next(line);
    ASSERT_TRUE(read.has_value()) << line;
    const auto request = read->text();
    ASSERT_TRUE(request.has_value()) << line;
    EXPECT_EQ(engine.decide_json(*request), read->decision);
    ++lines;
  }
  check.finish();
  EXPECT_EQ(check.problem_count(), 0U);
  EXPECT_EQ(lines, 4);
}

TEST_F(Answering, ALogIsContinuedAndOneThatIsCutIsRefused) {
  propose(refund("p-1", 20'00));
  propose(refund("p-2", 20'00));
  std::string text;
  std::rewind(log_file);
  for (int c; (c = std::fgetc(log_file)) != EOF;) text.push_back(static_cast<char>(c));
  const std::string path = testing::TempDir() + "log-" + std::to_string(getpid());
  const auto head_of = [&](const std::string& content) {
    std::ofstream(path) << content;
    return head_of_log(path);
  };
  ASSERT_TRUE(head_of(text).has_value());
  EXPECT_EQ(head_of(text)->seq, 2U);
  EXPECT_EQ(head_of("")->seq, 0U);
  EXPECT_FALSE(head_of(text.substr(0, text.size() - 1)).has_value());
  EXPECT_FALSE(head_of(text.substr(0, text.size() - 9)).has_value());
  std::remove(path.c_str());
}

}  // namespace
}  // namespace gateway
