#include "compiler/check/types.h"

#include <algorithm>

#include <remit/limits.h>
#include "stdlib/integer.h"
#include "stdlib/time.h"

namespace remit::compiler {

const Type* TypeTable::intern(const Type& type) {
  const auto found = std::ranges::find(types_, type);
  if (found != types_.end()) return &*found;
  return &types_.emplace_back(type);
}

const Type* TypeTable::plain(TypeKind kind) {
  Type type{kind, kNoRef, 0, 0, nullptr};
  if (kind == TypeKind::Int) type.low = INT64_MIN;
  if (kind == TypeKind::Int || kind == TypeKind::Money) type.high = INT64_MAX;
  if (kind == TypeKind::Duration) type.high = stdlib::kDurationMax;
  if (kind == TypeKind::Timestamp) type.high = stdlib::kTimestampMax;
  if (kind == TypeKind::TimeOfDay) type.high = stdlib::kTimeOfDayMax;
  if (kind == TypeKind::String) type.high = limits::kStringBytesDefault;
  return intern(type);
}

bool same_type(const Type& a, const Type& b) {
  if (a.kind != b.kind || a.ref != b.ref) return false;
  if (a.element == nullptr || b.element == nullptr) return a.element == b.element;
  return same_type(*a.element, *b.element);
}

std::optional<TypeKind> number_kind(ast::LiteralKind kind) {
  switch (kind) {
    case ast::LiteralKind::Bool: return TypeKind::Bool;
    case ast::LiteralKind::Int: return TypeKind::Int;
    case ast::LiteralKind::Money: return TypeKind::Money;
    case ast::LiteralKind::Duration: return TypeKind::Duration;
    case ast::LiteralKind::Time: return TypeKind::TimeOfDay;
    case ast::LiteralKind::Utc: return TypeKind::Timestamp;
    case ast::LiteralKind::String:
    case ast::LiteralKind::Format: break;
  }
  return std::nullopt;
}

Interval hull(Interval a, Interval b) { return {std::min(a.low, b.low), std::max(a.high, b.high)}; }

std::optional<Interval> add(Interval a, Interval b) {
  const auto low = stdlib::checked_add(a.low, b.low), high = stdlib::checked_add(a.high, b.high);
  if (!low || !high) return std::nullopt;
  return Interval{*low, *high};
}

std::optional<Interval> subtract(Interval a, Interval b) {
  const auto low = stdlib::checked_subtract(a.low, b.high),
             high = stdlib::checked_subtract(a.high, b.low);
  if (!low || !high) return std::nullopt;
  return Interval{*low, *high};
}

std::optional<Interval> multiply(Interval a, Interval b) {
  std::optional<Interval> result;
  for (const Wide x : {a.low, a.high}) {
    for (const Wide y : {b.low, b.high}) {
      const auto product = stdlib::checked_multiply(x, y);
      if (!product) return std::nullopt;
      result = result ? hull(*result, {*product, *product}) : Interval{*product, *product};
    }
  }
  return result;
}

std::optional<Interval> sum_of(Interval element, std::int64_t low, std::int64_t high) {
  const auto fewest = multiply(element, {low, low}), most = multiply(element, {high, high});
  if (!fewest || !most) return std::nullopt;
  return hull(*fewest, *most);
}

}  // namespace remit::compiler
