#include "tests/generator/text.h"

#include <chrono>

#include <fmt/format.h>

namespace remit::generator {

std::string decimal(std::int64_t micros) {
  const std::int64_t size = micros < 0 ? -micros : micros;
  std::string text = fmt::format("{}{}", micros < 0 ? "-" : "", size / 1'000'000);
  if (size % 1'000'000 == 0) return text;
  text += fmt::format(".{:06}", size % 1'000'000);
  while (text.back() == '0') text.pop_back();
  return text;
}

std::string money(std::int64_t micros) {
  return fmt::format("{}USD {}", micros < 0 ? "-" : "", decimal(micros < 0 ? -micros : micros));
}

std::string duration(std::int64_t ms) {
  static constexpr struct {
    std::int64_t ms;
    std::string_view unit;
  } kUnits[] = {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}};
  if (ms == 0) return "0s";
  for (const auto& unit : kUnits) {
    if (ms % unit.ms == 0) return fmt::format("{}{}", ms / unit.ms, unit.unit);
  }
  return fmt::format("{}ms", ms);
}

std::string timestamp(std::int64_t ms) {
  namespace chrono = std::chrono;
  const chrono::sys_time<chrono::milliseconds> moment{chrono::milliseconds(ms)};
  const auto day = chrono::floor<chrono::days>(moment);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss time(moment - day);
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  time.hours().count(), time.minutes().count(), time.seconds().count());
  if (ms % 1000 != 0) text += fmt::format(".{:03}", ms % 1000);
  return text + 'Z';
}

std::string time_of_day(std::int64_t seconds) {
  const std::string text = fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
  return seconds % 60 == 0 ? text : text + fmt::format(":{:02}", seconds % 60);
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n')
      result += "\\n";
    else
      result += c;
  }
  return result + '"';
}

}  // namespace remit::generator
