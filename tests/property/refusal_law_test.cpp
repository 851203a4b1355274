// The sentences about refusals (docs/reference/language.md, section 10.4): no is no.
#include <algorithm>
#include <optional>
#include <set>

#include <remit/limits.h>
#include "tests/property/scenario.h"

namespace remit::property {
namespace {

using oracle::Approval;
using oracle::Request;

std::uint64_t wanted() { return law_bundles() * 2; }

// A refusal of some live wait by somebody with a seat there; nothing where only who asked has one.
std::optional<Approval> refusal(Scenario& scenario) {
  Approval record = scenario.random.pick(scenario.request.approvals);
  if (record.role == "requester") return std::nullopt;
  record.id = "refusal";
  record.by = record.role == "owner" ? scenario.approvals().respelled(record.by) : "somebody";
  record.granted = false;
  return record;
}

// Released requests with one refusal more; `change` says false where it cannot be made.
template <typename Change>
void for_each_refusal(Change&& change, Verdict expected) {
  std::uint64_t tried = 0;
  for_each_released(wanted(), [&](Scenario& scenario) {
    std::optional<Approval> record = refusal(scenario);
    if (!record || !change(scenario, *record)) return;
    Request changed = scenario.request;
    changed.approvals.push_back(*record);
    const Decided decided = scenario.decide(changed);
    EXPECT_EQ(decided.verdict, expected);
    EXPECT_EQ(decided.fault, Fault::None);
    ++tried;
  });
  EXPECT_GT(tried, 0U);
}

bool is_platform(const Approval& record) { return record.role == "staff"; }

TEST(Refusals, WinOverAnyGrant) {
  for_each_released(wanted(), [&](Scenario& scenario) {
    Request changed = scenario.request;
    const std::optional<Approval> record = refusal(scenario);
    if (!record) return;
    changed.approvals.push_back(*record);
    const Decided decided = scenario.decide(changed);
    EXPECT_EQ(decided.verdict, Verdict::Deny);
    EXPECT_EQ(decided.fault, Fault::None);
    EXPECT_TRUE(decided.record["consume"].empty());
    // Every item with a seat for the role is refused, whatever it was that was asked.
    std::set<std::string> items;
    for (const compiler::ItemIndex index : scenario.waits) {
      const compiler::ItemInfo& item = scenario.loaded.typed().item(index);
      for (const ast::Party& party : item.verdict->parties)
        if (has_seat(party, record->role)) items.insert(scenario.loaded.typed().full_name(item));
    }
    EXPECT_EQ(decided.record["by"].get<std::set<std::string>>(), items);
  });
}

// Of who asked nobody else has the seat, and of the owners none but they.
TEST(Refusals, OfSeatsThatAreNoRolesBindOnlyByThoseWhoAreNamed) {
  std::uint64_t tried = 0;
  for_each_released(wanted(), [&](Scenario& scenario) {
    Approval record = scenario.random.pick(scenario.request.approvals);
    if (is_of_role(record)) return;
    record.id = "refusal";
    record.granted = false;
    Request changed = scenario.request;
    changed.approvals.push_back(record);
    EXPECT_EQ(scenario.decide(changed).verdict, Verdict::Deny);
    changed.approvals.back().by = "somebody";
    EXPECT_EQ(scenario.decide(changed).verdict, Verdict::Permit);
    ++tried;
  });
  EXPECT_GT(tried, 0U);
}

TEST(Refusals, BindWhateverTheirTimes) {
  for_each_refusal(
      [](Scenario& scenario, Approval& record) {
        const Wide now = scenario.number("clock", "now");
        const Wide moments[] = {0, now - 1, now, now + 1, kLastMoment};
        const auto moment = [&] {
          return std::clamp<Wide>(scenario.random.pick(moments), 0, kLastMoment);
        };
        record.asked_at = moment();
        record.at = moment();
        if (scenario.random.percent(50)) record.expires = moment();
        return true;
      },
      Verdict::Deny);
}

TEST(Refusals, BindWhateverTheCostAndTheWording) {
  for_each_refusal(
      [](Scenario& scenario, Approval& record) {
        if (scenario.random.percent(50)) record.cost = 0;
        record.requirement = std::string(64, '0');
        return true;
      },
      Verdict::Deny);
}

TEST(Refusals, OfWhoAskedBindInAnyRoleTenantAndSpelling) {
  for_each_refusal(
      [](Scenario& scenario, Approval& record) {
        generator::Approvals approvals = scenario.approvals();
        record.by = scenario.random.pick(approvals.chain());
        if (scenario.random.percent(50)) record.by = approvals.respelled(record.by);
        if (scenario.random.percent(50)) record.role = "nobody";
        if (scenario.random.percent(50)) record.tenant += "x";
        return true;
      },
      Verdict::Deny);
}

TEST(Refusals, ThatConcernNothingRefuseNothing) {
  for_each_refusal(
      [](Scenario& scenario, Approval& record) {
        switch (scenario.random.below(4)) {
          case 0: record.kind = "agent"; return true;
          case 1: record.role = "nobody"; return true;
          case 2: record.digest[0] = record.digest[0] == 'a' ? 'b' : 'a'; return true;
          default: record.tenant += "x"; return !is_platform(record);
        }
      },
      Verdict::Permit);
}

// Whatever it is of, whoever says it and whenever: to add one loosens nothing.
TEST(Refusals, NeverLoosen) {
  std::uint64_t tightened = 0;
  for_each_request([&](Scenario& scenario) {
    if (scenario.waits.empty()) return;
    generator::Approvals approvals = scenario.approvals();
    Request changed = scenario.request;
    const compiler::ItemIndex item = scenario.random.pick(scenario.waits);
    Approval record = approvals.refusal(item);
    record.id = "refusal";
    while (scenario.random.percent(50)) approvals.disturb(record, item);
    changed.approvals.push_back(record);
    if (changed.approvals.size() > limits::kApprovalsMax) return;
    const Decided before = scenario.decide(scenario.request), after = scenario.decide(changed);
    EXPECT_GE(after.before_asserts, before.before_asserts);
    EXPECT_GE(after.verdict, before.verdict);
    tightened += after.verdict > before.verdict ? 1 : 0;
  });
  EXPECT_GT(tightened, 0U);
}

}  // namespace
}  // namespace remit::property
