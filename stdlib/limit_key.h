// What a limit may count by.
#pragma once

#include <cstdint>

#include <remit/limits.h>
#include <remit/type.h>

namespace remit::stdlib {

// Facts of few values, or of short ones: of a string at most `bytes_max` bytes.
[[nodiscard]] constexpr bool can_be_key(TypeKind kind, std::int64_t bytes_max) {
  if (kind == TypeKind::String)
    return bytes_max <= static_cast<std::int64_t>(limits::kKeyStringBytesMax);
  return kind == TypeKind::Id || kind == TypeKind::Enum || kind == TypeKind::Bool ||
         kind == TypeKind::Host || kind == TypeKind::Tool;
}

}  // namespace remit::stdlib
