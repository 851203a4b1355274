// What an engine says that its image declares.
#include <algorithm>

#include "tests/unit/vm/bundles.h"

namespace remit {
namespace {

Engine shop() { return test::engine({test::policy(test::kDesk)}); }

const ToolInfo& refund(const Engine& engine) {
  const auto& tools = engine.schema().tools;
  return *std::ranges::find(tools, "shop.refund", &ToolInfo::wire_name);
}

const FieldInfo& argument(const ToolInfo& tool, std::string_view name) {
  return *std::ranges::find(tool.args, name, &FieldInfo::name);
}

std::vector<std::string> paths(const std::vector<const FieldInfo*>& fields) {
  std::vector<std::string> paths;
  for (const FieldInfo* field : fields) paths.push_back(field->path);
  return paths;
}

TEST(Schema, AToolHasItsNamesItsEffectAndTypedArguments) {
  const Engine engine = shop();
  const ToolInfo& tool = refund(engine);
  EXPECT_EQ(tool.name, "shop.refund");
  EXPECT_EQ(tool.effect, "write_irreversible");
  EXPECT_EQ(tool.reads, "internal");
  EXPECT_FALSE(tool.undo_ms.has_value());
  EXPECT_EQ(tool.results, std::vector<std::string_view>{"card"});
  ASSERT_EQ(tool.args.size(), 7U);

  const FieldInfo& amount = argument(tool, "amount");
  EXPECT_EQ(amount.path, "args.amount");
  EXPECT_EQ(amount.type->kind, TypeKind::Money);
  EXPECT_EQ(amount.type->low, 0);
  EXPECT_EQ(amount.unit, "minor");
  EXPECT_EQ(amount.unit_decimals, 2);
  EXPECT_FALSE(amount.optional);
  EXPECT_EQ(amount.slot, *engine.slot("shop.refund", "args.amount"));

  const FieldInfo& tags = argument(tool, "tags");
  EXPECT_EQ(tags.type->text, "set<id>(4)");
  EXPECT_EQ(tags.type->high, 4);
  EXPECT_EQ(tags.type->element->kind, TypeKind::Id);
  EXPECT_TRUE(tags.optional);
  EXPECT_EQ(argument(tool, "dry").default_integer, 0);
  EXPECT_FALSE(argument(tool, "order").default_integer.has_value());
}

TEST(Schema, RecordsAndEnumsAreFollowedFromTheTypesThatNameThem) {
  const Engine engine = shop();
  const auto& tools = engine.schema().tools;
  const ToolInfo& payout = *std::ranges::find(tools, "shop.payout", &ToolInfo::wire_name);
  const RecordInfo* const payee = argument(payout, "payees").type->element->record;
  ASSERT_NE(payee, nullptr);
  EXPECT_EQ(payee->name, "payee");
  ASSERT_EQ(payee->fields.size(), 3U);
  EXPECT_EQ(payee->fields[2].path, "label");
  EXPECT_TRUE(payee->fields[2].optional);
  const auto& roots = engine.schema().roots;
  const RootInfo& tenant = *std::ranges::find(roots, "tenant", &RootInfo::name);
  const FieldInfo& plan = *std::ranges::find(tenant.fields, "plan", &FieldInfo::name);
  ASSERT_NE(plan.type->enumeration, nullptr);
  EXPECT_EQ(plan.type->enumeration->name, "plan");
  ASSERT_EQ(plan.type->enumeration->values.size(), 3U);
  EXPECT_EQ(plan.type->enumeration->values[1].name, "pro");
  EXPECT_EQ(plan.path, "tenant.plan");
}

TEST(Schema, RequiredFactsAreThoseOfTheToolAndOptionalOnesAreRead) {
  const Engine engine = test::engine({test::policy(
      "rule a on shop.refund { permit when risk.score < 9 and has context.incident }\n"
      "rule b on shop.payout { permit when tenant.plan == pro }\n")});
  const ToolInfo& tool = refund(engine);
  const std::vector<std::string> required = paths(tool.required);
  std::vector<std::string> listed;
  const auto facts = engine.required_facts("shop.refund");
  for (const RequiredFact& fact : facts.value()) listed.push_back(fact.path);
  EXPECT_EQ(required, listed);
  EXPECT_NE(std::ranges::find(required, "risk.score"), required.end());
  EXPECT_EQ(paths(tool.optional), std::vector<std::string>{"context.incident"});
  const auto& tools = engine.schema().tools;
  EXPECT_TRUE(std::ranges::find(tools, "shop.payout", &ToolInfo::wire_name)->optional.empty());
}

TEST(Schema, EverySlotOfAToolIsListedWithThePathThatFindsIt) {
  const Engine engine = shop();
  for (const std::string_view tool : engine.tools()) {
    const auto slots = engine.slots(tool);
    ASSERT_TRUE(slots.has_value());
    for (const SlotPath& slot : *slots) EXPECT_EQ(engine.slot(tool, slot.path), slot.slot);
    const auto inside = std::ranges::find(*slots, "actor.on_behalf_of.id", &SlotPath::path);
    ASSERT_NE(inside, slots->end());
    EXPECT_EQ(inside->field->name, "id");
    const std::string own = tool == "shop.refund" ? "args.order" : "args.payees";
    EXPECT_NE(std::ranges::find(*slots, own, &SlotPath::path), slots->end());
  }
  EXPECT_FALSE(engine.slots("no.tool").has_value());
}

TEST(Schema, PoliciesStandInTheirLayers) {
  const Engine engine = shop();
  ASSERT_EQ(engine.schema().policies.size(), 1U);
  EXPECT_EQ(engine.schema().policies[0].name, "shop.policy");
  EXPECT_EQ(engine.schema().policies[0].layer, engine.schema().layers[0].name);
  EXPECT_EQ(engine.schema().currency, "USD");
  EXPECT_EQ(engine.name(), "");
  EXPECT_FALSE(engine.signer().has_value());
}

TEST(Schema, ItOutlivesTheEngineThatACopyWasMadeOf) {
  std::optional<Engine> first = shop();
  const Schema& schema = first->schema();
  const Engine copy = *first;
  first.reset();
  EXPECT_EQ(&copy.schema(), &schema);
  EXPECT_EQ(schema.tools.size(), 2U);
}

}  // namespace
}  // namespace remit
