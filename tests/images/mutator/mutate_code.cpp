// Mutations of code. Jumps that lead over an inserted or removed instruction follow it mostly, and
// so do the clauses of the debug section.

#include <algorithm>

#include "tests/generator/pools.h"
#include "tests/images/mutator/mutate_parts.h"

namespace remit::images {

using vm::Opcode;
using vm::Operand;

namespace {

bool is_target(const Op& op) { return vm::info(op.opcode).c == Operand::Target; }

CodePart some_code(const Parts& parts, Random& random, bool filled, bool condition = false) {
  std::vector<CodePart> found;
  for (const CodePart& part : parts.code) {
    if ((!filled || !part.code->empty()) && (!condition || part.is_condition))
      found.push_back(part);
  }
  return found.empty() ? CodePart{} : found[random.below(found.size())];
}

// The clauses of what changed are no more.
void forget_clauses(Draft& draft, const CodePart& part, Random& random) {
  if (random.percent(5)) return;
  for (Item* item : Parts(draft).items) {
    std::erase_if(item->clauses, [&](const Clause& clause) {
      return part.item == nullptr ? clause.owner == Owner::Applies : clause.owner != Owner::Applies;
    });
  }
}

void insert(Code& code, std::size_t at, const Code& more) {
  for (Op& op : code)
    if (is_target(op) && op.number > at) op.number += static_cast<std::uint32_t>(more.size());
  code.insert(code.begin() + static_cast<std::ptrdiff_t>(at), more.begin(), more.end());
}

void erase(Code& code, std::size_t at, std::size_t count) {
  code.erase(code.begin() + static_cast<std::ptrdiff_t>(at),
             code.begin() + static_cast<std::ptrdiff_t>(at + count));
  for (Op& op : code)
    if (is_target(op) && op.number > at) op.number -= static_cast<std::uint32_t>(count);
}

// Jumps of `more` count from its own start.
void append(Code& code, Code more) {
  const auto base = static_cast<std::uint32_t>(code.size());
  for (Op& op : more)
    if (is_target(op)) op.number += base;
  code.insert(code.end(), more.begin(), more.end());
}

// More than the verifier follows: a deep stack, a product that grows, or two ways of many values
// that meet again and again.
Code too_much(Random& random, std::uint32_t at) {
  Code more;
  switch (random.below(3)) {
    case 0: more.assign(260, yes()); break;
    case 1:
      more.assign(4, integer(INT64_MAX));
      more.insert(more.end(), 3, op(Opcode::Multiply));
      break;
    default: {
      constexpr std::uint32_t kValues = 200, kMeetings = 60;
      const std::uint32_t other = at + 3 + kValues, end = other + kValues + 2 * kMeetings;
      more = {yes(), op(Opcode::JumpUnless, other)};
      more.insert(more.end(), kValues, yes());
      more.push_back(op(Opcode::Jump, end));
      more.insert(more.end(), kValues, yes());
      for (std::uint32_t i = 0; i < kMeetings; ++i) {
        more.push_back(yes());
        more.push_back(op(Opcode::JumpUnless, end));
      }
    }
  }
  return more;
}

}  // namespace

bool add_condition(Draft& draft, Random& random) {
  const CodePart part = some_code(Parts(draft), random, false, true);
  if (part.code == nullptr) return false;
  const Code more = some_condition(draft, part, random);
  if (more.empty()) return false;
  Code& code = *part.code;
  if (code.empty() || random.percent(10)) {
    code = more;
  } else {
    const bool both = random.percent(60);
    const std::size_t jump = code.size();
    code.push_back(op(both ? Opcode::JumpIfFalse : Opcode::JumpIfTrue));
    append(code, more);
    code[jump].number = static_cast<std::uint32_t>(code.size());
  }
  forget_clauses(draft, part, random);
  return true;
}

bool insert_op(Draft& draft, Random& random) {
  const CodePart part = some_code(Parts(draft), random, true);
  if (part.code == nullptr) return false;
  Code& code = *part.code;
  const std::size_t at = random.below(code.size() + 1);
  switch (random.below(9)) {
    case 0:
    case 1:
    case 2: insert(code, code.size(), {op(Opcode::Not)}); break;
    case 3: insert(code, at, {op(Opcode::Not), op(Opcode::Not)}); break;
    case 4: insert(code, at, {integer(random.pick(generator::kInts)), op(Opcode::Add)}); break;
    case 5: insert(code, at, {code[random.below(code.size())]}); break;
    case 6: {
      const Op made = op(static_cast<Opcode>(random.below(vm::kOpcodeCount)),
                         static_cast<std::uint32_t>(random.below(8)),
                         static_cast<std::uint8_t>(random.below(2)));
      insert(code, at, {made});
      break;
    }
    case 7:
      // A loop round a value that is not the loop's.
      insert(
          code, at,
          {load("target.tenants"), op(Opcode::LoopAny, static_cast<std::uint32_t>(at) + 4), yes(),
           op(Opcode::LoopEnd), op(Opcode::JumpUnless, static_cast<std::uint32_t>(at) + 5)});
      break;
    default: insert(code, at, too_much(random, static_cast<std::uint32_t>(at)));
  }
  forget_clauses(draft, part, random);
  return true;
}

bool remove_op(Draft& draft, Random& random) {
  const CodePart part = some_code(Parts(draft), random, true);
  if (part.code == nullptr) return false;
  Code& code = *part.code;
  if (random.percent(40)) {
    code.clear();
  } else if (random.percent(50)) {
    // A whole conjunct, with the jump behind it.
    const auto jump = std::ranges::find_if(code, [](const Op& op) {
      return op.opcode == Opcode::JumpIfFalse || op.opcode == Opcode::JumpIfTrue;
    });
    if (jump == code.end()) return false;
    erase(code, 0, static_cast<std::size_t>(jump - code.begin()) + 1);
  } else {
    const std::size_t at = random.below(code.size());
    erase(code, at, std::min<std::size_t>(1 + random.below(3), code.size() - at));
  }
  forget_clauses(draft, part, random);
  return true;
}

bool swap_ops(Draft& draft, Random& random) {
  const Parts parts(draft);
  const CodePart part = some_code(parts, random, true);
  if (part.code == nullptr) return false;
  Code& code = *part.code;
  if (random.percent(40)) {
    const CodePart other = some_code(parts, random, true);
    std::swap(code, *other.code);
    forget_clauses(draft, other, random);
  } else if (random.percent(50) && code.size() > 1) {
    const std::size_t at = random.below(code.size() - 1);
    std::swap(code[at], code[at + 1]);
  } else {
    std::swap(*one_of(code, random), *one_of(code, random));
  }
  forget_clauses(draft, part, random);
  return true;
}

bool opcode(Draft& draft, Random& random) {
  static const std::vector<std::vector<Opcode>> kAlike = {
      {Opcode::Equal, Opcode::NotEqual, Opcode::Less, Opcode::LessEqual, Opcode::Greater,
       Opcode::GreaterEqual},
      {Opcode::TextEqual, Opcode::TextNotEqual, Opcode::UnderHost, Opcode::UnderPath},
      {Opcode::Add, Opcode::Subtract, Opcode::Multiply},
      {Opcode::JumpIfFalse, Opcode::JumpIfTrue, Opcode::JumpUnless},
      {Opcode::LoopAny, Opcode::LoopAll, Opcode::LoopCount, Opcode::LoopSum},
      {Opcode::OverlapsInteger, Opcode::SubsetInteger, Opcode::OverlapsText, Opcode::SubsetText},
      {Opcode::Has, Opcode::Load},
      {Opcode::UnderAnyHost, Opcode::UnderAnyPath, Opcode::UnderAnyIp, Opcode::ContainsText},
      {Opcode::EmailDomain, Opcode::UrlHost, Opcode::UrlScheme},
      {Opcode::Drop, Opcode::LastCase}};
  const auto ops = Parts(draft).ops([](const Op&) { return true; });
  if (ops.empty()) return false;
  Op& op = *ops[random.below(ops.size())];
  for (const auto& alike : kAlike) {
    if (std::ranges::find(alike, op.opcode) == alike.end() || random.percent(10)) continue;
    op.opcode = random.pick(alike);
    return true;
  }
  op.opcode = static_cast<Opcode>(random.below(vm::kOpcodeCount));
  return true;
}

bool operand(Draft& draft, Random& random) {
  const Parts parts(draft);
  const CodePart part = some_code(parts, random, true);
  if (part.code == nullptr) return false;
  Op& op = *one_of(*part.code, random);
  const vm::OpcodeInfo& info = vm::info(op.opcode);
  if (info.a != Operand::None && random.percent(30)) {
    op.a = static_cast<std::uint8_t>(random.below(info.a == Operand::Kind ? 20 : 5));
    return true;
  }
  if (info.b != Operand::None && random.percent(20)) {
    op.b = static_cast<std::uint16_t>(random.below(5));
    if (!draft.enums.empty()) op.of = random.pick(draft.enums).name;
    return true;
  }
  op.integer = near(op.integer, random);
  if (op.number != vm::kNoRow || random.percent(20))
    op.number = static_cast<std::uint32_t>(near(op.number, random));
  const auto others = parts.ops([&](const Op& other) { return other.opcode == op.opcode; });
  const Op& other = *others[random.below(others.size())];
  if (info.c == Operand::String && random.percent(50))
    op.text = some_text(static_cast<TypeKind>(op.a), random);
  else if (info.c != Operand::Pattern)
    op.text = other.text;
  return true;
}

bool target(Draft& draft, Random& random) {
  const auto ops = Parts(draft).ops([](const Op& op) { return is_target(op); });
  if (ops.empty()) return false;
  static constexpr std::int64_t kSteps[] = {-3, -2, -1, 1, 2, 3};
  Op& op = *ops[random.below(ops.size())];
  op.number = static_cast<std::uint32_t>(op.number + random.pick(kSteps));
  return true;
}

bool sets(Draft& draft, Random& random) {
  const auto ops = Parts(draft).ops([](const Op& op) { return !op.set.empty(); });
  if (ops.empty()) return false;
  Set& set = ops[random.below(ops.size())]->set[0];
  const bool texts = set.element != vm::ElementKind::Integer;
  switch (random.below(5)) {
    case 0:
    case 1:
      if (texts)
        set.texts.push_back(set.element == vm::ElementKind::Cidr
                                ? std::string(random.pick(generator::kCidrs))
                                : some_text(set.kind, random));
      else
        set.integers.push_back(near(random.between(0, 3), random));
      break;
    case 2:
      if (texts ? set.texts.empty() : set.integers.empty()) return false;
      texts ? set.texts.pop_back() : set.integers.pop_back();
      break;
    case 3: set.kind = static_cast<TypeKind>(random.below(20)); break;
    default:
      if (texts)
        set.element =
            set.element == vm::ElementKind::Cidr ? vm::ElementKind::Text : vm::ElementKind::Cidr;
      else if (!draft.enums.empty())
        set.of = random.pick(draft.enums).name;
  }
  return true;
}

bool pattern(Draft& draft, Random& random) {
  const auto ops = Parts(draft).ops([](const Op& op) { return op.opcode == Opcode::Matches; });
  if (ops.empty()) return false;
  static constexpr const char* kOdd[] = {"(", "a{2,1}", "\\b", "(?i)a", "a**", ".{0,200}", "[a-"};
  ops[random.below(ops.size())]->text =
      random.percent(70) ? std::string(random.pick(generator::kPatterns)) : random.pick(kOdd);
  return true;
}

}  // namespace remit::images
