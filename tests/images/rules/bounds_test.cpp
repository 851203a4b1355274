// Each rule of vm/verify/bounds.cpp and vm/verify/clauses.cpp, broken alone.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/images/rules/defects.h"

namespace remit::images {
namespace {

using vm::Image;
using vm::Opcode;

// ---- static bounds

// Policies that name one tenant each count once, as the most expensive one does; any others all
// count.
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
  static Code is(const char* tenant) {
    return {load("tenant.id"), text(tenant, TypeKind::Id), op(Opcode::TextEqual)};
  }
};

TEST_F(Tenants, AreSeenWhereAPolicyIsForThemAlone) {
  EXPECT_EQ(of_second(is("t1"), is("t2")), 0);
  const Code in_set = {load("tenant.id"), push_set(text_set(TypeKind::Id, {"t2", "t3"})),
                       op(Opcode::ContainsText)};
  EXPECT_EQ(of_second(in_set, is("t1")), 0);
  EXPECT_EQ(of_second(is("t1"), is("t1")), bound({is("t1")}) - bound({}));
}

TEST_F(Tenants, AreNotSeenInWhatOnlyLooksLikeThem) {
  const Code kOthers[] = {
      {load("session.id"), text("t1", TypeKind::Id), op(Opcode::TextEqual)},
      {load("tenant.id"), load("session.id"), op(Opcode::TextEqual)},
      {load("tenant.id"), text("t1", TypeKind::Id), op(Opcode::TextNotEqual)},
      {load("tenant.id"), load("target.tenants"), op(Opcode::ContainsText)},
      {load("tenant.id"), push_set(text_set(TypeKind::Id, {"t1"})), op(Opcode::ContainsText, 0, 1)},
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
    if (image[root.name] == "tenant") slot = image.fields[root.fields.first].slot;
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
    // In each policy four steps to compare two texts and one for its guard.
    EXPECT_EQ(twice.tools[0].steps_bound - image.tools[0].steps_bound, 2 * 5);
  }
  EXPECT_TRUE(found);
}

// ---- clauses

TEST(ClausesOfAnImage, ArePartsOfTheirItems) {
  const auto clause = [](Image& i, std::string_view item) -> vm::ClauseRow& {
    const auto at = static_cast<std::size_t>(&item_row(i, item) - i.items.data());
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
          {"an item without clauses", "debug.bad_row: items",
           [](Image& i) { i.debug.items.pop_back(); }},
          {"texts out of order", "debug.bad_row: strings",
           [](Image& i) { std::swap(i.debug.strings[0], i.debug.strings[1]); }},
          {"a text twice", "debug.bad_row: strings",
           [](Image& i) { i.debug.strings.push_back(i.debug.strings.back()); }},
          {"an item of no file", "debug.bad_row: item",
           [](Image& i) { i.debug.items[0].file = vm::DebugStringId{kNowhere}; }},
          {"clauses of two items", "debug.bad_row: item",
           [](Image& i) { i.debug.items[1].clauses.first += 1; }},
          {"clauses that are not there", "debug.bad_row: item",
           [](Image& i) { i.debug.items.back().clauses.count = kNowhere; }},
          {"a clause of no item", "debug.bad_row: clauses",
           [](Image& i) { i.debug.clauses.push_back(i.debug.clauses.back()); }},
          {"a clause without a text", "debug.bad_row: clause",
           [](Image& i) { i.debug.clauses[0].text = vm::DebugStringId{kNowhere}; }},
          {"a clause of no file", "debug.bad_row: clause",
           [](Image& i) { i.debug.clauses[0].file = vm::DebugStringId{kNowhere}; }},
          {"a flag that is neither 0 nor 1", "debug.bad_row: clause",
           [](Image& i) { i.debug.clauses[0].negated = 2; }},
          {"a file of any name", "",
           [](Draft& d) {
             for (Item& item : policy(d, "shop.policy").items) {
               item.file = "a\x01z";
               for (Clause& clause : item.clauses) clause.file = "a\x01z";
             }
           }},
          {"a clause without code", "debug.bad_row: code of a clause",
           [clause](Image& i) { clause(i, "shop.policy.small").code.count = 0; }},
          {"a clause that begins before its condition", "debug.bad_row: code of a clause",
           [clause](Image& i) {
             clause(i, "shop.policy.small").code = {item_row(i, "shop.desk.small").when.first - 1,
                                                    2};
           }},
          {"a clause that ends behind its condition", "debug.bad_row: code of a clause",
           [clause](Image& i) { clause(i, "shop.policy.solo").code.count += 1; }},
          {"a clause that is no condition", "debug.bad_row: a clause that is not a condition",
           [clause](Image& i) { clause(i, "shop.policy.small").code.count = 1; }},
          {"a negated cell", "debug.bad_row: a cell", [cell](Image& i) { cell(i).negated = 1; }},
          {"a cell with other code", "debug.bad_row: a cell",
           [cell](Image& i) { cell(i).code = item_row(i, "shop.policy.solo").when; }},
          {"a cell that is not there", "debug.bad_row: a cell",
           [cell](Image& i) { cell(i).cell = 9; }},
          {"a cell of a rule", "debug.bad_row: a cell",
           [clause](Image& i) { clause(i, "shop.policy.small").cell = 0; }},
      });
}

}  // namespace
}  // namespace remit::images
