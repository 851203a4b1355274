#include "vm/verify/abstract_machine.h"

#include <algorithm>

#include <remit/limits.h>

#include "stdlib/percent.h"
#include "stdlib/steps.h"
#include "vm/verify/abstract_steps.h"

namespace remit::vm {

namespace {

// Compiled code joins one value; code that joins many again and again was made to be slow to
// verify.
constexpr std::size_t kJoinedPerInstruction = 4;
constexpr std::int64_t kCostMax = std::int64_t{1} << 40;

}  // namespace

AbstractValue AbstractMachine::pop() {
  if (state_.depth == 0) fail(LoadFault::StackUnderflow);
  const StackEntry& entry = entries_[state_.top];
  state_.top = entry.below;
  --state_.depth;
  state_.when_true = state_.when_false = {};
  return entry.value;
}

AbstractValue AbstractMachine::pop_bool() {
  AbstractValue value = pop();
  if (value.kind != TypeKind::Bool) fail(LoadFault::BadType, "a bool is needed");
  return value;
}

AbstractValue AbstractMachine::pop_integral() {
  AbstractValue value = pop();
  if (!is_integral(value.kind) || value.kind == TypeKind::Bool)
    fail(LoadFault::BadType, "a number is needed");
  return value;
}

void AbstractMachine::push(const AbstractValue& value) {
  const std::size_t outer = loop_ ? loop_->outer.depth : 0;
  if (outer + state_.depth >= limits::kStackDepthMax) fail(LoadFault::StackOverflow);
  const std::uint32_t own = value.scratch ? static_cast<std::uint32_t>(value.high) : 0;
  entries_.push_back({value, state_.top, scratch_in_use() + own});
  state_.top = static_cast<std::uint32_t>(entries_.size() - 1);
  ++state_.depth;
  state_.when_true = state_.when_false = {};
}

void AbstractMachine::push_bool() {
  AbstractValue value;
  value.high = 1;
  push(value);
}

// A loop's body has a stack of its own; what lies on the one around it stays where it is.
std::uint32_t AbstractMachine::scratch_in_use() const {
  const std::uint32_t top = state_.depth != 0 ? state_.top : loop_ ? loop_->outer.top : kNoRow;
  return top == kNoRow ? 0 : entries_[top].scratch;
}

void AbstractMachine::spend(Wide steps) {
  const Wide total = Wide{cost_} + steps;
  cost_ = static_cast<std::int64_t>(total > kCostMax ? kCostMax : total);
}

// Fields without meaning are zero, the others lie in their tables.
void AbstractMachine::check_operands() {
  const Instruction& in = instruction();
  const OpcodeInfo& row = info(in.opcode);
  const auto check = [&](Operand operand, std::uint32_t value) {
    switch (operand) {
      case Operand::None: return require(value == 0, LoadFault::UnusedBits);
      case Operand::Bool:
      case Operand::Negate: return require(value <= 1, LoadFault::BadOperand, row.mnemonic);
      case Operand::Kind:
        return require(value <= static_cast<std::uint32_t>(TypeKind::List), LoadFault::BadOperand,
                       row.mnemonic);
      case Operand::Enum: {
        const bool of_enum = static_cast<TypeKind>(in.a) == TypeKind::Enum;
        require(of_enum || value == 0, LoadFault::UnusedBits);
        return require(!of_enum || value < image_.enums.size(), LoadFault::BadOperand,
                       row.mnemonic);
      }
      case Operand::Integer:
      case Operand::String:
      case Operand::Set:
      case Operand::Pattern: return;  // see verify_pools
      case Operand::Slot:
      case Operand::Field:
        return require(value < limits::kSlotsMax * 2, LoadFault::BadOperand, row.mnemonic);
      case Operand::Limit:
        return require(value < image_.limits.size(), LoadFault::BadOperand, row.mnemonic);
      case Operand::SeatKind:
        return require(value <= static_cast<std::uint32_t>(last_of(SeatKind{})),
                       LoadFault::BadOperand, row.mnemonic);
      case Operand::Role: return;  // see push_approved
      case Operand::Count:
        return require(value >= 1 && value <= limits::kSetLiteralMax, LoadFault::BadOperand,
                       row.mnemonic);
      case Operand::Scratch:
        return require(value < limits::kScratchElementsMax, LoadFault::ScratchOverflow);
      case Operand::Thousandths:
        return require(
            value >= 1 && value <= static_cast<std::uint32_t>(limits::kPercentThousandthsMax),
            LoadFault::BadOperand, row.mnemonic);
      case Operand::RangeFlags:
        return require(value <= (kRangeHalfOpen | kRangeNegated), LoadFault::BadOperand,
                       row.mnemonic);
      case Operand::Values:
        return require(value <= limits::kEnumValuesMax, LoadFault::BadOperand, row.mnemonic);
      case Operand::Target: {
        const std::uint32_t base = context_.target_base;
        return require(value > base + at_ && value <= base + code_.count, LoadFault::BadJump);
      }
    }
  };
  check(row.a, in.a);
  check(row.b, in.b);
  check(row.c, in.c);
}

// ---- paths that join

AbstractState AbstractMachine::merged(const AbstractState& a, const AbstractState& b) {
  if (a.depth != b.depth) fail(LoadFault::BadJoin, "stacks of different depths");
  AbstractState result;
  result.top = merged_stack(a.top, b.top);
  result.depth = a.depth;
  result.present = a.present & b.present;
  result.when_true = (a.present | a.when_true) & (b.present | b.when_true);
  result.when_false = (a.present | a.when_false) & (b.present | b.when_false);
  return result;
}

// Only what lies above the entry that both share can differ.
std::uint32_t AbstractMachine::merged_stack(std::uint32_t a, std::uint32_t b) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> apart;
  for (; a != b; a = entries_[a].below, b = entries_[b].below) apart.emplace_back(a, b);
  joined_ += apart.size();
  if (joined_ > kJoinedPerInstruction * (std::size_t{at_} + limits::kStackDepthMax))
    fail(LoadFault::DeepJoin);
  std::uint32_t below = a;
  for (; !apart.empty(); apart.pop_back()) {
    const StackEntry &x = entries_[apart.back().first], &y = entries_[apart.back().second];
    if (!x.value.same_type(y.value)) fail(LoadFault::BadJoin, "values of different types");
    StackEntry entry{x.value, below, std::max(x.scratch, y.scratch)};
    entry.value.low = std::min(x.value.low, y.value.low);
    entry.value.high = std::max(x.value.high, y.value.high);
    entry.value.element_low = std::min(x.value.element_low, y.value.element_low);
    entry.value.element_high = std::max(x.value.element_high, y.value.element_high);
    entry.value.places = std::min(x.value.places, y.value.places);
    if (entry == x) {
      below = apart.back().first;
    } else {
      entries_.push_back(entry);
      below = static_cast<std::uint32_t>(entries_.size() - 1);
    }
  }
  return below;
}

void AbstractMachine::jump(std::uint32_t target, const AbstractState& state) {
  // A jump stays in its loop; the LoopEnd is the furthest that it goes.
  if (loop_ && target > loop_->end) fail(LoadFault::BadJump, "out of a loop");
  const auto found = pending_.find(target);
  if (found == pending_.end())
    pending_.emplace(target, state);
  else
    found->second = merged(found->second, state);
}

// At the start of an instruction: joins the paths that lead here.
void AbstractMachine::arrive() {
  const auto found = pending_.find(at_);
  if (found != pending_.end()) {
    state_ = reachable_ ? merged(state_, found->second) : found->second;
    pending_.erase(found);
    reachable_ = true;
  }
  require(reachable_, LoadFault::Unreachable);
}

// ---- one instruction

// A case an instruction, in the order of opcodes.def; those of operators by what they take.
void AbstractMachine::step() {  // NOLINT(readability-function-size)
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
    case Opcode::LoadUsed: return load_used();
    case Opcode::PushApproved: return push_approved();
    case Opcode::MakeSet: return make_set();
    case Opcode::Size: {
      const AbstractValue value = pop();
      if (!is_collection(value.kind) || value.scratch) fail(LoadFault::BadType, "a collection");
      AbstractValue size;
      size.kind = TypeKind::Int;
      size.low = value.kind == TypeKind::Set ? 0 : value.low;
      size.high = value.high;
      return push(size);
    }
    case Opcode::EmailDomain: return derived(TypeKind::Email, TypeKind::Host);
    case Opcode::UrlHost: return derived(TypeKind::Url, TypeKind::Host);
    case Opcode::UrlScheme: return derived(TypeKind::Url, TypeKind::String);
    case Opcode::Not: {
      const FactSet when_true = state_.when_true, when_false = state_.when_false;
      pop_bool();
      push_bool();
      state_.when_true = when_false;
      state_.when_false = when_true;
      return;
    }
    case Opcode::JumpIfFalse: return logic_jump(false);
    case Opcode::JumpIfTrue: return logic_jump(true);
    case Opcode::Percent: return scale(in.c);
    case Opcode::Scale: return scale(stdlib::kWholeInThousandths);
    case Opcode::InRange: return range();
    case Opcode::Matches: {
      const AbstractValue value = pop();
      if (value.kind != TypeKind::String) fail(LoadFault::BadType, "a string");
      spend(1 + stdlib::pattern_steps(static_cast<std::int64_t>(value.high),
                                      context_.patterns[in.c].size()));
      return push_bool();
    }
    case Opcode::HasPlaces: return has_places();
    case Opcode::InPlace: return in_place();
    case Opcode::DropList: return drop_list();
    case Opcode::Case: return case_test();
    case Opcode::JumpUnless: {
      const FactSet when_true = state_.when_true, when_false = state_.when_false;
      pop_bool();
      AbstractState taken = state_;
      taken.present = taken.present | when_false;
      jump(target(), taken);
      state_.present = state_.present | when_true;
      return;
    }
    case Opcode::Drop:
    case Opcode::LastCase: {
      const AbstractValue value = pop();
      if (value.kind != TypeKind::Enum && value.kind != TypeKind::Bool)
        fail(LoadFault::BadType, "the operand of a match");
      if (row.cost_rule == CostRule::Values) spend(1 + Wide{in.c});
      return;
    }
    case Opcode::Jump:
      jump(target(), state_);
      reachable_ = false;
      return;
    case Opcode::LoopEnd: return loop_end();
#define REMIT_OPCODE(name, mnemonic, a, b, c, stack, cost, meaning)
#define REMIT_OPERATION(name, mnemonic, a, b, c, stack, cost, meaning, carries_out, typing) \
  case Opcode::name:
#include "vm/image/opcodes.def"
      return operation(row.typing);
  }
}

CodeResult AbstractMachine::run() {
  for (at_ = 0; at_ < code_.count; ++at_) {
    arrive();
    check_operands();
    step();
  }
  // Its LoopEnd is inside the code and every instruction is reached, so no loop is open here.
  arrive();
  if (state_.depth != 1) fail(LoadFault::NoResult);
  CodeResult result;
  result.value = entries_[state_.top].value;
  result.when_true = facts_of(state_.present | state_.when_true);
  result.when_false = facts_of(state_.present | state_.when_false);
  result.cost = cost_;
  result.reads_args = reads_args_;
  result.reads_sensitive = reads_sensitive_;
  std::ranges::sort(needed_);
  const auto twice = std::ranges::unique(needed_);
  needed_.erase(twice.begin(), twice.end());
  result.needed = std::move(needed_);
  return result;
}

std::expected<CodeResult, LoadError> run_abstract(const CodeContext& context, CodeRange code,
                                                  const PresenceSet& present) {
  return checked([&] { return AbstractMachine(context, code, present).run(); });
}

}  // namespace remit::vm
