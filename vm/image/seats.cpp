#include "vm/image/seats.h"

namespace remit::vm {

std::string_view seat_name(const Image& image, const EnumRow& roles, const SeatRow& seat) {
  if (seat.kind != SeatKind::Role) return stdlib::name_of(seat.kind);
  return image[image.rows(roles.values)[seat.role].name];
}

std::string party_name(const Image& image, const EnumRow& roles, const PartyRow& party) {
  std::string name;
  for (const SeatRow& seat : image.rows(party.seats)) {
    if (!name.empty()) name += '|';
    name += seat_name(image, roles, seat);
  }
  return name;
}

}  // namespace remit::vm
