// "Did you mean …?": the nearest of the names that could have been meant.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace remit::lang {

// The number of insertions, deletions, replacements and swaps of neighbours between two names
// (optimal string alignment distance).
[[nodiscard]] int edit_distance(std::string_view a, std::string_view b);

// The candidate nearest to `name`, if it is near enough to be what was meant: at most a third of
// the longer one's length away. Of equally near ones the one that
// begins alike for longer, else the first.
[[nodiscard]] std::optional<std::string_view> nearest_name(
    std::string_view name, std::span<const std::string_view> candidates);

}  // namespace remit::lang
