// The kinds of types a fact can have. Their list is types.def; every table, parser and printer of
// kinds reads it.
#pragma once

#include <cstdint>
#include <string_view>

namespace remit {

enum class TypeKind : std::uint8_t {
#define REMIT_TYPE(kind, spelling, tag) kind,
#include <remit/types.def>
#undef REMIT_TYPE
};

// The spelling in a `.rule` file: `timeofday`, `set`.
[[nodiscard]] constexpr std::string_view spelling(TypeKind kind) {
  switch (kind) {
#define REMIT_TYPE(kind_name, text, tag) \
  case TypeKind::kind_name: return text;
#include <remit/types.def>
#undef REMIT_TYPE
  }
  return {};
}

// Held in Value::integer: bool 0/1, int, money micros, durations and timestamps in ms, minutes of
// the day, the ordinal of an enum value, the number of a tool.
[[nodiscard]] constexpr bool is_integral(TypeKind kind) {
  return kind <= TypeKind::TimeOfDay || kind == TypeKind::Enum || kind == TypeKind::Tool;
}

// Held as bytes: string, id and the formats.
[[nodiscard]] constexpr bool is_text(TypeKind kind) {
  return kind >= TypeKind::String && kind <= TypeKind::Ip;
}

[[nodiscard]] constexpr bool is_scalar(TypeKind kind) { return is_integral(kind) || is_text(kind); }

[[nodiscard]] constexpr bool is_collection(TypeKind kind) {
  return kind == TypeKind::Set || kind == TypeKind::List;
}

}  // namespace remit
