// A value as the engine holds it: 16 bytes, no tag. The type is the slot's, known before the value
// is.
//
// Money is micro-units (10^-6) of the bundle's currency, a duration and a timestamp are
// milliseconds, a timeofday is seconds since midnight, an enum value its ordinal, a tool its number
// in the image. Text and elements are borrowed: they live in the Facts that hold the value, or in
// the image.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace remit::inline v0 {

struct Value {
  // Interned text has the number of its string in the program's dictionary; a long text that is no
  // string of it a number from 2^31, the same for equal ones of one Facts; any other text 0. A list
  // of records has the number of values in one row. kAbsent marks an optional fact that the
  // request does not have.
  static constexpr std::uint32_t kAbsent = 0xFFFF'FFFF;

  std::uint32_t symbol = 0;
  std::uint32_t size = 0;  // bytes of text, or number of elements
  union {
    std::int64_t integer = 0;
    const char* text;
    const Value* elements;  // a list of records holds its rows one after another
  };

  [[nodiscard]] bool absent() const { return symbol == kAbsent; }
  [[nodiscard]] std::string_view view() const { return {text, size}; }

  [[nodiscard]] static Value none() {
    Value value;
    value.symbol = kAbsent;
    return value;
  }
  // The same, where the host said so and did not only leave it out: see Engine::possible. No
  // decision tells them apart.
  [[nodiscard]] static Value none_as_said() {
    Value value = none();
    value.size = 1;
    return value;
  }
  [[nodiscard]] bool said_absent() const { return absent() && size == 1; }
  [[nodiscard]] static Value of_integer(std::int64_t integer) {
    Value value;
    value.integer = integer;
    return value;
  }
  [[nodiscard]] static Value of_text(std::string_view text, std::uint32_t symbol = 0) {
    Value value;
    value.symbol = symbol;
    value.size = static_cast<std::uint32_t>(text.size());
    value.text = text.data();
    return value;
  }
  [[nodiscard]] static Value of_elements(const Value* elements, std::uint32_t count) {
    Value value;
    value.size = count;
    value.elements = elements;
    return value;
  }
};
static_assert(sizeof(Value) == 16);

}  // namespace remit::inline v0
