// The kinds of types a fact can have. Their list is types.def; every table, parser and printer of
// kinds reads it.
#pragma once

#include <cstdint>
#include <string_view>

namespace remit::inline v0 {

enum class TypeKind : std::uint8_t {
#define REMIT_TYPE(kind, spelling, tag, form) kind,
#include <remit/types.def>
#undef REMIT_TYPE
};

// The spelling in a `.rule` file: `timeofday`, `set`.
[[nodiscard]] constexpr std::string_view spelling(TypeKind kind) {
  switch (kind) {
#define REMIT_TYPE(kind_name, text, tag, form) \
  case TypeKind::kind_name: return text;
#include <remit/types.def>
#undef REMIT_TYPE
  }
  return {};
}

// In which form values of a kind are held and written.
enum class TypeForm : std::uint8_t {
  Bool,
  Number,     // int, money in micros, durations and timestamps in ms, seconds of the day
  PlainText,  // string and id
  Format,     // text with one canonical spelling: `host"…"`
  Enum,       // the ordinal of a value
  Tool,       // the number of a tool
  Opaque,     // JSON that rules do not read
  Record,
  Collection,
};

[[nodiscard]] constexpr TypeForm form_of(TypeKind kind) {
  switch (kind) {
#define REMIT_TYPE(kind_name, text, tag, form) \
  case TypeKind::kind_name: return TypeForm::form;
#include <remit/types.def>
#undef REMIT_TYPE
  }
  return TypeForm::Opaque;
}

// Held in Value::integer, a bool as 0 or 1.
[[nodiscard]] constexpr bool is_integral(TypeKind kind) {
  const TypeForm form = form_of(kind);
  return form == TypeForm::Bool || form == TypeForm::Number || form == TypeForm::Enum ||
         form == TypeForm::Tool;
}

// Held as bytes.
[[nodiscard]] constexpr bool is_text(TypeKind kind) {
  return form_of(kind) == TypeForm::PlainText || form_of(kind) == TypeForm::Format;
}

[[nodiscard]] constexpr bool is_scalar(TypeKind kind) { return is_integral(kind) || is_text(kind); }

[[nodiscard]] constexpr bool is_collection(TypeKind kind) {
  return form_of(kind) == TypeForm::Collection;
}

}  // namespace remit::inline v0
