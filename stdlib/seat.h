// What kinds of seats there are: who may answer for what waits.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace remit::stdlib {

// Somebody in a role, who asked for the action, or who owns its target.
enum class SeatKind : std::uint8_t { Role, Requester, Owner };

// The seats that are no roles. No value of enum `role` has one of these names.
struct NamedSeat {
  SeatKind kind;
  std::string_view name;
};
inline constexpr NamedSeat kNamedSeats[] = {{SeatKind::Requester, "requester"},
                                            {SeatKind::Owner, "owner"}};

[[nodiscard]] constexpr std::optional<SeatKind> named_seat(std::string_view name) {
  const auto found = std::ranges::find(kNamedSeats, name, &NamedSeat::name);
  return found == std::end(kNamedSeats) ? std::nullopt : std::optional(found->kind);
}

// Of one that is no role; empty for a role, whose name the enum has.
[[nodiscard]] constexpr std::string_view name_of(SeatKind kind) {
  const auto found = std::ranges::find(kNamedSeats, kind, &NamedSeat::kind);
  return found == std::end(kNamedSeats) ? std::string_view() : found->name;
}

}  // namespace remit::stdlib
