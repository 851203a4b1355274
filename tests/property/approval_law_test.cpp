// The sentences about single grants (docs/reference/language.md, section 10.3), one by one: a
// request is released by exactly the approvals that it needs, one of them is changed, and the
// answer says whether the sentence holds.
#include <algorithm>
#include <map>
#include <set>

#include "tests/oracle/approvals.h"
#include "tests/oracle/match.h"
#include "tests/property/scenario.h"

namespace remit::property {
namespace {

using oracle::Approval;
using oracle::Request;

std::uint64_t wanted() { return law_bundles() * 2; }

// The released request with one of its records changed; `change` says false where it cannot be.
template <typename Change>
void for_each_changed(Change&& change, bool still_permitted) {
  std::uint64_t tried = 0;
  for_each_released(wanted(), [&](Scenario& scenario) {
    Request changed = scenario.request;
    Approval& record = changed.approvals[scenario.random.below(changed.approvals.size())];
    if (!change(scenario, record)) return;
    ++tried;
    EXPECT_EQ(scenario.decide(changed).verdict == Verdict::Permit, still_permitted) << record.id;
  });
  EXPECT_GT(tried, 0U);
}

bool is_platform(const Approval& record) { return record.role == "staff"; }

// ---- which records concern an item

TEST(Approvals, AnApprovalIsForOneActionOnly) {
  for_each_changed(
      [](Scenario&, Approval& record) {
        record.digest[0] = record.digest[0] == 'a' ? 'b' : 'a';
        return true;
      },
      false);
}

TEST(Approvals, AnApprovalIsForOneItemsMeaningOnly) {
  for_each_changed(
      [](Scenario&, Approval& record) {
        record.requirement[63] = record.requirement[63] == 'a' ? 'b' : 'a';
        return true;
      },
      false);
}

TEST(Approvals, OnlyAHumanApproves) {
  for_each_changed(
      [](Scenario& scenario, Approval& record) {
        static constexpr std::string_view kKinds[] = {"agent", "service", "integration", "api_key"};
        record.kind = scenario.random.pick(kKinds);
        return true;
      },
      false);
}

TEST(Approvals, OnlyASeatOfTheItemApproves) {
  for_each_changed(
      [](Scenario& scenario, Approval& record) {
        static constexpr std::string_view kSeats[] = {"lead",  "finance",   "staff",
                                                      "owner", "requester", "nobody"};
        const std::string seat(scenario.random.pick(kSeats));
        for (const ast::Party& party : scenario.item_of(record).verdict->parties)
          if (has_seat(party, seat) && has_seat(party, record.role)) return false;
        record.role = seat;
        return true;
      },
      false);
}

TEST(Approvals, AnotherTenantDoesNotApprove) {
  for_each_changed(
      [](Scenario&, Approval& record) {
        record.tenant += "x";
        return !is_platform(record);
      },
      false);
}

TEST(Approvals, APlatformRoleApprovesForEveryTenant) {
  for_each_changed(
      [](Scenario&, Approval& record) {
        record.tenant += "x";
        return is_platform(record);
      },
      true);
}

TEST(Approvals, NobodyInTheDelegationChainApprovesButAsRequester) {
  for_each_changed(
      [](Scenario& scenario, Approval& record) {
        if (record.role == "requester") return false;
        generator::Approvals approvals = scenario.approvals();
        record.by = scenario.random.pick(approvals.chain());
        if (scenario.random.percent(50)) record.by = approvals.respelled(record.by);
        return true;
      },
      false);
}

// Of the chain itself only who is named there, byte by byte, and is not the actor.
TEST(Approvals, OnlyWhoAskedConfirms) {
  for_each_changed(
      [](Scenario& scenario, Approval& record) {
        if (record.role != "requester") return false;
        generator::Approvals approvals = scenario.approvals();
        const std::string by = record.by;
        switch (scenario.random.below(4)) {
          case 0: record.by = "somebody"; break;
          case 1:
            record.by = std::string(
                oracle::engine_fact(scenario.loaded.typed(), scenario.request, "actor", "id").text);
            break;
          case 2: record.by = approvals.respelled(by); break;
          default: record.by = by + "x"; break;
        }
        return record.by != by;
      },
      false);
}

TEST(Approvals, OnlyAnOwnerAgreesAsOwner) {
  for_each_changed(
      [](Scenario& scenario, Approval& record) {
        if (record.role != "owner") return false;
        const std::string by = record.by;
        record.by = scenario.random.percent(50) ? "somebody" : scenario.approvals().respelled(by);
        return record.by != by;
      },
      false);
}

// An owner who has asked, and who asked among the owners, is of the chain.
TEST(Approvals, AnOwnerOfTheChainDoesNotAgree) {
  std::uint64_t tried = 0;
  for_each_released(wanted(), [&](Scenario& scenario) {
    const auto owner = std::ranges::find(scenario.request.approvals, "owner", &Approval::role);
    if (owner == scenario.request.approvals.end()) return;
    Request changed = scenario.request;
    Scenario::fact(scenario.loaded, changed, "actor", "requesters")
        .items.push_back(oracle::Datum::of(
            scenario.random.percent(50) ? owner->by : scenario.approvals().respelled(owner->by)));
    const Decided decided = scenario.decide(changed);
    if (!decided.decoded()) return;
    EXPECT_NE(decided.before_asserts, Verdict::Permit);
    ++tried;
  });
  EXPECT_GT(tried, 0U);
}

TEST(Approvals, NobodyAnswersBeforeBeingAsked) {
  for_each_changed(
      [](Scenario&, Approval& record) {
        record.at = record.asked_at - 1;
        return record.at >= 0;
      },
      false);
}

TEST(Approvals, NobodyAnswersAfterNow) {
  for_each_changed(
      [](Scenario& scenario, Approval& record) {
        record.at = scenario.number("clock", "now") + 1;
        return record.at <= kLastMoment;
      },
      false);
}

TEST(Approvals, AnAnswerMayComeAtTheMomentOfAskingAndNow) {
  for_each_changed(
      [](Scenario& scenario, Approval& record) {
        record.asked_at = record.at = scenario.number("clock", "now");
        return true;
      },
      true);
}

// ---- which grants count

TEST(Approvals, AGrantLapsesAfterWithin) {
  for (const int late : {0, 1}) {
    for_each_changed(
        [late](Scenario& scenario, Approval& record) {
          // The deadline of whatever waits is that of the action.
          record.asked_at = scenario.number("clock", "now") - scenario.shortest_deadline() - late;
          record.at = std::max(record.at, record.asked_at);
          return record.asked_at >= 0;
        },
        late == 0);
  }
}

TEST(Approvals, AGrantEndsAfterItExpires) {
  for (const int late : {0, 1}) {
    for_each_changed(
        [late](Scenario& scenario, Approval& record) {
          record.expires = scenario.number("clock", "now") - late;
          return *record.expires >= 0;
        },
        late == 0);
  }
}

TEST(Approvals, AGrantIsForAtMostItsCost) {
  for (const int more : {0, 1}) {
    for_each_changed(
        [more](Scenario& scenario, Approval& record) {
          record.cost = scenario.number("spend", "cost") - more;
          return record.cost >= 0;
        },
        more == 0);
  }
}

TEST(Approvals, OfOnePersonOnlyTheEarliestCounts) {
  std::uint64_t earlier = 0, later = 0;
  for_each_released(wanted(), [&](Scenario& scenario) {
    Request changed = scenario.request;
    const Approval original = changed.approvals[scenario.random.below(changed.approvals.size())];
    Approval again = original;
    // Ids compare bytewise: `!` is below, and `~` above, every character that an id may have.
    const bool first = scenario.random.percent(50);
    const bool by_time = scenario.random.percent(50);
    if (by_time) again.at += first ? -1 : 1;
    again.id = original.id + "x";
    if (is_of_role(again) && scenario.random.percent(50))
      again.by = scenario.approvals().respelled(again.by);
    if (first && !by_time) again.id = "a" + original.id.substr(3);
    const bool concerns = again.asked_at <= again.at && again.at <= scenario.number("clock", "now");
    if (!concerns) return;
    changed.approvals.push_back(again);
    const Decided decided = scenario.decide(changed);
    EXPECT_EQ(decided.verdict, Verdict::Permit);
    EXPECT_EQ(decided.consumes(again.id), first);
    EXPECT_EQ(decided.consumes(original.id), !first);
    (first ? earlier : later) += 1;
  });
  EXPECT_GT(earlier, 0U);
  EXPECT_GT(later, 0U);
}

TEST(Approvals, TheEarliestGrantTakesASeatOfItsOwnRole) {
  std::uint64_t tried = 0;
  for_each_released(wanted(), [&](Scenario& scenario) {
    Request changed = scenario.request;
    const Approval original = changed.approvals[scenario.random.below(changed.approvals.size())];
    for (const ast::Party& party : scenario.item_of(original).verdict->parties) {
      if (has_seat(party, original.role)) continue;
      Approval before = original;
      before.id = "first";
      before.role = scenario.random.pick(party.seats).text;
      // The facts name nobody for both seats.
      if (!is_of_role(before) || !is_of_role(original)) continue;
      if (--before.at < before.asked_at) continue;
      changed.approvals.push_back(before);
      ++tried;
      // The person has answered for the other role, and the seat of this one is free.
      EXPECT_NE(scenario.decide(changed).verdict, Verdict::Permit);
      return;
    }
  });
  EXPECT_GT(tried, 0U);
}

TEST(Approvals, OnePersonDoesNotTakeTwoSeats) {
  std::uint64_t tried = 0;
  for_each_released(wanted(), [&](Scenario& scenario) {
    Request changed = scenario.request;
    Approval& one = changed.approvals.front();
    for (Approval& other : changed.approvals) {
      if (other.id == one.id || other.requirement != one.requirement) continue;
      other.by = scenario.random.percent(50) ? one.by : scenario.approvals().respelled(one.by);
      ++tried;
      EXPECT_NE(scenario.decide(changed).verdict, Verdict::Permit);
      return;
    }
  });
  EXPECT_GT(tried, 0U);
}

// The decision record, with persons as they are compared.
nlohmann::json folded_record(const Decided& decided) {
  nlohmann::json record = decided.record;
  for (nlohmann::json& item : record["awaiting"]) {
    for (nlohmann::json& party : item["parties"]) {
      std::set<std::string> have;
      for (const nlohmann::json& person : party["have"]) have.insert(oracle::folded(person));
      EXPECT_EQ(have.size(), party["have"].size());
      party["have"] = have;
    }
  }
  return record;
}

TEST(Approvals, TheSpellingOfAPersonChangesNothingButHave) {
  std::uint64_t tried = 0;
  for_each_request([&](Scenario& scenario) {
    if (scenario.waits.empty() || scenario.request.approvals.empty()) return;
    Request changed = scenario.request;
    for (Approval& record : changed.approvals) {
      // As requester or owner only who is named so agrees.
      const bool may_spell = is_of_role(record) || !record.granted;
      if (may_spell && scenario.random.percent(50))
        record.by = scenario.approvals().respelled(record.by);
    }
    const Decided one = scenario.decide(scenario.request), other = scenario.decide(changed);
    EXPECT_EQ(folded_record(one), folded_record(other));
    ++tried;
  });
  EXPECT_GT(tried, 0U);
}

TEST(Approvals, TakingTwoPeopleForOneNeverLoosens) {
  std::uint64_t tightened = 0;
  for_each_request([&](Scenario& scenario) {
    if (scenario.waits.empty() || scenario.request.approvals.size() < 2) return;
    Request changed = scenario.request;
    std::string kept = oracle::folded(scenario.random.pick(changed.approvals).by);
    std::string gone = oracle::folded(scenario.random.pick(changed.approvals).by);
    // Who is taken for somebody who asked is one who asked.
    for (const std::string& asked : scenario.approvals().chain())
      if (oracle::folded(asked) == gone) std::swap(kept, gone);
    // Nobody stops being an owner.
    for (const oracle::Datum& owner :
         oracle::engine_fact(scenario.loaded.typed(), scenario.request, "target", "owners").items)
      if (oracle::folded(owner.text) == gone) return;
    for (Approval& record : changed.approvals) {
      if (oracle::folded(record.by) != gone) continue;
      // To be taken for somebody whom the facts name is not to be named.
      record.by = is_of_role(record) ? kept : scenario.approvals().respelled(kept);
      if (!is_of_role(record) && record.by == kept) return;
    }
    const Verdict before = scenario.decide(scenario.request).before_asserts;
    const Verdict after = scenario.decide(changed).before_asserts;
    EXPECT_GE(after, before);
    tightened += after > before ? 1 : 0;
  });
  EXPECT_GT(tightened, 0U);
}

TEST(Approvals, OnePersonMayServeTwoItems) {
  std::uint64_t tried = 0;
  for_each_released(wanted(), [&](Scenario& scenario) {
    if (scenario.waits.size() < 2) return;
    Request changed = scenario.request;
    std::map<std::string, int> taken;  // seats by item
    for (Approval& record : changed.approvals) {
      if (is_of_role(record)) record.by = "person-" + std::to_string(taken[record.requirement]++);
    }
    ++tried;
    EXPECT_EQ(scenario.decide(changed).before_asserts, Verdict::Permit);
  });
  EXPECT_GT(tried, 0U);
}

}  // namespace
}  // namespace remit::property
