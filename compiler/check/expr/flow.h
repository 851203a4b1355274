// Flow typing: which optional facts are known to be present where
// (docs/reference/language.md, section 4.2).
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <unordered_map>
#include <vector>

namespace remit::compiler {

// A narrowing key: one binding with one field path, numbered by NarrowKeys.
enum class NarrowKey : std::uint32_t {};

class NarrowKeys {
 public:
  NarrowKey of(const std::string& path) {
    return keys_.try_emplace(path, static_cast<NarrowKey>(keys_.size())).first->second;
  }

 private:
  std::unordered_map<std::string, NarrowKey> keys_;
};

// Sorted, unique.
using KeySet = std::vector<NarrowKey>;

[[nodiscard]] inline KeySet united(const KeySet& a, const KeySet& b) {
  KeySet result;
  std::ranges::set_union(a, b, std::back_inserter(result));
  return result;
}

[[nodiscard]] inline KeySet common(const KeySet& a, const KeySet& b) {
  KeySet result;
  std::ranges::set_intersection(a, b, std::back_inserter(result));
  return result;
}

// What a condition's outcome says about presence.
struct Flow {
  KeySet when_true;
  KeySet when_false;

  [[nodiscard]] Flow negated() && { return {std::move(when_false), std::move(when_true)}; }
};

// `a and b`, where `b` is reached only if `a` holds.
[[nodiscard]] inline Flow both(const Flow& a, const Flow& b) {
  return {united(a.when_true, b.when_true),
          common(a.when_false, united(a.when_true, b.when_false))};
}

// `a or b`, where `b` is reached only if `a` does not hold.
[[nodiscard]] inline Flow either(const Flow& a, const Flow& b) {
  return {common(a.when_true, united(a.when_false, b.when_true)),
          united(a.when_false, b.when_false)};
}

}  // namespace remit::compiler
