// The operators, as lang/operators.def lists them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "lang/token.h"

namespace remit::ast {

enum class CompareOp : std::uint8_t {
#define REMIT_COMPARISON(name, token, spelling) name,
#include "lang/operators.def"
};
enum class ArithmeticOp : std::uint8_t {
#define REMIT_ARITHMETIC(name, token, spelling, precedence) name,
#include "lang/operators.def"
};
enum class RelationOp : std::uint8_t {
#define REMIT_RELATION(name, word, second, spelling, sides) name,
#include "lang/operators.def"
};
enum class QuantifierKind : std::uint8_t {
#define REMIT_QUANTIFIER(name, token, spelling) name,
#include "lang/operators.def"
};

// How tightly arithmetic binds: a sum is made of products.
enum class Precedence : std::uint8_t { Sum, Product };
// What stands beside a relation: a value and a collection of such; a host, a path or an address and
// what it may lie in; two sets; a text and texts that are looked for in it.
enum class Sides : std::uint8_t { Element, Place, Sets, Text };

struct OperatorInfo {
  lang::TokenKind token{};
  std::string_view spelling;
};
struct ArithmeticInfo : OperatorInfo {
  Precedence precedence{};
};
struct RelationInfo {
  std::string_view word;
  std::string_view second;  // empty: one word is all
  std::string_view spelling;
  Sides sides{};
};

inline constexpr auto kComparisons = std::to_array<OperatorInfo>({
#define REMIT_COMPARISON(name, token, spelling) {lang::TokenKind::token, spelling},
#include "lang/operators.def"
});
inline constexpr auto kArithmetic = std::to_array<ArithmeticInfo>({
#define REMIT_ARITHMETIC(name, token, spelling, precedence) \
  {{lang::TokenKind::token, spelling}, Precedence::precedence},
#include "lang/operators.def"
});
inline constexpr auto kRelations = std::to_array<RelationInfo>({
#define REMIT_RELATION(name, word, second, spelling, sides) {word, second, spelling, Sides::sides},
#include "lang/operators.def"
});
inline constexpr auto kQuantifiers = std::to_array<OperatorInfo>({
#define REMIT_QUANTIFIER(name, token, spelling) {lang::TokenKind::token, spelling},
#include "lang/operators.def"
});

[[nodiscard]] constexpr const OperatorInfo& info(CompareOp op) {
  return kComparisons[static_cast<std::size_t>(op)];
}
[[nodiscard]] constexpr const ArithmeticInfo& info(ArithmeticOp op) {
  return kArithmetic[static_cast<std::size_t>(op)];
}
[[nodiscard]] constexpr const RelationInfo& info(RelationOp op) {
  return kRelations[static_cast<std::size_t>(op)];
}
[[nodiscard]] constexpr const OperatorInfo& info(QuantifierKind op) {
  return kQuantifiers[static_cast<std::size_t>(op)];
}

// The operator of one of the lists above that is written with a token.
template <typename Op, typename Rows>
[[nodiscard]] constexpr std::optional<Op> written_with(const Rows& rows, lang::TokenKind token) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange): a list is as long as its enum.
    if (rows[i].token == token) return static_cast<Op>(i);
  }
  return std::nullopt;
}
[[nodiscard]] constexpr std::optional<CompareOp> comparison(lang::TokenKind token) {
  return written_with<CompareOp>(kComparisons, token);
}
[[nodiscard]] constexpr std::optional<QuantifierKind> quantifier(lang::TokenKind token) {
  return written_with<QuantifierKind>(kQuantifiers, token);
}
[[nodiscard]] constexpr std::optional<ArithmeticOp> arithmetic(lang::TokenKind token,
                                                               Precedence precedence) {
  const auto op = written_with<ArithmeticOp>(kArithmetic, token);
  return op && info(*op).precedence == precedence ? op : std::nullopt;
}

}  // namespace remit::ast
