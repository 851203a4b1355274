// For an image that the verifier refuses: which single check does it. Only in the build with
// mutants; what calls this says so by its target.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace mutants {

// The names of the checks of which each, switched off alone, lets the image pass. More than one if
// checks stand before one another, none if two refuse it. Each is tried in a process of its own, so
// that what a check kept from happening may happen.
[[nodiscard]] std::vector<std::string> accepting(std::span<const std::byte> file);

}  // namespace mutants
