// Each rule of vm/verify/names.cpp, vm/verify/slots.cpp and vm/verify/constants.cpp, broken alone.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <remit/limits.h>
#include "tests/images/rules/defects.h"

namespace remit::images {
namespace {

using vm::Image;
using vm::Opcode;

// ---- names

TEST(NamesOfAnImage, AreWhatTheyAreUsedFor) {
  expect_answers(
      shop(),
      {
          {"an argument without a wire name", "name.bad_wire_name: order",
           [](Draft& d) { field(d, "shop.refund.order").wire_name = ""; }},
          {"an argument whose wire name breaks the line", "name.bad_wire_name: order",
           [](Draft& d) { field(d, "shop.refund.order").wire_name = "or\nder"; }},
          {"a tool with a tab in its wire name", "name.bad_wire_name: shop.payout",
           [](Draft& d) { tool(d, "shop.payout").wire_name = "pay\tout"; }},
          {"a tool without a wire name", "name.bad_wire_name: shop.payout",
           [](Draft& d) { tool(d, "shop.payout").wire_name = ""; }},
          {"a value without a wire name", "name.bad_wire_name: free",
           [](Draft& d) { enumeration(d, "plan").values[0].wire_name = "\t"; }},
          {"a value with a long wire name", "name.bad_wire_name: free",
           [](Draft& d) { enumeration(d, "plan").values[0].wire_name = std::string(257, 'a'); }},
          {"two values under one wire name", "name.wire_name_twice: pro",
           [](Draft& d) { enumeration(d, "plan").values[0].wire_name = "pro"; }},
          {"values that have each other's names", "",
           [](Draft& d) {
             enumeration(d, "plan").values[0].wire_name = "pro";
             enumeration(d, "plan").values[1].wire_name = "free";
           }},
          {"a role with a wire name", "name.bad_wire_name: support_lead",
           [](Draft& d) { enumeration(d, "role").values[0].wire_name = "lead"; }},
          {"a kind of actor with a wire name", "name.bad_wire_name: agent",
           [](Draft& d) { enumeration(d, "actor_kind").values[1].wire_name = "bot"; }},
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
             Item some = make_item(ItemKind::GuardRow, "by_plan.some", vm::VerdictClass::Deny, {},
                                   {"shop.refund"});
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
    if (image[field.name] == name) return field;
  ADD_FAILURE() << name;
  return image.fields[0];
}

TEST(SlotsOfAnImage, HoldEveryValueOnce) {
  expect_answers(shop(), {
                             {"a slot of a field of a record", "schema.bad_slot: account",
                              [](Image& i) { argument(i, "account").slot = 1; }},
                             {"as many facts as there may be", "",
                              [](Draft& d) { add_large(d, root(d, "risk").fields, 16); }},
                             {"more", "schema.too_many_values: host facts",
                              [](Draft& d) { add_large(d, root(d, "risk").fields, 17); }},
                             {"as many arguments as there may be", "",
                              [](Draft& d) { add_large(d, tool(d, "shop.payout").args, 16); }},
                             {"more", "schema.too_many_values: shop.payout",
                              [](Draft& d) { add_large(d, tool(d, "shop.payout").args, 17); }},
                             {"an argument among the facts", "schema.bad_slot: file",
                              [](Image& i) { argument(i, "file").slot = vm::kFirstHostSlot; }},
                             {"an argument behind all slots", "schema.bad_slot: file",
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
  expect_answers(
      shop(),
      {
          {"bounds of what has none", "schema.type_bounds: id",
           [](Draft& d) { add_argument(d, sized(TypeKind::Id, -1, 0)); }},
          {"a value below all of its enum", "constant.bad_element: enum",
           asks("tenant.plan", integer_set(TypeKind::Enum, {-1, 0}, "plan"))},
          {"a negative amount", "", asks("spend.cost", integer_set(TypeKind::Money, {-1, 0}))},
          {"a negative duration", "", asks("args.extra", integer_set(TypeKind::Duration, {-1, 0}))},
          {"a time before 1970", "", asks("clock.now", integer_set(TypeKind::Timestamp, {-1, 0}))},
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

}  // namespace
}  // namespace remit::images
