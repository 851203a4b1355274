// Finds the items whose code reads a withheld fact.
#include <algorithm>
#include <string>
#include <vector>

#include "vm/log/withhold.h"

namespace remit::vm {

namespace {

// Calls `visit` with every piece of code that says whether an item matches, or what it counts.
void for_each_code(const Image& image, const ItemRow& item, auto&& visit) {
  const auto inputs = [&](RangeOf<InputRow> rows) {
    for (const InputRow& input : image.rows(rows)) visit(input.code);
  };
  visit(item.when);
  visit(item.unless);
  if (is_row(item.kind)) {
    const TableRow& table = image.table_of(item);
    visit(table.when);
    visit(table.unless);
    inputs(table.inputs);
  }
  if (item.kind == ItemKind::Limit) {
    const LimitRow& limit = image.limit_of(item);
    visit(limit.maximum);
    visit(limit.amount);
    inputs(limit.keys);
  }
}

bool reads(const Image& image, const ItemRow& item, const FactPlaces& places) {
  bool found = false;
  for_each_code(image, item, [&](CodeRange code) { found = found || places.read_by(image, code); });
  return found;
}

// By instruction: whether its owner is known here, whether or not that belongs to the tool at hand.
std::vector<bool> owned(const Image& image) {
  std::vector<bool> result(image.code.size());
  const auto mark = [&](CodeRange code) {
    // The rows of a table share its code.
    if (code.count != 0 && !result[code.first])
      std::fill_n(result.begin() + code.first, code.count, true);
  };
  for (const ItemRow& item : image.items) for_each_code(image, item, mark);
  for (const PolicyRow& policy : image.policies) mark(policy.applies);
  for (const TemplatePieceRow& piece : image.template_pieces) mark(piece.code);
  return result;
}

}  // namespace

std::vector<std::string> readers(const Linked& linked, ToolId tool, const FactPlace& place) {
  const Image& image = linked.program.image();
  const FactPlaces places({&place, 1});
  const ToolPlan& plan = linked.plan_of(tool);
  std::vector<std::string> names;
  for (const PolicyGroup& group : plan.groups) {
    const PolicyRow& policy = image[group.policy];
    const std::string policy_name(linked.text(policy.name));
    if (places.read_by(image, policy.applies)) names.push_back(policy_name + " applies when");
    for (std::uint32_t i = group.items.first; i < group.items.end(); ++i) {
      const ItemRow& item = image[plan.items[i]];
      if (reads(image, item, places))
        names.push_back(policy_name + '.' + std::string(linked.text(item.name)));
    }
  }
  // Whatever else has code of its own may be in this decision too.
  const std::vector<bool> is_owned = owned(image);
  for (std::uint32_t i = 0; i < image.code.size(); ++i) {
    if (is_owned[i]) continue;
    const bool element = image.code[i].opcode == Opcode::LoadElement && place.in_element &&
                         image.code[i].c >= place.field &&
                         image.code[i].c < place.field + place.width;
    if (element || places.read_by(image, {i, 1})) {
      names.emplace_back("other code");
      break;
    }
  }
  return names;
}

}  // namespace remit::vm
