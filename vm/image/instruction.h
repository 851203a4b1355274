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
};

inline constexpr unsigned kOpcodeCount = 0
#define REMIT_OPCODE(name, mnemonic, a, b, c, stack, cost, meaning) +1
#include "vm/image/opcodes.def"
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
  SeatKind,     // a SeatKind
  Role,         // an ordinal of enum `role`, 0 where the kind is no role, or kNoRow for any seat
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

// What an operator's instruction takes. Integers are all integral types; `Any…` is one of several.
enum class Typing : std::uint8_t {
  None,            // it carries out no operator
  Sum,             // two amounts, or a time and a duration
  Difference,      // the same, or two times
  Product,         // two amounts, one of them an int
  Equality,        // two integrals of one type
  Order,           // the same, of a type that has an order
  Texts,           // two texts of one type
  IntegerElement,  // an integral and a collection of its type
  TextElement,     // a text and a collection of its type
  IntegerSets,     // two sets of integrals of one type
  TextSets,        // two sets of texts of one type
  Host,            // a host, and a host it may lie under
  Path,            // a path, and a folder
  Ip,              // an address, and an address range
  AnyHost,
  AnyPath,
  AnyIp,
  LooksFor,  // a string or an id; what is looked for in it is an operand
  Loop,      // a collection; the body gives what the loop is over
};

enum class CostRule : std::uint8_t {
  Fixed,
  Elements,
  Bounds,
  Texts,
  Pattern,
  Search,
  Ends,
  Values,
  Loop,
};

// A row of opcodes.def as data.
struct OpcodeInfo {
  std::string_view name;
  std::string_view mnemonic;
  Operand a, b, c;
  std::string_view stack;
  CostRule cost_rule;
  int cost;  // for CostRule::Fixed
  std::string_view meaning;
  Typing typing;
};

[[nodiscard]] const OpcodeInfo& info(Opcode opcode);

}  // namespace remit::vm
