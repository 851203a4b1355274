#include "vm/narrow/estimate.h"

#include <algorithm>

namespace remit::vm {

namespace {

// A number that is a greater multiple of an unknown, or lies further from one, is followed no
// further.
constexpr Wide kScaleMax = Wide{1} << 60;
constexpr Wide kOffsetMax = Wide{1} << 100;

Wide plus(Wide x, Wide y) {
  Wide sum = 0;
  return !__builtin_add_overflow(x, y, &sum) ? sum : y > 0 ? kWideMax : kWideMin;
}
Wide times(Wide x, Wide y) {
  Wide product = 0;
  return !__builtin_mul_overflow(x, y, &product) ? product
         : (x > 0) == (y > 0)                    ? kWideMax
                                                 : kWideMin;
}

// `x` as it follows from its unknown, where the numbers stay small.
void follow(const Estimate& x, Wide scale, Wide offset, Estimate& into) {
  const bool small = scale < kScaleMax && scale > -kScaleMax && offset < kOffsetMax &&
                     offset > -kOffsetMax && scale != 0;
  if (x.unknown == kNoRow || !small) return;
  into.unknown = x.unknown;
  into.scale = scale;
  into.offset = offset;
}

}  // namespace

Estimate scaled(const Estimate& x, Wide factor) {
  const Wide a = times(x.low, factor), b = times(x.high, factor);
  Estimate result = Estimate::between(std::min(a, b), std::max(a, b));
  follow(x, times(x.scale, factor), times(x.offset, factor), result);
  return result;
}

Estimate sum(const Estimate& x, const Estimate& y) {
  Estimate result = Estimate::between(plus(x.low, y.low), plus(x.high, y.high));
  if (y.point())
    follow(x, x.scale, plus(x.offset, y.low), result);
  else if (x.point())
    follow(y, y.scale, plus(y.offset, x.low), result);
  return result;
}

Estimate negation(const Estimate& x) { return sum(scaled(x, -1), number_of(1)); }

Estimate product(const Estimate& x, const Estimate& y) {
  if (y.point()) return scaled(x, y.low);
  if (x.point()) return scaled(y, x.low);
  const auto ends = {times(x.low, y.low), times(x.low, y.high), times(x.high, y.low),
                     times(x.high, y.high)};
  return Estimate::between(std::min(ends), std::max(ends));
}

Estimate joined(const Estimate& x, const Estimate& y) {
  Estimate result = Estimate::between(std::min(x.low, y.low), std::max(x.high, y.high));
  if (x.known && y.known && x.value.size == y.value.size && x.value.text == y.value.text) {
    result.known = true;
    result.value = x.value;
  } else if (x.untyped || y.untyped) {
    // They may be collections, of which the ends are no sizes.
    return Estimate::between(kWideMin, kWideMax);
  }
  result.untyped = x.untyped || y.untyped;
  if (x.unknown == y.unknown && x.scale == y.scale && x.offset == y.offset) {
    result.unknown = x.unknown;
    result.scale = x.scale;
    result.offset = x.offset;
  }
  return result;
}

}  // namespace remit::vm
