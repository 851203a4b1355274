// Images that tell one lie. In the build with mutants, tests/mutants/forgeries_test.cpp
// asks of each that the one check which refuses it, switched off, lets it pass.
#include <gtest/gtest.h>

#include "tests/images/build.h"
#include "tests/images/exercise.h"
#include "tests/images/forgeries.h"
#include "vm/disassemble.h"
#include "vm/program.h"
#include "vm/serialize.h"

namespace remit::images {
namespace {

std::string fault_of(std::span<const std::byte> file) {
  const auto program = vm::verify(file);
  return program ? std::string() : program.error().code;
}

TEST(Forged, EachIsRefusedForItsLieAndSoundWithoutIt) {
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
  ASSERT_TRUE(engine) << engine.error().code;
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

}  // namespace
}  // namespace remit::images
