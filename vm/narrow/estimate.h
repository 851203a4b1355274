// A value of which not everything is known: between which numbers it lies, and how it follows from
// an unknown fact. Arithmetic on such values.
#pragma once

#include <cstdint>

#include <remit/internal/wide.h>
#include "vm/decide/value.h"
#include "vm/image/columns.h"

namespace remit::vm {

// Ends of intervals. What code computes fits, as the verifier has shown; an end that does not is
// one of these.
inline constexpr Wide kWideMax = ~(Wide{1} << 127);
inline constexpr Wide kWideMin = -kWideMax - 1;

// What is known of one value.
struct Estimate {
  // Of what is held as a number, a bool as 0 and 1: between which it lies. Of a collection: how
  // many elements it has.
  Wide low = 0, high = 0;
  // Of an element's field: code does not say whether it is held as a number. Then the ends mean
  // nothing where it is not.
  bool untyped = false;
  // Of a text or a collection: whether it is `value`.
  bool known = false;
  Value value;
  // A number is `scale` times that of an unknown and `offset`; a text is that of the unknown, and
  // of a collection it is the unknown's size.
  std::uint32_t unknown = kNoRow;
  Wide scale = 1, offset = 0;

  [[nodiscard]] bool point() const { return low == high; }
  // Of a bool. One of which nothing is known may have ends beyond 0 and 1 (joined).
  [[nodiscard]] bool may_fail() const { return low <= 0 && high >= 0; }
  [[nodiscard]] bool may_hold() const { return low != 0 || high != 0; }
  [[nodiscard]] static Estimate between(Wide low, Wide high) {
    Estimate estimate;
    estimate.low = low;
    estimate.high = high;
    return estimate;
  }
  [[nodiscard]] static Estimate truth(bool may_fail, bool may_hold) {
    return between(may_fail ? 0 : 1, may_hold ? 1 : 0);
  }
};

[[nodiscard]] inline Estimate number_of(Wide number) { return Estimate::between(number, number); }

// A number or a text that is known.
[[nodiscard]] inline Estimate exactly(const Value& value) {
  Estimate result = number_of(value.integer);
  result.known = true;
  result.value = value;
  return result;
}
[[nodiscard]] inline Estimate of_collection(const Value& value) {
  Estimate result = number_of(value.size);
  result.known = true;
  result.value = value;
  return result;
}
[[nodiscard]] inline Estimate of_element(const Value& value) {
  Estimate result = exactly(value);
  result.untyped = true;
  return result;
}

// The size of a collection.
[[nodiscard]] inline Estimate size_of(const Estimate& x) {
  return x.known ? number_of(x.value.size) : x;
}

[[nodiscard]] Estimate sum(const Estimate& x, const Estimate& y);
[[nodiscard]] Estimate scaled(const Estimate& x, Wide factor);
[[nodiscard]] Estimate product(const Estimate& x, const Estimate& y);
// Of a truth value.
[[nodiscard]] Estimate negation(const Estimate& x);
// Either of two, where paths meet.
[[nodiscard]] Estimate joined(const Estimate& x, const Estimate& y);

}  // namespace remit::vm
