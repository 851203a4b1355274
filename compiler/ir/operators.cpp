#include "compiler/ir/operators.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include <remit/internal/check.h>
#include "lang/operators.h"

namespace remit::ir {

namespace {

using vm::Opcode;
using vm::Typing;

// Of all families together.
enum class Operator : std::uint8_t {
#define REMIT_COMPARISON(name, token, spelling) name,
#define REMIT_ARITHMETIC(name, token, spelling, precedence) name,
#define REMIT_RELATION(name, word, second, spelling, sides) name,
#define REMIT_QUANTIFIER(name, token, spelling) name,
#include "lang/operators.def"
};

constexpr Operator kComparisonOperators[] = {
#define REMIT_COMPARISON(name, token, spelling) Operator::name,
#include "lang/operators.def"
};
constexpr Operator kArithmeticOperators[] = {
#define REMIT_ARITHMETIC(name, token, spelling, precedence) Operator::name,
#include "lang/operators.def"
};
constexpr Operator kRelationOperators[] = {
#define REMIT_RELATION(name, word, second, spelling, sides) Operator::name,
#include "lang/operators.def"
};
constexpr Operator kQuantifierOperators[] = {
#define REMIT_QUANTIFIER(name, token, spelling) Operator::name,
#include "lang/operators.def"
};

struct Instruction {
  Operator carries_out{};
  Typing typing{};
  Opcode opcode{};
};
constexpr auto kInstructions = std::to_array<Instruction>({
#define REMIT_OPCODE(name, mnemonic, a, b, c, stack, cost, meaning)
#define REMIT_OPERATION(name, mnemonic, a, b, c, stack, cost, meaning, carries_out, typing) \
  {Operator::carries_out, Typing::typing, Opcode::name},
#include "vm/image/opcodes.def"
});

// ---- every operator has its instructions

constexpr bool has(Operator op, std::initializer_list<Typing> typings) {
  return std::ranges::all_of(typings, [op](Typing typing) {
    return std::ranges::count_if(kInstructions, [=](const Instruction& row) {
             return row.carries_out == op && row.typing == typing;
           }) == 1;
  });
}

constexpr bool has_one(Operator op, std::initializer_list<Typing> typings) {
  return std::ranges::count_if(typings, [op](Typing typing) { return has(op, {typing}); }) == 1;
}

constexpr bool has_all(Operator op, ast::Sides sides) {
  switch (sides) {
    case ast::Sides::Element: return has(op, {Typing::IntegerElement, Typing::TextElement});
    case ast::Sides::Place:
      return has(op, {Typing::Host, Typing::Path, Typing::Ip, Typing::AnyHost, Typing::AnyPath,
                      Typing::AnyIp});
    case ast::Sides::Sets: return has(op, {Typing::IntegerSets, Typing::TextSets});
    case ast::Sides::Text: return has(op, {Typing::LooksFor});
  }
  return false;
}

#define REMIT_COMPARISON(name, token, spelling)         \
  static_assert(has(Operator::name, {Typing::Order}) || \
                has(Operator::name, {Typing::Equality, Typing::Texts}));
#define REMIT_ARITHMETIC(name, token, spelling, precedence) \
  static_assert(has_one(Operator::name, {Typing::Sum, Typing::Difference, Typing::Product}));
#define REMIT_RELATION(name, word, second, spelling, sides) \
  static_assert(has_all(Operator::name, ast::Sides::sides));
#define REMIT_QUANTIFIER(name, token, spelling) static_assert(has(Operator::name, {Typing::Loop}));
#include "lang/operators.def"

// ---- which one it is

Operator operator_of(const Node& node) {
  switch (node.kind) {
    case NodeKind::Compare: return kComparisonOperators[static_cast<std::size_t>(node.compare)];
    case NodeKind::Arithmetic:
      return kArithmeticOperators[static_cast<std::size_t>(node.arithmetic)];
    case NodeKind::Relation: return kRelationOperators[static_cast<std::size_t>(node.relation)];
    case NodeKind::Quantifier:
      return kQuantifierOperators[static_cast<std::size_t>(node.quantifier)];
    case NodeKind::Constant:
    case NodeKind::SetConstant:
    case NodeKind::Fact:
    case NodeKind::Has:
    case NodeKind::Used:
    case NodeKind::Approved:
    case NodeKind::Not:
    case NodeKind::And:
    case NodeKind::Or:
    case NodeKind::InRange:
    case NodeKind::Matches:
    case NodeKind::Places:
    case NodeKind::PercentOf:
    case NodeKind::MakeSet:
    case NodeKind::Match: break;
  }
  REMIT_CHECK(false, "a node that is no operator");
  return {};
}

// Whether an instruction is the one for a left side, and a right side where it matters.
bool takes(Typing typing, const Type& left, const Type& right) {
  const auto under = [&](TypeKind kind, bool any) {
    return left.kind == kind && (right.kind == TypeKind::Set) == any;
  };
  switch (typing) {
    case Typing::None: return false;
    case Typing::Sum:
    case Typing::Difference:
    case Typing::Product:
    case Typing::Loop: return true;
    case Typing::Equality:
    case Typing::Order:
    case Typing::IntegerElement: return is_integral(left.kind);
    case Typing::Texts:
    case Typing::LooksFor:
    case Typing::TextElement: return is_text(left.kind);
    case Typing::IntegerSets: return is_integral(left.element->kind);
    case Typing::TextSets: return is_text(left.element->kind);
    case Typing::Host: return under(TypeKind::Host, false);
    case Typing::Path: return under(TypeKind::Path, false);
    case Typing::Ip: return under(TypeKind::Ip, false);
    case Typing::AnyHost: return under(TypeKind::Host, true);
    case Typing::AnyPath: return under(TypeKind::Path, true);
    case Typing::AnyIp: return under(TypeKind::Ip, true);
  }
  return false;
}

}  // namespace

vm::Opcode opcode_of(const Bundle& bundle, const Node& node) {
  const Operator op = operator_of(node);
  const Type &left = *bundle.child(node, 0).type, &right = *bundle.child(node, 1).type;
  const auto row = std::ranges::find_if(kInstructions, [&](const Instruction& instruction) {
    return instruction.carries_out == op && takes(instruction.typing, left, right);
  });
  REMIT_CHECK(row != kInstructions.end(), "an operator between types that it does not take");
  return row->opcode;
}

}  // namespace remit::ir
