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

bool reads(const Image& image, const ItemRow& item, const FactPlaces& places) {
  bool found = false;
  for_each_code(image, item, [&](Range code) { found = found || places.read_by(image, code); });
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

std::vector<std::string> readers(const Linked& linked, ToolId tool, const FactPlace& place) {
  const Image& image = linked.program.image();
  const FactPlaces places({&place, 1});
  const ToolPlan& plan = linked.tools[static_cast<std::size_t>(tool)];
  std::vector<std::string> names;
  for (const PolicyGroup& group : plan.groups) {
    const PolicyRow& policy = image.policies[static_cast<std::size_t>(group.policy)];
    const std::string policy_name(linked.text(policy.name));
    if (places.read_by(image, policy.applies)) names.push_back(policy_name + " applies when");
    for (std::uint32_t i = group.first; i < group.first + group.count; ++i) {
      const ItemRow& item = image.items[static_cast<std::size_t>(plan.items[i])];
      if (reads(image, item, places))
        names.push_back(policy_name + '.' + std::string(linked.text(item.name)));
    }
  }
  // Whatever else has code of its own may be in this decision too.
  for (std::uint32_t i = 0; i < image.code.size(); ++i) {
    const bool element = image.code[i].opcode == Opcode::LoadElement && place.in_element &&
                         image.code[i].c >= place.field &&
                         image.code[i].c < place.field + place.width;
    if ((element || places.read_by(image, {i, 1})) && !is_owned(image, i)) {
      names.emplace_back("other code");
      break;
    }
  }
  return names;
}

}  // namespace remit::vm
