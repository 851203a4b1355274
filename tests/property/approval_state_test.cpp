// The sentences about what becomes of an item that waits: seats, deadlines, and what a permit uses
// up (docs/reference/language.md, section 10.6).
#include <algorithm>
#include <optional>

#include "tests/property/scenario.h"

namespace remit::property {
namespace {

using oracle::Approval;
using oracle::Request;

std::uint64_t wanted() { return law_bundles() * 2; }

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

// The request, first asked so long ago that `late` more than the shortest deadline has passed.
std::optional<Request> first_asked(Scenario& scenario, Wide late) {
  Request request = scenario.request;
  const Wide first = scenario.number("clock", "now") - scenario.shortest_deadline() - late;
  if (first < 0) return std::nullopt;
  Scenario::fact(scenario.loaded, request, "call", "first_asked") = oracle::Datum::of(first);
  return request;
}

TEST(Approvals, AnOpenItemExpiresAfterWithin) {
  for_each_released(wanted(), [&](Scenario& scenario) {
    for (const int late : {0, 1}) {
      auto request = first_asked(scenario, late);
      if (!request) continue;
      request->approvals.clear();
      const Decided decided = scenario.decide(*request);
      EXPECT_EQ(decided.fault == Fault::Expired, late == 1);
      if (late == 1) {
        EXPECT_FALSE(decided.record["by"].empty());
      }
    }
  });
}

TEST(Approvals, NoGrantCountsOnceItsActionIsOver) {
  for_each_released(wanted(), [&](Scenario& scenario) {
    for (const int late : {0, 1}) {
      const auto request = first_asked(scenario, late);
      if (!request) continue;
      const Decided decided = scenario.decide(*request);
      EXPECT_EQ(decided.verdict == Verdict::Permit, late == 0);
      EXPECT_EQ(decided.fault == Fault::Expired, late == 1);
    }
  });
}

// A record that was asked for `late` more than the shortest deadline ago. Nobody can rest on it.
std::optional<Approval> older(Scenario& scenario, Wide late) {
  Approval record = scenario.random.pick(scenario.request.approvals);
  record.id = "older";
  record.by = "somebody";
  record.asked_at = scenario.number("clock", "now") - scenario.shortest_deadline() - late;
  if (record.asked_at < 0) return std::nullopt;
  const std::size_t choice = scenario.random.below(4);
  if (choice == 0) record.kind = "agent";
  if (choice == 1) record.role = "nobody";
  if (choice == 2) record.requirement = std::string(64, '0');
  if (choice == 3) record.expires = 0;
  return record;
}

TEST(Approvals, ARecordOfAnyWordingSaysWhenItsActionWasAsked) {
  for_each_released(wanted(), [&](Scenario& scenario) {
    for (const int late : {0, 1}) {
      const auto record = older(scenario, late);
      if (!record) continue;
      Request changed = scenario.request;
      changed.approvals.push_back(*record);
      const Decided decided = scenario.decide(changed);
      EXPECT_EQ(decided.verdict == Verdict::Permit, late == 0);
      EXPECT_EQ(decided.fault == Fault::Expired, late == 1);
    }
  });
}

TEST(Approvals, ARecordOfAnotherActionSaysNothing) {
  for_each_released(wanted(), [&](Scenario& scenario) {
    auto record = older(scenario, 1);
    if (!record) return;
    record->digest[0] = record->digest[0] == 'a' ? 'b' : 'a';
    Request changed = scenario.request;
    changed.approvals.push_back(*record);
    EXPECT_EQ(scenario.decide(changed).verdict, Verdict::Permit);
  });
}

// What has expired, asked again: later, with everybody's grants, however they came about.
TEST(Approvals, WhatIsOverStaysOver) {
  std::uint64_t tried = 0;
  for_each_released(wanted(), [&](Scenario& scenario) {
    auto over = first_asked(scenario, 1);
    if (!over) return;
    const Wide later = scenario.number("clock", "now") + scenario.random.between(0, 90'000'000);
    Scenario::fact(scenario.loaded, *over, "clock", "now") =
        oracle::Datum::of(std::min(later, kLastMoment));
    const Scenario again(scenario.loaded, *over, scenario.random);
    // At another time of the day another item may wait.
    if (again.waits != scenario.waits) return;
    for (const bool kept : {true, false}) {
      Request request = again.request;
      if (!kept) request.approvals = again.approvals().releasing(again.waits);
      EXPECT_EQ(scenario.decide(request).fault, Fault::Expired);
    }
    ++tried;
  });
  EXPECT_GT(tried, 0U);
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
    const bool counts = is_of_role(more) && scenario.random.percent(50);
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

// What is denied by an item, by default, by a refusal or since it is over: one record more, by
// whomever and of whatever, permits nothing.
TEST(Approvals, NoRecordOpensWhatIsDenied) {
  std::uint64_t tried = 0;
  for_each_request([&](Scenario& scenario) {
    const Decided before = scenario.decide(scenario.request);
    if (before.verdict != Verdict::Deny || before.fault == Fault::Assert) return;
    if (scenario.request.approvals.size() == limits::kApprovalsMax) return;
    Scenario again(scenario.loaded, scenario.request, scenario.random);
    add_approvals(again);
    if (again.request.approvals.empty()) return;
    Request changed = scenario.request;
    changed.approvals.push_back(scenario.random.pick(again.request.approvals));
    changed.approvals.back().id = "more";
    EXPECT_EQ(scenario.decide(changed).verdict, Verdict::Deny);
    ++tried;
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
