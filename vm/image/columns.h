// What stands in the columns of an image's rows: the type of a column says what it means.
//
// An id is the number of a row in the section that its type is for; a range names consecutive rows
// of one. `image[id]` and `image.rows(range)` (vm/image/image.h) give the rows and check nothing: a
// verified image names none that is not there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include <remit/decision.h>
#include "vm/image/instruction.h"

namespace remit::vm {

inline constexpr std::uint32_t kNoRow = 0xFFFF'FFFF;

enum class StringId : std::uint32_t {};
enum class IntegerId : std::uint32_t {};
enum class CurrencyId : std::uint32_t {};
enum class EnumId : std::uint32_t {};
enum class TypeId : std::uint32_t {};
enum class ToolId : std::uint32_t {};
enum class LayerId : std::uint32_t {};
enum class PolicyId : std::uint32_t {};
enum class TemplateId : std::uint32_t {};
enum class DebugStringId : std::uint32_t {};

inline constexpr StringId kNoString{kNoRow};
inline constexpr PolicyId kNoPolicy{kNoRow};
inline constexpr TemplateId kNoTemplate{kNoRow};

// A value of the type `tool` is the number of the tool, an element of a set of texts that of its
// string.
[[nodiscard]] constexpr ToolId tool_of(std::int64_t value) { return static_cast<ToolId>(value); }
[[nodiscard]] constexpr StringId string_of(std::int64_t element) {
  return static_cast<StringId>(element);
}

// The type of the rows says whose they are: no two sections that ranges name have rows of one type.
// A list outside the image whose ranges have such a type is read by its owner alone.
template <typename Row>
struct RangeOf {
  std::uint32_t first = 0;
  std::uint32_t count = 0;

  [[nodiscard]] bool empty() const { return count == 0; }
  [[nodiscard]] std::uint32_t end() const { return first + count; }
  [[nodiscard]] bool has(std::uint32_t row) const { return row >= first && row - first < count; }

  friend bool operator==(const RangeOf&, const RangeOf&) = default;
};

using CodeRange = RangeOf<Instruction>;

template <typename T>
inline constexpr bool kIsRange = false;
template <typename Row>
inline constexpr bool kIsRange<RangeOf<Row>> = true;
template <typename T>
concept AnyRange = kIsRange<std::remove_const_t<T>>;

// The `count` rows that a section gets next.
template <typename Row>
[[nodiscard]] RangeOf<Row> next_rows(const std::vector<Row>& section, std::size_t count) {
  return {static_cast<std::uint32_t>(section.size()), static_cast<std::uint32_t>(count)};
}

}  // namespace remit::vm
