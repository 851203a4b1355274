#include "vm/interpret.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include <remit/limits.h>
#include "stdlib/integer.h"

namespace remit::vm {

namespace {

constexpr Wide kWhole = 100'000;  // 100 % in thousandths
// In AbstractValue::record: a set that MakeSet made, which lies in scratch.
constexpr std::uint32_t kInScratch = 0xFFFF'FFFE;
constexpr std::int64_t kCostMax = std::int64_t{1} << 40;

struct Loop {
  std::uint32_t end = 0;  // index of its LoopEnd
  Opcode head{};
  AbstractValue collection;
  AbstractState outer;
  std::int64_t outer_cost = 0;
};

class Interpreter {
 public:
  Interpreter(const CodeContext& context, Range code, const PresenceSet& present)
      : context_(context), image_(*context.image), code_(code) {
    state_.present = present;
  }

  std::expected<CodeResult, LoadError> run();

 private:
  bool fail(LoadFault fault, std::string_view detail = {}) {
    if (!error_)
      error_ = load_error(fault, 0,
                          "instruction " + std::to_string(code_.first + at_) +
                              (detail.empty() ? "" : ", ") + std::string(detail));
    return false;
  }
  [[nodiscard]] const Instruction& instruction() const { return image_.code[code_.first + at_]; }
  [[nodiscard]] std::uint32_t target() const { return instruction().c - context_.target_base; }
  AbstractValue pop();
  AbstractValue pop_bool();
  AbstractValue pop_integral();
  void push(AbstractValue value);
  void push_bool() { push({}); }
  void spend(Wide steps);

  bool operands_fit();
  bool arrive();
  void step();
  void push_constant();
  void push_set();
  void load(bool element);
  void has(bool element);
  const SlotInfo* fact(std::uint32_t slot);
  const SlotInfo* element_field(std::uint32_t field);
  [[nodiscard]] AbstractValue value_of(TypeId type) const;
  std::vector<Presence> optional_chain(const SlotTable& table, std::uint32_t slot,
                                       Presence bit) const;
  void make_set();
  void derived(TypeKind from, TypeKind to);
  void logic_jump(bool on);
  void jump(std::uint32_t target, const AbstractState& state);
  void arithmetic();
  void scale(Wide factor);
  void compare();
  void text_compare();
  void range();
  void contains();
  void set_relation();
  void under();
  void case_test();
  void loop_head();
  void loop_end();
  AbstractState merged(const AbstractState& a, const AbstractState& b);
  [[nodiscard]] bool ordered(const AbstractValue& value) const;

  const CodeContext& context_;
  const Image& image_;
  Range code_;
  std::uint32_t at_ = 0;
  bool reachable_ = true;
  AbstractState state_;
  std::map<std::uint32_t, AbstractState> pending_;
  std::optional<Loop> loop_;
  std::int64_t cost_ = 0;
  std::optional<LoadError> error_;
};

AbstractValue Interpreter::pop() {
  if (state_.stack.empty()) return fail(LoadFault::StackUnderflow), AbstractValue{};
  AbstractValue value = std::move(state_.stack.back());
  state_.stack.pop_back();
  return value;
}

AbstractValue Interpreter::pop_bool() {
  AbstractValue value = pop();
  if (value.kind != TypeKind::Bool) fail(LoadFault::BadType, "a bool is needed");
  return value;
}

AbstractValue Interpreter::pop_integral() {
  AbstractValue value = pop();
  if (!is_integral(value.kind) || value.kind == TypeKind::Bool)
    fail(LoadFault::BadType, "a number is needed");
  return value;
}

void Interpreter::push(AbstractValue value) {
  const std::size_t outer = loop_ ? loop_->outer.stack.size() : 0;
  if (outer + state_.stack.size() >= limits::kStackDepthMax) {
    fail(LoadFault::StackOverflow);
    return;
  }
  state_.stack.push_back(std::move(value));
}

void Interpreter::spend(Wide steps) {
  const Wide total = Wide{cost_} + steps;
  cost_ = static_cast<std::int64_t>(total > kCostMax ? kCostMax : total);
}

// Fields without meaning are zero, the others lie in their tables.
bool Interpreter::operands_fit() {
  const Instruction& in = instruction();
  const OpcodeInfo& row = info(in.opcode);
  const auto fits = [&](Operand operand, std::uint32_t value) {
    switch (operand) {
      case Operand::None: return value == 0 || fail(LoadFault::UnusedBits);
      case Operand::Bool:
      case Operand::Negate: return value <= 1 || fail(LoadFault::BadOperand, row.mnemonic);
      case Operand::Kind:
        return value <= static_cast<std::uint32_t>(TypeKind::List) ||
               fail(LoadFault::BadOperand, row.mnemonic);
      case Operand::Enum:
        if (static_cast<TypeKind>(in.a) != TypeKind::Enum)
          return value == 0 || fail(LoadFault::UnusedBits);
        return value < image_.enums.size() || fail(LoadFault::BadOperand, row.mnemonic);
      case Operand::Integer:
        return value < image_.integers.size() || fail(LoadFault::BadOperand, row.mnemonic);
      case Operand::String:
        return value < image_.strings.size() || fail(LoadFault::BadOperand, row.mnemonic);
      case Operand::Set:
        return value < image_.sets.size() || fail(LoadFault::BadOperand, row.mnemonic);
      case Operand::Pattern:
        return value < image_.patterns.size() || fail(LoadFault::BadOperand, row.mnemonic);
      case Operand::Slot:
      case Operand::Field:
        return value < limits::kSlotsMax * 2 || fail(LoadFault::BadOperand, row.mnemonic);
      case Operand::Count:
        return (value >= 1 && value <= limits::kSetLiteralMax) ||
               fail(LoadFault::BadOperand, row.mnemonic);
      case Operand::Scratch:
        return value < limits::kScratchElementsMax || fail(LoadFault::ScratchOverflow);
      case Operand::Thousandths:
        return (value >= 1 &&
                value <= static_cast<std::uint32_t>(limits::kPercentThousandthsMax)) ||
               fail(LoadFault::BadOperand, row.mnemonic);
      case Operand::RangeFlags:
        return value <= (kRangeHalfOpen | kRangeNegated) ||
               fail(LoadFault::BadOperand, row.mnemonic);
      case Operand::Target: {
        const std::uint32_t base = context_.target_base;
        return (value > base + at_ && value <= base + code_.count) || fail(LoadFault::BadJump);
      }
    }
    return false;
  };
  return fits(row.a, in.a) && fits(row.b, in.b) && fits(row.c, in.c);
}

// ---- ways that meet
// ---------------------------------------------------------------------------------------

AbstractState Interpreter::merged(const AbstractState& a, const AbstractState& b) {
  AbstractState result;
  if (a.stack.size() != b.stack.size()) {
    fail(LoadFault::BadJoin, "stacks of two depths");
    return a;
  }
  result.present = common(a.present, b.present);
  for (std::size_t i = 0; i < a.stack.size(); ++i) {
    const AbstractValue &x = a.stack[i], &y = b.stack[i];
    if (!x.same_type(y)) {
      fail(LoadFault::BadJoin, "values of two types");
      return a;
    }
    AbstractValue value = x;
    value.low = std::min(x.low, y.low);
    value.high = std::max(x.high, y.high);
    value.element_low = std::min(x.element_low, y.element_low);
    value.element_high = std::max(x.element_high, y.element_high);
    value.when_true = common(united(a.present, x.when_true), united(b.present, y.when_true));
    value.when_false = common(united(a.present, x.when_false), united(b.present, y.when_false));
    result.stack.push_back(std::move(value));
  }
  return result;
}

void Interpreter::jump(std::uint32_t target, const AbstractState& state) {
  // A jump stays in its loop; the LoopEnd is the furthest that it goes.
  if (loop_ && target > loop_->end) {
    fail(LoadFault::BadJump, "out of a loop");
    return;
  }
  const auto found = pending_.find(target);
  if (found == pending_.end())
    pending_.emplace(target, state);
  else
    found->second = merged(found->second, state);
}

// At the start of an instruction: joins the ways that lead here.
bool Interpreter::arrive() {
  const auto found = pending_.find(at_);
  if (found != pending_.end()) {
    state_ = reachable_ ? merged(state_, found->second) : std::move(found->second);
    pending_.erase(found);
    reachable_ = true;
  }
  return reachable_ || fail(LoadFault::Unreachable);
}

// ---- constants and facts
// ----------------------------------------------------------------------------------

void Interpreter::push_constant() {
  const Instruction& in = instruction();
  AbstractValue value;
  value.kind = static_cast<TypeKind>(in.a);
  if (in.opcode == Opcode::PushInteger) {
    const std::int64_t number = image_.integers[in.c];
    value.low = value.high = number;
    if (!is_integral(value.kind) || value.kind == TypeKind::Bool)
      fail(LoadFault::BadType, "an integral constant");
    if (value.kind == TypeKind::Enum) {
      value.ref = in.b;
      if (number < 0 || number >= static_cast<std::int64_t>(image_.enums[in.b].values.count))
        fail(LoadFault::BadOperand, "an ordinal");
    }
    if (value.kind == TypeKind::Tool &&
        (number < 0 || number >= static_cast<std::int64_t>(image_.tools.size())))
      fail(LoadFault::BadOperand, "a tool");
  } else {
    const std::string& text = image_.strings[in.c];
    if (in.opcode == Opcode::PushCidr) {
      value.kind = TypeKind::Ip;
      value.cidr = true;
    } else if (!is_text(value.kind)) {
      fail(LoadFault::BadType, "a text constant");
    }
    value.high = static_cast<Wide>(text.size());
  }
  push(std::move(value));
}

void Interpreter::push_set() {
  const SetRow& set = image_.sets[instruction().c];
  AbstractValue value;
  value.kind = TypeKind::Set;
  value.element = set.kind;
  value.ref = set.enum_row;
  value.cidr = set.element == ElementKind::Cidr;
  value.high = set.elements.count;
  spend(set.elements.count);
  push(std::move(value));
}

AbstractValue Interpreter::value_of(TypeId id) const {
  const TypeRow& type = image_.types[static_cast<std::size_t>(id)];
  AbstractValue value;
  value.kind = type.kind;
  value.low = type.low;
  value.high = type.high;
  if (type.kind == TypeKind::Enum) {
    value.ref = type.ref;
    value.high = static_cast<Wide>(image_.enums[type.ref].values.count) - 1;
  } else if (type.kind == TypeKind::Tool) {
    value.high = static_cast<Wide>(image_.tools.size()) - 1;
  } else if (is_collection(type.kind)) {
    const AbstractValue element = value_of(static_cast<TypeId>(type.ref));
    value.element = element.kind;
    value.ref = element.ref;
    value.element_low = element.low;
    value.element_high = element.high;
    if (element.kind == TypeKind::Record) value.record = image_.types[type.ref].ref;
  }
  return value;
}

std::vector<Presence> Interpreter::optional_chain(const SlotTable& table, std::uint32_t slot,
                                                  Presence bit) const {
  std::vector<Presence> chain;
  while (slot != kNoSlot) {
    if (table.at(slot).optional) chain.push_back(slot | bit);
    slot = table.at(slot).parent;
  }
  std::ranges::sort(chain);
  return chain;
}

// The fact in a slot, the same in every tool that this code may run for.
const SlotInfo* Interpreter::fact(std::uint32_t slot) {
  const Layout& layout = *context_.layout;
  if (layout.host.has(slot)) return &layout.host.at(slot);
  if (!context_.has_scope) return fail(LoadFault::UnknownFact), nullptr;
  const SlotInfo* first = nullptr;
  for (std::uint32_t i = context_.scope.first; i < context_.scope.first + context_.scope.count;
       ++i) {
    const SlotInfo* info = layout.find(image_.scope_tools[i], slot);
    if (info == nullptr) return fail(LoadFault::UnknownFact), nullptr;
    const bool same =
        first == nullptr || (info->type == first->type && info->optional == first->optional &&
                             info->parent == first->parent &&
                             image_.fields[info->field].name == image_.fields[first->field].name);
    if (!same) return fail(LoadFault::UnknownFact, "it differs between tools"), nullptr;
    first = info;
  }
  return first;
}

const SlotInfo* Interpreter::element_field(std::uint32_t field) {
  if (!loop_) return fail(LoadFault::BadOperand, "an element outside a loop"), nullptr;
  if (loop_->collection.record == kNoRow)
    return field == 0 ? nullptr : (fail(LoadFault::BadOperand, "a field of a scalar"), nullptr);
  const SlotTable& table = context_.layout->elements[loop_->collection.record];
  if (!(field < table.slots.size() && table.slots[field].field != kNoRow))
    return fail(LoadFault::BadOperand, "a field of the element"), nullptr;
  return &table.slots[field];
}

void Interpreter::load(bool element) {
  const std::uint32_t slot = instruction().c;
  AbstractValue value;
  std::vector<Presence> needed;
  if (element) {
    const SlotInfo* info = element_field(slot);
    if (error_) return;
    if (info == nullptr) {
      value.kind = loop_->collection.element;
      value.ref = loop_->collection.ref;
      value.low = loop_->collection.element_low;
      value.high = loop_->collection.element_high;
    } else {
      value = value_of(info->type);
      needed =
          optional_chain(context_.layout->elements[loop_->collection.record], slot, kElementBit);
    }
  } else {
    const SlotInfo* info = fact(slot);
    if (info == nullptr) return;
    if (slot < kFirstHostSlot) {
      static constexpr std::string_view kEnums[] = {"", "effect", "", "class", "class"};
      value.kind = slot == 0 ? TypeKind::Tool : slot == 2 ? TypeKind::Duration : TypeKind::Enum;
      if (value.kind == TypeKind::Tool) value.high = static_cast<Wide>(image_.tools.size()) - 1;
      if (value.kind == TypeKind::Duration)
        value.high = static_cast<Wide>(limits::kDurationDaysMax) * 86'400'000;
      for (std::uint32_t e = 0; value.kind == TypeKind::Enum && e < image_.enums.size(); ++e) {
        if (image_.strings[static_cast<std::size_t>(image_.enums[e].name)] != kEnums[slot])
          continue;
        value.ref = e;
        value.high = static_cast<Wide>(image_.enums[e].values.count) - 1;
      }
      if (info->optional) needed = {slot};
    } else {
      value = value_of(info->type);
      const SlotTable& table =
          context_.layout->host.has(slot)
              ? context_.layout->host
              : context_.layout
                    ->args[static_cast<std::size_t>(image_.scope_tools[context_.scope.first])];
      needed = optional_chain(table, slot, 0);
    }
  }
  if (value.kind == TypeKind::Record || value.kind == TypeKind::Opaque)
    fail(LoadFault::BadType, "a record or opaque is no value");
  if (!state_.present.everything && !std::ranges::includes(state_.present.known, needed))
    fail(LoadFault::AbsentRead);
  push(std::move(value));
}

void Interpreter::has(bool element) {
  const std::uint32_t slot = instruction().c;
  const SlotInfo* info = element ? element_field(slot) : fact(slot);
  if (error_) return;
  if (info == nullptr || !info->optional) {
    fail(LoadFault::BadType, "a fact that is always present");
    return;
  }
  AbstractValue value;
  if (element) {
    value.when_true.known =
        optional_chain(context_.layout->elements[loop_->collection.record], slot, kElementBit);
  } else if (slot < kFirstHostSlot) {
    value.when_true.known = {slot};
  } else {
    const SlotTable& table =
        context_.layout->host.has(slot)
            ? context_.layout->host
            : context_.layout
                  ->args[static_cast<std::size_t>(image_.scope_tools[context_.scope.first])];
    value.when_true.known = optional_chain(table, slot, 0);
  }
  push(std::move(value));
}

void Interpreter::make_set() {
  const Instruction& in = instruction();
  AbstractValue set;
  set.kind = TypeKind::Set;
  set.high = in.b;
  for (std::uint32_t i = 0; i < in.b && !error_; ++i) {
    const AbstractValue value = pop();
    if (error_) return;
    if (!is_scalar(value.kind) || value.scaled) fail(LoadFault::BadType, "an element of a set");
    if (i > 0 && (value.kind != set.element || value.ref != set.ref || value.cidr != set.cidr))
      fail(LoadFault::BadType, "elements of two types");
    if (is_integral(value.kind) && (value.low < INT64_MIN || value.high > INT64_MAX))
      fail(LoadFault::Overflow, "an element of a set");
    set.element = value.kind;
    set.ref = value.ref;
    set.cidr = value.cidr;
  }
  if (is_text(set.element) != (in.a != 0)) fail(LoadFault::BadType, "elements of a set");
  // Sets that are alive together lie side by side.
  std::uint32_t alive = 0;
  for (const AbstractValue& value : state_.stack)
    alive += value.kind == TypeKind::Set && value.record == kInScratch
                 ? static_cast<std::uint32_t>(value.high)
                 : 0;
  if (in.c != alive || in.c + in.b > limits::kScratchElementsMax) fail(LoadFault::ScratchOverflow);
  set.record = kInScratch;
  push(std::move(set));
}

void Interpreter::derived(TypeKind from, TypeKind to) {
  const AbstractValue value = pop();
  if (value.kind != from || value.cidr) fail(LoadFault::BadType, spelling(from));
  AbstractValue result;
  result.kind = to;
  result.high = to == TypeKind::String ? 16 : 0;
  push(std::move(result));
}

// ---- logic
// ------------------------------------------------------------------------------------------------

void Interpreter::logic_jump(bool on) {
  AbstractValue top = pop_bool();
  AbstractState taken = state_;
  // Where the jump goes the value is known: what only the other value would say, everything says.
  AbstractValue known;
  (on ? known.when_false : known.when_true).everything = true;
  taken.present = united(taken.present, on ? top.when_true : top.when_false);
  taken.stack.push_back(std::move(known));
  jump(target(), taken);
  state_.present = united(state_.present, on ? top.when_false : top.when_true);
}

// ---- arithmetic and comparison
// ----------------------------------------------------------------------------

void Interpreter::arithmetic() {
  const AbstractValue right = pop_integral(), left = pop_integral();
  const Opcode op = instruction().opcode;
  const auto amount = [](TypeKind kind) {
    return kind == TypeKind::Int || kind == TypeKind::Money || kind == TypeKind::Duration;
  };
  AbstractValue result;
  result.kind = left.kind;
  bool fits = !left.scaled && !right.scaled;
  if (op == Opcode::Multiply) {
    fits = fits && amount(left.kind) && amount(right.kind) &&
           (left.kind == TypeKind::Int || right.kind == TypeKind::Int);
    if (left.kind == TypeKind::Int) result.kind = right.kind;
  } else if (left.kind == TypeKind::Timestamp) {
    fits = fits && (right.kind == TypeKind::Duration ||
                    (right.kind == TypeKind::Timestamp && op == Opcode::Subtract));
    if (right.kind == TypeKind::Timestamp) result.kind = TypeKind::Duration;
  } else {
    fits = fits && amount(left.kind) && left.kind == right.kind;
  }
  if (!fits) {
    fail(LoadFault::BadType, "operands of arithmetic");
    return;
  }
  std::optional<Wide> corners[4];
  if (op == Opcode::Multiply) {
    corners[0] = stdlib::checked_multiply(left.low, right.low);
    corners[1] = stdlib::checked_multiply(left.low, right.high);
    corners[2] = stdlib::checked_multiply(left.high, right.low);
    corners[3] = stdlib::checked_multiply(left.high, right.high);
  } else {
    const bool add = op == Opcode::Add;
    corners[0] = corners[2] = add ? stdlib::checked_add(left.low, right.low)
                                  : stdlib::checked_subtract(left.low, right.high);
    corners[1] = corners[3] = add ? stdlib::checked_add(left.high, right.high)
                                  : stdlib::checked_subtract(left.high, right.low);
  }
  for (int i = 0; i < 4; ++i) {
    if (!corners[i]) {
      fail(LoadFault::Overflow);
      return;
    }
    result.low = i == 0 ? *corners[i] : std::min(result.low, *corners[i]);
    result.high = i == 0 ? *corners[i] : std::max(result.high, *corners[i]);
  }
  push(std::move(result));
}

void Interpreter::scale(Wide factor) {
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
  push(std::move(value));
}

bool Interpreter::ordered(const AbstractValue& value) const {
  if (value.kind == TypeKind::Enum) return image_.enums[value.ref].ordered != 0;
  return value.kind != TypeKind::Bool && value.kind != TypeKind::Tool;
}

void Interpreter::compare() {
  const AbstractValue right = pop(), left = pop();
  if (error_) return;
  const Opcode op = instruction().opcode;
  const bool equality = op == Opcode::Equal || op == Opcode::NotEqual;
  const bool same = left.kind == right.kind && left.ref == right.ref && left.scaled == right.scaled;
  if (!same || !is_integral(left.kind) || (!equality && !ordered(left)))
    fail(LoadFault::BadType, "operands of a comparison");
  push_bool();
}

void Interpreter::text_compare() {
  const AbstractValue right = pop(), left = pop();
  if (!is_text(left.kind) || left.kind != right.kind || left.cidr || right.cidr)
    fail(LoadFault::BadType, "two texts of one type");
  push_bool();
}

void Interpreter::range() {
  const AbstractValue high = pop_integral(), low = pop_integral(), value = pop_integral();
  if (error_) return;
  if (!value.same_type(low) || !value.same_type(high) || !ordered(value))
    fail(LoadFault::BadType, "operands of a range");
  push_bool();
}

void Interpreter::contains() {
  const AbstractValue collection = pop(), value = pop();
  const bool text = instruction().opcode == Opcode::ContainsText;
  const bool fits = is_collection(collection.kind) && !collection.cidr && !value.cidr &&
                    value.kind == collection.element && value.ref == collection.ref &&
                    !value.scaled && (text ? is_text(value.kind) : is_integral(value.kind)) &&
                    value.low >= Wide{INT64_MIN} && value.high <= Wide{INT64_MAX};
  if (!fits) fail(LoadFault::BadType, "an element and its collection");
  spend(1 + collection.high);
  push_bool();
}

void Interpreter::set_relation() {
  const AbstractValue right = pop(), left = pop();
  const Opcode op = instruction().opcode;
  const bool text = op == Opcode::OverlapsText || op == Opcode::SubsetText;
  const bool fits = left.kind == TypeKind::Set && right.kind == TypeKind::Set &&
                    left.element == right.element && left.ref == right.ref && !left.cidr &&
                    !right.cidr && (text ? is_text(left.element) : is_integral(left.element));
  if (!fits) fail(LoadFault::BadType, "two sets of one type");
  spend(1 + left.high + right.high);
  push_bool();
}

void Interpreter::under() {
  const AbstractValue where = pop(), value = pop();
  const Opcode op = instruction().opcode;
  const bool any =
      op == Opcode::UnderAnyHost || op == Opcode::UnderAnyPath || op == Opcode::UnderAnyIp;
  const TypeKind kind = op == Opcode::UnderHost || op == Opcode::UnderAnyHost   ? TypeKind::Host
                        : op == Opcode::UnderPath || op == Opcode::UnderAnyPath ? TypeKind::Path
                                                                                : TypeKind::Ip;
  const TypeKind found = any ? where.element : where.kind;
  const bool fits = value.kind == kind && !value.cidr && found == kind &&
                    where.cidr == (kind == TypeKind::Ip) && (!any || where.kind == TypeKind::Set);
  if (!fits) fail(LoadFault::BadType, "operands of `under`");
  // An address range is parsed when the image is linked, so it can only be a constant.
  if (any) spend(1 + where.high);
  push_bool();
}

void Interpreter::case_test() {
  const SetRow& set = image_.sets[instruction().c];
  if (state_.stack.empty()) {
    fail(LoadFault::StackUnderflow);
    return;
  }
  const AbstractValue& value = state_.stack.back();
  const bool fits = set.element == ElementKind::Integer &&
                    (value.kind == TypeKind::Enum || value.kind == TypeKind::Bool) &&
                    set.kind == value.kind && set.enum_row == value.ref;
  if (!fits) fail(LoadFault::BadType, "the operand of a match");
  push_bool();
}

// ---- loops
// ------------------------------------------------------------------------------------------------

void Interpreter::loop_head() {
  const std::uint32_t target = this->target();
  if (loop_) {
    fail(LoadFault::NestedLoop);
    return;
  }
  if (target < at_ + 3 || image_.code[code_.first + target - 1].opcode != Opcode::LoopEnd) {
    fail(LoadFault::BadLoop);
    return;
  }
  AbstractValue collection = pop();
  if (!is_collection(collection.kind) || collection.cidr || collection.record == kInScratch) {
    fail(LoadFault::BadType, "a collection to loop over");
    return;
  }
  for (const auto& [pending, state] : pending_) {
    if (pending > at_ && pending < target) fail(LoadFault::BadJump, "into a loop");
  }
  Loop loop;
  loop.end = target - 1;
  loop.head = instruction().opcode;
  loop.collection = std::move(collection);
  loop.outer = state_;
  loop.outer_cost = std::exchange(cost_, 0);
  loop_ = std::move(loop);
  state_.stack.clear();
}

void Interpreter::loop_end() {
  if (!loop_ || loop_->end != at_) {
    fail(LoadFault::BadLoop);
    return;
  }
  const AbstractValue body = pop();
  if (!state_.stack.empty()) fail(LoadFault::BadLoop, "the body leaves more than one value");
  const Loop loop = std::move(*loop_);
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
  if (loop.head == Opcode::LoopCount) {
    result.kind = TypeKind::Int;
    result.high = bound;
  } else if (sum) {
    result.kind = body.kind;
    const Wide fewest = loop.collection.kind == TypeKind::Set ? 0 : loop.collection.low;
    const std::optional<Wide> corners[] = {
        stdlib::checked_multiply(body.low, fewest), stdlib::checked_multiply(body.low, bound),
        stdlib::checked_multiply(body.high, fewest), stdlib::checked_multiply(body.high, bound)};
    for (const auto& corner : corners) {
      if (!corner) {
        fail(LoadFault::Overflow);
        return;
      }
    }
    // Partial sums lie between zero and the whole.
    result.low = std::min(*corners[0], *corners[1]);
    result.high = std::max(*corners[2], *corners[3]);
  }
  push(std::move(result));
}

// ---- one instruction
// --------------------------------------------------------------------------------------

void Interpreter::step() {
  const Instruction& in = instruction();
  const OpcodeInfo& row = info(in.opcode);
  if (row.cost_rule == CostRule::Fixed) spend(row.cost);
  switch (in.opcode) {
    case Opcode::PushBool: return push_bool();
    case Opcode::PushInteger:
    case Opcode::PushText:
    case Opcode::PushCidr: return push_constant();
    case Opcode::PushSet: return push_set();
    case Opcode::Load: return load(false);
    case Opcode::LoadElement: return load(true);
    case Opcode::Has: return has(false);
    case Opcode::HasElement: return has(true);
    case Opcode::MakeSet: return make_set();
    case Opcode::Size: {
      const AbstractValue value = pop();
      if (!is_collection(value.kind) || value.record == kInScratch)
        fail(LoadFault::BadType, "a collection");
      AbstractValue size;
      size.kind = TypeKind::Int;
      size.low = value.kind == TypeKind::Set ? 0 : value.low;
      size.high = value.high;
      return push(std::move(size));
    }
    case Opcode::EmailDomain: return derived(TypeKind::Email, TypeKind::Host);
    case Opcode::UrlHost: return derived(TypeKind::Url, TypeKind::Host);
    case Opcode::UrlScheme: return derived(TypeKind::Url, TypeKind::String);
    case Opcode::Not: {
      AbstractValue value = pop_bool();
      std::swap(value.when_true, value.when_false);
      return push(std::move(value));
    }
    case Opcode::JumpIfFalse: return logic_jump(false);
    case Opcode::JumpIfTrue: return logic_jump(true);
    case Opcode::Add:
    case Opcode::Subtract:
    case Opcode::Multiply: return arithmetic();
    case Opcode::Percent: return scale(in.c);
    case Opcode::Scale: return scale(kWhole);
    case Opcode::Equal:
    case Opcode::NotEqual:
    case Opcode::Less:
    case Opcode::LessEqual:
    case Opcode::Greater:
    case Opcode::GreaterEqual: return compare();
    case Opcode::InRange: return range();
    case Opcode::TextEqual:
    case Opcode::TextNotEqual: return text_compare();
    case Opcode::Matches: {
      const AbstractValue value = pop();
      if (value.kind != TypeKind::String) fail(LoadFault::BadType, "a string");
      spend(1 + (value.high + 15) / 16);
      return push_bool();
    }
    case Opcode::ContainsInteger:
    case Opcode::ContainsText: return contains();
    case Opcode::OverlapsInteger:
    case Opcode::OverlapsText:
    case Opcode::SubsetInteger:
    case Opcode::SubsetText: return set_relation();
    case Opcode::UnderHost:
    case Opcode::UnderPath:
    case Opcode::UnderIp:
    case Opcode::UnderAnyHost:
    case Opcode::UnderAnyPath:
    case Opcode::UnderAnyIp: return under();
    case Opcode::Case: return case_test();
    case Opcode::JumpUnless: {
      const AbstractValue value = pop_bool();
      AbstractState taken = state_;
      taken.present = united(taken.present, value.when_false);
      jump(target(), taken);
      state_.present = united(state_.present, value.when_true);
      return;
    }
    case Opcode::Drop:
    case Opcode::LastCase: {
      const AbstractValue value = pop();
      if (value.kind != TypeKind::Enum && value.kind != TypeKind::Bool)
        fail(LoadFault::BadType, "the operand of a match");
      return;
    }
    case Opcode::Jump:
      jump(target(), state_);
      reachable_ = false;
      return;
    case Opcode::LoopAny:
    case Opcode::LoopAll:
    case Opcode::LoopCount:
    case Opcode::LoopSum: return loop_head();
    case Opcode::LoopEnd: return loop_end();
  }
}

std::expected<CodeResult, LoadError> Interpreter::run() {
  for (at_ = 0; at_ < code_.count && !error_; ++at_) {
    if (arrive() && operands_fit()) step();
  }
  if (!error_ && loop_) fail(LoadFault::BadLoop, "it does not end");
  if (!error_) arrive();
  if (!error_ && state_.stack.size() != 1) fail(LoadFault::NoResult);
  if (error_) return std::unexpected(*error_);
  CodeResult result;
  result.value = state_.stack.front();
  result.when_true = united(state_.present, result.value.when_true);
  result.when_false = united(state_.present, result.value.when_false);
  result.cost = cost_;
  return result;
}

}  // namespace

std::expected<CodeResult, LoadError> interpret(const CodeContext& context, Range code,
                                               const PresenceSet& present) {
  return Interpreter(context, code, present).run();
}

}  // namespace remit::vm
