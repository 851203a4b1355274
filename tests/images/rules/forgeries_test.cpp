// Images with one defect. In the build with mutants, tests/mutants/forgeries_test.cpp
// asks of each that the one check which refuses it, switched off, lets it pass.
#include <gtest/gtest.h>

#include "tests/images/builder/build.h"
#include "tests/images/reader/exercise.h"
#include "tests/images/rules/forgeries.h"
#include "vm/answer/disassemble.h"
#include "vm/image/serialize.h"
#include "vm/verify/program.h"

namespace remit::images {
namespace {

std::string fault_of(std::span<const std::byte> file) {
  const auto program = vm::verify(file);
  return program ? std::string() : std::string(program.error().code());
}

TEST(Forged, EachIsRefusedForItsDefectAndSoundWithoutIt) {
  for (const Forgery& forgery : forgeries()) {
    EXPECT_EQ(fault_of(forgery.made(true)), forgery.fault) << forgery.name;
    EXPECT_EQ(fault_of(forgery.made(false)), "") << forgery.name;
  }
}

// Images that decide otherwise than their base, each by one column.
TEST(Forged, WhatDecidesOtherwiseIsListedOtherwise) {
  Draft base = small();
  Item wait = make_item(ItemKind::Guard, "ask", vm::VerdictClass::Queue);
  wait.row.within_ms = 3'600'000;
  wait.parties = {party_of(0)};
  Item stop = make_item(ItemKind::Guard, "stop", vm::VerdictClass::Deny,
                        {load("risk.score"), integer(50), op(vm::Opcode::Greater)});
  policy(base, "shop.rules").items.push_back(wait);
  policy(base, "shop.rules").items.push_back(stop);
  const auto listing = [](const vm::Image& image) {
    return vm::disassemble(vm::verify(vm::serialize(image)).value());
  };
  const vm::Image sound = laid_out(base);
  Draft lifting = base;
  item(lifting, "shop.rules.pay").overrides = {"shop.rules.stop"};
  vm::Image requirement = sound, tool_hash = sound;
  for (vm::ItemRow& row : requirement.items)
    if (row.within_ms != 0) row.requirement[0] ^= 1;
  tool_hash.tools[0].hash[0] ^= 1;
  const std::pair<const char*, vm::Image> kForged[] = {{"dis_rule_lifts_guards", laid_out(lifting)},
                                                       {"dis_other_requirement", requirement},
                                                       {"dis_other_tool_hash", tool_hash}};
  for (const auto& [name, image] : kForged) {
    ASSERT_EQ(fault(image), "") << name;
    EXPECT_NE(listing(image), listing(sound)) << name;
  }
  // dis_guards_of_nothing: an item without tools is refused.
  item(base, "shop.rules.stop").scope = {};
  EXPECT_EQ(fault(base), "row.bad_range");
}

// The elements of a list of records without fields have no values, and are counted all the same.
TEST(Forged, RecordsWithoutFieldsAreElements) {
  Draft draft = small();
  draft.records.push_back({"empty", {}});
  tool(draft, "shop.pay").args.push_back(make_field("list", list_of(record_type("empty"), 0, 9)));
  item(draft, "shop.rules.pay").when = {
      load("args.list"), op(vm::Opcode::LoopCount, 4), yes(), op(vm::Opcode::LoopEnd),
      integer(3),        op(vm::Opcode::Equal)};
  const auto engine = load(vm::serialize(laid_out(draft)));
  ASSERT_TRUE(engine) << engine.error().code();
  for (const auto& [list, verdict] : {std::pair("[{},{},{}]", "permit"), {"[{},{}]", "deny"}}) {
    const std::string request =
        std::string(
            R"({"tool":"shop.pay","call":{"id":"c"},"actor":{"id":"a","kind":"agent","version":"1",)"
            R"("requesters":[]},"tenant":{"id":"t"},"target":{"tenants":["t"]},"risk":{"score":5},)"
            R"("spend":{"cost":"USD 0"},"session":{"id":"s"},"context":{"environment":"test"},)"
            R"("clock":{"now":"2026-11-20T09:30:00Z"},"args":{"amount":"USD 1","list":)") +
        list + "}}";
    EXPECT_NE(engine->decide_json(request).find(std::string("\"verdict\":\"") + verdict),
              std::string::npos)
        << list << ": " << engine->decide_json(request);
  }
}

// Slots have more than 16 bits: one that differs from that of a host fact above them is another.
TEST(Forged, ASlotOfAnArgumentIsNeverThatOfAHostFact) {
  Draft draft = small();
  tool(draft, "shop.pay").args = {make_field("memo", plain(TypeKind::Id))};
  item(draft, "shop.rules.pay").when = {load("tenant.id"), text("acme", TypeKind::Id),
                                        op(vm::Opcode::TextEqual)};
  vm::Image image = laid_out(draft);
  const auto name = [&](const vm::FieldRow& field) { return image[field.name]; };
  std::uint32_t tenant = 0;
  for (const vm::RootRow& root : image.roots) {
    if (image[root.name] == "tenant") tenant = image.fields[root.fields.first].slot;
  }
  for (vm::FieldRow& field : image.fields)
    if (name(field) == "memo") field.slot = (std::uint32_t{1} << 16) + tenant;
  const auto engine = load(vm::serialize(image));
  ASSERT_TRUE(engine) << engine.error().message;
  Facts facts = engine->facts("shop.pay");
  const auto set = [&](const char* path, const char* value) {
    return facts.set(*engine->slot("shop.pay", path), value);
  };
  EXPECT_TRUE(set("actor.id", "a"));
  EXPECT_TRUE(set("actor.kind", "agent"));
  EXPECT_TRUE(set("tenant.id", "mallory"));
  EXPECT_TRUE(set("args.memo", "acme"));
  EXPECT_EQ(engine->decide(facts).verdict(), Verdict::Deny);
  EXPECT_TRUE(set("tenant.id", "acme"));
  EXPECT_TRUE(set("args.memo", "mallory"));
  EXPECT_EQ(engine->decide(facts).verdict(), Verdict::Permit);
}

// The engine knows for whom an agent acts by the `id` of the record, and shows it.
TEST(Forged, FactsThatTheEngineReadsAreWhatTheyAreCalled) {
  const auto changed = [](void (*change)(Draft&)) {
    Draft draft = small();
    change(draft);
    return fault(draft);
  };
  EXPECT_EQ(changed([](Draft& d) { record(d, "principal").fields[0].name = "alias"; }),
            "schema.missing_prelude");
  EXPECT_EQ(changed([](Draft& d) { record(d, "principal").fields[0].row.optional = 1; }),
            "schema.missing_prelude");
  EXPECT_EQ(changed([](Draft& d) { record(d, "principal").fields[0].row.sensitive = 1; }),
            "schema.missing_prelude");
  EXPECT_EQ(changed([](Draft& d) { field(d, "call.id").row.sensitive = 1; }),
            "schema.missing_prelude");
}

// What one tool of a scope marks, no message of it shows.
TEST(Forged, AMessageShowsNothingThatAnyToolMarks) {
  Draft draft = two_tools(make_field("memo", plain(TypeKind::Id)), false);
  guard(draft, {}, {"shop.pay", "shop.zgift"});
  Piece memo;
  memo.row.quoted = 1;
  memo.code = {load("args.memo")};
  item(draft, "shop.rules.forged").because = Template{memo};
  EXPECT_EQ(fault(draft), "");
  field(draft, "shop.zgift.memo").row.sensitive = 1;
  EXPECT_EQ(fault(draft), "message.sensitive");
}

}  // namespace
}  // namespace remit::images
