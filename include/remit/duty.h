// What a verdict can oblige the host to do. Their list is duties.def.
#pragma once

#include <cstdint>
#include <string_view>

namespace remit::inline v0 {

enum class DutyParameter : std::uint8_t { None, Level, Channel, Name, Time };

enum class DutyKind : std::uint8_t {
#define REMIT_DUTY(kind, spelling, parameter) kind,
#include <remit/duties.def>
#undef REMIT_DUTY
};

[[nodiscard]] constexpr std::string_view spelling(DutyKind kind) {
  switch (kind) {
#define REMIT_DUTY(kind_name, text, parameter) \
  case DutyKind::kind_name: return text;
#include <remit/duties.def>
#undef REMIT_DUTY
  }
  return {};
}

[[nodiscard]] constexpr DutyParameter parameter_of(DutyKind kind) {
  switch (kind) {
#define REMIT_DUTY(kind_name, text, parameter) \
  case DutyKind::kind_name: return DutyParameter::parameter;
#include <remit/duties.def>
#undef REMIT_DUTY
  }
  return DutyParameter::None;
}

// How much the host logs; a more detailed level includes the others. Their list is log_levels.def.
enum class LogLevel : std::uint8_t {
#define REMIT_LOG_LEVEL(level, spelling) level,
#include <remit/log_levels.def>
#undef REMIT_LOG_LEVEL
};

inline constexpr std::string_view kLogLevelNames[] = {
#define REMIT_LOG_LEVEL(level, spelling) spelling,
#include <remit/log_levels.def>
#undef REMIT_LOG_LEVEL
};

}  // namespace remit::inline v0
