// One request, three ways in: as its host wrote it, in canonical form, and with counters and
// approvals bound one by one. The answer is the same.
#include "tests/property/scenario.h"

namespace remit::property {
namespace {

TEST(Replay, TheCanonicalRequestHasTheSameRecord) {
  for_each_request([](Scenario& scenario) {
    const Engine& engine = scenario.loaded.engine;
    Facts facts = engine.facts({});
    const Decision decision = engine.decide_json(scenario.json(scenario.request), facts);
    const std::string record = engine.record(facts, decision).value();
    const std::string canonical = engine.canonical_request(facts, decision).value();
    const Decision again = engine.decide_json(canonical, facts);
    EXPECT_EQ(engine.record(facts, again).value(), record) << canonical;
    EXPECT_EQ(engine.canonical_request(facts, again).value(), canonical);
  });
}

Approval bound(const oracle::Approval& record) {
  Approval approval;
  approval.id = record.id;
  approval.by = record.by;
  approval.kind = record.kind;
  approval.tenant = record.tenant;
  approval.role = record.role;
  approval.granted = record.granted;
  approval.digest = record.digest;
  approval.requirement = record.requirement;
  approval.cost_micros = static_cast<std::int64_t>(record.cost);
  approval.asked_at_ms = static_cast<std::int64_t>(record.asked_at);
  approval.at_ms = static_cast<std::int64_t>(record.at);
  if (record.expires) approval.expires_ms = static_cast<std::int64_t>(*record.expires);
  return approval;
}

TEST(Replay, BindingCountersAndApprovalsIsDecodingThem) {
  std::uint64_t approvals = 0, counters = 0;
  for_each_request([&](Scenario& scenario) {
    const Engine& engine = scenario.loaded.engine;
    Facts facts = engine.facts({});
    const Decision decoded = engine.decide_json(scenario.json(scenario.request), facts);
    const std::string record = engine.record(facts, decoded).value();
    oracle::Request bare = scenario.request;
    bare.counters.clear();
    bare.approvals.clear();
    static_cast<void>(engine.decide_json(scenario.json(bare), facts));
    for (const auto& [limit, counter] : scenario.request.counters) {
      EXPECT_TRUE(facts.set_counter(limit, static_cast<std::int64_t>(counter.used))) << limit;
      ++counters;
    }
    for (const oracle::Approval& approval : scenario.request.approvals) {
      EXPECT_TRUE(facts.add_approval(bound(approval))) << approval.id;
      ++approvals;
    }
    EXPECT_EQ(engine.record(facts, engine.decide(facts)).value(), record);
  });
  EXPECT_GT(approvals, 0U);
  EXPECT_GT(counters, 0U);
}

}  // namespace
}  // namespace remit::property
