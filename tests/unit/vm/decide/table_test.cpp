// Tables: rows as items, and the lookup that linking makes of them.
#include <gtest/gtest.h>

#include "tests/unit/vm/desk.h"
#include "vm/decide/table.h"
#include "vm/engine/state.h"
#include "vm/image/serialize.h"

namespace remit {
namespace {

using nlohmann::json;
using test::decided;

json by(const Engine& engine, const json& request) { return decided(engine, request)["by"]; }

TEST(Table, EveryCaseHasOneRow) {
  const Engine engine = test::desk();
  json request = test::desk_request();
  request["args"]["amount"] = 2000;
  const auto row = [&](int score, const char* plan) {
    request["risk"]["score"] = score;
    request["tenant"]["plan"] = plan;
    return by(engine, request);
  };
  EXPECT_EQ(row(59, "pro"), json({"shop.policy.small"}));
  EXPECT_EQ(row(60, "pro"), json({"shop.policy.by_plan.hot"}));
  EXPECT_EQ(row(89, "free"), json({"shop.policy.by_plan.hot"}));
  EXPECT_EQ(row(90, "free"), json({"shop.policy.by_plan.otherwise"}));
  EXPECT_EQ(row(60, "enterprise"), json({"shop.policy.by_plan.otherwise"}));
  request["context"]["freeze"] = true;  // the table's `when`
  EXPECT_EQ(row(60, "enterprise"), json({"shop.policy.small"}));
}

TEST(Table, RowThatPassesBringsItsDuties) {
  json request = test::desk_request();
  request["args"]["amount"] = 2000;
  EXPECT_EQ(decided(test::desk(), request)["duties"]["log"], "minimal");
}

TEST(Table, RowsMayGrant) {
  const Engine engine = test::desk();
  json request = json::parse(test::payout(R"({"account":"a","amount":"USD 1"})"));
  request["limits"] = {{"shop.policy.per_actor", 0}};
  EXPECT_EQ(by(engine, request), json({"shop.policy.payouts.plain"}));
  request["args"]["payees"][0]["amount"] = "USD 101";
  EXPECT_EQ(by(engine, request), json({"shop.policy.payouts.large"}));
  request["tenant"]["plan"] = "free";
  EXPECT_EQ(by(engine, request), json({"shop.policy.payouts.otherwise", "engine.default.main"}));
}

vm::Image image_of(const std::string& items) {
  const auto bytes =
      compile({{"schema.rule", test::kShop}, {"policy.rule", test::policy(items)}}).image;
  return *vm::parse(bytes);
}

std::vector<std::uint32_t> rows_of(const vm::Image& image, const vm::TableLookup& lookup,
                                   std::span<const Wide> values) {
  std::vector<std::uint32_t> rows;
  vm::for_each_row(image, image.tables[0], lookup, values,
                   [&](std::uint32_t row) { rows.push_back(row); });
  return rows;
}

TEST(Table, LookupIsTheEqualOfTheCells) {
  const vm::Image image = image_of(test::kDesk);
  const vm::TableLookup lookup = vm::make_lookup(image, image.tables[0]);
  ASSERT_TRUE(lookup.usable());
  for (Wide plan = 0; plan < 3; ++plan) {
    for (Wide score = -2; score < 104; ++score) {
      const Wide values[] = {plan, score};
      const auto rows = rows_of(image, lookup, values);
      EXPECT_EQ(rows, rows_of(image, {}, values));
      EXPECT_EQ(rows.size(), 1U);
    }
  }
}

// A table of one input by hand: a row for every third number.
vm::Image thirds(std::uint32_t rows) {
  vm::Image image;
  image.tables.push_back({{0, rows}, {}, {}, {0, 1}});
  for (std::uint32_t i = 0; i < rows; ++i) {
    vm::ItemRow& item = image.items.emplace_back();
    item.kind = ItemKind::GuardRow;
    item.cells = {i, 1};
    image.cells.push_back({0, {i, 1}});
    image.cell_items.push_back({0, 0, 3 * std::int64_t{i}, 3 * std::int64_t{i}});
  }
  return image;
}

TEST(Table, WithoutOtherwiseMayTakeNothing) {
  const vm::Image image = thirds(3);
  const vm::TableLookup lookup = vm::make_lookup(image, image.tables[0]);
  ASSERT_TRUE(lookup.usable());
  for (Wide value = -2; value < 12; ++value) {
    const Wide values[] = {value};
    const bool taken = value % 3 == 0 && value >= 0 && value < 9;
    EXPECT_EQ(rows_of(image, lookup, values).size(), taken ? 1U : 0U);
    EXPECT_EQ(rows_of(image, lookup, values), rows_of(image, {}, values));
  }
}

TEST(Table, OfTooManyCutsHasNoLookup) {
  const vm::Image image = thirds(2100);
  const vm::TableLookup lookup = vm::make_lookup(image, image.tables[0]);
  EXPECT_FALSE(lookup.usable());
  for (const Wide value : {0, 1, 6297, 6300}) {
    const Wide values[] = {value};
    EXPECT_EQ(rows_of(image, lookup, values).size(), value % 3 == 0 && value < 6300 ? 1U : 0U);
  }
}

// The negation of a cell that takes every value takes none.
TEST(Table, NotAnyValueTakesNone) {
  vm::Image image = thirds(3);
  image.cells[1] = {1, {3, 2}};
  image.cell_items.push_back({1, 0, 0, 5});
  image.cell_items.push_back({0, 1, 6, 0});
  image.cells[2] = {1, {5, 1}};  // all but 0 and above
  image.cell_items.push_back({0, 1, 0, 0});
  const vm::TableLookup lookup = vm::make_lookup(image, image.tables[0]);
  ASSERT_TRUE(lookup.usable());
  for (Wide value = -2; value < 12; ++value) {
    const Wide values[] = {value};
    EXPECT_EQ(rows_of(image, lookup, values), rows_of(image, {}, values));
    EXPECT_EQ(rows_of(image, lookup, values).size(), value <= 0 ? 1U : 0U);
  }
}

// The same with two inputs.
TEST(Table, NotAnyValueOfOneInputTakesNone) {
  vm::Image image = thirds(2);
  image.tables[0].inputs.count = 2;
  image.items[0].cells = {0, 2};
  image.items[1].cells = {2, 2};
  const vm::CellRow first = image.cells[0], second = image.cells[1];
  image.cells = {first, {1, {2, 2}}, second, {0, {4, 0}}};
  image.cell_items.push_back({1, 0, 0, 5});
  image.cell_items.push_back({0, 1, 6, 0});
  const vm::TableLookup lookup = vm::make_lookup(image, image.tables[0]);
  ASSERT_TRUE(lookup.usable());
  for (Wide value = -2; value < 12; ++value) {
    const Wide values[] = {value, value};
    EXPECT_EQ(rows_of(image, lookup, values), rows_of(image, {}, values));
    EXPECT_EQ(rows_of(image, lookup, values).size(), value == 3 ? 1U : 0U);
  }
}

// Only a hand-made image has rows that meet; then every row that holds is a match.
TEST(Table, RowsThatMeetAreLookedAtOneByOne) {
  vm::Image image = image_of(test::kDesk);
  image.cell_items[0].high = 70;  // `< 60` of the row that passes
  const vm::TableLookup lookup = vm::make_lookup(image, image.tables[0]);
  EXPECT_FALSE(lookup.usable());
  const Wide values[] = {1, 65};
  EXPECT_EQ(rows_of(image, lookup, values).size(), 2U);
}

TEST(Table, LargeOneIsLookedAtRowByRow) {
  std::string items =
      "guard table wide on shop.refund {\n  row | risk.score | spend.cost | "
      "args.amount\n";
  const auto cell = [](int i, const char* unit) {
    return i == 0 ? "< " + std::string(unit) + "1"
                  : std::string(unit) + std::to_string(i) + " ..< " + unit + std::to_string(i + 1);
  };
  for (int i = 0; i < 20; ++i)
    items += "  r" + std::to_string(i) + " | " + cell(i, "") + " | " + cell(i, "USD ") + " | " +
             cell(i, "USD ") + " => pass\n";
  items += "  otherwise => deny because \"no\"\n}\n";
  const vm::Image image = image_of(items);
  ASSERT_EQ(image.tables.size(), 1U);
  const vm::TableLookup lookup = vm::make_lookup(image, image.tables[0]);
  EXPECT_FALSE(lookup.usable());
  const Wide values[] = {7, 7'500'000, 7'000'000};
  EXPECT_EQ(rows_of(image, lookup, values).size(), 1U);
}

}  // namespace
}  // namespace remit
