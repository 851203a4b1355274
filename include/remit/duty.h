// What a verdict can oblige the host to do. Their list is duties.def.
#pragma once

#include <cstdint>
#include <string_view>

namespace remit {

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

// How much the host logs; a more detailed level includes the others.
enum class LogLevel : std::uint8_t { Minimal, Standard, Full };

inline constexpr std::string_view kLogLevelNames[] = {"minimal", "standard", "full"};

}  // namespace remit
