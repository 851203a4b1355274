// Percentages: thousandths of a percent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <remit/limits.h>
#include "stdlib/integer.h"

namespace remit::stdlib {

inline constexpr int kPercentDecimals = 3;
inline constexpr std::int64_t kWholeInThousandths = 100 * power_of_ten(kPercentDecimals);  // 100 %

// `12.5`; nothing if it is not above 0 and at most 1000, with at most 3 decimals.
[[nodiscard]] inline std::optional<std::int64_t> parse_percent(std::string_view text) {
  const auto thousandths = parse_decimal(text, kPercentDecimals);
  if (!thousandths || *thousandths <= 0 || *thousandths > limits::kPercentThousandthsMax)
    return std::nullopt;
  return static_cast<std::int64_t>(*thousandths);
}

[[nodiscard]] inline std::string format_percent(std::int64_t thousandths) {
  return format_decimal(thousandths, kPercentDecimals, 0);
}

}  // namespace remit::stdlib
