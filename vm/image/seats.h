// Names and numbers of seats.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vm/image/image.h"

namespace remit::vm {

// `support_lead`, `requester`; `roles` is enum `role`.
[[nodiscard]] std::string_view seat_name(const Image& image, const EnumRow& roles,
                                         const SeatRow& seat);
// The names of its seats, joined by `|`: by them the parties of an item are sorted.
[[nodiscard]] std::string party_name(const Image& image, const EnumRow& roles,
                                     const PartyRow& party);

// A number for each seat that there is: those that are no roles first.
[[nodiscard]] constexpr std::uint32_t seat_number(const SeatRow& seat) {
  constexpr auto kNamed = static_cast<std::uint32_t>(std::size(stdlib::kNamedSeats));
  return seat.kind == SeatKind::Role ? kNamed + seat.role
                                     : static_cast<std::uint32_t>(seat.kind) - 1;
}
[[nodiscard]] constexpr SeatRow seat_numbered(std::uint32_t number) {
  constexpr auto kNamed = static_cast<std::uint32_t>(std::size(stdlib::kNamedSeats));
  return number < kNamed ? SeatRow{static_cast<SeatKind>(number + 1), 0}
                         : SeatRow{SeatKind::Role, number - kNamed};
}

// The seat that `push_approved` asks about; nothing for all of them.
[[nodiscard]] constexpr std::optional<SeatRow> seat_asked(const Instruction& in) {
  if (in.c == kNoRow) return std::nullopt;
  return SeatRow{static_cast<SeatKind>(in.a), in.c};
}

}  // namespace remit::vm
