// Where the operators of the language (lang/operators.def) meet the instructions that carry them
// out (vm/image/opcodes.def). Whoever counts or emits an operator asks here.
#pragma once

#include "compiler/ir/ir.h"
#include "vm/image/instruction.h"

namespace remit::ir {

// The instruction of a comparison, of arithmetic, of a relation or of a quantifier, by the types of
// its operands.
[[nodiscard]] vm::Opcode opcode_of(const Bundle& bundle, const Node& node);

}  // namespace remit::ir
