#include "vm/decide/link.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <span>

#include "stdlib/roots.h"
#include "vm/decide/set_order.h"

namespace remit::vm {

namespace {

void plan_items(Linked& linked) {
  const Image& image = linked.program.image();
  for (std::uint32_t i = 0; i < image.items.size(); ++i) {
    const ItemRow& item = image.items[i];
    for (const ToolId tool : image.rows(item.scope)) {
      ToolPlan& plan = linked.tools[static_cast<std::size_t>(tool)];
      if (plan.groups.empty() || plan.groups.back().policy != item.policy) {
        plan.groups.push_back({item.policy, next_rows(plan.items, 0)});
      }
      if (item.kind == ItemKind::Limit) {
        plan.limits.push_back(item.detail);
        ++plan.groups.back().limits;
      }
      if (item.kind == ItemKind::Assert)
        plan.asserts.push_back(static_cast<std::uint32_t>(plan.items.size()));
      if (item.overrides.count != 0)
        plan.lifting.push_back(static_cast<std::uint32_t>(plan.items.size()));
      plan.items.push_back(static_cast<ItemId>(i));
      ++plan.groups.back().items.count;
    }
  }
}

// The tables of completeness. Records are not written out for every tool without end: an image may
// have large ones in the arguments of each of its tools.
void plan_completeness(Linked& linked) {
  constexpr std::size_t kNestedMax = std::size_t{1} << 18;
  const Image& image = linked.program.image();
  const Layout& layout = linked.program.layout();
  const auto defaults_of = [&](RangeOf<FieldRow> fields, std::vector<DefaultFact>& into) {
    for (const FieldRow& field : image.rows(fields)) {
      if (field.default_row == kNoRow) continue;
      const bool text = is_text(image[field.type].kind);
      into.push_back({field.slot, text ? linked.text_value(static_cast<StringId>(field.default_row))
                                       : Value::of_integer(image.integers[field.default_row])});
    }
  };
  for (const RootRow& root : image.roots) defaults_of(root.fields, linked.defaults);
  for (std::uint32_t slot = kFirstHostSlot; slot < layout.host.size(); ++slot) {
    const SlotInfo& info = layout.host[slot];
    if (info.parent != kNoSlot) linked.nested.push_back({slot, info.parent, info.optional});
  }
  std::size_t room = kNestedMax;
  for (std::size_t i = 0; i < image.tools.size(); ++i) {
    ToolPlan& plan = linked.tools[i];
    defaults_of(image.tools[i].args, plan.defaults);
    for (const FieldRow& field : image.rows(image.tools[i].args)) {
      if (field.optional == 0) plan.required_args.push_back(field.slot);
    }
    const RangeOf<Argument> arguments = layout.arguments_of[i];
    for (std::uint32_t a = arguments.first; a < arguments.end(); ++a) {
      const Argument& argument = layout.arguments[a];
      const std::uint32_t inside = layout.fields[argument.field].width - 1;
      plan.nested_is_whole = plan.nested_is_whole && inside <= room;
      if (!plan.nested_is_whole) break;
      room -= inside;
      for (std::uint32_t slot = argument.slot + 1; slot <= argument.slot + inside; ++slot) {
        const SlotInfo info = *layout.find(static_cast<ToolId>(i), slot);
        if (info.parent != kNoSlot) plan.nested.push_back({slot, info.parent, info.optional});
      }
    }
  }
}

// Wire names are rows of the sorted strings, so that they can be compared as numbers.
void sort_enum_values(Linked& linked) {
  const Image& image = linked.program.image();
  for (const EnumRow& row : image.enums) {
    const auto first = static_cast<std::ptrdiff_t>(linked.enum_ordinals.size());
    for (std::uint32_t i = 0; i < row.values.count; ++i)
      linked.enum_ordinals.emplace_back(image.rows(row.values)[i].wire_name, i);
    std::sort(linked.enum_ordinals.begin() + first, linked.enum_ordinals.end());
  }
}

void link_constants(Linked& linked) {
  const Image& image = linked.program.image();
  for (std::uint32_t i = 0; i < image.strings.size(); ++i)
    linked.symbols.emplace(image.strings[i], i + 1);
  linked.cidrs.resize(image.strings.size());
  linked.set_values.resize(image.set_elements.size());
  for (const SetRow& set : image.sets) {
    for (std::uint32_t e = set.elements.first; e < set.elements.end(); ++e) {
      const std::int64_t value = image.set_elements[e];
      linked.set_values[e] = set.element == ElementKind::Integer
                                 ? Value::of_integer(value)
                                 : linked.text_value(static_cast<StringId>(value));
      if (set.element == ElementKind::Cidr)
        linked.cidrs[static_cast<std::size_t>(value)] = stdlib::parse_cidr(image[string_of(value)]);
    }
    sort_for_merging(std::span(linked.set_values).subspan(set.elements.first, set.elements.count),
                     set.element != ElementKind::Integer);
  }
  for (const Instruction& instruction : image.code) {
    if (instruction.opcode == Opcode::PushCidr)
      linked.cidrs[instruction.c] = stdlib::parse_cidr(image.strings[instruction.c]);
  }
}

// Slots name a generation by its lower half, in which 0 is none.
std::uint64_t next_generation() {
  static std::atomic<std::uint64_t> next{1};
  std::uint64_t generation = 0;
  while (static_cast<std::uint32_t>(generation) == 0)
    generation = next.fetch_add(1, std::memory_order_relaxed);
  return generation;
}

// Those that approval records name values of.
void find_enums(Linked& linked) {
  const Image& image = linked.program.image();
  for (std::uint32_t i = 0; i < image.enums.size(); ++i) {
    const std::string_view name = linked.text(image.enums[i].name);
    if (name == "role") linked.roles = static_cast<EnumId>(i);
    if (name != "actor_kind") continue;
    linked.actor_kinds = static_cast<EnumId>(i);
    for (std::uint32_t v = 0; v < image.enums[i].values.count; ++v) {
      if (linked.text(image.rows(image.enums[i].values)[v].name) == "human") linked.human = v;
    }
  }
}

}  // namespace

std::optional<std::uint32_t> Linked::ordinal(EnumId enumeration, std::string_view name) const {
  const std::uint32_t number = symbol(name);
  if (number == 0) return std::nullopt;
  const RangeOf<EnumValueRow> values = program.image()[enumeration].values;
  const auto own = std::span(enum_ordinals).subspan(values.first, values.count);
  const auto id = static_cast<StringId>(number - 1);
  const auto found = std::ranges::lower_bound(own, id, {}, [](const auto& v) { return v.first; });
  if (found == own.end() || found->first != id) return std::nullopt;
  return found->second;
}

Linked link(Program program) {
  Linked linked{.program = std::move(program),
                .generation = next_generation(),
                .tools = {},
                .nested = {},
                .defaults = {},
                .tables = {},
                .set_values = {},
                .cidrs = {},
                .symbols = {},
                .wire_tools = {},
                .request_members = {},
                .limit_names = {},
                .enum_ordinals = {}};
  const Image& image = linked.program.image();
  linked.tools.resize(image.tools.size());
  find_enums(linked);
  sort_enum_values(linked);
  for (std::uint32_t i = 0; i < image.limits.size(); ++i) {
    const ItemRow& item = image[image.limits[i].item];
    const StringId policy = image[item.policy].name;
    linked.limit_names.emplace(
        std::string(linked.text(policy)) + '.' + std::string(linked.text(item.name)), i);
  }
  linked.request_members.assign(std::begin(stdlib::kEngineRoots), std::end(stdlib::kEngineRoots));
  for (const RootRow& root : image.roots) linked.request_members.push_back(linked.text(root.name));
  std::ranges::sort(linked.request_members);
  plan_items(linked);
  for (const TableRow& table : image.tables) linked.tables.push_back(make_lookup(image, table));
  link_constants(linked);
  for (std::size_t i = 0; i < image.tools.size(); ++i) {
    const auto required = image.rows(image.tools[i].required);
    linked.tools[i].required.assign(required.begin(), required.end());
    linked.wire_tools.emplace(linked.text(image.tools[i].wire_name), static_cast<ToolId>(i));
  }
  plan_completeness(linked);
  return linked;
}

}  // namespace remit::vm
