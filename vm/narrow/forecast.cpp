#include "vm/narrow/forecast.h"

#include <algorithm>
#include <limits>
#include <map>

#include "stdlib/formats.h"
#include "stdlib/percent.h"

namespace remit::vm {

namespace {

Estimate taken(std::vector<Estimate>& stack) {
  const Estimate top = stack.back();
  stack.pop_back();
  return top;
}

// A part of a text.
Estimate part(const Estimate& x, std::string_view (*of)(std::string_view)) {
  return x.known ? exactly(Value::of_text(of(x.value.view()))) : Estimate();
}

}  // namespace

// ---- cuts

// Where the unknown behind `x` makes `x` pass `value`: at the quotient or one above it.
void Forecast::cut_at(const Estimate& x, Wide value) {
  if (x.unknown == kNoRow || x.scale == 0) return;
  // An offset is small (vm/narrow/estimate.cpp); what is compared with need not be.
  if (value > kWideMax / 2 || value < kWideMin / 2) return;
  const Wide distance = value - x.offset;
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
  const auto info = case_.linked->program.layout().find(case_.unknowns->tool, slot);
  const Value& value = case_.unknowns->slots[slot];
  const bool is_list = info && is_collection(case_.linked->program.image()[info->type].kind);
  return is_list ? of_collection(value) : exactly(value);
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
  void jump(std::uint32_t target, Stack stack) { ahead_.emplace(target, std::move(stack)); }

  // Those that lead to `at` join; whether any path does. How many did.
  std::size_t arrive(std::uint32_t at, Stack& stack, bool& reached) {
    std::size_t paths = 0;
    for (; !ahead_.empty() && ahead_.begin()->first == at; ++paths) {
      Stack& other = ahead_.begin()->second;
      if (reached)
        std::ranges::transform(stack, other, stack.begin(), joined);
      else
        stack = std::move(other);
      reached = true;
      ahead_.erase(ahead_.begin());
    }
    return paths;
  }

 private:
  std::multimap<std::uint32_t, Stack> ahead_;  // all jumps go ahead
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
    const bool may_jump = go_on ? top.may_fail() : top.may_hold();
    reached = go_on ? top.may_hold() : top.may_fail();
    if (!may_jump) return;
    Stack other = stack;
    if (keeps) other.push_back(number_of(go_on ? 0 : 1));
    paths.jump(target, std::move(other));
  };
  for (std::uint32_t at = first; at < end; ++at) {
    steps_ += paths.arrive(at, stack, reached);
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
    Estimate body = run(at + 1, base + in.c - 1, base);
    if (in.opcode != Opcode::LoopSum) body = Estimate::truth(body.may_fail(), body.may_hold());
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

// What neither branches nor loops, in the order of opcodes.def; operators by what they take.
void Forecast::step(const Instruction& in, Stack& stack) {
  const Image& image = case_.linked->program.image();
  const auto push = [&](const Estimate& value) { stack.push_back(value); };
  Estimate& top = stack.empty() ? scratch_ : stack.back();
  switch (in.opcode) {
    case Opcode::PushBool: return push(number_of(in.a));
    case Opcode::PushInteger: return push(number_of(image.integers[in.c]));
    case Opcode::PushText:
    case Opcode::PushCidr: return push(text_constant(in.c));
    case Opcode::PushSet: return push(set_constant(in.c));
    case Opcode::Load: return push(slot(in.c));
    case Opcode::LoadElement: return push(of_element(element_[in.c]));
    case Opcode::Has: return push(presence(in.c));
    case Opcode::HasElement: return push(number_of(element_[in.c].absent() ? 0 : 1));
    case Opcode::LoadUsed: return push(used(in.c));
    case Opcode::PushApproved:
      return push(case_.approvers == nullptr ? number_of(0) : (*case_.approvers)(seat_asked(in)));
    case Opcode::MakeSet: return push(make_set(in, stack));
    case Opcode::Size: top = size_of(top); return;
    case Opcode::EmailDomain: top = part(top, stdlib::email_domain); return;
    case Opcode::UrlHost: top = part(top, stdlib::url_host); return;
    case Opcode::UrlScheme: top = part(top, stdlib::url_scheme); return;
    case Opcode::Not: top = negation(top); return;
    case Opcode::Percent: top = scaled(top, in.c); return;
    case Opcode::Scale: top = scaled(top, stdlib::kWholeInThousandths); return;
    case Opcode::InRange: {
      const Estimate high = taken(stack), low = taken(stack);
      stack.back() = in_range(in.a, stack.back(), low, high);
      return;
    }
    case Opcode::Matches: top = matches(in.c, top); return;
    case Opcode::Case: return push(case_of(in, Estimate(top)));
    case Opcode::HasPlaces: return push(has_places(in.b, Estimate(top)));
    case Opcode::InPlace: top = in_place(in, stack[stack.size() - 2], Estimate(top)); return;
    case Opcode::DropList: {
      const Estimate truth = taken(stack);
      stack.back() = truth;
      return;
    }
    case Opcode::Drop:
    case Opcode::LastCase: return stack.pop_back();
    case Opcode::JumpIfFalse:
    case Opcode::JumpIfTrue:
    case Opcode::JumpUnless:
    case Opcode::Jump:
    case Opcode::LoopEnd: return;
#define REMIT_OPCODE(name, mnemonic, a, b, c, stack, cost, meaning)
#define REMIT_OPERATION(name, mnemonic, a, b, c, stack, cost, meaning, carries_out, typing) \
  case Opcode::name:
#include "vm/image/opcodes.def"
      if (info(in.opcode).typing == Typing::LooksFor) {
        top = looks_for(in, Estimate(top));
        return;
      }
      const Estimate y = taken(stack);
      const Estimate x = taken(stack);
      push(operation(in, x, y));
  }
}

// An operator on two values.
Estimate Forecast::operation(const Instruction& in, const Estimate& x, const Estimate& y) {
  const auto is = [&in](Opcode opcode) { return in.opcode == opcode; };
  const auto negated_if = [](bool negated, const Estimate& truth) {
    return negated ? negation(truth) : truth;
  };
  switch (info(in.opcode).typing) {
    case Typing::Sum: return sum(x, y);
    case Typing::Difference: return sum(x, scaled(y, -1));
    case Typing::Product: return product(x, y);
    case Typing::Equality: return negated_if(is(Opcode::NotEqual), equal(x, y));
    case Typing::Order:
      if (is(Opcode::Less)) return less(x, y);
      if (is(Opcode::LessEqual)) return at_most(x, y);
      return is(Opcode::Greater) ? less(y, x) : at_most(y, x);
    case Typing::Texts: return negated_if(is(Opcode::TextNotEqual), equal_texts(x, y));
    case Typing::IntegerElement: return negated_if(in.a != 0, contains(x, y, false));
    case Typing::TextElement: return negated_if(in.a != 0, contains(x, y, true));
    case Typing::IntegerSets:
      return is(Opcode::OverlapsInteger) ? overlaps(x, y, false) : subset(x, y, false);
    case Typing::TextSets:
      return is(Opcode::OverlapsText) ? overlaps(x, y, true) : subset(x, y, true);
    case Typing::Host: return under(Parents::Hosts, x, false, y);
    case Typing::Path: return under(Parents::Folders, x, false, y);
    case Typing::Ip: return under(Parents::Ranges, x, false, y);
    case Typing::AnyHost: return under(Parents::Hosts, x, true, y);
    case Typing::AnyPath: return under(Parents::Folders, x, true, y);
    case Typing::AnyIp: return under(Parents::Ranges, x, true, y);
    case Typing::LooksFor:
    case Typing::Loop:
    case Typing::None: break;
  }
  return Estimate::between(kWideMin, kWideMax);
}

}  // namespace remit::vm
