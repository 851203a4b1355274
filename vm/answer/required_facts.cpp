#include "vm/answer/required_facts.h"

#include "vm/answer/reservation.h"
#include "vm/decide/names.h"
#include "vm/image/schema_text.h"

namespace remit::vm {

std::optional<std::vector<RequiredFact>> required_facts(const Linked& linked,
                                                        std::string_view tool) {
  const auto found = linked.wire_tools.find(tool);
  if (found == linked.wire_tools.end()) return std::nullopt;
  const Layout& layout = linked.program.layout();
  const Image& image = linked.program.image();
  const ToolPlan& plan = linked.plan_of(found->second);
  std::vector<RequiredFact> facts;
  for (const std::uint32_t slot : plan.required) {
    facts.push_back({.path = layout.path_of(image, found->second, slot),
                     .type = type_text(image, layout.host[slot].type)});
  }
  for (const std::uint32_t row : plan.limits) {
    const LimitRow& limit = image.limits[row];
    const ItemRow& item = image[limit.item];
    const CodeRange applies = image[item.policy].applies;
    facts.push_back({.path = "limits." + full_name(linked, limit.item),
                     .type = std::string(spelling(limit.kind)),
                     .window = window_text(limit),
                     .conditional = applies.count + item.when.count + item.unless.count != 0});
  }
  return facts;
}

}  // namespace remit::vm
