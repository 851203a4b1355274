// Durations (ms), timestamps (ms since 1970 UTC) and times of day (seconds). No clock and no time
// zone: text only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <remit/limits.h>

namespace remit::stdlib {

inline constexpr std::int64_t kMsPerMinute = 60'000;
inline constexpr std::int64_t kMsPerDay = 86'400'000;
inline constexpr std::int64_t kDurationMax = limits::kDurationDaysMax * kMsPerDay;
inline constexpr std::int64_t kDeadlineMin = limits::kDeadlineMinutesMin * kMsPerMinute;
inline constexpr std::int64_t kDeadlineMax = limits::kDeadlineDaysMax * kMsPerDay;
inline constexpr std::int64_t kWindowMin = limits::kWindowSecondsMin * 1000;
inline constexpr std::int64_t kWindowMax = limits::kWindowDaysMax * kMsPerDay;
inline constexpr std::int64_t kTimestampMax = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z
inline constexpr std::int64_t kTimeOfDayMax = 86'399;

// The units of durations, shortest first. Weeks are read and never written.
struct DurationUnit {
  std::string_view suffix;
  std::int64_t ms;
};
inline constexpr DurationUnit kDurationUnits[] = {{"ms", 1},           {"s", 1000},
                                                  {"m", kMsPerMinute}, {"h", 60 * kMsPerMinute},
                                                  {"d", kMsPerDay},    {"w", 7 * kMsPerDay}};

// One unit, no leading zero, at most `max`: `30m`.
[[nodiscard]] std::optional<std::int64_t> parse_duration(std::string_view text,
                                                         std::int64_t max = kDurationMax);
// As on the wire: in the largest unit that divides it; `0s`.
[[nodiscard]] std::string format_duration(std::int64_t ms);
// As in messages: `1d2h`, `-1d2h`, `0s`.
[[nodiscard]] std::string format_duration_long(std::int64_t ms);

// RFC 3339 in UTC: `2026-11-20T09:30:00Z`, at most 3 fraction digits, `T` and `Z` upper case, no
// leap second, 1970 to 9999.
[[nodiscard]] std::optional<std::int64_t> parse_timestamp(std::string_view text);
// The same, or a date alone: the form of `utc"…"` literals.
[[nodiscard]] std::optional<std::int64_t> parse_timestamp_or_date(std::string_view text);
// With no fraction or 3 digits.
[[nodiscard]] std::string format_timestamp(std::int64_t ms);

// Nothing if there is no such time.
[[nodiscard]] std::optional<std::int64_t> time_of_day(std::int64_t hour, std::int64_t minute,
                                                      std::int64_t second = 0);
// `09:00` or `09:00:30`.
[[nodiscard]] std::optional<std::int64_t> parse_time_of_day(std::string_view text);
// With seconds unless they are zero.
[[nodiscard]] std::string format_time_of_day(std::int64_t seconds);

}  // namespace remit::stdlib
