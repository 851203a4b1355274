#include "vm/link.h"

#include <algorithm>
#include <numeric>
#include <span>

#include "vm/set_order.h"

namespace remit::vm {

namespace {

void plan_items(Linked& linked) {
  const Image& image = linked.program.image();
  for (std::uint32_t i = 0; i < image.items.size(); ++i) {
    const ItemRow& item = image.items[i];
    for (std::uint32_t s = item.scope.first; s < item.scope.first + item.scope.count; ++s) {
      ToolPlan& plan = linked.tools[static_cast<std::size_t>(image.scope_tools[s])];
      if (plan.groups.empty() || plan.groups.back().policy != item.policy) {
        plan.groups.push_back({item.policy, static_cast<std::uint32_t>(plan.items.size()), 0});
      }
      if (item.kind == ItemKind::Limit) plan.limits.push_back(item.detail);
      if (item.kind == ItemKind::Assert)
        plan.asserts.push_back(static_cast<std::uint32_t>(plan.items.size()));
      plan.items.push_back(static_cast<ItemId>(i));
      ++plan.groups.back().count;
    }
  }
}

void plan_lifts(const Image& image, ToolPlan& plan) {
  for (std::uint32_t rule = 0; rule < plan.items.size(); ++rule) {
    const Range overrides = image.items[static_cast<std::size_t>(plan.items[rule])].overrides;
    for (std::uint32_t o = overrides.first; o < overrides.first + overrides.count; ++o) {
      const auto target = std::ranges::lower_bound(plan.items, image.overridden[o]);
      if (target == plan.items.end() || *target != image.overridden[o]) continue;
      plan.lifts.emplace_back(rule, static_cast<std::uint32_t>(target - plan.items.begin()));
    }
  }
}

void link_constants(Linked& linked) {
  const Image& image = linked.program.image();
  for (std::uint32_t i = 0; i < image.strings.size(); ++i)
    linked.symbols.emplace(image.strings[i], i + 1);
  linked.cidrs.resize(image.strings.size());
  linked.set_values.resize(image.set_elements.size());
  for (const SetRow& set : image.sets) {
    for (std::uint32_t e = set.elements.first; e < set.elements.first + set.elements.count; ++e) {
      const std::int64_t value = image.set_elements[e];
      linked.set_values[e] = set.element == ElementKind::Integer
                                 ? Value::of_integer(value)
                                 : linked.text_value(static_cast<StringId>(value));
      if (set.element == ElementKind::Cidr)
        linked.cidrs[static_cast<std::size_t>(value)] =
            stdlib::parse_cidr(image.strings[static_cast<std::size_t>(value)]);
    }
    sort_for_merging(std::span(linked.set_values).subspan(set.elements.first, set.elements.count),
                     set.element != ElementKind::Integer);
  }
  for (const Instruction& instruction : image.code) {
    if (instruction.opcode == Opcode::PushCidr)
      linked.cidrs[instruction.c] = stdlib::parse_cidr(image.strings[instruction.c]);
  }
}

std::string_view value_name(const Image& image, std::uint32_t enum_row, std::uint32_t ordinal) {
  const EnumValueRow& value = image.enum_values[image.enums[enum_row].values.first + ordinal];
  return image.strings[static_cast<std::size_t>(value.name)];
}

// Their values by name, and those that approval records name values of.
void find_enums(Linked& linked) {
  const Image& image = linked.program.image();
  for (std::uint32_t i = 0; i < image.enums.size(); ++i) {
    auto& order = linked.enum_order.emplace_back(image.enums[i].values.count);
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](std::uint32_t v) { return value_name(image, i, v); });
    const std::string_view name = linked.text(image.enums[i].name);
    if (name == "role") linked.roles = static_cast<EnumId>(i);
    if (name != "actor_kind") continue;
    linked.actor_kinds = static_cast<EnumId>(i);
    for (std::uint32_t v = 0; v < image.enums[i].values.count; ++v) {
      if (linked.text(image.enum_values[image.enums[i].values.first + v].name) == "human")
        linked.human = v;
    }
  }
}

}  // namespace

std::optional<std::uint32_t> Linked::ordinal(std::uint32_t enum_row, std::string_view name) const {
  const auto& order = enum_order[enum_row];
  const auto value = [&](std::uint32_t v) { return value_name(program.image(), enum_row, v); };
  const auto found = std::ranges::lower_bound(order, name, {}, value);
  return found != order.end() && value(*found) == name ? std::optional(*found) : std::nullopt;
}

Linked link(Program program) {
  Linked linked{.program = std::move(program),
                .tools = {},
                .tables = {},
                .set_values = {},
                .cidrs = {},
                .symbols = {},
                .wire_tools = {},
                .limit_names = {},
                .enum_order = {}};
  const Image& image = linked.program.image();
  linked.tools.resize(image.tools.size());
  find_enums(linked);
  for (std::uint32_t i = 0; i < image.limits.size(); ++i) {
    const ItemRow& item = image.items[static_cast<std::size_t>(image.limits[i].item)];
    const StringId policy = image.policies[static_cast<std::size_t>(item.policy)].name;
    linked.limit_names.emplace(
        std::string(linked.text(policy)) + '.' + std::string(linked.text(item.name)), i);
  }
  plan_items(linked);
  for (const TableRow& table : image.tables) linked.tables.push_back(make_lookup(image, table));
  link_constants(linked);
  for (std::size_t i = 0; i < image.tools.size(); ++i) {
    const Range required = image.tools[i].required;
    const auto first = image.required_slots.begin() + required.first;
    linked.tools[i].required.assign(first, first + required.count);
    linked.wire_tools.emplace(linked.text(image.tools[i].wire_name), static_cast<ToolId>(i));
    plan_lifts(image, linked.tools[i]);
  }
  return linked;
}

}  // namespace remit::vm
