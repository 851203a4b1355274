// Each rule of vm/verify/rows.cpp and vm/verify/reserved.cpp, broken alone.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <remit/limits.h>
#include "stdlib/money.h"
#include "stdlib/time.h"
#include "tests/images/rules/defects.h"
#include "vm/verify/parts.h"

namespace remit::images {
namespace {

using vm::Image;
using vm::Opcode;

constexpr vm::StringId kNoText{kNowhere};

template <typename Rows>
void swap_names(Rows& rows) {
  std::swap(rows[0].name, rows[1].name);
}

// A guard that asks whether the risk is one of some numbers.
void ask_risk(Draft& draft, const char* name, Set numbers) {
  policy(draft, "shop.policy")
      .items.push_back(
          make_item(ItemKind::Guard, name, vm::VerdictClass::Deny,
                    {load("risk.score"), push_set(std::move(numbers)), op(Opcode::ContainsInteger)},
                    {"shop.refund"}));
}

std::vector<Field> flags(int count) {
  std::vector<Field> fields;
  for (int i = 0; i < count; ++i)
    fields.push_back(optional_field(fmt::format("z{:05}", i), plain(TypeKind::Bool)));
  return fields;
}

void append(std::vector<Field>& fields, std::vector<Field> more) {
  fields.insert(fields.end(), more.begin(), more.end());
}

TEST(RowsOfAnImage, HeaderAndPools) {
  expect_answers(
      shop(),
      {
          {"a string twice", "row.not_sorted: strings", [](Image& i) { add_one_more(i.strings); }},
          {"a text with the end of a line", "row.bad_text: shop.refund\r",
           [](Draft& d) { tool(d, "shop.refund").wire_name = "shop.refund\r"; }},
          {"integers out of order", "row.not_sorted: integers",
           [](Image& i) { std::swap(i.integers[0], i.integers[1]); }},
          {"an integer twice", "row.not_sorted: integers",
           [](Image& i) { add_one_more(i.integers); }},
          {"a bundle whose name is no name", "row.bad_name: name of the bundle",
           [](Draft& d) { d.header.dev = false, d.name = "Shop"; }},
          {"a dev image with a name", "row.bad_reference: name of a dev image",
           [](Image& i) { i.name = vm::StringId{0}; }},
          {"as many steps as there may be", "",
           [](Draft& d) { d.header.steps_max = limits::kStepsMax; }},
          {"one more", "row.bad_bound: max_steps",
           [](Draft& d) { d.header.steps_max = limits::kStepsMax + 1; }},
          {"a version before the first", "row.bad_bound: version",
           [](Draft& d) { d.header.version = -1; }},
          {"an expiry before all times", "row.bad_bound: expires",
           [](Draft& d) { d.header.expires_ms = -1; }},
          {"an expiry after all times", "row.bad_bound: expires",
           [](Draft& d) { d.header.expires_ms = stdlib::kTimestampMax + 1; }},
          {"the last expiry", "", [](Draft& d) { d.header.expires_ms = stdlib::kTimestampMax; }},
          {"too many currencies", "row.bad_bound: currencies",
           [](Draft& d) {
             for (int i = 0; i < 64; ++i)
               d.currencies.push_back(
                   {{'A', static_cast<char>('A' + i / 26), static_cast<char>('A' + i % 26)}, 2});
           }},
          {"a currency with a sign below the letters", "row.bad_name: currency",
           [](Draft& d) { d.currencies.push_back({{'@', 'A', 'A'}, 2}); }},
          {"one more currency", "row.reserved: a second currency",
           [](Draft& d) { d.currencies.push_back({{'A', 'A', 'A'}, 2}); }},
      });
}

TEST(RowsOfAnImage, Types) {
  const auto argument = [](Type type) {
    return [type = std::move(type)](Draft& d) { add_argument(d, type); };
  };
  const Type id = plain(TypeKind::Id);
  expect_answers(
      shop(),
      {
          {"an enum that is not there", "row.bad_reference: type", argument(enum_type("nowhere"))},
          {"a type that is its own element", "row.bad_reference: element of a type",
           [](Image& i) { i.types.back().ref = static_cast<std::uint32_t>(i.types.size() - 1); }},
          {"a list of a collection", "schema.bad: element of a collection",
           [](Image& i) { i.types.back().ref = static_cast<std::uint32_t>(i.types.size() - 2); }},
          {"a set of records", "schema.bad: element of a collection",
           argument(set_of(record_type("payee"), 4))},
          {"a list of opaque values", "schema.bad: element of a collection",
           argument(list_of(sized(TypeKind::Opaque, 0, 40), 0, 4))},
          {"fewer than no elements", "row.bad_bound: collection", argument(list_of(id, -1, 4))},
          {"at least more than at most", "row.bad_bound: collection", argument(list_of(id, 5, 4))},
          {"a list of nothing", "row.bad_bound: collection", argument(list_of(id, 0, 0))},
          {"the largest list", "", argument(list_of(id, 0, limits::kCollectionMax))},
          {"a larger one", "row.bad_bound: collection",
           argument(list_of(id, 0, limits::kCollectionMax + 1))},
          {"a text of one byte at least", "row.bad_bound: text",
           argument(sized(TypeKind::String, 1, 4))},
          {"a text of no bytes", "row.bad_bound: text", argument(sized(TypeKind::String, 0, 0))},
          {"a longer text than any", "row.bad_bound: text",
           argument(sized(TypeKind::String, 0, limits::kStringBytesMax + 1))},
          {"an opaque of no bytes", "row.bad_bound: text", argument(sized(TypeKind::Opaque, 0, 0))},
          {"an interval that ends before it begins", "row.bad_bound: interval of a type",
           argument(int_type(5, 4))},
          {"durations from one", "row.bad_bound: duration",
           argument(sized(TypeKind::Duration, 1, stdlib::kDurationMax))},
          {"durations but the longest", "row.bad_bound: duration",
           argument(sized(TypeKind::Duration, 0, stdlib::kDurationMax - 1))},
          {"timestamps from one", "row.bad_bound: timestamp",
           argument(sized(TypeKind::Timestamp, 1, stdlib::kTimestampMax))},
          {"timestamps but the last", "row.bad_bound: timestamp",
           argument(sized(TypeKind::Timestamp, 0, stdlib::kTimestampMax - 1))},
          {"times of day from one", "row.bad_bound: timeofday",
           argument(sized(TypeKind::TimeOfDay, 1, stdlib::kTimeOfDayMax))},
          {"times of day but the last", "row.bad_bound: timeofday",
           argument(sized(TypeKind::TimeOfDay, 0, stdlib::kTimeOfDayMax - 1))},
          {"a type twice", "row.not_sorted: types", [](Image& i) { add_one_more(i.types); }},
      });
}

TEST(RowsOfAnImage, Schema) {
  expect_answers(
      shop(),
      {
          {"an enum whose name is no name", "row.bad_name: enum",
           [](Draft& d) { d.enums.push_back({{}, "Extra", {{{}, "a"}}}); }},
          {"enums out of order", "row.not_sorted: enums", [](Image& i) { swap_names(i.enums); }},
          {"a flag that is neither 0 nor 1", "file.bad_enumerator: ordered",
           [](Image& i) { i.enums[0].ordered = 2; }},
          {"values of two enums", "row.bad_range: enum_values",
           [](Image& i) { i.enums[1].values.first += 1; }},
          {"too many values", "row.bad_bound: enum",
           [](Draft& d) {
             Enum& large = d.enums.emplace_back();
             large.name = "zone";
             for (std::size_t i = 0; i <= limits::kEnumValuesMax; ++i)
               large.values.push_back({{}, fmt::format("v{:05}", i)});
           }},
          {"a value of no enum", "row.unused: enum_values",
           [](Image& i) { add_one_more(i.enum_values); }},
          {"a value whose name is no name", "row.bad_name: enum value",
           [](Draft& d) { enumeration(d, "plan").values[0].name = "Free"; }},
          {"a value without a wire name", "row.bad_reference: wire name",
           [](Image& i) { i.enum_values[0].wire_name = kNoText; }},
          {"a flag that is neither 0 nor 1", "file.bad_enumerator: platform",
           [](Image& i) { i.enum_values[0].platform = 2; }},
          {"fields of two records", "row.bad_range: fields",
           [](Image& i) { i.records[1].fields.first += 1; }},
          {"a record whose name is no name", "row.bad_name: record",
           [](Draft& d) { d.records.push_back({"Extra", {}}); }},
          {"records out of order", "row.not_sorted: records",
           [](Image& i) { swap_names(i.records); }},
          {"too many fields of a record", "row.bad_bound: record",
           [](Draft& d) { d.records.push_back({"wide", flags(257)}); }},
          {"a root whose name is no name", "row.bad_name: root",
           [](Draft& d) { d.roots.push_back({"Zone", flags(1)}); }},
          {"fields of two roots", "row.bad_range: fields",
           [](Image& i) { i.roots[1].fields.first += 1; }},
          {"too many fields of a root", "row.bad_bound: root",
           [](Draft& d) { append(root(d, "risk").fields, flags(256)); }},
          {"a field whose name is no name", "row.bad_name: field",
           [](Draft& d) {
             tool(d, "shop.payout").args.push_back(optional_field("Extra", plain(TypeKind::Id)));
           }},
          {"a field without a wire name", "row.bad_reference: wire name",
           [](Image& i) { i.fields[0].wire_name = kNoText; }},
          {"a flag that is neither 0 nor 1", "file.bad_enumerator: optional",
           [](Image& i) { i.fields[0].optional = 2; }},
          {"a flag that is neither 0 nor 1", "file.bad_enumerator: sensitive",
           [](Image& i) { i.fields[0].sensitive = 2; }},
          {"a unit with too many decimals", "row.bad_bound: decimals of a unit",
           [](Draft& d) {
             field(d, "shop.refund.amount").row.unit_digits = stdlib::kMoneyDecimals + 1;
           }},
          {"a unit of an id", "schema.bad: unit of what is not money",
           [](Draft& d) {
             field(d, "shop.refund.order").row.unit = vm::MoneyUnit::Major;
             field(d, "shop.refund.order").row.unit_digits = 2;
           }},
          {"a minor unit with other decimals", "schema.bad: decimals of a minor unit",
           [](Draft& d) {
             field(d, "shop.refund.amount").row.unit = vm::MoneyUnit::Minor;
             field(d, "shop.refund.amount").row.unit_digits = 3;
           }},
          {"decimals of no unit", "row.bad_bound: decimals of a unit",
           [](Draft& d) { field(d, "shop.refund.order").row.unit_digits = 1; }},
          {"a default of a set", "default.misplaced: default",
           [](Draft& d) { field(d, "shop.refund.tags").default_integer = 1; }},
          {"a default that is not there", "row.bad_reference: default",
           [](Image& i) {
             for (vm::FieldRow& field : i.fields)
               if (field.default_row != vm::kNoRow) field.default_row = kNowhere;
           }},
      });
}

TEST(RowsOfAnImage, Tools) {
  expect_answers(
      shop(),
      {
          {"too many tools", "row.bad_bound: tools",
           [](Image& i) { i.tools.resize(limits::kToolsMax + 1, i.tools[0]); }},
          {"a tool whose name is no name", "row.bad_name: tool",
           [](Draft& d) { tool(d, "shop.payout").name = "shop.Payout"; }},
          {"a tool of no namespace", "row.bad_name: tool",
           [](Draft& d) {
             Tool plain = tool(d, "shop.payout");
             plain.name = plain.wire_name = "payout";
             d.tools.push_back(plain);
           }},
          {"tools out of order", "row.not_sorted: tools", [](Image& i) { swap_names(i.tools); }},
          {"a tool without a wire name", "row.bad_reference: wire name",
           [](Image& i) { i.tools[0].wire_name = kNoText; }},
          {"a tool without a name", "row.bad_reference: tool",
           [](Image& i) { i.tools[0].name = kNoText; }},
          {"arguments of two tools", "row.bad_range: fields",
           [](Image& i) { i.tools[1].args.first += 1; }},
          {"too many arguments", "row.bad_bound: arguments",
           [](Draft& d) { append(tool(d, "shop.payout").args, flags(257)); }},
          {"results of two tools", "row.bad_range: names",
           [](Image& i) { i.tools[1].results.first += 1; }},
          {"required facts of two tools", "row.bad_range: required_slots",
           [](Image& i) { i.tools[1].required.first += 1; }},
          {"less than no undo", "row.bad_bound: undo",
           [](Draft& d) { tool(d, "shop.payout").row.undo_ms = -2; }},
          {"an undo after all times", "row.bad_bound: undo",
           [](Draft& d) { tool(d, "shop.payout").row.undo_ms = stdlib::kDurationMax + 1; }},
          {"a field of nothing", "row.unused: fields", [](Image& i) { add_one_more(i.fields); }},
          {"a result of no tool", "row.unused: names", [](Image& i) { add_one_more(i.names); }},
          {"a required fact of no tool", "row.unused: required_slots",
           [](Image& i) { add_one_more(i.required_slots); }},
          {"a result whose name is no name", "row.bad_name: result",
           [](Draft& d) { tool(d, "shop.payout").results.push_back("Card"); }},
          {"two tools of one wire name", "schema.bad: two tools have one wire name",
           [](Draft& d) { tool(d, "shop.payout").wire_name = "shop.refund"; }},
      });
}

TEST(RowsOfAnImage, Policies) {
  expect_answers(
      shop(),
      {
          {"policies without a layer", "schema.bad: layers", [](Image& i) { i.layers.clear(); }},
          {"no layer and no policy", "", [](Draft& d) { d.layers.clear(), d.tables.clear(); }},
          {"too many layers", "row.bad_bound: layers",
           [](Draft& d) {
             for (const char name : std::string_view("abcdefgh"))
               d.layers.push_back({{}, std::string(1, name), {}});
           }},
          {"a layer without a name", "row.bad_reference: layer",
           [](Image& i) { i.layers[0].name = kNoText; }},
          {"a layer whose name is no name", "row.bad_name: layer",
           [](Draft& d) { d.layers[0].name = "Main"; }},
          {"a flag that is neither 0 nor 1", "file.bad_enumerator: guards_only",
           [](Image& i) { i.layers[0].guards_only = 2; }},
          {"a flag that is neither 0 nor 1", "file.bad_enumerator: machine",
           [](Image& i) { i.layers[0].machine = 2; }},
          {"policies that are not there", "row.bad_range: policies",
           [](Image& i) { i.layers[0].policies.count = kNowhere; }},
          {"a policy of no layer", "row.bad_range: policies",
           [](Image& i) { i.layers[0].policies.first = 1; }},
          {"a policy whose name is no name", "row.bad_name: policy",
           [](Draft& d) { policy(d, "shop.policy").name = "shop.Policy"; }},
          {"policies out of order", "row.not_sorted: policies",
           [](Image& i) { swap_names(i.policies); }},
          {"a policy of another layer", "row.bad_reference: layer of a policy",
           [](Image& i) { i.policies[0].layer = vm::LayerId{1}; }},
          {"items of two policies", "row.bad_range: items",
           [](Image& i) { i.policies[1].items.first += 1; }},
          {"an item whose name is no name", "row.bad_name: item",
           [](Draft& d) { item(d, "shop.policy.small").name = "Small"; }},
          {"items out of order", "row.not_sorted: items",
           [](Image& i) {
             std::swap(item_row(i, "shop.policy.fix").name, item_row(i, "shop.policy.no").name);
           }},
          {"an item of another policy", "row.bad_reference: policy of an item",
           [](Image& i) { i.items[0].policy = vm::PolicyId{1}; }},
          {"one more policy", "row.unused: policies", [](Image& i) { add_one_more(i.policies); }},
          {"one more item", "row.unused: items", [](Image& i) { add_one_more(i.items); }},
      });
}

// Not written as a file, which would have a hundred million bytes.
TEST(RowsOfAnImage, NoMoreThanThereMayBe) {
  Image image = laid_out(shop());
  image.policies.resize(limits::kPoliciesMax + 1, image.policies[0]);
  EXPECT_EQ(vm::verify_rows(image).error().code(), "row.bad_bound");
  EXPECT_TRUE(vm::verify_rows(image).error().message.ends_with(": policies"));
  image = laid_out(shop());
  image.items.resize(limits::kItemsMax + 1, image.items[0]);
  EXPECT_EQ(vm::verify_rows(image).error().code(), "row.bad_bound");
  EXPECT_TRUE(vm::verify_rows(image).error().message.ends_with(": items"));
}

TEST(RowsOfAnImage, Items) {
  expect_answers(
      shop(),
      {
          {"parties of two items", "row.bad_range: parties",
           [](Image& i) { i.items[1].parties.first += 1; }},
          {"duties of two items", "row.bad_range: duties",
           [](Image& i) { i.items[1].duties.first += 1; }},
          {"overrides of two items", "row.bad_range: overridden",
           [](Image& i) { i.items[1].overrides.first += 1; }},
          {"a scope out of order", "row.not_sorted: scope",
           [](Image& i) {
             const std::uint32_t first = item_row(i, "shop.desk.per_actor").scope.first;
             std::swap(i.scope_tools[first], i.scope_tools[first + 1]);
           }},
          {"an item that is not there", "row.bad_reference: overrides",
           [](Image& i) { i.overridden[0] = ItemId{kNowhere}; }},
          {"overrides out of order", "row.not_sorted: overrides",
           [](Draft& d) { item(d, "shop.policy.fix").overrides.push_back("shop.policy.solo"); },
           [](Image& i) { std::swap(i.overridden[0], i.overridden[1]); }},
          {"a party of no item", "row.unused: parties", [](Image& i) { add_one_more(i.parties); }},
          {"seats of two parties", "row.bad_range: seats",
           [](Image& i) { i.parties[1].seats.first += 1; }},
          {"a seat of no party", "row.unused: seats", [](Image& i) { add_one_more(i.seats); }},
          {"a duty of no item", "row.unused: duties", [](Image& i) { add_one_more(i.duties); }},
          {"an override of no item", "row.unused: overridden",
           [](Image& i) { add_one_more(i.overridden); }},
          {"a duty whose name is no name", "row.bad_name: duty",
           [](Draft& d) {
             for (Duty& duty : item(d, "shop.policy.small").duties)
               if (duty.row.kind == DutyKind::Redact) duty.name = "Card";
           }},
          {"a name of a duty that has none", "item.bad_duty: name of a duty",
           [](Image& i) {
             for (vm::DutyRow& duty : i.duties)
               if (duty.kind == DutyKind::Log) duty.name = vm::StringId{0};
           }},
      });
}

TEST(RowsOfAnImage, Messages) {
  const auto is_text = [](const vm::TemplatePieceRow& piece) { return piece.code.count == 0; };
  const auto piece = [is_text](Image& i, bool text) -> vm::TemplatePieceRow& {
    for (vm::TemplatePieceRow& row : i.template_pieces)
      if (is_text(row) == text) return row;
    ADD_FAILURE();
    return i.template_pieces[0];
  };
  const auto because = [](std::string text) {
    return
        [text = std::move(text)](Draft& d) { item(d, "shop.policy.solo").because = words(text); };
  };
  expect_answers(
      shop(),
      {
          {"messages out of order", "row.bad_reference: message",
           [](Image& i) {
             std::swap(item_row(i, "shop.policy.fix").because,
                       item_row(i, "shop.policy.no").because);
           }},
          {"a message that is not there", "row.bad_reference: message",
           [](Image& i) {
             i.items.back().advise =
                 static_cast<vm::TemplateId>(static_cast<std::uint32_t>(i.templates.size()));
           }},
          {"a message of no item", "row.unused: templates",
           [](Image& i) {
             i.templates.push_back({{static_cast<std::uint32_t>(i.template_pieces.size()), 0}});
           }},
          {"pieces of two messages", "row.bad_range: template_pieces",
           [](Image& i) { i.templates[1].pieces.first += 1; }},
          {"a piece of no message", "row.unused: template_pieces",
           [piece](Image& i) { i.template_pieces.push_back(piece(i, true)); }},
          {"a flag that is neither 0 nor 1", "file.bad_enumerator: quoted",
           [piece](Image& i) { piece(i, false).quoted = 2; }},
          {"a text in quotes", "file.bad_enumerator: quoted text",
           [piece](Image& i) { piece(i, true).quoted = 1; }},
          {"a text that is not there", "row.bad_reference: text of a message",
           [piece](Image& i) { piece(i, true).text = kNoText; }},
          {"text and value", "row.bad_reference: a piece of a message is text or a value",
           [piece](Image& i) { piece(i, false).text = piece(i, true).text; }},
          {"nothing for a text", "message.pieces: a piece", because("")},
          {"the longest text", "", because(std::string(limits::kTemplateBytesMax, 'x'))},
          {"a longer one", "message.pieces: length",
           because(std::string(limits::kTemplateBytesMax + 1, 'x'))},
      });
}

TEST(RowsOfAnImage, CodeAndConstants) {
  const auto text_set = [](Image& i) -> std::int64_t* {
    for (const vm::SetRow& set : i.sets)
      if (set.element == vm::ElementKind::Text) return &i.set_elements[set.elements.first];
    ADD_FAILURE();
    return i.set_elements.data();
  };
  const auto ask_tenant = [](Draft& d) {
    Set tenants{vm::ElementKind::Text, TypeKind::Id, {}, {}, {"t1", "t2"}};
    policy(d, "shop.policy")
        .items.push_back(make_item(ItemKind::Guard, "two", vm::VerdictClass::Deny,
                                   {load("tenant.id"), push_set(tenants), op(Opcode::ContainsText)},
                                   {"shop.refund"}));
  };
  constexpr std::int64_t kFar = std::int64_t{1} << 32;
  expect_answers(
      shop(), {
                  {"code of two items", "row.bad_range: code",
                   [](Image& i) { item_row(i, "shop.desk.large").when.first += 1; }},
                  {"code of nothing", "row.unused: code", [](Image& i) { add_one_more(i.code); }},
                  {"elements of two sets", "row.bad_range: set_elements",
                   [](Draft& d) { ask_risk(d, "odd", integer_set(TypeKind::Int, {1, 3})); },
                   [](Image& i) { i.sets[1].elements.first += 1; }},
                  {"no elements", "row.bad_bound: set",
                   [](Draft& d) { ask_risk(d, "odd", integer_set(TypeKind::Int, {})); }},
                  {"too many elements", "row.bad_bound: set",
                   [](Draft& d) {
                     std::vector<std::int64_t> many(limits::kSetLiteralMax + 1);
                     for (std::size_t i = 0; i < many.size(); ++i)
                       many[i] = static_cast<std::int64_t>(i);
                     ask_risk(d, "odd", integer_set(TypeKind::Int, many));
                   }},
                  {"a set of no enum", "row.bad_reference: type of a set",
                   [](Image& i) {
                     for (vm::SetRow& set : i.sets)
                       if (set.kind == TypeKind::Enum) set.ref = kNowhere;
                   }},
                  {"numbers that are texts", "row.bad_reference: kind of a set",
                   [](Draft& d) {
                     Set ids = integer_set(TypeKind::Int, {1, 3});
                     ids.kind = TypeKind::Id;
                     ask_risk(d, "odd", ids);
                   }},
                  {"address ranges of hosts", "row.bad_reference: kind of a set",
                   [](Draft& d) {
                     ask_risk(d, "odd",
                              {vm::ElementKind::Cidr, TypeKind::Host, {}, {}, {"10.0.0.0/8"}});
                   }},
                  {"elements out of order", "row.not_sorted: elements of a set", ask_tenant,
                   [text_set](Image& i) { std::swap(text_set(i)[0], text_set(i)[1]); }},
                  {"an element below all texts", "row.bad_reference: element of a set", ask_tenant,
                   [text_set](Image& i) { text_set(i)[0] -= kFar; }},
                  {"an element above all texts", "row.bad_reference: element of a set", ask_tenant,
                   [text_set](Image& i) { text_set(i)[1] += kFar; }},
                  {"an element of no set", "row.unused: set_elements",
                   [](Image& i) { add_one_more(i.set_elements); }},
                  {"sets out of order", "row.not_sorted: sets",
                   [](Draft& d) {
                     ask_risk(d, "even", integer_set(TypeKind::Int, {2, 4}));
                     ask_risk(d, "odd", integer_set(TypeKind::Int, {1, 3}));
                   },
                   [](Image& i) {
                     for (std::size_t s = 0; s + 1 < i.sets.size(); ++s) {
                       if (i.sets[s].kind != TypeKind::Int || i.sets[s + 1].kind != TypeKind::Int)
                         continue;
                       std::int64_t* const first = &i.set_elements[i.sets[s].elements.first];
                       std::swap_ranges(first, first + 2, first + 2);
                     }
                   }},
                  {"a pattern that is not there", "row.bad_reference: pattern",
                   [](Image& i) { i.patterns[0] = kNoText; }},
                  {"patterns out of order", "row.not_sorted: patterns",
                   [](Draft& d) {
                     item(d, "shop.policy.fix").unless = {load("actor.version"), matches("a+")};
                   },
                   [](Image& i) { std::swap(i.patterns[0], i.patterns[1]); }},
              });
}

}  // namespace
}  // namespace remit::images
