// Each rule of vm/verify/meaning.cpp, broken alone.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "stdlib/time.h"
#include "tests/images/rules/defects.h"

namespace remit::images {
namespace {

using vm::Image;

constexpr std::int64_t kMinute = 60'000, kDay = 86'400'000;

void rename_field(Draft& draft, std::string_view path, const char* name) {
  Field& field = images::field(draft, path);
  field.name = field.wire_name = name;
}

// ---- what the engine reads by name

TEST(Prelude, FactsAreThereAndAreWhatTheyAreCalled) {
  for (const char* path : {"call.id", "call.first_asked", "actor.id", "actor.kind", "actor.version",
                           "actor.on_behalf_of", "actor.requesters", "spend.cost", "tenant.id",
                           "context.environment", "clock.now"}) {
    const Defect renamed{path, fmt::format("schema.missing_prelude: {}", path),
                         [path](Draft& d) { rename_field(d, path, "another"); }};
    EXPECT_EQ(answer_of(small(), renamed), renamed.answer);
  }
  expect_answers(
      small(),
      {
          {"no switch to halt by", "schema.missing_prelude: control.halted",
           [](Draft& d) {
             field(d, "control.halted").default_integer.reset();
             rename_field(d, "control.halted", "stopped");
           }},
          {"another type", "schema.missing_prelude: tenant.id",
           [](Draft& d) { field(d, "tenant.id").type = plain(TypeKind::Host); }},
          {"another of the kind beside it", "schema.missing_prelude: actor.kind",
           [](Draft& d) {
             rename_field(d, "actor.kind", "sort");
             root(d, "actor").fields.push_back(make_field("mood", enum_type("effect")));
           }},
          {"requesters that are no ids", "schema.missing_prelude: actor.requesters",
           [](Draft& d) { field(d, "actor.requesters").type = set_of(plain(TypeKind::Host), 8); }},
          {"owners that are no ids", "schema.missing_prelude: target.owners",
           [](Draft& d) { field(d, "target.owners").type = set_of(plain(TypeKind::Host), 64); }},
          {"no owners", "schema.missing_prelude: target.owners",
           [](Draft& d) { rename_field(d, "target.owners", "holders"); }},
          {"a principal without fields, before a fact that is called id",
           "schema.missing_prelude: actor.on_behalf_of.id",
           [](Draft& d) {
             record(d, "principal").fields.clear();
             std::vector<Field>& fields = root(d, "actor").fields;
             const Field behalf = field(d, "actor.on_behalf_of");
             std::erase_if(fields, [](const Field& f) { return f.name == "on_behalf_of"; });
             fields.insert(fields.begin(), behalf);
           }},
          {"a principal whose id is a host", "schema.missing_prelude: actor.on_behalf_of.id",
           [](Draft& d) { record(d, "principal").fields[0].type = plain(TypeKind::Host); }},
          {"a human of another enum", "schema.missing_prelude: actor_kind.human",
           [](Draft& d) {
             enumeration(d, "actor_kind").values[0].name = "person";
             enumeration(d, "channel").values[0].name = "human";
           }},
          {"no effects", "schema.missing_prelude: effect",
           [](Draft& d) { enumeration(d, "effect").name = "another"; }},
          {"no classes", "schema.missing_prelude: class",
           [](Draft& d) { enumeration(d, "class").name = "another"; }},
          {"no roles", "schema.missing_prelude: role",
           [](Draft& d) { enumeration(d, "role").name = "another"; }},
          {"a role that is called as who asked", "name.reserved: requester",
           [](Draft& d) { enumeration(d, "role").values[0].name = "requester"; }},
          {"a role that is called as who owns", "name.reserved: owner",
           [](Draft& d) { enumeration(d, "role").values[0].name = "owner"; }},
          {"no channels", "schema.missing_prelude: channel",
           [](Draft& d) { enumeration(d, "channel").name = "another"; }},
          {"an effect that is not there", "row.bad_reference: shop.pay",
           [](Draft& d) { tool(d, "shop.pay").row.effect = 3; }},
          {"a class that is not there", "row.bad_reference: shop.pay",
           [](Draft& d) { tool(d, "shop.pay").row.reads = 3; }},
          {"a clearance that is not there", "row.bad_reference: shop.pay",
           [](Draft& d) { tool(d, "shop.pay").row.clearance = 3; }},
          {"the last of each", "",
           [](Draft& d) {
             vm::ToolRow& row = tool(d, "shop.pay").row;
             row.effect = row.reads = row.clearance = 2;
           }},
      });
}

// ---- items

constexpr vm::SeatRow kSupport{vm::SeatKind::Role, 0}, kManager{vm::SeatKind::Role, 1},
    kRequester{vm::SeatKind::Requester, 0}, kOwner{vm::SeatKind::Owner, 0};

// `shop.policy.large` asks `need` people for each of so many parties of so many roles.
void ask_roles(Draft& draft, std::uint32_t roles, std::uint32_t parties, std::uint32_t need) {
  std::vector<EnumValue>& values = enumeration(draft, "role").values;
  std::vector<Party>& asked = item(draft, "shop.policy.large").parties;
  asked.clear();
  for (std::uint32_t p = 0; p < parties; ++p) {
    Party& party = asked.emplace_back(need);
    for (std::uint32_t i = 0; i < roles; ++i) {
      party.seats.push_back({vm::SeatKind::Role, static_cast<std::uint32_t>(values.size())});
      values.push_back({{}, fmt::format("r{:02}", values.size())});
    }
  }
}

TEST(ItemsOfAnImage, SayWhatTheirKindCanSay) {
  const auto change = [](const char* name, std::function<void(Item&)> how) {
    return [name, how = std::move(how)](Draft& d) { how(item(d, name)); };
  };
  const char *kSmall = "shop.policy.small", *kLarge = "shop.policy.large";
  const auto parties = [&](std::vector<Party> parties) {
    return change(kLarge, [parties = std::move(parties)](Item& i) { i.parties = parties; });
  };
  expect_answers(
      shop(),
      {
          {"a grant where only guards stand", "item.bad_verdict: large",
           [](Draft& d) { d.layers[0].row.guards_only = 1; }},
          {"a guard that expires", "item.bad_verdict: no",
           change("shop.policy.no", [](Item& i) { i.row.expires_ms = kDay; })},
          {"a row that expires", "item.bad_verdict: payouts.plain",
           change("shop.desk.payouts.plain", [](Item& i) { i.row.expires_ms = kDay; })},
          {"a wait that expires", "item.bad_verdict: large",
           change(kLarge, [](Item& i) { i.row.expires_ms = kDay; })},
          {"a rule that expires before all times", "item.bad_verdict: small",
           change(kSmall, [](Item& i) { i.row.expires_ms = -1; })},
          {"a rule that expires after all times", "item.bad_verdict: small",
           change(kSmall, [](Item& i) { i.row.expires_ms = stdlib::kTimestampMax + 1; })},
          {"a rule that expires", "", change(kSmall, [](Item& i) { i.row.expires_ms = kDay; })},
          {"a deadline that is too soon", "item.bad_verdict: large",
           change(kLarge, [](Item& i) { i.row.within_ms = kMinute - 1; })},
          {"a deadline that is too late", "item.bad_verdict: large",
           change(kLarge, [](Item& i) { i.row.within_ms = 90 * kDay + 1; })},
          {"the last deadline", "", change(kLarge, [](Item& i) { i.row.within_ms = 90 * kDay; })},
          {"a deadline of what does not wait", "item.bad_verdict: small",
           change(kSmall, [](Item& i) { i.row.within_ms = kDay; })},
          {"a wait for nobody", "item.bad_verdict: large", parties({})},
          {"too many parties", "item.bad_verdict: large",
           [&](Draft& d) {
             std::vector<Party>& all = item(d, kLarge).parties;
             all.clear();
             for (std::uint32_t i = 0; i < 9; ++i) {
               enumeration(d, "role").values.push_back({{}, fmt::format("r{}", i)});
               all.push_back(
                   party_of(static_cast<std::uint32_t>(enumeration(d, "role").values.size() - 1)));
             }
           }},
          {"a party of what does not wait", "item.bad_verdict: small",
           change(kSmall, [](Item& i) { i.parties = {party_of(0)}; })},
          {"a wait without a requirement", "item.bad_verdict: large",
           [](Image& i) { item_row(i, "shop.desk.large").requirement = {}; }},
          {"a requirement of what does not wait", "item.bad_verdict: small",
           [](Image& i) { item_row(i, "shop.desk.small").requirement[0] = 1; }},
          {"a party of none", "item.bad_verdict: large", parties({party_of(0, 0)})},
          {"a party of too many", "item.bad_verdict: large", parties({party_of(0, 17)})},
          {"a party of sixteen", "", parties({party_of(0, 16)})},
          {"a role that is not there", "item.bad_seat: large", parties({party_of(kNowhere)})},
          {"one role in two parties", "item.party_order: large",
           parties({party_of(1), party_of(1)})},
          {"a party without seats", "item.bad_seat: large", parties({Party{1, {}}})},
          {"who asked, and an owner", "",
           parties({party_of(vm::SeatKind::Requester), party_of(vm::SeatKind::Owner, 2)})},
          {"one of two roles, or an owner", "",
           parties({Party{2, {kSupport, kManager}}, party_of(vm::SeatKind::Owner)})},
          {"who asked, beside a role", "item.bad_seat: large",
           parties({Party{1, {kSupport, kRequester}}})},
          {"an owner, beside who asked", "item.bad_seat: large",
           parties({Party{1, {kOwner, kRequester}}})},
          {"an owner with a role", "item.bad_seat: large",
           parties({Party{1, {{vm::SeatKind::Owner, 1}}}})},
          {"one role twice in a party", "item.party_order: large",
           parties({Party{1, {kSupport, kSupport}}})},
          {"one role in two parties of two", "item.bad_seat: large",
           [&](Draft& d) {
             enumeration(d, "role").values.push_back({{}, "pilot"});
             item(d, kLarge).parties = {Party{1, {kSupport, kManager}},
                                        Party{1, {kManager, {vm::SeatKind::Role, 2}}}};
           }},
          {"seats that are not sorted", "item.party_order: large",
           parties({Party{1, {kSupport, kManager}}}),
           [](Image& i) {
             const std::uint32_t party = item_row(i, "shop.policy.large").parties.first;
             const auto seat = i.seats.begin() + i.parties[party].seats.first;
             std::swap(*seat, seat[1]);
           }},
          {"as many who asked as a request can name", "",
           parties({party_of(vm::SeatKind::Requester, 9)})},
          {"more who asked than a request can name", "item.bad_seat: large",
           parties({party_of(vm::SeatKind::Requester, 10)})},
          {"more owners than a request can name", "item.bad_seat: large",
           [&](Draft& d) {
             field(d, "target.owners").type = set_of(plain(TypeKind::Id), 3);
             item(d, kLarge).parties = {party_of(vm::SeatKind::Owner, 4)};
           }},
          {"as many seats as there may be", "", [&](Draft& d) { ask_roles(d, 2, 8, 1); }},
          {"too many seats", "item.bad_seat: large", [&](Draft& d) { ask_roles(d, 3, 6, 1); }},
          {"as many people as may answer", "", [&](Draft& d) { ask_roles(d, 1, 4, 16); }},
          {"more people than may answer", "item.bad_verdict: large",
           [&](Draft& d) { ask_roles(d, 1, 5, 13); }},
          {"a rule that says nothing", "item.bad_verdict: small",
           change(kSmall, [](Item& i) { i.row.verdict = vm::VerdictClass::None; })},
          {"a limit that says nothing", "item.bad_verdict: per_tenant",
           change("shop.desk.per_tenant", [](Item& i) { i.row.verdict = vm::VerdictClass::None; })},
          {"an assert that forbids to deny", "item.bad_verdict: cold",
           change("shop.desk.cold", [](Item& i) { i.row.verdict = vm::VerdictClass::Deny; })},
          {"two waits with one requirement",
           "item.bad_verdict: two waits have the same requirement",
           [](Image& i) {
             item_row(i, "shop.desk.by_plan.hot").requirement =
                 item_row(i, "shop.desk.payouts.large").requirement;
           }},
          {"a rule that lifts a guard of another layer", "item.bad_override: fix",
           [](Draft& d) {
             d.layers.push_back({{}, "other", {{"shop.other", {}, {}}}});
             policy(d, "shop.other")
                 .items.push_back(make_item(ItemKind::Guard, "far", vm::VerdictClass::Deny, {},
                                            {"shop.refund"}));
             item(d, "shop.policy.fix").overrides = {"shop.other.far"};
           }},
          {"a rule that lifts what lifts", "item.bad_override: lifting",
           [](Draft& d) {
             Item lifting = make_item(ItemKind::Rule, "lifting", vm::VerdictClass::Permit, {},
                                      {"shop.refund"});
             lifting.overrides = {"shop.policy.fix"};
             policy(d, "shop.policy").items.push_back(lifting);
           }},
      });
}

TEST(ItemsOfAnImage, LimitsCountAmounts) {
  const auto limit = [](std::function<void(Limit&)> how) {
    return [how = std::move(how)](Draft& d) { how(*item(d, "shop.desk.per_tenant").limit); };
  };
  const auto by_memo = [](std::int64_t bytes_max) {
    return [=](Draft& d) {
      Field memo = optional_field("memo", string_type(bytes_max));
      memo.row.optional = 0;
      tool(d, "shop.refund").args.push_back(memo);
      item(d, "shop.desk.per_tenant").limit->keys[0] = {TypeKind::String, {}, {load("args.memo")}};
    };
  };
  expect_answers(
      shop(), {
                  {"a limit on moments", "code.bad_type: per_tenant", limit([](Limit& l) {
                     l.row.kind = TypeKind::Timestamp;
                     l.maximum = l.amount = {load("clock.now")};
                   })},
                  {"calls that are money", "code.bad_type: per_tenant",
                   limit([](Limit& l) { l.amount.clear(); })},
                  {"a window that is too short", "row.bad_bound: per_tenant",
                   limit([](Limit& l) { l.row.window_ms = 999; })},
                  {"the shortest window", "", limit([](Limit& l) { l.row.window_ms = 1000; })},
                  {"the longest window", "", limit([](Limit& l) { l.row.window_ms = 366 * kDay; })},
                  {"a window that is too long", "row.bad_bound: per_tenant",
                   limit([](Limit& l) { l.row.window_ms = 366 * kDay + 1; })},
                  {"a time beside a calendar month", "row.bad_bound: per_tenant",
                   limit([](Limit& l) { l.row.window = Window::Month; })},
                  {"a key that is a number", "code.bad_type: per_tenant",
                   limit([](Limit& l) { l.keys[0] = {TypeKind::Int, {}, {load("risk.score")}}; })},
                  {"a key that is a string", "", by_memo(256)},
                  {"a key that is a long string", "code.bad_type: per_tenant", by_memo(257)},
              });
}

TEST(ItemsOfAnImage, DutiesSayWhatTheirKindNeeds) {
  const auto duty = [](DutyKind kind, std::int64_t value, const char* name = "") {
    return [=](Draft& d) {
      Duty duty;
      duty.row.kind = kind;
      duty.row.value = value;
      duty.name = name;
      item(d, "shop.policy.solo").duties = {duty};
    };
  };
  const std::string kBad = "item.bad_duty: solo";
  expect_answers(shop(),
                 {
                     {"duties out of order", "row.not_sorted: duties",
                      [](Image& i) {
                        const std::uint32_t first = item_row(i, "shop.policy.small").duties.first;
                        std::swap(i.duties[first], i.duties[first + 1]);
                      }},
                     {"a value of none", kBad, duty(DutyKind::StepUp, 7)},
                     {"a level below all", kBad, duty(DutyKind::Log, -1)},
                     {"the last level", "", duty(DutyKind::Log, 2)},
                     {"a level above all", kBad, duty(DutyKind::Log, 3)},
                     {"a channel below all", kBad, duty(DutyKind::Notify, -1)},
                     {"the last channel", "", duty(DutyKind::Notify, 1)},
                     {"a channel above all", kBad, duty(DutyKind::Notify, 2)},
                     {"a negative delay", kBad, duty(DutyKind::Delay, -1)},
                     {"the longest delay", "", duty(DutyKind::Delay, stdlib::kDurationMax)},
                     {"a longer one", kBad, duty(DutyKind::Delay, stdlib::kDurationMax + 1)},
                     {"a result", "", duty(DutyKind::Redact, 0, "card")},
                     {"a value beside a result", kBad, duty(DutyKind::Redact, 1, "card")},
                     {"no result of the tool", kBad, duty(DutyKind::Redact, 0, "order")},
                 });
}

}  // namespace
}  // namespace remit::images
