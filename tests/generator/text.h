// How values are written, in rule files and in requests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace remit::generator {

// `12.5`: at most 6 decimals, no more than needed.
[[nodiscard]] std::string decimal(std::int64_t micros);
// `-USD 12.5`
[[nodiscard]] std::string money(std::int64_t micros);
// `30m`, in the largest unit that divides it. Not negative.
[[nodiscard]] std::string duration(std::int64_t ms);
// `2026-11-20T09:30:00.001Z`
[[nodiscard]] std::string timestamp(std::int64_t ms);
// `09:30`
[[nodiscard]] std::string time_of_day(std::int64_t seconds);
// In double quotes, escaped alike in rules and in JSON.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace remit::generator
