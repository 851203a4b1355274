// The text of a number by its type: what messages, listings and diagnostics show of a value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <remit/type.h>

namespace remit::stdlib {

// `true`, `7`, `USD 12.50`, `4h`, `2026-11-20T09:30:00Z`, `09:00`. Nothing for kinds whose numbers
// stand for something else, enum values and tools, and for kinds that are no numbers.
[[nodiscard]] std::optional<std::string> number_text(TypeKind kind, std::int64_t value,
                                                     std::string_view currency);

}  // namespace remit::stdlib
