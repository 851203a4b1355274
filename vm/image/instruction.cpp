#include "vm/image/instruction.h"

namespace remit::vm {

namespace {

// The cost column: a number, or the name of a rule.
struct Cost {
  constexpr Cost(int number) : rule(CostRule::Fixed), steps(number) {}  // NOLINT: rows read better
  constexpr Cost(CostRule of) : rule(of), steps(0) {}                   // NOLINT
  CostRule rule;
  int steps;
};

// The words of the table's column.
// NOLINTBEGIN(readability-identifier-naming)
constexpr CostRule Elements = CostRule::Elements;
constexpr CostRule Bounds = CostRule::Bounds;
constexpr CostRule Texts = CostRule::Texts;
constexpr CostRule Pattern = CostRule::Pattern;
constexpr CostRule Search = CostRule::Search;
constexpr CostRule Ends = CostRule::Ends;
constexpr CostRule Values = CostRule::Values;
constexpr CostRule Loop = CostRule::Loop;
// NOLINTEND(readability-identifier-naming)

constexpr OpcodeInfo kRows[] = {
#define REMIT_OPERATION(name, mnemonic, a, b, c, stack, cost, meaning, carries_out, typing) \
  {#name, mnemonic,        Operand::a,       Operand::b, Operand::c,                        \
   stack, Cost(cost).rule, Cost(cost).steps, meaning,    Typing::typing},
#define REMIT_OPCODE(name, mnemonic, a, b, c, stack, cost, meaning) \
  REMIT_OPERATION(name, mnemonic, a, b, c, stack, cost, meaning, None, None)
#include "vm/image/opcodes.def"
};

}  // namespace

const OpcodeInfo& info(Opcode opcode) { return kRows[static_cast<std::size_t>(opcode)]; }

}  // namespace remit::vm
