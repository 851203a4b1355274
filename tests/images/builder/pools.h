// The pools of an image that is being laid out: used twice, first to collect what is asked for,
// then to say in which row of the sorted pool it lies.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/images/builder/draft.h"

namespace remit::images {

// Sorted and unique once it is frozen.
template <typename T>
class Pool {
 public:
  std::uint32_t row(const T& value) {
    if (!frozen_) {
      values_.push_back(value);
      return 0;
    }
    return static_cast<std::uint32_t>(std::ranges::lower_bound(values_, value) - values_.begin());
  }
  void freeze() {
    std::ranges::sort(values_);
    const auto twice = std::ranges::unique(values_);
    values_.erase(twice.begin(), twice.end());
    frozen_ = true;
  }
  [[nodiscard]] const std::vector<T>& values() const { return values_; }

 private:
  std::vector<T> values_;
  bool frozen_ = false;
};

// A set as it lies in an image, in the order of the pool.
struct SetKey {
  bool is_text = false, is_cidr = false;
  TypeKind kind{};
  std::uint32_t ref = vm::kNoRow;
  std::vector<std::int64_t> integers;
  std::vector<std::string_view> texts;

  friend auto operator<=>(const SetKey&, const SetKey&) = default;
};

// A type as it lies in an image, in the order of the pool.
struct TypeKey {
  TypeKind kind{};
  std::uint32_t ref = vm::kNoRow;
  std::int64_t low = 0, high = 0;

  friend auto operator<=>(const TypeKey&, const TypeKey&) = default;
};

// Views into the draft, which outlives them.
struct Pools {
  Pool<std::string_view> strings, patterns, debug_strings;
  Pool<std::int64_t> integers;
  Pool<SetKey> sets;
  Pool<TypeKey> scalars, collections;

  void freeze() {
    strings.freeze();
    patterns.freeze();
    debug_strings.freeze();
    integers.freeze();
    sets.freeze();
    collections.freeze();
  }
};

}  // namespace remit::images
