// Each rule of vm/verify_names.cpp, vm/verify_slots.cpp, vm/verify_constants.cpp,
// vm/verify_meaning.cpp, vm/verify_bounds.cpp and vm/verify_clauses.cpp, broken alone.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <remit/limits.h>
#include "stdlib/time.h"
#include "tests/images/defects.h"
#include "vm/program.h"

namespace remit::images {
namespace {

using vm::Image;
using vm::Opcode;

constexpr std::uint32_t kNowhere = 99'999;
constexpr std::int64_t kMinute = 60'000, kDay = 86'400'000;

vm::ItemRow& row(Image& image, std::string_view name) {
  for (vm::ItemRow& item : image.items)
    if (image.strings[static_cast<std::size_t>(item.name)] == name) return item;
  ADD_FAILURE() << name;
  return image.items[0];
}

Type sized(TypeKind kind, std::int64_t low, std::int64_t high) { return {kind, low, high, {}, {}}; }

void rename_field(Draft& draft, std::string_view path, const char* name) {
  Field& field = images::field(draft, path);
  field.name = field.wire_name = name;
}

// ---- names

TEST(NamesOfAnImage, AreWhatTheyAreUsedFor) {
  expect_answers(
      shop(), {
                  {"an argument without a wire name", "name.bad_wire_name: order",
                   [](Draft& d) { field(d, "shop.refund.order").wire_name = ""; }},
                  {"a tool without a wire name", "name.bad_wire_name: shop.payout",
                   [](Draft& d) { tool(d, "shop.payout").wire_name = ""; }},
                  {"a host fact in a unit", "name.bad_wire_name: cost",
                   [](Draft& d) {
                     field(d, "spend.cost").row.unit = vm::MoneyUnit::Major;
                     field(d, "spend.cost").row.unit_digits = 6;
                   }},
                  {"a root of the engine's", "name.reserved: limits",
                   [](Draft& d) {
                     d.roots.push_back({"limits", {optional_field("a", plain(TypeKind::Bool))}});
                   }},
                  {"a prelude without its last root", "name.root_order: roots",
                   [](Draft& d) { d.roots.pop_back(); }},
                  {"two roots out of order", "name.root_order: alpha",
                   [](Draft& d) {
                     for (const char* name : {"zeta", "alpha"})
                       d.roots.push_back({name, {optional_field("a", plain(TypeKind::Bool))}});
                   }},
                  {"a tool in the namespace of an enum", "name.reserved: plan.pay",
                   [](Draft& d) {
                     Tool pay = tool(d, "shop.payout");
                     pay.name = pay.wire_name = "plan.pay";
                     d.tools.push_back(pay);
                   }},
                  {"an item of the engine's", "name.reserved: engine",
                   [](Draft& d) { item(d, "shop.policy.solo").name = "engine"; }},
                  {"rows of two tables under one name", "name.bad_item: by_plan.some",
                   [](Draft& d) {
                     d.tables.push_back({{}, {}, {d.tables[0].inputs[0]}});
                     Item some = make_item(ItemKind::GuardRow, "by_plan.some",
                                           vm::VerdictClass::Deny, {}, {"shop.refund"});
                     some.table = d.tables.size() - 1;
                     some.cells.emplace_back();
                     policy(d, "shop.desk").items.push_back(some);
                   }},
                  {"rows of one table under two names", "name.bad_item: bz.otherwise",
                   [](Draft& d) { item(d, "shop.desk.by_plan.otherwise").name = "bz.otherwise"; }},
                  {"what no row takes, under another label", "name.bad_item: by_plan.rest",
                   [](Draft& d) { item(d, "shop.desk.by_plan.otherwise").name = "by_plan.rest"; }},
              });
}

// ---- slots

// A record of a few thousand values.
Type large_record(Draft& draft) {
  const auto record_of = [&](const char* name, Type type, int fields) {
    Record made{name, {}};
    for (int i = 0; i < fields; ++i)
      made.fields.push_back(optional_field(fmt::format("f{:03}", i), type));
    draft.records.push_back(made);
  };
  record_of("part", plain(TypeKind::Bool), 250);
  record_of("whole", record_type("part"), 16);
  return record_type("whole");
}

void add_large(Draft& draft, std::vector<Field>& fields, int count) {
  const Type large = large_record(draft);
  for (int i = 0; i < count; ++i)
    fields.push_back(optional_field(fmt::format("large{:02}", i), large));
}

vm::FieldRow& argument(Image& image, std::string_view name) {
  for (vm::FieldRow& field : image.fields)
    if (image.strings[static_cast<std::size_t>(field.name)] == name) return field;
  ADD_FAILURE() << name;
  return image.fields[0];
}

TEST(SlotsOfAnImage, HoldEveryValueOnce) {
  expect_answers(shop(), {
                             {"a slot of a field of a record",
                              "schema.bad_slot: account",
                              {},
                              [](Image& i) { argument(i, "account").slot = 1; }},
                             {"as many facts as there may be", "",
                              [](Draft& d) { add_large(d, root(d, "risk").fields, 16); }},
                             {"more", "schema.too_many_values: host facts",
                              [](Draft& d) { add_large(d, root(d, "risk").fields, 17); }},
                             {"as many arguments as there may be", "",
                              [](Draft& d) { add_large(d, tool(d, "shop.payout").args, 16); }},
                             {"more", "schema.too_many_values: shop.payout",
                              [](Draft& d) { add_large(d, tool(d, "shop.payout").args, 17); }},
                             {"an argument among the facts",
                              "schema.bad_slot: file",
                              {},
                              [](Image& i) { argument(i, "file").slot = vm::kFirstHostSlot; }},
                             {"an argument behind all slots",
                              "schema.bad_slot: file",
                              {},
                              [](Image& i) { argument(i, "file").slot = 2 * limits::kSlotsMax; }},
                         });
}

// ---- constants and defaults

TEST(ConstantsOfAnImage, AreValuesOfTheirTypes) {
  const auto defaulted = [](Type type, std::int64_t value) {
    return [=](Draft& d) {
      add_argument(d, type);
      field(d, "shop.payout.extra").default_integer = value;
    };
  };
  const auto asks = [](const char* path, Set set) {
    return [=](Draft& d) {
      add_argument(d, plain(TypeKind::Duration));
      policy(d, "shop.policy")
          .items.push_back(make_item(ItemKind::Guard, "asks", vm::VerdictClass::Deny,
                                     {load(path), push_set(set), op(Opcode::ContainsInteger)},
                                     {"shop.payout"}));
    };
  };
  const auto integers = [](TypeKind kind, std::vector<std::int64_t> values, const char* of = "") {
    return Set{vm::ElementKind::Integer, kind, of, std::move(values), {}};
  };
  expect_answers(
      shop(),
      {
          {"bounds of what has none", "schema.type_bounds: id",
           [](Draft& d) { add_argument(d, sized(TypeKind::Id, -1, 0)); }},
          {"a value below all of its enum", "constant.bad_element: enum",
           asks("tenant.plan", integers(TypeKind::Enum, {-1, 0}, "plan"))},
          {"a negative amount", "", asks("spend.cost", integers(TypeKind::Money, {-1, 0}))},
          {"a negative duration", "", asks("args.extra", integers(TypeKind::Duration, {-1, 0}))},
          {"a time before 1970", "", asks("clock.now", integers(TypeKind::Timestamp, {-1, 0}))},
          {"a default of a host fact", "default.misplaced: halted",
           [](Draft& d) {
             Field halted = make_field("halted", plain(TypeKind::Bool));
             halted.default_integer = 0;
             root(d, "risk").fields.push_back(halted);
           }},
          {"a default beside control.halted", "default.misplaced: paused",
           [](Draft& d) {
             Field paused = make_field("paused", plain(TypeKind::Bool));
             paused.default_integer = 0;
             root(d, "control").fields.push_back(paused);
           }},
          {"a default of what may be absent", "default.misplaced: note",
           [](Draft& d) { field(d, "shop.refund.note").default_text = "x"; }},
          {"a default that is too long", "default.bad_value: extra",
           [](Draft& d) {
             add_argument(d, string_type(4));
             field(d, "shop.payout.extra").default_text = "abcde";
           }},
          {"a default as long as it may be", "",
           [](Draft& d) {
             add_argument(d, string_type(4));
             field(d, "shop.payout.extra").default_text = "abcd";
           }},
          {"a default that is a url", "",
           [](Draft& d) {
             add_argument(d, plain(TypeKind::Url));
             field(d, "shop.payout.extra").default_text = "https://a.example/";
           }},
          {"true", "", defaulted(plain(TypeKind::Bool), 1)},
          {"more than true", "default.bad_value: extra", defaulted(plain(TypeKind::Bool), 2)},
          {"less than false", "default.bad_value: extra", defaulted(plain(TypeKind::Bool), -1)},
          {"a tool", "", defaulted(plain(TypeKind::Tool), 1)},
          {"a tool that is not there", "default.bad_value: extra",
           defaulted(plain(TypeKind::Tool), 2)},
          {"a negative number", "", defaulted(int_type(-5, 5), -3)},
          {"a number below its type", "default.bad_value: extra", defaulted(int_type(-5, 5), -6)},
      });
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
          {"nobody, and the actor's own id behind", "schema.missing_prelude: actor.on_behalf_of.id",
           [](Draft& d) {
             record(d, "principal").fields.clear();
             std::vector<Field>& fields = root(d, "actor").fields;
             const Field behalf = field(d, "actor.on_behalf_of");
             std::erase_if(fields, [](const Field& f) { return f.name == "on_behalf_of"; });
             fields.insert(fields.begin(), behalf);
           }},
          {"somebody by host", "schema.missing_prelude: actor.on_behalf_of.id",
           [](Draft& d) { record(d, "principal").fields[0].type = plain(TypeKind::Host); }},
          {"people in another enum", "schema.missing_prelude: actor_kind.human",
           [](Draft& d) {
             enumeration(d, "actor_kind").values[0].name = "person";
             enumeration(d, "channel").values[0].name = "human";
           }},
          {"no effects", "schema.missing_prelude: effect",
           [](Draft& d) { enumeration(d, "effect").name = "efforts"; }},
          {"no classes", "schema.missing_prelude: class",
           [](Draft& d) { enumeration(d, "class").name = "clothes"; }},
          {"no roles", "schema.missing_prelude: role",
           [](Draft& d) { enumeration(d, "role").name = "rolls"; }},
          {"no channels", "schema.missing_prelude: channel",
           [](Draft& d) { enumeration(d, "channel").name = "chapel"; }},
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
          {"a wait without a requirement",
           "item.bad_verdict: large",
           {},
           [](Image& i) {
             row(i, "fix").requirement = row(i, "large").requirement;
             i.items[static_cast<std::size_t>(&row(i, "large") - i.items.data())].requirement = {};
           }},
          {"a requirement of what does not wait",
           "item.bad_verdict: small",
           {},
           [](Image& i) { row(i, "small").requirement[0] = 1; }},
          {"a party of none", "item.bad_verdict: large", parties({party_of(0, 0)})},
          {"a party of too many", "item.bad_verdict: large", parties({party_of(0, 17)})},
          {"a party of sixteen", "", parties({party_of(0, 16)})},
          {"a role that is not there", "item.bad_verdict: large", parties({party_of(kNowhere)})},
          {"one role in two parties", "item.party_order: large",
           parties({party_of(1), party_of(1)})},
          {"a rule that says nothing", "item.bad_verdict: small",
           change(kSmall, [](Item& i) { i.row.verdict = vm::VerdictClass::None; })},
          {"a limit that says nothing", "item.bad_verdict: per_tenant",
           change("shop.desk.per_tenant", [](Item& i) { i.row.verdict = vm::VerdictClass::None; })},
          {"an assert that forbids to deny", "item.bad_verdict: cold",
           change("shop.desk.cold", [](Item& i) { i.row.verdict = vm::VerdictClass::Deny; })},
          {"two waits with one requirement",
           "item.bad_verdict: two waits have the same requirement",
           {},
           [](Image& i) {
             row(i, "by_plan.hot").requirement = row(i, "payouts.large").requirement;
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
                   limit([](Limit& l) { l.row.window = vm::Window::Month; })},
                  {"a key that is a number", "code.bad_type: per_tenant",
                   limit([](Limit& l) { l.keys[0] = {TypeKind::Int, {}, {load("risk.score")}}; })},
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
                     {"duties out of order",
                      "row.not_sorted: duties",
                      {},
                      [](Image& i) {
                        const std::uint32_t first = row(i, "small").duties.first;
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

// ---- static bounds

// Policies that name one tenant each count once, as the dearest does; any others all count.
class Tenants : public testing::Test {
 protected:
  static std::int64_t bound(const std::vector<Code>& applies) {
    Draft draft = small();
    root(draft, "session").fields.push_back(make_field("note", string_type(64)));
    for (std::size_t i = 0; i < applies.size(); ++i) {
      Policy made{fmt::format("shop.p{}", i), applies[i], {}};
      made.items = {make_item(ItemKind::Guard, "stop", vm::VerdictClass::Deny,
                              {load("session.note"), matches("(ab|cd)*")})};
      draft.layers[0].policies.push_back(made);
    }
    const Image image = laid_out(draft);
    EXPECT_EQ(answer_of(image), "");
    return image.tools[0].steps_bound;
  }
  static std::int64_t of_second(const Code& first, const Code& second) {
    return bound({first, second}) - bound({first});
  }
  static Set ids(std::vector<std::string> texts) {
    return {vm::ElementKind::Text, TypeKind::Id, {}, {}, std::move(texts)};
  }
  static Code is(const char* tenant) {
    return {load("tenant.id"), text(tenant, TypeKind::Id), op(Opcode::TextEqual)};
  }
};

TEST_F(Tenants, AreSeenWhereAPolicyIsForThemAlone) {
  EXPECT_EQ(of_second(is("t1"), is("t2")), 0);
  const Code in_set = {load("tenant.id"), push_set(ids({"t2", "t3"})), op(Opcode::ContainsText)};
  EXPECT_EQ(of_second(in_set, is("t1")), 0);
  EXPECT_EQ(of_second(is("t1"), is("t1")), bound({is("t1")}) - bound({}));
}

TEST_F(Tenants, AreNotSeenInWhatOnlyLooksLikeThem) {
  const Code kOthers[] = {
      {load("session.id"), text("t1", TypeKind::Id), op(Opcode::TextEqual)},
      {load("tenant.id"), load("session.id"), op(Opcode::TextEqual)},
      {load("tenant.id"), text("t1", TypeKind::Id), op(Opcode::TextNotEqual)},
      {load("tenant.id"), load("target.tenants"), op(Opcode::ContainsText)},
      {load("tenant.id"), push_set(ids({"t1"})), op(Opcode::ContainsText, 0, 1)},
  };
  for (const Code& other : kOthers)
    EXPECT_EQ(of_second(is("t9"), other), bound({other}) - bound({}))
        << vm::info(other[2].opcode).name;
}

// A constant whose row has the number of the slot.
TEST_F(Tenants, AreNoConstantsOfThatNumber) {
  const Image image = laid_out(small());
  std::uint32_t slot = 0;
  for (const vm::RootRow& root : image.roots)
    if (image.strings[static_cast<std::size_t>(root.name)] == "tenant")
      slot = image.fields[root.fields.first].slot;
  const auto with = [&](const std::string& constant, const char* tenant) {
    return Code{text(constant, TypeKind::Id), text(tenant, TypeKind::Id), op(Opcode::TextEqual)};
  };
  bool found = false;
  for (const std::string& constant : image.strings) {
    Draft draft = small();
    Policy made{"shop.p0", with(constant, "t1"), {}};
    made.items = {make_item(ItemKind::Guard, "stop", vm::VerdictClass::Deny)};
    draft.layers[0].policies.push_back(made);
    made.name = "shop.p1";
    made.applies = with(constant, "t2");
    draft.layers[0].policies.push_back(made);
    const Image twice = laid_out(draft);
    if (twice.code[0].c != slot || answer_of(twice) != "") continue;
    found = true;
    // In one policy 3 steps to ask and one for its guard.
    EXPECT_EQ(twice.tools[0].steps_bound - image.tools[0].steps_bound, 2 * 5);
  }
  EXPECT_TRUE(found);
}

// ---- clauses

TEST(ClausesOfAnImage, ArePartsOfTheirItems) {
  const auto clause = [](Image& i, std::string_view item) -> vm::ClauseRow& {
    const auto at = static_cast<std::size_t>(&row(i, item) - i.items.data());
    return i.debug.clauses[i.debug.items[at].clauses.first];
  };
  const auto cell = [](Image& i) -> vm::ClauseRow& {
    for (vm::ClauseRow& row : i.debug.clauses)
      if (row.cell != vm::kNoRow) return row;
    ADD_FAILURE();
    return i.debug.clauses[0];
  };
  expect_answers(
      shop(),
      {
          {"an item without clauses",
           "debug.bad_row: items",
           {},
           [](Image& i) { i.debug.items.pop_back(); }},
          {"texts out of order",
           "debug.bad_row: strings",
           {},
           [](Image& i) { std::swap(i.debug.strings[0], i.debug.strings[1]); }},
          {"a text twice",
           "debug.bad_row: strings",
           {},
           [](Image& i) { i.debug.strings.push_back(i.debug.strings.back()); }},
          {"an item of no file",
           "debug.bad_row: item",
           {},
           [](Image& i) { i.debug.items[0].file = kNowhere; }},
          {"clauses of two items",
           "debug.bad_row: item",
           {},
           [](Image& i) { i.debug.items[1].clauses.first += 1; }},
          {"clauses that are not there",
           "debug.bad_row: item",
           {},
           [](Image& i) { i.debug.items.back().clauses.count = kNowhere; }},
          {"a clause of no item",
           "debug.bad_row: clauses",
           {},
           [](Image& i) { i.debug.clauses.push_back(i.debug.clauses.back()); }},
          {"a clause without a text",
           "debug.bad_row: clause",
           {},
           [](Image& i) { i.debug.clauses[0].text = kNowhere; }},
          {"a clause of no file",
           "debug.bad_row: clause",
           {},
           [](Image& i) { i.debug.clauses[0].file = kNowhere; }},
          {"half a negation",
           "debug.bad_row: clause",
           {},
           [](Image& i) { i.debug.clauses[0].negated = 2; }},
          {"a file of any name", "",
           [](Draft& d) {
             for (Item& item : policy(d, "shop.policy").items) {
               item.file = "a\x01z";
               for (Clause& clause : item.clauses) clause.file = "a\x01z";
             }
           }},
          {"a clause without code",
           "debug.bad_row: code of a clause",
           {},
           [clause](Image& i) { clause(i, "small").code.count = 0; }},
          {"a clause that begins before its condition",
           "debug.bad_row: code of a clause",
           {},
           [clause](Image& i) { clause(i, "small").code = {row(i, "small").when.first - 1, 2}; }},
          {"a clause that ends behind its condition",
           "debug.bad_row: code of a clause",
           {},
           [clause](Image& i) { clause(i, "solo").code.count += 1; }},
          {"a clause that is no condition",
           "debug.bad_row: a clause that is not a condition",
           {},
           [clause](Image& i) { clause(i, "small").code.count = 1; }},
          {"a negated cell",
           "debug.bad_row: a cell",
           {},
           [cell](Image& i) { cell(i).negated = 1; }},
          {"a cell with other code",
           "debug.bad_row: a cell",
           {},
           [cell](Image& i) { cell(i).code = row(i, "solo").when; }},
          {"a cell that is not there",
           "debug.bad_row: a cell",
           {},
           [cell](Image& i) { cell(i).cell = 9; }},
          {"a cell of a rule",
           "debug.bad_row: a cell",
           {},
           [clause](Image& i) { clause(i, "small").cell = 0; }},
      });
}

}  // namespace
}  // namespace remit::images
