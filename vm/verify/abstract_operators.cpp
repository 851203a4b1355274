// Logic, arithmetic, comparisons and loops on the abstract stack.

#include <algorithm>
#include <utility>

#include <remit/internal/check.h>
#include <remit/limits.h>

#include "stdlib/integer.h"
#include "stdlib/steps.h"
#include "vm/verify/abstract_steps.h"

namespace remit::vm {

// ---- logic

void AbstractMachine::logic_jump(bool on) {
  const FactSet jumping = on ? state_.when_true : state_.when_false;
  const FactSet going_on = on ? state_.when_false : state_.when_true;
  AbstractState taken = state_;
  pop_bool();
  taken.present = taken.present | jumping;
  // Where the jump goes the value is known: what only the other value would say, everything says.
  taken.when_true = on ? FactSet() : FactSet::of_everything();
  taken.when_false = on ? FactSet::of_everything() : FactSet();
  jump(target(), taken);
  state_.present = state_.present | going_on;
}

// ---- operators

#define REMIT_OPCODE(name, mnemonic, a, b, c, stack, cost, meaning)
#define REMIT_OPERATION(name, mnemonic, a, b, c, stack, cost, meaning, carries_out, typing) \
  static_assert(Typing::typing != Typing::None, "what " mnemonic " takes is not said");
#include "vm/image/opcodes.def"

void AbstractMachine::operation(Typing typing) {
  switch (typing) {
    case Typing::None: break;
    case Typing::Sum:
    case Typing::Difference:
    case Typing::Product: return arithmetic(typing);
    case Typing::Equality: return compare(false);
    case Typing::Order: return compare(true);
    case Typing::Texts: return text_compare();
    case Typing::IntegerElement: return contains(false);
    case Typing::TextElement: return contains(true);
    case Typing::IntegerSets: return set_relation(false);
    case Typing::TextSets: return set_relation(true);
    case Typing::Host: return under(TypeKind::Host, false);
    case Typing::Path: return under(TypeKind::Path, false);
    case Typing::Ip: return under(TypeKind::Ip, false);
    case Typing::AnyHost: return under(TypeKind::Host, true);
    case Typing::AnyPath: return under(TypeKind::Path, true);
    case Typing::AnyIp: return under(TypeKind::Ip, true);
    case Typing::LooksFor: return looks_for();
    case Typing::Loop: return loop_head();
  }
  REMIT_CHECK(false, "an instruction that carries out no operator");
}

void AbstractMachine::arithmetic(Typing typing) {
  const AbstractValue right = pop_integral(), left = pop_integral();
  const auto amount = [](TypeKind kind) {
    return kind == TypeKind::Int || kind == TypeKind::Money || kind == TypeKind::Duration;
  };
  AbstractValue result;
  result.kind = left.kind;
  bool fits = !left.scaled && !right.scaled;
  if (typing == Typing::Product) {
    fits = fits && amount(left.kind) && amount(right.kind) &&
           (left.kind == TypeKind::Int || right.kind == TypeKind::Int);
    if (left.kind == TypeKind::Int) result.kind = right.kind;
  } else if (left.kind == TypeKind::Timestamp) {
    fits = fits && (right.kind == TypeKind::Duration ||
                    (right.kind == TypeKind::Timestamp && typing == Typing::Difference));
    if (right.kind == TypeKind::Timestamp) result.kind = TypeKind::Duration;
  } else {
    fits = fits && amount(left.kind) && left.kind == right.kind;
  }
  if (!fits) fail(LoadFault::BadType, "operands of arithmetic");
  std::optional<Wide> corners[4];
  if (typing == Typing::Product) {
    corners[0] = stdlib::checked_multiply(left.low, right.low);
    corners[1] = stdlib::checked_multiply(left.low, right.high);
    corners[2] = stdlib::checked_multiply(left.high, right.low);
    corners[3] = stdlib::checked_multiply(left.high, right.high);
  } else {
    const bool add = typing == Typing::Sum;
    corners[0] = corners[2] = add ? stdlib::checked_add(left.low, right.low)
                                  : stdlib::checked_subtract(left.low, right.high);
    corners[1] = corners[3] = add ? stdlib::checked_add(left.high, right.high)
                                  : stdlib::checked_subtract(left.high, right.low);
  }
  for (int i = 0; i < 4; ++i) {
    if (!corners[i]) fail(LoadFault::Overflow);
    const Wide corner = corners[i].value_or(0);
    result.low = i == 0 ? corner : std::min(result.low, corner);
    result.high = i == 0 ? corner : std::max(result.high, corner);
  }
  push(result);
}

void AbstractMachine::scale(Wide factor) {
  AbstractValue value = pop_integral();
  const auto low = stdlib::checked_multiply(value.low, factor),
             high = stdlib::checked_multiply(value.high, factor);
  if (value.scaled || !(value.kind == TypeKind::Int || value.kind == TypeKind::Money ||
                        value.kind == TypeKind::Duration)) {
    fail(LoadFault::BadType, "a percentage");
  } else if (!low || !high) {
    fail(LoadFault::Overflow);
  } else {
    value.low = *low;
    value.high = *high;
    value.scaled = true;
  }
  push(value);
}

bool AbstractMachine::ordered(const AbstractValue& value) const {
  if (value.kind == TypeKind::Enum) return image_.enums[value.ref].ordered != 0;
  return value.kind != TypeKind::Bool && value.kind != TypeKind::Tool;
}

void AbstractMachine::compare(bool by_order) {
  const AbstractValue right = pop(), left = pop();
  const bool same = left.kind == right.kind && left.ref == right.ref && left.scaled == right.scaled;
  if (!same || !is_integral(left.kind) || (by_order && !ordered(left)))
    fail(LoadFault::BadType, "operands of a comparison");
  push_bool();
}

void AbstractMachine::text_compare() {
  const AbstractValue right = pop(), left = pop();
  if (!is_text(left.kind) || left.kind != right.kind || left.cidr || right.cidr)
    fail(LoadFault::BadType, "two texts of one type");
  spend(1 + stdlib::text_steps(static_cast<std::int64_t>(std::min(left.high, right.high))));
  push_bool();
}

void AbstractMachine::range() {
  const AbstractValue high = pop_integral(), low = pop_integral(), value = pop_integral();
  if (!value.same_type(low) || !value.same_type(high) || !ordered(value))
    fail(LoadFault::BadType, "operands of a range");
  push_bool();
}

void AbstractMachine::contains(bool text) {
  const AbstractValue collection = pop(), value = pop();
  const bool fits = is_collection(collection.kind) && !collection.cidr && !value.cidr &&
                    value.kind == collection.element && value.ref == collection.ref &&
                    !value.scaled && (text ? is_text(value.kind) : is_integral(value.kind));
  if (!fits) fail(LoadFault::BadType, "an element and its collection");
  spend(1 + collection.high);
  push_bool();
}

void AbstractMachine::set_relation(bool text) {
  const AbstractValue right = pop(), left = pop();
  const bool fits = left.kind == TypeKind::Set && right.kind == TypeKind::Set &&
                    left.element == right.element && left.ref == right.ref && !left.cidr &&
                    !right.cidr && (text ? is_text(left.element) : is_integral(left.element));
  if (!fits) fail(LoadFault::BadType, "two sets of one type");
  spend(1 + left.high + right.high);
  push_bool();
}

// A host, path or address, and what it may lie under: one, or `any` of a set.
void AbstractMachine::under(TypeKind kind, bool any) {
  const AbstractValue where = pop(), value = pop();
  const TypeKind found = any ? where.element : where.kind;
  const bool fits = value.kind == kind && !value.cidr && found == kind &&
                    where.cidr == (kind == TypeKind::Ip) && (!any || where.kind == TypeKind::Set);
  if (!fits) fail(LoadFault::BadType, "operands of `under`");
  // An address range is parsed when the image is linked, so it can only be a constant.
  if (any) spend(1 + where.high);
  push_bool();
}

// Texts that are looked for in a string or an id.
void AbstractMachine::looks_for() {
  const SetRow& set = image_.sets[instruction().c];
  const AbstractValue value = pop();
  const auto of_text = [](TypeKind kind) {
    return kind == TypeKind::String || kind == TypeKind::Id;
  };
  if (!of_text(value.kind) || set.element != ElementKind::Text || !of_text(set.kind))
    fail(LoadFault::BadType, "a text and texts to look for");
  const bool anywhere = info(instruction().opcode).cost_rule == CostRule::Search;
  Wide steps = 1;
  for (const std::int64_t row : image_.rows(set.elements)) {
    const std::string& text = image_.strings[static_cast<std::size_t>(row)];
    if (text.empty()) fail(LoadFault::BadOperand, "an empty text to look for");
    const auto bytes = (anywhere ? static_cast<std::int64_t>(value.high) : 0) + std::ssize(text);
    steps += stdlib::search_steps(bytes);
  }
  spend(steps);
  push_bool();
}

// ---- the first elements of a list

const AbstractValue& AbstractMachine::below_top() const {
  if (state_.depth < 2) fail(LoadFault::StackUnderflow);
  return entries_[entries_[state_.top].below].value;
}

void AbstractMachine::has_places() {
  const std::uint32_t places = instruction().b;
  require(places <= limits::kPlacesMax, LoadFault::BadOperand, "places");
  if (state_.depth == 0) fail(LoadFault::StackUnderflow);
  const AbstractValue& list = entries_[state_.top].value;
  // One of records keeps its fields side by side.
  if (list.kind != TypeKind::List || !is_scalar(list.element))
    fail(LoadFault::BadType, "a list of scalars");
  AbstractValue result;
  result.high = 1;
  result.places = places;
  push(result);
}

void AbstractMachine::in_place() {
  const Instruction& in = instruction();
  const SetRow& set = image_.sets[in.c];
  const AbstractValue list = below_top();
  const std::uint32_t places = entries_[state_.top].value.places;
  pop_bool();
  if (in.b > places) fail(LoadFault::BadOperand, "a place that may not be there");
  const bool fits =
      list.kind == TypeKind::List && set.element != ElementKind::Cidr && set.kind == list.element &&
      (set.kind != TypeKind::Enum || set.ref == list.ref) && is_text(set.kind) == (in.a != 0);
  if (!fits) fail(LoadFault::BadType, "a list and what is in a place of it");
  spend(set.elements.count);
  AbstractValue result;
  result.high = 1;
  result.places = places;
  push(result);
}

void AbstractMachine::drop_list() {
  if (below_top().kind != TypeKind::List) fail(LoadFault::BadType, "a list below a bool");
  pop_bool();
  pop();
  push_bool();
}

void AbstractMachine::case_test() {
  const SetRow& set = image_.sets[instruction().c];
  if (state_.depth == 0) fail(LoadFault::StackUnderflow);
  const AbstractValue& value = entries_[state_.top].value;
  // Sets of these hold integers (verify_pools).
  const bool fits = (value.kind == TypeKind::Enum || value.kind == TypeKind::Bool) &&
                    set.kind == value.kind && set.ref == value.ref;
  if (!fits) fail(LoadFault::BadType, "the operand of a match");
  spend(set.elements.count);
  push_bool();
}

// ---- loops

void AbstractMachine::loop_head() {
  const std::uint32_t target = this->target();
  if (loop_) fail(LoadFault::NestedLoop);
  if (target < at_ + 3 || image_.code[code_.first + target - 1].opcode != Opcode::LoopEnd)
    fail(LoadFault::BadLoop);
  const AbstractValue collection = pop();
  if (!is_collection(collection.kind) || collection.cidr || collection.scratch)
    fail(LoadFault::BadType, "a collection to loop over");
  const auto ahead = pending_.upper_bound(at_);
  if (ahead != pending_.end() && ahead->first < target) fail(LoadFault::BadJump, "into a loop");
  Loop loop;
  loop.end = target - 1;
  loop.head = instruction().opcode;
  loop.collection = collection;
  loop.outer = state_;
  loop.outer_cost = std::exchange(cost_, 0);
  loop_ = loop;
  state_.top = kNoRow;
  state_.depth = 0;
}

void AbstractMachine::loop_end() {
  if (!loop_ || loop_->end != at_) fail(LoadFault::BadLoop);
  const AbstractValue body = pop();
  if (state_.depth != 0) fail(LoadFault::BadLoop, "the body leaves more than one value");
  const Loop loop = *loop_;
  loop_.reset();
  const Wide bound = loop.collection.high;
  const Wide body_cost = cost_;
  cost_ = loop.outer_cost;
  spend(body_cost * bound);
  state_ = loop.outer;
  AbstractValue result;
  const bool sum = loop.head == Opcode::LoopSum;
  const bool amount =
      body.kind == TypeKind::Int || body.kind == TypeKind::Money || body.kind == TypeKind::Duration;
  if (sum ? !amount || body.scaled : body.kind != TypeKind::Bool)
    fail(LoadFault::BadType, "the value of a loop's body");
  result.high = 1;
  if (loop.head == Opcode::LoopCount) {
    result.kind = TypeKind::Int;
    result.high = bound;
  } else if (sum) {
    result.kind = body.kind;
    const Wide fewest = loop.collection.kind == TypeKind::Set ? 0 : loop.collection.low;
    const std::optional<Wide> corners[] = {
        stdlib::checked_multiply(body.low, fewest), stdlib::checked_multiply(body.low, bound),
        stdlib::checked_multiply(body.high, fewest), stdlib::checked_multiply(body.high, bound)};
    for (const auto& corner : corners)
      if (!corner) fail(LoadFault::Overflow);
    // Partial sums lie between zero and the whole.
    result.low = std::min(corners[0].value_or(0), corners[1].value_or(0));
    result.high = std::max(corners[2].value_or(0), corners[3].value_or(0));
  }
  push(result);
}

}  // namespace remit::vm
