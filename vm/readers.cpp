// Finds the items whose code reads a withheld fact.
#include <string>
#include <vector>

#include "vm/withhold.h"

namespace remit::vm {

namespace {

// Calls `visit` with every piece of code that says whether an item matches, or what it counts.
void for_each_code(const Image& image, const ItemRow& item, auto&& visit) {
  const auto inputs = [&](Range rows) {
    for (std::uint32_t i = rows.first; i < rows.first + rows.count; ++i)
      visit(image.inputs[i].code);
  };
  visit(item.when);
  visit(item.unless);
  if (is_row(item.kind)) {
    const TableRow& table = image.tables[item.detail];
    visit(table.when);
    visit(table.unless);
    inputs(table.inputs);
  }
  if (item.kind == ItemKind::Limit) {
    const LimitRow& limit = image.limits[item.detail];
    visit(limit.maximum);
    visit(limit.amount);
    inputs(limit.keys);
  }
}

bool reads(const Image& image, const ItemRow& item, const Placeholder& placeholder) {
  bool found = false;
  for_each_code(image, item, [&](Range code) { found = found || reads(image, code, placeholder); });
  return found;
}

// Code whose owner is known here, whether or not it belongs to the tool at hand.
bool is_owned(const Image& image, std::uint32_t instruction) {
  bool owned = false;
  const auto look = [&](Range code) {
    owned = owned || (instruction >= code.first && instruction < code.first + code.count);
  };
  for (const ItemRow& item : image.items) for_each_code(image, item, look);
  for (const PolicyRow& policy : image.policies) look(policy.applies);
  for (const TemplatePieceRow& piece : image.template_pieces) look(piece.code);
  return owned;
}

}  // namespace

bool reads(const Image& image, Range code, const Placeholder& placeholder) {
  const auto inside = [](std::uint32_t number, std::uint32_t first, std::uint32_t width) {
    return number >= first && number < first + width;
  };
  bool list = false, field = false;
  for (std::uint32_t i = code.first; i < code.first + code.count; ++i) {
    const Instruction& in = image.code[i];
    // That the fact itself is there is known; what is inside it is not.
    const bool loads = in.opcode == Opcode::Load, asks = in.opcode == Opcode::Has;
    if (!placeholder.in_element) {
      if ((loads && inside(in.c, placeholder.slot, placeholder.width)) ||
          (asks && inside(in.c, placeholder.slot + 1, placeholder.width - 1)))
        return true;
      continue;
    }
    list = list || (loads && in.c == placeholder.slot);
    field =
        field ||
        (in.opcode == Opcode::LoadElement && inside(in.c, placeholder.field, placeholder.width)) ||
        (in.opcode == Opcode::HasElement &&
         inside(in.c, placeholder.field + 1, placeholder.width - 1));
  }
  return list && field;
}

std::vector<std::string> readers(const Linked& linked, ToolId tool,
                                 const Placeholder& placeholder) {
  const Image& image = linked.program.image();
  const ToolPlan& plan = linked.tools[static_cast<std::size_t>(tool)];
  std::vector<std::string> names;
  for (const PolicyGroup& group : plan.groups) {
    const PolicyRow& policy = image.policies[static_cast<std::size_t>(group.policy)];
    const std::string policy_name(linked.text(policy.name));
    if (reads(image, policy.applies, placeholder)) names.push_back(policy_name + " applies when");
    for (std::uint32_t i = group.first; i < group.first + group.count; ++i) {
      const ItemRow& item = image.items[static_cast<std::size_t>(plan.items[i])];
      if (reads(image, item, placeholder))
        names.push_back(policy_name + '.' + std::string(linked.text(item.name)));
    }
  }
  // Whatever else has code of its own may be in this decision too.
  for (std::uint32_t i = 0; i < image.code.size(); ++i) {
    const bool element = image.code[i].opcode == Opcode::LoadElement && placeholder.in_element &&
                         image.code[i].c >= placeholder.field &&
                         image.code[i].c < placeholder.field + placeholder.width;
    if ((element || reads(image, {i, 1}, placeholder)) && !is_owned(image, i)) {
      names.emplace_back("other code");
      break;
    }
  }
  return names;
}

}  // namespace remit::vm
