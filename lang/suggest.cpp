#include "lang/suggest.h"

#include <algorithm>
#include <vector>

namespace remit::lang {

namespace {

constexpr std::size_t kLengthMax = 128;  // longer names are not worth the time

std::size_t common_prefix(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

int edit_distance(std::string_view a, std::string_view b) {
  std::vector<int> two_above(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int replace = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], two_above[j - 2] + 1);
    }
    std::swap(two_above, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

std::optional<std::string_view> nearest_name(std::string_view name,
                                             std::span<const std::string_view> candidates) {
  std::optional<std::string_view> best;
  int best_distance = 0;
  for (const std::string_view candidate : candidates) {
    if (name.size() > kLengthMax || candidate.size() > kLengthMax) continue;
    const auto longer = static_cast<int>(std::max(name.size(), candidate.size()));
    const int distance = edit_distance(name, candidate);
    if (distance == 0) continue;  // it was refused for another reason
    if (distance > std::max(1, longer / 3) || distance >= longer) continue;
    const bool nearer =
        !best || distance < best_distance ||
        (distance == best_distance && common_prefix(name, candidate) > common_prefix(name, *best));
    if (!nearer) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

}  // namespace remit::lang
