// Each rule of vm/verify/tables.cpp, broken alone.
#include <gtest/gtest.h>

#include "tests/images/rules/defects.h"

namespace remit::images {
namespace {

using vm::Image;

vm::CellItemRow& open_part(Image& image, bool low) {
  for (vm::CellItemRow& part : image.cell_items)
    if ((low ? part.open_low : part.open_high) != 0) return part;
  ADD_FAILURE();
  return image.cell_items[0];
}

// The parts of one cell: of the row `calm`, where the risk is.
std::function<void(Draft&)> parts(std::vector<vm::CellItemRow> items) {
  return [items = std::move(items)](Draft& d) {
    item(d, "shop.desk.by_plan.calm").cells[1].items = items;
  };
}

void swap_parts(Image& image) {
  const vm::CellRow& cell = image.cells[item_row(image, "shop.desk.by_plan.calm").cells.first + 1];
  std::swap(image.cell_items[cell.items.first], image.cell_items[cell.items.first + 1]);
}

TEST(RowsOfTables, Cells) {
  expect_answers(
      shop(), {
                  {"a flag that is neither 0 nor 1", "file.bad_enumerator: open end",
                   [](Image& i) { open_part(i, true).open_low = 2; }},
                  {"a flag that is neither 0 nor 1", "file.bad_enumerator: open end",
                   parts({{0, 1, 5, 0}}), [](Image& i) { open_part(i, false).open_high = 2; }},
                  {"a number at an end that is open above", "code.unused_bits: open end",
                   parts({{0, 1, 5, 9}})},
                  {"a part that is open above, and one more", "row.not_sorted: cell",
                   parts({{0, 1, 5, 0}, {0, 0, 7, 8}})},
                  {"a part, and one more that is open below", "row.not_sorted: cell",
                   parts({{0, 0, -5, -3}, {1, 0, 0, 9}}), swap_parts},
                  {"two parts", "", parts({{0, 0, -5, -3}, {0, 1, 9, 0}})},
                  {"cells of two rows", "row.bad_range: cells",
                   [](Image& i) { item_row(i, "shop.desk.by_plan.hot").cells.first += 1; }},
                  {"a cell of what is no row", "row.bad_range: cells",
                   [](Draft& d) { item(d, "shop.policy.small").cells.emplace_back(); }},
                  {"a part of no cell", "row.unused: cell_items",
                   [](Image& i) { add_one_more(i.cell_items); }},
                  {"a cell of nothing", "row.unused: cells",
                   [](Image& i) {
                     i.cells.push_back({0, {static_cast<std::uint32_t>(i.cell_items.size()), 0}});
                   }},
                  {"a row with a cell too few", "row.bad_range: cells of a row",
                   [](Draft& d) { item(d, "shop.desk.by_plan.hot").cells.pop_back(); }},
              });
}

TEST(RowsOfTables, RowsBelongToTheirTables) {
  const auto stray = [](const char* name) {
    return [name](Draft& d) {
      policy(d, "shop.desk")
          .items.push_back(
              make_item(ItemKind::GuardRow, name, vm::VerdictClass::Deny, {}, {"shop.refund"}));
    };
  };
  expect_answers(
      shop(),
      {
          {"a row behind all tables", "row.bad_reference: table of a row", stray("zz.otherwise"),
           [](Image& i) {
             item_row(i, "shop.desk.zz.otherwise").detail =
                 static_cast<std::uint32_t>(i.tables.size());
           }},
          {"a row before its table", "row.bad_reference: table of a row", stray("aa.otherwise"),
           [](Image& i) { item_row(i, "shop.desk.aa.otherwise").detail = 0; }},
          {"inputs of two tables", "row.bad_range: inputs",
           [](Image& i) { i.tables[1].inputs.first += 1; }},
          {"too many inputs", "row.bad_bound: inputs of a table",
           [](Draft& d) {
             for (Table& table : d.tables) table.inputs.resize(65, table.inputs[0]);
             for (Item& item : policy(d, "shop.desk").items)
               if (!item.cells.empty()) item.cells.resize(65);
           }},
          {"a table inside another", "row.bad_range: rows of a table",
           [](Image& i) {
             vm::RangeOf<vm::ItemRow>&first = i.tables[0].items, &second = i.tables[1].items;
             second.count += second.first - first.first;
             second.first = first.first;
           }},
          {"a table without rows", "row.bad_range: rows of a table",
           [](Image& i) {
             const std::uint32_t inputs = i.tables[0].inputs.count + i.tables[1].inputs.count;
             const std::uint32_t code = i.limits[0].maximum.first;
             i.tables.push_back({{i.tables[1].items.first + i.tables[1].items.count, 0},
                                 {code, 0},
                                 {code, 0},
                                 {inputs, 1}});
             i.inputs.insert(i.inputs.begin() + inputs,
                             {TypeKind::Int, vm::kNoRow, {i.inputs[inputs].code.first, 0}});
             for (vm::LimitRow& limit : i.limits) limit.keys.first += 1;
           }},
          {"a table of more rows than there are items", "row.bad_range: rows of a table",
           [](Image& i) { i.tables[1].items.count = kNowhere; }},
          {"a table of guards", "row.bad_reference: rows of a table",
           [](Draft& d) {
             Table table;
             table.inputs = d.tables[0].inputs;
             d.tables.push_back(table);
             Item one =
                 make_item(ItemKind::GuardRow, "zz", vm::VerdictClass::Deny, {}, {"shop.refund"});
             one.table = d.tables.size() - 1;
             policy(d, "shop.desk").items.push_back(one);
           },
           [](Image& i) {
             item_row(i, "shop.desk.zz").kind = ItemKind::Guard;
             item_row(i, "shop.desk.zz").detail = vm::kNoRow;
           }},
          {"a table over two policies", "row.bad_reference: rows of a table",
           [](Draft& d) {
             // The rows are the last item of one policy and the first of the next.
             Table table;
             table.inputs = {d.tables[0].inputs[0]};
             d.tables.push_back(table);
             for (const auto& [owner, name] :
                  {std::pair("shop.desk", "zz.one"), {"shop.policy", "aa.two"}}) {
               Item made =
                   make_item(ItemKind::GuardRow, name, vm::VerdictClass::Deny, {}, {"shop.refund"});
               made.table = d.tables.size() - 1;
               made.cells.emplace_back();
               policy(d, owner).items.push_back(made);
             }
           }},
          {"a row with a condition", "row.bad_range: conditions of a row",
           [](Draft& d) { item(d, "shop.desk.by_plan.hot").when = {yes()}; }},
          {"a row with an exception", "row.bad_range: conditions of a row",
           [](Draft& d) { item(d, "shop.desk.by_plan.hot").unless = {yes()}; }},
          {"a row for other tools", "row.bad_reference: scope of a row",
           [](Draft& d) { item(d, "shop.desk.by_plan.hot").scope.push_back("shop.payout"); }},
          {"otherwise twice", "schema.bad: two rows for what no row takes",
           [](Draft& d) { item(d, "shop.desk.payouts.plain").cells.clear(); }},
          {"nothing but otherwise", "schema.bad: two rows for what no row takes",
           [](Draft& d) {
             std::erase_if(policy(d, "shop.desk").items, [](const Item& one) {
               return one.name == "by_plan.hot" || one.name == "by_plan.calm";
             });
           }},
      });
}

TEST(RowsOfTables, Limits) {
  expect_answers(shop(), {
                             {"limits out of order", "row.bad_reference: limit",
                              [](Image& i) {
                                std::swap(item_row(i, "shop.desk.per_actor").detail,
                                          item_row(i, "shop.desk.per_tenant").detail);
                              }},
                             {"a limit of another item", "row.bad_reference: limit",
                              [](Image& i) { i.limits[0].item = ItemId{0}; }},
                             {"a limit that is not there", "row.bad_reference: limit",
                              [](Image& i) {
                                vm::ItemRow& last = i.items.back();
                                last.kind = ItemKind::Limit;
                                last.detail = static_cast<std::uint32_t>(i.limits.size());
                              }},
                             {"a limit of no item", "row.unused: limits",
                              [](Image& i) {
                                item_row(i, "shop.desk.per_tenant").kind = ItemKind::Guard;
                                item_row(i, "shop.desk.per_tenant").detail = vm::kNoRow;
                              }},
                             {"keys of two limits", "row.bad_range: inputs",
                              [](Image& i) { i.limits[1].keys.first += 1; }},
                             {"an input of nothing", "row.unused: inputs",
                              [](Image& i) {
                                i.inputs.push_back(
                                    {TypeKind::Int,
                                     vm::kNoRow,
                                     {i.inputs.back().code.first + i.inputs.back().code.count, 0}});
                              }},
                             {"an input of no enum", "row.bad_reference: type of an input",
                              [](Image& i) {
                                for (vm::InputRow& input : i.inputs)
                                  if (input.kind == TypeKind::Enum) input.ref = kNowhere;
                              }},
                         });
}

}  // namespace
}  // namespace remit::images
