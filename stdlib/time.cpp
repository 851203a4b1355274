#include "stdlib/time.h"

#include <chrono>
#include <cstdio>
#include <ranges>

#include <remit/internal/wide.h>
#include "stdlib/integer.h"

namespace remit::stdlib {

namespace {

// As they are tried for writing.
constexpr auto kLongestFirst = kDurationUnits | std::views::reverse | std::views::drop(1);
static_assert(kLongestFirst.front().suffix == "d");

// `digits` decimal digits at `at`, or nothing.
std::optional<int> digits_at(std::string_view text, std::size_t at, std::size_t digits) {
  int value = 0;
  if (text.size() < at + digits) return std::nullopt;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// Days since 1970 of `YYYY-MM-DD` at the start of `text`.
std::optional<std::int64_t> parse_date(std::string_view text) {
  const auto year = digits_at(text, 0, 4), month = digits_at(text, 5, 2),
             day = digits_at(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-' || *year < 1970)
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text, std::int64_t max) {
  const std::size_t suffix = text.find_first_not_of("0123456789");
  if (suffix == std::string_view::npos) return std::nullopt;
  const auto count = parse_digits(text.substr(0, suffix));
  if (!count) return std::nullopt;
  for (const DurationUnit& unit : kDurationUnits) {
    if (text.substr(suffix) != unit.suffix) continue;
    const Wide ms = Wide{*count} * unit.ms;
    if (ms > max) return std::nullopt;
    return static_cast<std::int64_t>(ms);
  }
  return std::nullopt;
}

std::string format_duration(std::int64_t ms) {
  if (ms == 0) return "0s";
  for (const DurationUnit& unit : kLongestFirst) {
    if (ms % unit.ms == 0) return std::to_string(ms / unit.ms) + std::string(unit.suffix);
  }
  return {};
}

std::string format_duration_long(std::int64_t ms) {
  if (ms == 0) return "0s";
  std::string text = ms < 0 ? "-" : "";
  Wide rest = ms < 0 ? -Wide{ms} : Wide{ms};
  for (const DurationUnit& unit : kLongestFirst) {
    const Wide count = rest / unit.ms;
    rest %= unit.ms;
    if (count != 0) text += to_text(count) + std::string(unit.suffix);
  }
  return text;
}

std::optional<std::int64_t> parse_timestamp(std::string_view text) {
  if (text.size() < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text.back() != 'Z')
    return std::nullopt;
  const auto days = parse_date(text);
  const auto hour = digits_at(text, 11, 2), minute = digits_at(text, 14, 2),
             second = digits_at(text, 17, 2);
  if (!days || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59)
    return std::nullopt;
  std::int64_t fraction = 0;
  if (const std::string_view rest = text.substr(19, text.size() - 20); !rest.empty()) {
    if (rest.front() != '.' || rest.size() < 2 || rest.size() > 4) return std::nullopt;
    const auto digits = digits_at(rest, 1, rest.size() - 1);
    if (!digits) return std::nullopt;
    fraction = std::int64_t{*digits} * (rest.size() == 2 ? 100 : rest.size() == 3 ? 10 : 1);
  }
  return *days * kMsPerDay + ((*hour * 60 + *minute) * 60 + *second) * std::int64_t{1000} +
         fraction;
}

std::optional<std::int64_t> parse_timestamp_or_date(std::string_view text) {
  if (text.size() != 10) return parse_timestamp(text);
  const auto days = parse_date(text);
  if (!days) return std::nullopt;
  return *days * kMsPerDay;
}

std::string format_timestamp(std::int64_t ms) {
  const std::chrono::sys_days days{std::chrono::days(ms / kMsPerDay)};
  const std::chrono::year_month_day date(days);
  const auto in_day = static_cast<int>(ms % kMsPerDay);
  const int seconds = in_day / 1000, fraction = in_day % 1000;
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                seconds / 3600, seconds / 60 % 60, seconds % 60);
  std::string result = text;
  if (fraction != 0) {
    std::snprintf(text, sizeof text, ".%03d", fraction);
    result += text;
  }
  return result + 'Z';
}

std::optional<std::int64_t> time_of_day(std::int64_t hour, std::int64_t minute,
                                        std::int64_t second) {
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return std::nullopt;
  return (hour * 60 + minute) * 60 + second;
}

std::optional<std::int64_t> parse_time_of_day(std::string_view text) {
  const bool has_seconds = text.size() == 8 && text[5] == ':';
  if ((text.size() != 5 && !has_seconds) || text[2] != ':') return std::nullopt;
  const auto hour = digits_at(text, 0, 2), minute = digits_at(text, 3, 2);
  const auto second = has_seconds ? digits_at(text, 6, 2) : std::optional(0);
  if (!hour || !minute || !second) return std::nullopt;
  return time_of_day(*hour, *minute, *second);
}

std::string format_time_of_day(std::int64_t seconds) {
  char text[32];
  const int minutes = static_cast<int>(seconds / 60), second = static_cast<int>(seconds % 60);
  int size = std::snprintf(text, sizeof text, "%02d:%02d", minutes / 60, minutes % 60);
  if (second != 0)
    size +=
        std::snprintf(text + size, sizeof text - static_cast<std::size_t>(size), ":%02d", second);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace remit::stdlib
