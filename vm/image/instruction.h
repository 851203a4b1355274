// One instruction of Remit bytecode: 8 bytes, fixed width, little-endian in a file.
//
// This is the contract between the compiler (writes), the verifier (proves) and the interpreter
// (trusts the verifier). The list of opcodes is opcodes.def.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace remit::vm {

enum class Opcode : std::uint8_t {
#define REMIT_OPCODE(name, mnemonic, a, b, c, stack, cost, meaning) name,
#include "vm/image/opcodes.def"
#undef REMIT_OPCODE
};

inline constexpr unsigned kOpcodeCount = 0
#define REMIT_OPCODE(name, mnemonic, a, b, c, stack, cost, meaning) +1
#include "vm/image/opcodes.def"
#undef REMIT_OPCODE
    ;

// What an operand field holds. Bits of a field that is None must be zero.
enum class Operand : std::uint8_t {
  None,
  Bool,         // 0 or 1
  Kind,         // a TypeKind
  Enum,         // enum row, where the kind is Enum; else 0
  Integer,      // row of the integer constants
  String,       // row of the strings
  Set,          // row of the sets
  Pattern,      // row of the patterns
  Slot,         // a fact slot
  Field,        // a flattened field of the loop's element
  Limit,        // row of the limits
  Role,         // an ordinal of enum `role`, or kNoRow for any
  Count,        // 1..=256
  Scratch,      // first scratch element
  Thousandths,  // thousandths of a percent, 1..=1,000,000
  RangeFlags,   // kRangeHalfOpen | kRangeNegated
  Negate,       // 0 or 1
  Values,       // how many values the last arm of a match has, 0 for `else`
  Target,       // an instruction index, counted from the first instruction of the same code
};

inline constexpr std::uint8_t kRangeHalfOpen = 1;
inline constexpr std::uint8_t kRangeNegated = 2;

struct Instruction {
  Opcode opcode = Opcode::PushBool;
  std::uint8_t a = 0;
  std::uint16_t b = 0;
  std::uint32_t c = 0;

  friend bool operator==(const Instruction&, const Instruction&) = default;
};
static_assert(sizeof(Instruction) == 8);

enum class CostRule : std::uint8_t { Fixed, Elements, Bounds, Texts, Pattern, Values, Loop };

// A row of opcodes.def as data.
struct OpcodeInfo {
  std::string_view name;
  std::string_view mnemonic;
  Operand a, b, c;
  std::string_view stack;
  CostRule cost_rule;
  int cost;  // for CostRule::Fixed
  std::string_view meaning;
};

[[nodiscard]] const OpcodeInfo& info(Opcode opcode);

}  // namespace remit::vm
