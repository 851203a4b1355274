// The sentences about what becomes of an item that waits (language reference, Approvals): refusals,
// seats, deadlines, and what a permit uses up.
#include <algorithm>

#include "tests/property/scenario.h"

namespace remit::property {
namespace {

using oracle::Approval;
using oracle::Request;

std::uint64_t wanted() { return law_bundles() * 2; }

// ---- refusals

// A refusal of some live wait by somebody who may.
Approval refusal(Scenario& scenario) {
  Approval record = scenario.random.pick(scenario.request.approvals);
  record.id = "refusal";
  record.by = "somebody";
  record.granted = false;
  return record;
}

TEST(Approvals, ARefusalWinsOverAnyGrant) {
  for_each_released(wanted(), [&](Scenario& scenario) {
    Request changed = scenario.request;
    changed.approvals.push_back(refusal(scenario));
    const Decided decided = scenario.decide(changed);
    EXPECT_EQ(decided.verdict, Verdict::Deny);
    EXPECT_EQ(decided.fault, Fault::None);
    const std::string item =
        scenario.loaded.typed().full_name(scenario.item_of(changed.approvals.back()));
    EXPECT_EQ(decided.record["by"], nlohmann::json::array({item}));
  });
}

TEST(Approvals, ARefusalDoesNotLapse) {
  for_each_released(wanted(), [&](Scenario& scenario) {
    Request changed = scenario.request;
    Approval record = refusal(scenario);
    record.asked_at = record.at = 0;
    record.expires = 0;
    record.cost = 0;
    changed.approvals.push_back(record);
    EXPECT_EQ(scenario.decide(changed).verdict, Verdict::Deny);
  });
}

TEST(Approvals, ARefusalThatConcernsNothingRefusesNothing) {
  for_each_released(wanted(), [&](Scenario& scenario) {
    Request changed = scenario.request;
    Approval record = refusal(scenario);
    const std::size_t choice = scenario.random.below(4);
    if (choice == 0) record.kind = "agent";
    if (choice == 1) record.role = "nobody";
    if (choice == 2) record.requirement = std::string(64, '0');
    if (choice == 3) record.by = Scenario::fact(scenario.loaded, changed, "actor", "id").text;
    changed.approvals.push_back(record);
    EXPECT_EQ(scenario.decide(changed).verdict, Verdict::Permit);
  });
}

// ---- states

TEST(Approvals, EverySeatOfEveryPartyIsNeeded) {
  for_each_released(wanted(), [&](Scenario& scenario) {
    for (std::size_t i = 0; i < scenario.request.approvals.size(); ++i) {
      Request changed = scenario.request;
      changed.approvals.erase(changed.approvals.begin() + static_cast<std::ptrdiff_t>(i));
      const Decided decided = scenario.decide(changed);
      EXPECT_NE(decided.verdict, Verdict::Permit);
      EXPECT_TRUE(decided.record["consume"].empty());
    }
  });
}

// The request without approvals, first asked `ago` before the shortest deadline of what waits.
Request asked_before(Scenario& scenario, Wide ago, bool& possible) {
  Wide shortest = INT64_MAX;
  for (const compiler::ItemIndex index : scenario.waits)
    shortest = std::min<Wide>(shortest, scenario.loaded.typed().item(index).within_ms);
  Request request = scenario.request;
  const Wide first = scenario.number("clock", "now") - shortest - ago;
  Scenario::fact(scenario.loaded, request, "call", "first_asked") = oracle::Datum::of(first);
  possible = first >= 0;
  return request;
}

TEST(Approvals, AnOpenItemExpiresAfterWithin) {
  for_each_released(wanted(), [&](Scenario& scenario) {
    for (const int late : {0, 1}) {
      bool possible = false;
      Request request = asked_before(scenario, late, possible);
      request.approvals.clear();
      if (!possible) continue;
      const Decided decided = scenario.decide(request);
      EXPECT_EQ(decided.fault == Fault::Expired, late == 1);
      if (late == 1) {
        EXPECT_FALSE(decided.record["by"].empty());
      }
    }
  });
}

TEST(Approvals, AReleasedItemDoesNotExpire) {
  for_each_released(wanted(), [&](Scenario& scenario) {
    bool possible = false;
    const Request request = asked_before(scenario, 1, possible);
    if (possible) {
      EXPECT_EQ(scenario.decide(request).verdict, Verdict::Permit);
    }
  });
}

TEST(Approvals, WhatWasNeverAskedDoesNotExpire) {
  for_each_released(wanted(), [&](Scenario& scenario) {
    Request request = scenario.request;
    request.approvals.clear();
    Scenario::fact(scenario.loaded, request, "call", "first_asked") = oracle::Datum::none();
    EXPECT_NE(scenario.decide(request).fault, Fault::Expired);
  });
}

// ---- the answer

TEST(Approvals, APermitConsumesExactlyTheUsedApprovals) {
  for_each_released(wanted(), [&](Scenario& scenario) {
    Request changed = scenario.request;
    std::vector<std::string> used;
    for (const Approval& record : changed.approvals) used.push_back(record.id);
    // One that counts is used even where its seat was taken, one that concerns nothing is not.
    Approval more = scenario.random.pick(changed.approvals);
    more.id = "more";
    more.by = "somebody";
    const bool counts = scenario.random.percent(50);
    if (!counts) more.kind = "agent";
    changed.approvals.push_back(more);
    if (counts) used.push_back(more.id);
    std::ranges::sort(used);
    const Decided decided = scenario.decide(changed);
    EXPECT_EQ(decided.before_asserts, Verdict::Permit);
    if (decided.verdict == Verdict::Permit) {
      EXPECT_EQ(decided.record["consume"], nlohmann::json(used));
    }
  });
}

TEST(Approvals, AreNotReadUnlessSomethingWaits) {
  std::uint64_t tried = 0;
  for_each_request([&](Scenario& scenario) {
    if (!scenario.waits.empty() || scenario.request.approvals.empty()) return;
    Request without = scenario.request;
    without.approvals.clear();
    const Decided with = scenario.decide(scenario.request), none = scenario.decide(without);
    // But for the digest, which a request with approvals asks for.
    const auto undigested = [](const Decided& decided) {
      return decided.text.substr(0, decided.text.find("\"digest\":"));
    };
    EXPECT_EQ(undigested(with), undigested(none));
    tried += with.decoded() ? 1 : 0;
  });
  EXPECT_GT(tried, 0U);
}

TEST(Approvals, HaveUniqueIds) {
  for_each_released(wanted() / 4, [&](Scenario& scenario) {
    Request changed = scenario.request;
    changed.approvals.push_back(changed.approvals.front());
    EXPECT_EQ(scenario.decide(changed).fault, Fault::InvalidRequest);
  });
}

TEST(Approvals, AreSixtyFourAtMost) {
  for_each_released(wanted() / 4, [&](Scenario& scenario) {
    Request changed = scenario.request;
    while (changed.approvals.size() < limits::kApprovalsMax) {
      Approval more = changed.approvals.front();
      more.id = "more-" + std::to_string(changed.approvals.size());
      more.kind = "agent";
      changed.approvals.push_back(more);
    }
    EXPECT_EQ(scenario.decide(changed).verdict, Verdict::Permit);
    changed.approvals.push_back(changed.approvals.back());
    changed.approvals.back().id = "one-too-many";
    EXPECT_EQ(scenario.decide(changed).fault, Fault::InvalidRequest);
  });
}

}  // namespace
}  // namespace remit::property
