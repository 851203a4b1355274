// The text of a number by its type, for readers and in requests. What hashes are made of is
// stdlib/canonical.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <remit/type.h>
#include "stdlib/json_text.h"
#include "stdlib/money.h"

namespace remit::stdlib {

// What messages, listings and diagnostics show of a value: `true`, `7`, `USD 12.50`, `4h`,
// `2026-11-20T09:30:00Z`, `09:00`. Nothing for kinds whose numbers stand for something else, enum
// values and tools, and for kinds that are no numbers.
[[nodiscard]] std::optional<std::string> number_text(TypeKind kind, std::int64_t value,
                                                     std::string_view currency);

// A number of one of these kinds as JSON, as requests and records have it: that text, in quotes
// unless it is a bool or an int; of money what its unit says, with at least two decimals where the
// unit has them. An amount that the form cannot hold is written as a decimal, which no request may
// hold there.
void write_number(JsonWriter& json, TypeKind kind, std::int64_t value, std::string_view currency,
                  MoneyForm form = {});

}  // namespace remit::stdlib
