// From a verified program to something that decides: item lists by tool, constants as values.
// Everything here follows from the program; nothing of it is stored in a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stdlib/ip.h"
#include "vm/decide/table.h"
#include "vm/decide/value.h"
#include "vm/verify/program.h"

namespace remit::vm {

// The items of one policy that concern one tool.
struct PolicyGroup {
  PolicyId policy{};
  RangeOf<ItemId> items;     // of ToolPlan::items
  std::uint32_t limits = 0;  // of these
};

// A fact inside a record: there if and only if the record is, or, if it is optional, only if.
struct NestedFact {
  std::uint32_t slot = 0;
  std::uint32_t parent = 0;  // slot of the record
  bool optional = false;
};

// What a fact is where a request does not say.
struct DefaultFact {
  std::uint32_t slot = 0;
  Value value;
};

// What a decision on one tool looks at.
struct ToolPlan {
  std::vector<ItemId> items;            // canonical order
  std::vector<PolicyGroup> groups;      // canonical order
  std::vector<std::uint32_t> required;  // slots of host facts
  std::vector<std::uint32_t> lifting;   // positions of rules that lift something
  std::vector<std::uint32_t> limits;    // rows of Image::limits, ascending
  std::vector<std::uint32_t> asserts;   // positions

  // What completeness takes (vm/decide/complete.h).
  std::vector<std::uint32_t> required_args;  // slots
  std::vector<NestedFact> nested;            // of the arguments
  bool nested_is_whole = true;               // else there was no room for them
  std::vector<DefaultFact> defaults;         // of the arguments
};

struct Linked {
  Program program;
  std::uint64_t generation = 0;  // differs between any two in this process; never 0
  std::vector<ToolPlan> tools;
  std::vector<NestedFact> nested;     // of the host's facts
  std::vector<DefaultFact> defaults;  // of the host's facts
  std::vector<TableLookup> tables;    // as the image's tables
  std::vector<Value> set_values;      // elements of all constant sets, in the order of merging
  std::vector<std::optional<stdlib::Cidr>> cidrs;  // by string row, where the string is one
  std::unordered_map<std::string_view, std::uint32_t> symbols;  // of the image's strings, from 1
  std::unordered_map<std::string_view, ToolId> wire_tools;
  std::vector<std::string_view> request_members;  // that it may have, sorted
  // By full name, rows of Image::limits.
  std::unordered_map<std::string, std::uint32_t> limit_names;
  // Wire names of enum values with their ordinals, for each enum sorted by the row of the name.
  std::vector<std::pair<StringId, std::uint32_t>> enum_ordinals;
  EnumId actor_kinds{}, roles{};
  std::uint32_t human = kNoRow;  // ordinal of actor_kind.human

  [[nodiscard]] const ToolPlan& plan_of(ToolId tool) const {
    return tools[static_cast<std::size_t>(tool)];
  }
  // The symbol of a text, 0 for one that no rule can know.
  [[nodiscard]] std::uint32_t symbol(std::string_view text) const {
    const auto found = symbols.find(text);
    return found == symbols.end() ? 0 : found->second;
  }
  // The ordinal of the value of an enum with this wire name.
  [[nodiscard]] std::optional<std::uint32_t> ordinal(EnumId enumeration,
                                                     std::string_view name) const;
  [[nodiscard]] std::string_view text(StringId id) const { return program.image()[id]; }
  // Of a row of Image::sets.
  [[nodiscard]] Value constant_set(std::uint32_t row) const {
    const RangeOf<std::int64_t> range = program.image().sets[row].elements;
    return Value::of_elements(set_values.data() + range.first, range.count);
  }
  [[nodiscard]] Value text_value(StringId id) const {
    return Value::of_text(text(id), static_cast<std::uint32_t>(id) + 1);
  }
};

[[nodiscard]] Linked link(Program program);

}  // namespace remit::vm
