// For an image that the verifier refuses: which single check does it. Only in the build with
// mutants; what calls this says so by its target.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace mutants {

// The names of the checks of which each, switched off alone, lets the image pass. More than one if
// checks stand before one another, none if two refuse it. Each is tried in a process of its own, so
// that what a check kept from happening may happen. The image is made there too: static bounds and
// required facts of its code, which are written into it, can only be counted where the check is
// off.
using MakeFile = std::function<std::vector<std::byte>()>;
[[nodiscard]] std::vector<std::string> accepting(const MakeFile& made);

}  // namespace mutants
