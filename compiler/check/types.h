// Types and intervals as the checker sees them.
//
// A Type is interned in a TypeTable and compared by its parts; an expression whose type could not
// be found out has none (a null pointer), was reported once, and silences what depends on it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <remit/internal/wide.h>
#include <remit/type.h>
#include "lang/ast_expr.h"

namespace remit::compiler {

enum class EnumIndex : std::uint32_t {};
enum class RecordIndex : std::uint32_t {};

inline constexpr std::uint32_t kNoRef = 0xFFFF'FFFF;
// The `ref` of the type of cidr literals, whose kind is Ip.
inline constexpr std::uint32_t kCidrRef = 1;

// kind                                ref           low, high
// int money duration timestamp
//   timeofday                         -             the interval of values
// string opaque                       -             high: bytes
// enum, record                        its index     -
// set, list                           -             number of elements; `element` their type
struct Type {
  TypeKind kind{};
  std::uint32_t ref = kNoRef;
  std::int64_t low = 0;
  std::int64_t high = 0;
  const Type* element = nullptr;

  friend bool operator==(const Type&, const Type&) = default;
};

class TypeTable {
 public:
  const Type* intern(const Type& type);
  // The type of a kind without declared bounds.
  const Type* plain(TypeKind kind);
  const Type* enumeration(EnumIndex index) {
    return intern({TypeKind::Enum, static_cast<std::uint32_t>(index), 0, 0, nullptr});
  }
  const Type* record(RecordIndex index) {
    return intern({TypeKind::Record, static_cast<std::uint32_t>(index), 0, 0, nullptr});
  }
  const Type* cidr() { return intern({TypeKind::Ip, kCidrRef, 0, 0, nullptr}); }

 private:
  std::deque<Type> types_;  // stable addresses
};

// Values of `a` and `b` may be compared: the same kind, enum, record or element, whatever the
// bounds.
[[nodiscard]] bool same_type(const Type& a, const Type& b);
[[nodiscard]] inline bool is_cidr(const Type& type) {
  return type.kind == TypeKind::Ip && type.ref == kCidrRef;
}

// Kinds with `+`, `sum` and percentages of.
[[nodiscard]] constexpr bool is_amount(TypeKind kind) {
  return kind == TypeKind::Int || kind == TypeKind::Money || kind == TypeKind::Duration;
}
// Kinds with order by their nature; enums may be ordered too.
[[nodiscard]] constexpr bool is_ordered_kind(TypeKind kind) {
  return is_amount(kind) || kind == TypeKind::Timestamp || kind == TypeKind::TimeOfDay;
}

// The kind of the number that a literal spells; nothing for texts.
[[nodiscard]] std::optional<TypeKind> number_kind(ast::LiteralKind kind);

// The integral values an expression can have, both ends included.
struct Interval {
  Wide low = 0;
  Wide high = 0;

  friend bool operator==(const Interval&, const Interval&) = default;
  [[nodiscard]] bool single() const { return low == high; }
};

[[nodiscard]] Interval hull(Interval a, Interval b);
// Nothing if a result may leave +-(2^127-1).
[[nodiscard]] std::optional<Interval> add(Interval a, Interval b);
[[nodiscard]] std::optional<Interval> subtract(Interval a, Interval b);
[[nodiscard]] std::optional<Interval> multiply(Interval a, Interval b);
// Of `low..=high` elements each within `element`.
[[nodiscard]] std::optional<Interval> sum_of(Interval element, std::int64_t low, std::int64_t high);

}  // namespace remit::compiler
