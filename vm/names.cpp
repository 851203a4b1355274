#include "vm/names.h"

namespace remit::vm {

std::string full_name(const Linked& linked, ItemId id) {
  const Image& image = linked.program.image();
  const ItemRow& item = image.items[static_cast<std::size_t>(id)];
  return std::string(linked.text(image.policies[static_cast<std::size_t>(item.policy)].name)) +
         '.' + std::string(linked.text(item.name));
}

std::string_view enum_name(const Linked& linked, std::string_view enumeration,
                           std::uint32_t ordinal) {
  const Image& image = linked.program.image();
  for (const EnumRow& row : image.enums) {
    if (linked.text(row.name) == enumeration)
      return linked.text(image.enum_values[row.values.first + ordinal].name);
  }
  return {};
}

std::vector<std::string> deciding_names(const Linked& linked, const Facts::State& facts,
                                        const Outcome& outcome) {
  const Image& image = linked.program.image();
  const ToolPlan& plan = linked.tools[static_cast<std::size_t>(facts.tool)];
  const auto items =
      deciding_items(image, plan, facts.matched, facts.lifted, wait_clock(facts), outcome);
  const bool defaults = outcome.verdict == Verdict::Deny && outcome.fault == Fault::None;
  std::vector<std::string> names;
  auto next = items.begin();
  for (std::size_t layer = 0; layer < image.layers.size(); ++layer) {
    for (; next != items.end(); ++next) {
      const ItemRow& item = image.items[static_cast<std::size_t>(*next)];
      if (image.policies[static_cast<std::size_t>(item.policy)].layer !=
          static_cast<LayerId>(layer))
        break;
      names.push_back(full_name(linked, *next));
    }
    if (defaults && (outcome.ungranted_layers >> layer & 1) != 0)
      names.push_back("engine.default." + std::string(linked.text(image.layers[layer].name)));
  }
  return names;
}

}  // namespace remit::vm
