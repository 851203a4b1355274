// Which host facts a decision about a tool needs: what code reads, and what the engine reads
// itself.
#include <gtest/gtest.h>

#include "tests/images/builder/build.h"
#include "vm/image/required.h"
#include "vm/image/serialize.h"
#include "vm/verify/program.h"

namespace remit::images {
namespace {

using vm::Opcode;
using Paths = std::vector<std::string>;

// Of shop.pay, in decoding order.
Paths required(const Draft& draft) {
  const vm::Image image = laid_out(draft);
  const auto program = vm::verify(vm::serialize(image));
  EXPECT_TRUE(program);
  Paths paths;
  if (!program) return paths;
  for (const std::uint32_t slot : vm::RequiredFacts(image).of(vm::ToolId{0}))
    paths.push_back(program->layout().path_of(image, vm::ToolId{0}, slot));
  return paths;
}

const Paths kAlways = {"actor.id", "actor.kind", "tenant.id"};

Paths of_guard(const Code& when) {
  Draft draft = small();
  draft.records.push_back({"box", {optional_field("lid", int_type(0, 9))}});
  root(draft, "risk").fields.push_back(make_field("box", record_type("box")));
  guard(draft, when);
  return required(draft);
}

Paths with(std::initializer_list<const char*> more) {
  Paths paths = kAlways;
  paths.insert(paths.end(), more.begin(), more.end());
  return paths;
}

TEST(Required, IsWhatCodeReads) {
  EXPECT_EQ(of_guard({}), kAlways);
  EXPECT_EQ(of_guard({load("risk.score"), integer(5), op(Opcode::Less)}), with({"risk.score"}));
  // An optional fact may be absent; what is in a record that may not be needs the record.
  EXPECT_EQ(of_guard({has("call.first_asked")}), kAlways);
  EXPECT_EQ(of_guard({has("risk.box.lid")}), with({"risk.box"}));
  // One with a default is always there.
  EXPECT_EQ(of_guard({load("control.halted")}), kAlways);
}

Paths of_item(ItemKind kind, vm::VerdictClass verdict, void (*change)(Item&)) {
  Draft draft = small();
  Item made = make_item(kind, "made", verdict);
  change(made);
  policy(draft, "shop.rules").items.push_back(made);
  return required(draft);
}

TEST(Required, IsWhatTheEngineReads) {
  const Paths kForWaits = {
      "call.id",   "actor.id",       "actor.kind",    "actor.version", "actor.requesters",
      "tenant.id", "target.tenants", "target.owners", "spend.cost",    "context.environment",
      "clock.now"};
  const auto wait = [](Item& item) {
    item.row.within_ms = 3'600'000;
    item.parties = {party_of(0)};
  };
  const auto condition = [](Item& item) { item.when = {yes()}; };
  EXPECT_EQ(of_item(ItemKind::Guard, vm::VerdictClass::Queue, wait), kForWaits);
  EXPECT_EQ(of_item(ItemKind::Guard, vm::VerdictClass::Escalate, wait), kForWaits);
  EXPECT_EQ(of_item(ItemKind::Assert, vm::VerdictClass::Queue, condition), kAlways);
  EXPECT_EQ(of_item(ItemKind::Rule, vm::VerdictClass::Permit,
                    [](Item& item) { item.row.expires_ms = 1; }),
            with({"clock.now"}));
  Draft limited = small();
  Limit limit;
  limit.row.kind = TypeKind::Int;
  limit.row.window_ms = 1000;
  limit.maximum = {integer(3)};
  limit.keys = {{TypeKind::Id, {}, {load("tenant.id")}}};
  Item made = make_item(ItemKind::Limit, "made", vm::VerdictClass::Deny);
  made.limit = limit;
  policy(limited, "shop.rules").items.push_back(made);
  EXPECT_EQ(required(limited), (Paths{"call.id", "actor.id", "actor.kind", "tenant.id"}));
}

}  // namespace
}  // namespace remit::images
