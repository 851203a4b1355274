// The sentences about limits (docs/reference/language.md, section 9), on random bundles.
#include <algorithm>
#include <set>

#include "tests/oracle/match.h"
#include "tests/property/scenario.h"

namespace remit::property {
namespace {

using nlohmann::json;

// The names of the limits that apply, as the engine lists them.
std::set<std::string> listed(const Scenario& scenario) {
  Facts facts = scenario.loaded.engine.facts({});
  const auto keys = scenario.loaded.engine.limit_keys_json(scenario.json(scenario.request), facts);
  std::set<std::string> names;
  for (const LimitKey& key : *keys) names.insert(key.limit);
  return names;
}

// The limits of the request's tool.
std::vector<const compiler::ItemInfo*> limits_of(const Scenario& scenario) {
  std::vector<const compiler::ItemInfo*> limits;
  for (const compiler::ItemInfo& item : scenario.loaded.typed().items) {
    if (item.kind == ItemKind::Limit &&
        std::ranges::find(item.scope, scenario.request.tool) != item.scope.end())
      limits.push_back(&item);
  }
  return limits;
}

TEST(Limit, APermitCarriesOneReserveLinePerLimitThatApplies) {
  std::uint64_t lines = 0;
  for_each_request([&](Scenario& scenario) {
    const Decided decided = scenario.decide(scenario.request);
    if (decided.verdict != Verdict::Permit) return;
    std::set<std::string> reserved;
    for (const json& line : decided.record["reserve"]) {
      EXPECT_TRUE(reserved.insert(line["limit"]).second);
      ++lines;
    }
    EXPECT_EQ(reserved, listed(scenario));
  });
  EXPECT_GT(lines, 0U);
}

TEST(Limit, NothingIsReservedUnlessPermitted) {
  for_each_request([&](Scenario& scenario) {
    const Decided decided = scenario.decide(scenario.request);
    if (decided.verdict == Verdict::Permit) return;
    EXPECT_TRUE(decided.record["reserve"].empty());
    EXPECT_TRUE(decided.record["consume"].empty());
  });
}

TEST(Limit, LimitKeysListsExactlyTheLimitsThatApply) {
  std::uint64_t missed = 0, ignored = 0;
  for_each_request([&](Scenario& scenario) {
    if (!scenario.decide(scenario.request).decoded()) return;
    const std::set<std::string> applying = listed(scenario);
    for (const compiler::ItemInfo* limit : limits_of(scenario)) {
      const std::string name = scenario.loaded.typed().full_name(*limit);
      oracle::Request without = scenario.request;
      without.counters.erase(name);
      const Decided decided = scenario.decide(without);
      EXPECT_EQ(decided.fault == Fault::MissingFact, applying.contains(name)) << name;
      if (decided.fault == Fault::MissingFact) {
        EXPECT_EQ(decided.record["at"], "limits." + name);
      }
      (applying.contains(name) ? missed : ignored) += 1;
    }
  });
  EXPECT_GT(missed, 0U);
  EXPECT_GT(ignored, 0U);
}

TEST(Limit, TheCounterOfALimitThatDoesNotApplyIsIgnored) {
  std::uint64_t changed = 0;
  for_each_request([&](Scenario& scenario) {
    const Decided decided = scenario.decide(scenario.request);
    if (!decided.decoded()) return;
    const std::set<std::string> applying = listed(scenario);
    oracle::Request other = scenario.request;
    for (auto& [name, counter] : other.counters) {
      if (applying.contains(name)) continue;
      counter.used = scenario.random.percent(50) ? Wide{INT64_MAX} : counter.used + 1;
      ++changed;
    }
    EXPECT_EQ(scenario.decide(other).text, decided.text);
  });
  EXPECT_GT(changed, 0U);
}

TEST(Limit, ALimitMatchesWhenUsedAndAmountExceedTheMaximum) {
  std::uint64_t full = 0;
  for_each_request([&](Scenario& scenario) {
    if (!scenario.decide(scenario.request).decoded()) return;
    const std::set<std::string> applying = listed(scenario);
    for (const compiler::ItemInfo* limit : limits_of(scenario)) {
      const std::string name = scenario.loaded.typed().full_name(*limit);
      if (!applying.contains(name)) continue;
      oracle::Request request = scenario.request;
      const oracle::LimitSum sum = oracle::Matcher(scenario.loaded.typed(), request).sum_of(*limit);
      const Wide left = sum.maximum - sum.amount;
      if (left < 0 || left >= INT64_MAX) continue;
      const auto matched = [&](Wide used) {
        request.counters[name].used = used;
        Facts facts = scenario.loaded.engine.facts({});
        const Decision decision = scenario.loaded.engine.decide_json(scenario.json(request), facts);
        const Explanation why = scenario.loaded.engine.explain(facts, decision).value();
        const auto item = std::ranges::find(why.items, name, &ItemExplanation::name);
        return item != why.items.end() && item->state != ItemState::Unmatched;
      };
      EXPECT_FALSE(matched(left)) << name;
      EXPECT_TRUE(matched(left + 1)) << name;
      ++full;
    }
  });
  EXPECT_GT(full, 0U);
}

TEST(Limit, MaxIsNullOnlyWhereAnApprovalReleasedTheLimit) {
  std::uint64_t released = 0, kept = 0;
  const auto check = [&](Scenario& scenario) {
    const Decided decided = scenario.decide(scenario.request);
    for (const json& line : decided.record["reserve"]) {
      const json& by = decided.record["by"];
      const bool in_by = std::ranges::find(by, line["limit"]) != by.end();
      EXPECT_EQ(line["max"].is_null(), in_by);
      (in_by ? released : kept) += 1;
    }
  };
  for_each_request(check);
  for_each_released(law_bundles() * 2, check);
  EXPECT_GT(released, 0U);
  EXPECT_GT(kept, 0U);
}

}  // namespace
}  // namespace remit::property
