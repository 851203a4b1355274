#include "compiler/review/value_set.h"

#include <algorithm>
#include <iterator>

#include "stdlib/integer.h"

namespace remit::compiler {

namespace {

// No value of any type lies beyond them.
constexpr Wide kLeast = -stdlib::kWideMax;
constexpr Wide kGreatest = stdlib::kWideMax;

}  // namespace

ValueSet ValueSet::interval(const Interval& interval) {
  ValueSet set;
  if (interval.low <= interval.high)
    set.intervals_.push_back({std::max(interval.low, kLeast), std::min(interval.high, kGreatest)});
  return set;
}

ValueSet ValueSet::numbers(std::span<const std::int64_t> values) {
  std::vector<std::int64_t> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  ValueSet set;
  for (const Wide value : sorted) {
    if (!set.intervals_.empty() && value <= set.intervals_.back().high + 1)
      set.intervals_.back().high = value;
    else
      set.intervals_.push_back({value, value});
  }
  return set;
}

ValueSet ValueSet::texts(std::span<const std::string_view> values) {
  ValueSet set;
  set.of_texts_ = true;
  set.texts_.assign(values.begin(), values.end());
  std::ranges::sort(set.texts_);
  const auto repeated = std::ranges::unique(set.texts_);
  set.texts_.erase(repeated.begin(), repeated.end());
  return set;
}

ValueSet ValueSet::complement() const {
  ValueSet others = *this;
  others.all_but_ = of_texts_ && !all_but_;
  others.intervals_.clear();
  if (of_texts_) return others;
  Wide next = kLeast;
  for (const Interval& interval : intervals_) {
    if (next < interval.low) others.intervals_.push_back({next, interval.low - 1});
    if (interval.high == kGreatest) return others;
    next = interval.high + 1;
  }
  others.intervals_.push_back({next, kGreatest});
  return others;
}

ValueSet ValueSet::intersection(const ValueSet& other) const {
  return of_texts_ ? common_texts(other) : common_numbers(other);
}

ValueSet ValueSet::united(const ValueSet& other) const {
  return complement().intersection(other.complement()).complement();
}

ValueSet ValueSet::common_texts(const ValueSet& other) const {
  if (all_but_ && !other.all_but_) return other.common_texts(*this);
  ValueSet common;
  common.of_texts_ = true;
  common.all_but_ = all_but_ && other.all_but_;
  const auto into = std::back_inserter(common.texts_);
  if (common.all_but_)
    std::ranges::set_union(texts_, other.texts_, into);
  else if (other.all_but_)
    std::ranges::set_difference(texts_, other.texts_, into);
  else
    std::ranges::set_intersection(texts_, other.texts_, into);
  return common;
}

ValueSet ValueSet::common_numbers(const ValueSet& other) const {
  ValueSet common;
  auto a = intervals_.begin(), b = other.intervals_.begin();
  while (a != intervals_.end() && b != other.intervals_.end()) {
    const Interval both{std::max(a->low, b->low), std::min(a->high, b->high)};
    if (both.low <= both.high) common.intervals_.push_back(both);
    a->high < b->high ? ++a : ++b;
  }
  return common;
}

bool ValueSet::empty() const {
  return of_texts_ ? !all_but_ && texts_.empty() : intervals_.empty();
}

}  // namespace remit::compiler
