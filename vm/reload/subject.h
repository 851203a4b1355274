// What a decision was about and what it rests on, by name: for canaries and for comparing two
// engines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <remit/engine.h>

namespace remit::vm {

// The `by` of a pair, as in its record: full names of items and `engine.default.LAYER`. Empty for
// one that was not evaluated, and for two that are no pair.
[[nodiscard]] std::vector<std::string> by_of(const Engine& engine, Facts& facts,
                                             const Decision& decision);

// The tool's dotted name and `tenant.id`, or kUnknown. Views into the engine and into `facts`.
struct Subject {
  std::string_view tool, tenant;
};
[[nodiscard]] Subject subject_of(const Engine& engine, const Facts& facts);

}  // namespace remit::vm
