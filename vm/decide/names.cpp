#include "vm/decide/names.h"

#include "vm/image/seats.h"

namespace remit::vm {

std::string full_name(const Linked& linked, ItemId id) {
  const Image& image = linked.program.image();
  const ItemRow& item = image[id];
  return std::string(linked.text(image[item.policy].name)) + '.' +
         std::string(linked.text(item.name));
}

std::string_view enum_wire_name(const Linked& linked, std::string_view enumeration,
                                std::uint32_t ordinal) {
  const Image& image = linked.program.image();
  for (const EnumRow& row : image.enums) {
    if (linked.text(row.name) == enumeration)
      return linked.text(image.rows(row.values)[ordinal].wire_name);
  }
  return {};
}

std::string_view seat_name(const Linked& linked, const SeatRow& seat) {
  const Image& image = linked.program.image();
  return seat_name(image, image[linked.roles], seat);
}

std::vector<std::string> deciding_names(const Linked& linked, const Findings& findings,
                                        const Outcome& outcome) {
  const Image& image = linked.program.image();
  std::vector<std::string> names;
  std::size_t layer = 0;
  // A layer without a grant stands after its items.
  const auto pass_layers = [&](std::size_t until) {
    for (; layer < until; ++layer) {
      if ((defaulted_layers(outcome) >> layer & 1) != 0)
        names.push_back("engine.default." + std::string(linked.text(image.layers[layer].name)));
    }
  };
  for_each_deciding(findings, outcome, [&](std::size_t position) {
    const PolicyRow& policy = image[findings.item(position).policy];
    pass_layers(static_cast<std::size_t>(policy.layer));
    names.push_back(full_name(linked, findings.plan->items[position]));
  });
  pass_layers(image.layers.size());
  return names;
}

}  // namespace remit::vm
