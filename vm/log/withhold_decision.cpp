// Taking out of a decision record what could tell of withheld values or was written by the sender.
#include <algorithm>

#include "stdlib/json_scan.h"
#include "vm/log/json_map.h"
#include "vm/log/withhold.h"

namespace remit::vm {

namespace {

using stdlib::json_member;
using stdlib::JsonPart;

// The limit with this full name; null if the tool has none.
const LimitRow* limit_of(const Linked& linked, ToolId tool, const std::string& name) {
  const auto found = linked.limit_names.find(name);
  if (found == linked.limit_names.end()) return nullptr;
  const auto& own = linked.plan_of(tool).limits;
  if (!std::ranges::binary_search(own, found->second)) return nullptr;
  return &linked.program.image().limits[found->second];
}

// A line of `reserve`: the amount, the cap and each part of the key, where code made it of a fact
// that was taken.
std::string withhold_line(const Image& image, const LimitRow* limit, std::string_view line,
                          const FactPlaces& taken, std::span<const std::byte> key) {
  const auto tells = [&](CodeRange code) { return taken.read_by(image, code); };
  return mapped(line, [&](const JsonPart& part) {
    if (limit == nullptr || part.value == "null") return std::string(part.value);
    if (part.key == "amount" && tells(limit->amount)) return withheld(part.value, key);
    if (part.key == "max" && tells(limit->maximum)) return withheld(part.value, key);
    if (part.key != "key") return std::string(part.value);
    std::uint32_t input = limit->keys.first;
    return mapped(part.value, [&](const JsonPart& element) {
      return tells(image.inputs[input++].code) ? withheld(element.value, key)
                                               : std::string(element.value);
    });
  });
}

}  // namespace

std::string withhold_place(std::string_view decision, std::span<const std::byte> key) {
  return mapped(decision, [&](const JsonPart& member) {
    return member.key == "at" ? withheld(member.value, key) : std::string(member.value);
  });
}

std::string withhold_decision(const Linked& linked, ToolId tool, std::string_view decision,
                              std::string_view withheld_request, const WithheldFacts& taken,
                              std::span<const std::byte> key) {
  const FactPlaces facts(taken.facts);
  return mapped(decision, [&](const JsonPart& member) -> std::string {
    if (member.key == "execute" && member.value != "null") {
      return mapped(member.value, [&](const JsonPart& part) {
        return std::string(part.key == "args" ? json_member(withheld_request, "args") : part.value);
      });
    }
    if (member.key == "digest" && member.value != "null" && taken.in_digest)
      return withheld(member.value, key);
    if (member.key != "reserve") return std::string(member.value);
    return mapped(member.value, [&](const JsonPart& line) {
      const auto name = stdlib::json_unescaped(json_member(line.value, "limit"));
      const LimitRow* limit = name ? limit_of(linked, tool, *name) : nullptr;
      return withhold_line(linked.program.image(), limit, line.value, facts, key);
    });
  });
}

}  // namespace remit::vm
