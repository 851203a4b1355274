// Images with tables, limits and asserts: each check of the verifier that is about them.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/unit/vm/desk.h"
#include "vm/image/serialize.h"
#include "vm/verify/program.h"

namespace remit {
namespace {

using vm::Image;

Image sound() {
  const auto bytes =
      compile({{"schema.rule", test::kShop}, {"policy.rule", test::policy(test::kDesk)}}).image;
  return *vm::parse(bytes);
}

vm::ItemRow& item(Image& image, std::string_view name) {
  return *std::ranges::find_if(image.items,
                               [&](const vm::ItemRow& row) { return image[row.name] == name; });
}

std::string fault(const Image& image) {
  const auto program = vm::verify(vm::serialize(image));
  return program ? std::string("accepted") : std::string(program.error().code());
}

TEST(VerifyTables, AcceptsWhatTheCompilerWrites) { EXPECT_EQ(fault(sound()), "accepted"); }

TEST(VerifyTables, RefusesEachKindOfDamage) {
  const struct {
    const char* code;
    const char* what;
    std::function<void(Image&)> damage;
  } kCases[] = {
      {"file.bad_enumerator", "a flag of a cell", [](Image& i) { i.cells[0].negated = 2; }},
      {"row.bad_range", "a negated cell without parts", [](Image& i) { i.cells[0].negated = 1; }},
      {"row.bad_range", "a gap in the parts of cells",
       [](Image& i) { i.cells[1].items.first = 1; }},
      {"code.unused_bits", "a number at an open end", [](Image& i) { i.cell_items[0].low = 1; }},
      {"row.bad_bound", "both ends open", [](Image& i) { i.cell_items[0] = {1, 1, 0, 0}; }},
      {"row.bad_bound", "an empty part",
       [](Image& i) {
         for (vm::CellItemRow& part : i.cell_items)
           if (part.open_low == 0 && part.open_high == 0) part.low = part.high + 1;
       }},
      {"row.not_sorted", "parts that are not in order",
       [](Image& i) {
         for (const vm::CellRow& cell : i.cells)
           if (cell.items.count == 2)
             std::swap(i.cell_items[cell.items.first], i.cell_items[cell.items.first + 1]);
       }},
      {"row.bad_reference", "a row of another table",
       [](Image& i) { item(i, "by_plan.hot").detail = 1; }},
      {"row.bad_reference", "a row without a table",
       [](Image& i) { item(i, "by_plan.hot").detail = vm::kNoRow; }},
      {"row.bad_reference", "a rule with a detail", [](Image& i) { item(i, "small").detail = 0; }},
      {"row.bad_reference", "a table that ends too soon",
       [](Image& i) { i.tables[0].items.count = 1; }},
      {"row.bad_bound", "a table without inputs", [](Image& i) { i.tables[0].inputs.count = 0; }},
      {"row.bad_reference", "a row that grants in a guard table",
       [](Image& i) { item(i, "by_plan.hot").kind = ItemKind::Row; }},
      {"code.bad_type", "a limit on what is not an amount",
       [](Image& i) { i.limits[0].kind = TypeKind::Bool; }},
      {"code.bad_type", "a maximum of another type",
       [](Image& i) {
         i.limits.back().kind = TypeKind::Duration;
         i.limits.back().ref = vm::kNoRow;
       }},
      {"row.bad_reference", "a maximum in no currency",
       [](Image& i) {
         for (vm::LimitRow& limit : i.limits)
           if (limit.kind == TypeKind::Money) limit.ref = vm::kNoRow;
       }},
      {"code.bad_type", "a key of another type",
       [](Image& i) { i.inputs.back().kind = TypeKind::Host; }},
      {"code.bad_type", "an input of another type",
       [](Image& i) { i.inputs[0] = {TypeKind::Int, vm::kNoRow, i.inputs[0].code}; }},
      {"item.bad_verdict", "a limit that permits",
       [](Image& i) { item(i, "per_tenant").verdict = vm::VerdictClass::Permit; }},
      {"item.bad_verdict", "a guard table that permits",
       [](Image& i) { item(i, "by_plan.calm").verdict = vm::VerdictClass::Permit; }},
      {"item.bad_verdict", "an otherwise that permits",
       [](Image& i) { item(i, "payouts.otherwise").verdict = vm::VerdictClass::Permit; }},
      {"item.bad_verdict", "an assert that forbids nothing",
       [](Image& i) { item(i, "cold").verdict = vm::VerdictClass::None; }},
      {"item.bad_verdict", "an assert with a deadline",
       [](Image& i) { item(i, "cold").within_ms = 60'000; }},
      {"code.bad_operand", "a role that is not there",
       [](Image& i) {
         for (vm::Instruction& in : i.code)
           if (in.opcode == vm::Opcode::PushApproved) in.c = 99;
       }},
      {"code.bad_operand", "a seat that is not there",
       [](Image& i) {
         for (vm::Instruction& in : i.code)
           if (in.opcode == vm::Opcode::PushApproved) in.a = 3, in.c = 0;
       }},
      {"code.unused_bits", "the role of an owner",
       [](Image& i) {
         for (vm::Instruction& in : i.code)
           if (in.opcode == vm::Opcode::PushApproved) in.a = 2, in.c = 1;
       }},
      {"code.unused_bits", "a seat where all are asked about",
       [](Image& i) {
         for (vm::Instruction& in : i.code)
           if (in.opcode == vm::Opcode::PushApproved) in.a = 1, in.c = vm::kNoRow;
       }},
      {"code.bad_operand", "`approved` outside an assert",
       [](Image& i) {
         const vm::CodeRange code = item(i, "large").when;
         i.code[code.first] = {vm::Opcode::PushApproved, 0, 0, vm::kNoRow};
       }},
      {"code.unknown_fact", "the counter of a limit with conditions",
       [](Image& i) {
         const vm::CodeRange code = item(i, "large").when;
         i.code[code.first] = {vm::Opcode::LoadUsed, 0, 0, item(i, "per_actor").detail};
       }},
      {"code.bad_operand", "a counter that is not there",
       [](Image& i) {
         const vm::CodeRange code = item(i, "large").when;
         i.code[code.first] = {vm::Opcode::LoadUsed, 0, 0, 99};
       }},
      {"code.unknown_fact", "the counter of the limit itself",
       [](Image& i) {
         const vm::LimitRow& limit = i.limits[item(i, "per_tenant").detail];
         i.code[limit.amount.first] = {vm::Opcode::LoadUsed, 0, 0, item(i, "per_tenant").detail};
       }},
      {"tool.bad_cost", "a bound without the cells", [](Image& i) { i.tools[1].steps_bound -= 1; }},
      {"item.bad_override", "a limit that is lifted",
       [](Image& i) {
         vm::ItemRow& rule = item(i, "small");
         const auto target = static_cast<std::uint32_t>(&item(i, "per_tenant") - i.items.data());
         i.overridden.push_back(ItemId{target});
         rule.overrides.count = 1;
         for (vm::ItemRow& other : i.items)
           if (&other > &rule) other.overrides.first = 1;
       }},
  };
  for (const auto& row : kCases) {
    Image damaged = sound();
    row.damage(damaged);
    EXPECT_EQ(fault(damaged), row.code) << row.what;
  }
}

// Any change of a byte is refused, or what it makes decides without harm. The sanitizers watch.
TEST(VerifyTables, WhatIsAcceptedRunsSafely) {
  const auto bytes = vm::serialize(sound());
  const nlohmann::json request =
      test::answered(test::desk(), test::desk_request(), "lee", "support_lead");
  LoadOptions options;
  options.allow_dev = true;
  std::size_t accepted = 0;
  for (std::size_t at = 16; at < bytes.size(); at += 3) {
    auto damaged = bytes;
    damaged[at] ^= std::byte{0x41};
    vm::reseal(damaged);
    const auto engine = Engine::load(damaged, Trust::unsigned_image(), options);
    if (!engine) continue;
    ++accepted;
    Facts facts = engine->facts({});
    const Decision decision = engine->decide_json(request.dump(), facts);
    EXPECT_FALSE(engine->record(facts, decision).value().empty());
    EXPECT_FALSE(to_text(engine->explain(facts, decision).value()).empty());
  }
  EXPECT_GT(accepted, 0U);
}

}  // namespace
}  // namespace remit
