#include "vm/narrow/forecast.h"

#include <algorithm>
#include <limits>

#include "stdlib/formats.h"
#include "stdlib/percent.h"

namespace remit::vm {

namespace {

constexpr Wide kWideMax = ~(Wide{1} << 127);
constexpr Wide kWideMin = -kWideMax - 1;
// A number that is so much of an unknown is followed no further, so that solving for it is exact.
constexpr Wide kFactorMax = Wide{1} << 60;

// What code computes fits (the verifier's promise); the ends of an interval need not.
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

Estimate scaled(const Estimate& x, Wide factor) {
  const Wide a = times(x.low, factor), b = times(x.high, factor);
  Estimate result = Estimate::between(std::min(a, b), std::max(a, b));
  if (x.unknown == kNoRow || factor == 0) return result;
  result.scale = times(x.scale, factor);
  result.offset = times(x.offset, factor);
  const auto fits = [](Wide value) { return value < kFactorMax && value > -kFactorMax; };
  if (fits(result.scale) && fits(result.offset / stdlib::kWholeInThousandths))
    result.unknown = x.unknown;
  return result;
}

Estimate negation(const Estimate& x) {
  return Forecast::sum(scaled(x, -1), Estimate::between(1, 1));
}

Estimate number_of(Wide number) { return Estimate::between(number, number); }

// A value, whatever it is held as.
Estimate exactly(const Value& value) {
  Estimate result = number_of(value.integer);
  result.known = true;
  result.value = value;
  return result;
}

Estimate size_of(const Estimate& x) { return x.known ? number_of(x.value.size) : x; }

// A part of a text.
Estimate part(const Estimate& x, std::string_view (*of)(std::string_view)) {
  return x.known ? exactly(Value::of_text(of(x.value.view()))) : Estimate();
}

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
  }
  if (x.unknown == y.unknown && x.scale == y.scale && x.offset == y.offset) {
    result.unknown = x.unknown;
    result.scale = x.scale;
    result.offset = x.offset;
  }
  return result;
}

}  // namespace

Estimate Forecast::sum(const Estimate& x, const Estimate& y) {
  Estimate result = Estimate::between(plus(x.low, y.low), plus(x.high, y.high));
  const bool of_x = y.point() && x.unknown != kNoRow, of_y = x.point() && y.unknown != kNoRow;
  if (!of_x && !of_y) return result;
  const Estimate& moving = of_x ? x : y;
  const Wide offset = plus(moving.offset, of_x ? y.low : x.low);
  if (offset >= kWideMax / 2 || offset <= kWideMin / 2) return result;
  result.unknown = moving.unknown;
  result.scale = moving.scale;
  result.offset = offset;
  return result;
}

// ---- cuts

// Where the unknown behind `x` makes `x` pass `value`: at the quotient or one above it.
void Forecast::cut_at(const Estimate& x, Wide value) {
  if (x.unknown == kNoRow || x.scale == 0) return;
  const Wide distance = plus(value, -x.offset);
  if (distance >= kWideMax / 2 || distance <= kWideMin / 2) return;
  Wide quotient = distance / x.scale;
  if (distance % x.scale != 0 && (distance < 0) != (x.scale < 0)) --quotient;
  for (const Wide cut : {quotient, quotient + 1}) {
    if (cut <= std::numeric_limits<std::int64_t>::min() ||
        cut > std::numeric_limits<std::int64_t>::max())
      continue;
    splits_.push_back({x.unknown, Split::Kind::At, static_cast<std::int64_t>(cut), Value::none()});
  }
}

// Of a bool that nothing is compared with.
void Forecast::blame(const Estimate& x) {
  if (!x.point()) cut_at(x, 0);
}

// ---- facts

Estimate Forecast::unknown_value(std::uint32_t unknown) {
  read_.push_back(unknown);
  const Domain& domain = (*case_.domains)[unknown];
  Estimate result = Estimate::between(domain.low, domain.high);
  if (domain.text) {
    result.known = true;
    result.value = *domain.text;
  } else {
    result.unknown = unknown;
  }
  return result;
}

Estimate Forecast::slot(std::uint32_t slot) {
  const std::uint32_t unknown = case_.unknowns->of_slot[slot];
  if (unknown != kNoRow) return unknown_value(unknown);
  return exactly(case_.unknowns->slots[slot]);
}

Estimate Forecast::used(std::uint32_t limit) {
  const std::vector<std::uint32_t>& limits = case_.linked->plan_of(case_.unknowns->tool).limits;
  const auto at = std::ranges::lower_bound(limits, limit) - limits.begin();
  return counter(static_cast<std::uint32_t>(at));
}

Estimate Forecast::counter(std::uint32_t counter) {
  const std::uint32_t unknown = case_.unknowns->of_counter[counter];
  if (unknown != kNoRow) return unknown_value(unknown);
  return number_of(case_.unknowns->counters[counter].integer);
}

Estimate Forecast::presence(std::uint32_t slot) {
  const std::uint32_t unknown = case_.unknowns->of_slot[slot];
  if (unknown == kNoRow) {
    const bool absent = case_.unknowns->slots[slot].absent();
    return Estimate::truth(absent, !absent);
  }
  read_.push_back(unknown);
  const Domain& domain = (*case_.domains)[unknown];
  if (domain.may_be_absent && domain.may_be_there)
    splits_.push_back({unknown, Split::Kind::Presence, 0, Value::none()});
  return Estimate::truth(domain.may_be_absent, domain.may_be_there);
}

// ---- comparison

// Where the answer changes, if it does.
Estimate Forecast::compared(const Estimate& x, const Estimate& y, bool may_fail, bool may_hold) {
  if (may_fail && may_hold) {
    if (y.point()) cut_at(x, y.low);
    if (x.point()) cut_at(y, x.low);
  }
  return Estimate::truth(may_fail, may_hold);
}

Estimate Forecast::less(const Estimate& x, const Estimate& y) {
  return compared(x, y, x.high >= y.low, x.low < y.high);
}

Estimate Forecast::at_most(const Estimate& x, const Estimate& y) {
  return compared(x, y, x.high > y.low, x.low <= y.high);
}

Estimate Forecast::equal(const Estimate& x, const Estimate& y) {
  const bool same = x.point() && y.point() && x.low == y.low;
  return compared(x, y, !same, x.high >= y.low && y.high >= x.low);
}

Estimate Forecast::in_range(std::uint8_t flags, const Estimate& x, const Estimate& low,
                            const Estimate& high) {
  const Estimate above = at_most(low, x);
  const Estimate below = (flags & kRangeHalfOpen) != 0 ? less(x, high) : at_most(x, high);
  const Estimate inside =
      Estimate::between(std::min(above.low, below.low), std::min(above.high, below.high));
  return (flags & kRangeNegated) != 0 ? negation(inside) : inside;
}

Estimate Forecast::in_cell(const CellRow& cell, const Estimate& x) {
  if (cell.items.count == 0) return Estimate::truth(cell.negated != 0, cell.negated == 0);
  bool all = false, none = true;
  for (const CellItemRow& item : case_.linked->program.image().rows(cell.items)) {
    const bool above_low = item.open_low != 0 || x.low >= item.low;
    const bool below_high = item.open_high != 0 || x.high <= item.high;
    const bool before = item.open_low == 0 && x.high < item.low;
    const bool behind = item.open_high == 0 && x.low > item.high;
    all = all || (above_low && below_high);
    if (before || behind) continue;
    none = false;
    if (!above_low) cut_at(x, item.low);
    if (!below_high) cut_at(x, item.high);
  }
  return cell.negated == 0 ? Estimate::truth(!all, !none) : Estimate::truth(!none, !all);
}

// ---- code

Estimate Forecast::run(CodeRange code) { return run(code.first, code.end(), code.first); }

namespace {

using Stack = std::vector<Estimate>;

// Paths that lead to places ahead, where they join the one that is followed.
class Paths {
 public:
  void jump(std::uint32_t target, Stack stack) { ahead_.emplace_back(target, std::move(stack)); }

  // Those that lead to `at` join; whether any path does.
  void arrive(std::uint32_t at, Stack& stack, bool& reached) {
    for (std::size_t i = 0; i < ahead_.size();) {
      if (ahead_[i].first != at) {
        ++i;
        continue;
      }
      if (reached)
        std::ranges::transform(stack, ahead_[i].second, stack.begin(), joined);
      else
        stack = std::move(ahead_[i].second);
      reached = true;
      ahead_.erase(ahead_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

 private:
  std::vector<std::pair<std::uint32_t, Stack>> ahead_;
};

bool is_loop(Opcode opcode) {
  return opcode == Opcode::LoopAny || opcode == Opcode::LoopAll || opcode == Opcode::LoopCount ||
         opcode == Opcode::LoopSum;
}

}  // namespace

// Code from `first` to `end`, whose jumps count from `base`.
Estimate Forecast::run(std::uint32_t first, std::uint32_t end, std::uint32_t base) {
  const Image& image = case_.linked->program.image();
  Stack stack;
  Paths paths;
  bool reached = true;
  // Goes on where the bool on top may be `go_on`, and jumps where it may be the other.
  const auto branch = [&](std::uint32_t target, bool go_on, bool keeps) {
    const Estimate top = stack.back();
    blame(top);
    stack.pop_back();
    const bool may_jump = go_on ? top.low == 0 : top.high != 0;
    reached = go_on ? top.high != 0 : top.low == 0;
    if (!may_jump) return;
    Stack other = stack;
    if (keeps) other.push_back(number_of(go_on ? 0 : 1));
    paths.jump(target, std::move(other));
  };
  for (std::uint32_t at = first; at < end; ++at) {
    paths.arrive(at, stack, reached);
    if (!reached) continue;
    ++steps_;
    const Instruction& in = image.code[at];
    if (in.opcode == Opcode::JumpIfFalse) {
      branch(base + in.c, true, true);
    } else if (in.opcode == Opcode::JumpIfTrue) {
      branch(base + in.c, false, true);
    } else if (in.opcode == Opcode::JumpUnless) {
      branch(base + in.c, true, false);
    } else if (in.opcode == Opcode::Jump) {
      paths.jump(base + in.c, stack);
      reached = false;
    } else if (is_loop(in.opcode)) {
      loop(at, base, stack);
      at = base + in.c - 1;
    } else {
      step(in, stack);
    }
  }
  paths.arrive(end, stack, reached);
  if (stack.back().low == 0 && stack.back().high == 1) blame(stack.back());
  return stack.back();
}

// Goes through the elements if they are known.
void Forecast::loop(std::uint32_t at, std::uint32_t base, Stack& stack) {
  const Instruction& in = case_.linked->program.image().code[at];
  const Estimate collection = stack.back();
  stack.pop_back();
  const bool any = in.opcode == Opcode::LoopAny, all = in.opcode == Opcode::LoopAll;
  Estimate result = number_of(all ? 1 : 0);
  if (!collection.known) {
    stack.push_back(collection.high == 0 ? result : over_unknown(at, base, collection));
    return;
  }
  const Value& value = collection.value;
  const std::uint32_t stride = value.symbol == 0 ? 1 : value.symbol;
  for (std::uint32_t i = 0; i < value.size; ++i) {
    element_ = value.elements + std::size_t{i} * stride;
    const Estimate body = run(at + 1, base + in.c - 1, base);
    const auto choose = [&](auto&& of) {
      return Estimate::between(of(result.low, body.low), of(result.high, body.high));
    };
    result = any   ? choose([](Wide a, Wide b) { return std::max(a, b); })
             : all ? choose([](Wide a, Wide b) { return std::min(a, b); })
                   : sum(result, body);
  }
  stack.push_back(result);
}

// Nothing is known of the elements, and so nothing of what the body says of them.
Estimate Forecast::over_unknown(std::uint32_t at, std::uint32_t base, const Estimate& collection) {
  const Image& image = case_.linked->program.image();
  const Instruction& in = image.code[at];
  for (const Instruction& body : image.rows(CodeRange{at + 1, base + in.c - at - 1})) {
    if (body.opcode == Opcode::Load) static_cast<void>(slot(body.c));
    if (body.opcode == Opcode::Has) static_cast<void>(presence(body.c));
  }
  cut_at(collection, 0);
  if (in.opcode == Opcode::LoopSum) return Estimate::between(kWideMin, kWideMax);
  return Estimate::between(0, in.opcode == Opcode::LoopCount ? collection.high : 1);
}

// What neither branches nor loops, in the order of opcodes.def.
void Forecast::step(const Instruction& in, Stack& stack) {
  const Image& image = case_.linked->program.image();
  const auto take = [&stack] {
    Estimate top = std::move(stack.back());
    stack.pop_back();
    return top;
  };
  const auto one = [&](auto&& of) { stack.push_back(of(take())); };
  const auto two = [&](auto&& of) {
    const Estimate y = take();
    const Estimate x = take();
    stack.push_back(of(x, y));
  };
  // clang-format off
  switch (in.opcode) {
    case Opcode::PushBool: return stack.push_back(Estimate::between(in.a, in.a));
    case Opcode::PushInteger: return stack.push_back(number_of(image.integers[in.c]));
    case Opcode::PushText:
    case Opcode::PushCidr: return stack.push_back(text_constant(in.c));
    case Opcode::PushSet: return stack.push_back(set_constant(in.c));
    case Opcode::Load: return stack.push_back(slot(in.c));
    case Opcode::LoadElement: return stack.push_back(exactly(element_[in.c]));
    case Opcode::Has: return stack.push_back(presence(in.c));
    case Opcode::HasElement: return stack.push_back(number_of(element_[in.c].absent() ? 0 : 1));
    case Opcode::LoadUsed: return stack.push_back(used(in.c));
    case Opcode::PushApproved: return stack.push_back(Estimate::between(0, case_.approved_max));
    case Opcode::MakeSet: return stack.push_back(make_set(in, stack));
    case Opcode::Size: return one(size_of);
    case Opcode::EmailDomain: return one([](const Estimate& x) { return part(x, stdlib::email_domain); });
    case Opcode::UrlHost: return one([](const Estimate& x) { return part(x, stdlib::url_host); });
    case Opcode::UrlScheme: return one([](const Estimate& x) { return part(x, stdlib::url_scheme); });
    case Opcode::Not: return one(negation);
    case Opcode::Add: return two(sum);
    case Opcode::Subtract: return two([](const Estimate& x, const Estimate& y) { return sum(x, scaled(y, -1)); });
    case Opcode::Multiply: return two(product);
    case Opcode::Percent: return one([&](const Estimate& x) { return scaled(x, in.c); });
    case Opcode::Scale: return one([](const Estimate& x) { return scaled(x, stdlib::kWholeInThousandths); });
    case Opcode::Equal: return two([&](const Estimate& x, const Estimate& y) { return equal(x, y); });
    case Opcode::NotEqual: return two([&](const Estimate& x, const Estimate& y) { return negation(equal(x, y)); });
    case Opcode::Less: return two([&](const Estimate& x, const Estimate& y) { return less(x, y); });
    case Opcode::LessEqual: return two([&](const Estimate& x, const Estimate& y) { return at_most(x, y); });
    case Opcode::Greater: return two([&](const Estimate& x, const Estimate& y) { return less(y, x); });
    case Opcode::GreaterEqual: return two([&](const Estimate& x, const Estimate& y) { return at_most(y, x); });
    case Opcode::InRange: {
      const Estimate high = take(), low = take();
      return one([&](const Estimate& x) { return in_range(in.a, x, low, high); });
    }
    case Opcode::TextEqual: return two([&](const Estimate& x, const Estimate& y) { return equal_texts(x, y); });
    case Opcode::TextNotEqual: return two([&](const Estimate& x, const Estimate& y) { return negation(equal_texts(x, y)); });
    case Opcode::Matches: return one([&](const Estimate& x) { return matches(in.c, x); });
    case Opcode::ContainsInteger:
    case Opcode::ContainsText: return two([&](const Estimate& x, const Estimate& y) {
      const Estimate is = contains(x, y, in.opcode == Opcode::ContainsText);
      return in.a != 0 ? negation(is) : is;
    });
    case Opcode::OverlapsInteger:
    case Opcode::OverlapsText: return two([&](const Estimate& x, const Estimate& y) { return overlaps(x, y, in.opcode == Opcode::OverlapsText); });
    case Opcode::SubsetInteger:
    case Opcode::SubsetText: return two([&](const Estimate& x, const Estimate& y) { return subset(x, y, in.opcode == Opcode::SubsetText); });
    case Opcode::UnderHost:
    case Opcode::UnderAnyHost: return two([&](const Estimate& x, const Estimate& y) { return under(Parents::Hosts, x, in.opcode == Opcode::UnderAnyHost, y); });
    case Opcode::UnderPath:
    case Opcode::UnderAnyPath: return two([&](const Estimate& x, const Estimate& y) { return under(Parents::Folders, x, in.opcode == Opcode::UnderAnyPath, y); });
    case Opcode::UnderIp:
    case Opcode::UnderAnyIp: return two([&](const Estimate& x, const Estimate& y) { return under(Parents::Ranges, x, in.opcode == Opcode::UnderAnyIp, y); });
    case Opcode::Case: return stack.push_back(case_of(in, stack.back()));
    case Opcode::Drop:
    case Opcode::LastCase: return stack.pop_back();
    case Opcode::JumpIfFalse:
    case Opcode::JumpIfTrue:
    case Opcode::JumpUnless:
    case Opcode::Jump:
    case Opcode::LoopAny:
    case Opcode::LoopAll:
    case Opcode::LoopCount:
    case Opcode::LoopSum:
    case Opcode::LoopEnd: return;
  }
  // clang-format on
}

}  // namespace remit::vm
