// Sets of values of one type: of numbers as intervals, of texts as those that are in the set or
// those that are not. Enum values, tools and bools are numbers, texts in their canonical form.
//
// What a test asks of a fact is such a set, and whether several tests leave anything is a question
// about sets. All operands of an operation are sets of one type.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/check/typed.h"

namespace remit::compiler {

class ValueSet {
 public:
  // The numbers of an interval; none if it ends before it begins.
  [[nodiscard]] static ValueSet interval(const Interval& interval);
  [[nodiscard]] static ValueSet numbers(std::span<const std::int64_t> values);
  [[nodiscard]] static ValueSet texts(std::span<const std::string_view> values);

  // All other values of the type: there are always more numbers, and more texts.
  [[nodiscard]] ValueSet complement() const;
  [[nodiscard]] ValueSet intersection(const ValueSet& other) const;
  [[nodiscard]] ValueSet united(const ValueSet& other) const;

  [[nodiscard]] bool empty() const;

 private:
  [[nodiscard]] ValueSet common_texts(const ValueSet& other) const;
  [[nodiscard]] ValueSet common_numbers(const ValueSet& other) const;

  bool of_texts_ = false;
  bool all_but_ = false;                 // of texts: all but those below
  std::vector<std::string_view> texts_;  // ascending
  std::vector<Interval> intervals_;      // ascending, with a gap between any two
};

}  // namespace remit::compiler
