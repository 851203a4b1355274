// The builder of images: what it makes is sound, and a defect put into it is the only one.
#include <gtest/gtest.h>

#include <functional>

#include "tests/generator/bundle.h"
#include "tests/images/builder/build.h"
#include "vm/image/serialize.h"

namespace remit::images {
namespace {

using vm::Opcode;

TEST(Builder, MakesASmallImageThatIsAccepted) { EXPECT_EQ(fault(small()), ""); }

// The draft loses nothing, and everything that is derived comes out as the compiler wrote it.
TEST(Builder, GivesACompiledImageBackByteByByte) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    generator::Random random(seed);
    const generator::Bundle bundle = generator::generate_bundle(random);
    const CompileResult result = compile(bundle.sources, bundle.manifest);
    ASSERT_FALSE(result.image.empty());
    const vm::Image image = *vm::parse(result.image);
    EXPECT_EQ(vm::serialize(laid_out(draft_of(image))), result.image) << "seed " << seed;
    EXPECT_EQ(vm::serialize(repaired(image)), result.image) << "seed " << seed;
  }
}

// One change to a sound draft, after which all that follows from it is sound again.
TEST(Builder, RepairsWhatFollowsFromAChange) {
  const std::pair<const char*, std::function<void(Draft&)>> kChanges[] = {
      {"a fact in front of others, whose slots move",
       [](Draft& d) {
         auto& fields = root(d, "risk").fields;
         fields.insert(fields.begin(), make_field("trend", int_type(-5, 5)));
       }},
      {"an enum before others, whose rows move",
       [](Draft& d) { d.enums.insert(d.enums.begin(), {{}, "aaa", {{{}, "one"}}}); }},
      {"a condition: constants, required facts, a bound",
       [](Draft& d) {
         item(d, "shop.rules.pay").when = {load("risk.score"), integer(5), op(Opcode::Less)};
       }},
      {"an optional fact, asked for first",
       [](Draft& d) {
         item(d, "shop.rules.pay").when = {has("args.note"), op(Opcode::JumpIfFalse, 4),
                                           load("args.note"), matches("ok.*")};
       }},
      {"a wait, which gets a requirement",
       [](Draft& d) {
         Item wait = make_item(ItemKind::Guard, "ask", vm::VerdictClass::Queue);
         wait.row.within_ms = 3'600'000;
         wait.parties = {party_of(1), party_of(0, 2)};
         policy(d, "shop.rules").items.push_back(wait);
       }},
      {"a tool before the other", [](Draft& d) {
         Tool refund = tool(d, "shop.pay");
         refund.name = refund.wire_name = "shop.gift";
         refund.args.erase(refund.args.begin());
         d.tools.push_back(refund);
         Item& pay = item(d, "shop.rules.pay");
         pay.scope = {"shop.pay", "shop.gift"};
         pay.when = {has("args.note")};
       }}};
  for (const auto& [what, change] : kChanges) {
    Draft draft = small();
    change(draft);
    EXPECT_EQ(fault(draft), "") << what;
  }
}

// A defect of code, in one line: the guard reads an optional argument that nobody asked for.
TEST(Builder, FindsADefectOfCode) {
  Draft draft = small();
  policy(draft, "shop.rules")
      .items.push_back(make_item(ItemKind::Guard, "noted", vm::VerdictClass::Deny,
                                 {load("args.note"), matches("no.*")}));
  EXPECT_EQ(fault(draft), "code.absent_read");
}

// The set on the stack, {7}, is overwritten by the one that the loop makes.
TEST(Builder, FindsADefectOfALoop) {
  Draft draft = small();
  const Code code = {load("risk.score"),         integer(7),
                     make_set(1, 0, false),      load("target.tenants"),
                     op(Opcode::LoopAny, 10),    element(),
                     text("x", TypeKind::Id),    make_set(1, 0, true),
                     op(Opcode::ContainsText),   op(Opcode::LoopEnd),
                     op(Opcode::JumpUnless, 11), op(Opcode::ContainsInteger)};
  policy(draft, "shop.rules")
      .items.push_back(make_item(ItemKind::Guard, "seven", vm::VerdictClass::Deny, code));
  EXPECT_EQ(fault(draft), "code.scratch_overlap");
  item(draft, "shop.rules.seven").when[7] = make_set(1, 1, true);
  EXPECT_EQ(fault(draft), "");
}

TEST(Builder, FindsADefectOfADefault) {
  Draft draft = small();
  Field kind = make_field("kind", enum_type("effect"));
  kind.default_integer = 3;  // one past the last
  tool(draft, "shop.pay").args.push_back(kind);
  EXPECT_EQ(fault(draft), "default.bad_value");
  field(draft, "shop.pay.kind").default_integer = 2;
  EXPECT_EQ(fault(draft), "");
}

TEST(Builder, FindsADefectOfANameThatStandsTwice) {
  Draft draft = small();
  enumeration(draft, "environment").values[1].name = "test";
  EXPECT_EQ(fault(draft), "name.enum_value_twice");
}

// A defect of rows, put in after everything was laid out.
TEST(Builder, FindsADefectOfRows) {
  vm::Image image = laid_out(small());
  image.tools[0].required.count = 0;
  image.required_slots.clear();
  EXPECT_EQ(fault(image), "tool.bad_required");
}

}  // namespace
}  // namespace remit::images
