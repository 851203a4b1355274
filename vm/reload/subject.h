// What a decision was about, by name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <remit/engine.h>

namespace remit::vm {

// The tool's dotted name and `tenant.id`, or kUnknown. Views into the engine and into `facts`.
struct Subject {
  std::string_view tool, tenant;
};
[[nodiscard]] Subject subject_of(const Engine& engine, const Facts& facts);

}  // namespace remit::vm
