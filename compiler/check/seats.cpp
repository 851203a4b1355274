#include "compiler/check/seats.h"

#include <algorithm>

#include <fmt/format.h>

#include <remit/limits.h>

namespace remit::compiler {

namespace {

const EnumInfo& roles_of(const Schema& schema) {
  return schema.enumeration(*schema.find_enum("role"));
}

// The elements that a set of the prelude may have.
std::int64_t elements_max(const Schema& schema, std::string_view root, std::string_view field) {
  const auto owner = std::ranges::find(schema.roots, root, &RootInfo::name);
  return std::ranges::find(owner->fields, field, &FieldInfo::name)->type->high;
}

}  // namespace

std::optional<SeatInfo> find_seat(const Schema& schema, std::string_view name) {
  if (const auto kind = stdlib::named_seat(name)) return SeatInfo{*kind, 0};
  const auto role = roles_of(schema).ordinal(name);
  return role ? std::optional(SeatInfo{stdlib::SeatKind::Role, *role}) : std::nullopt;
}

std::string_view name_of(const Schema& schema, const SeatInfo& seat) {
  return seat.kind == stdlib::SeatKind::Role ? roles_of(schema).values[seat.role].name
                                             : stdlib::name_of(seat.kind);
}

void report_unknown_seat(const Reporter& reporter, const Schema& schema, std::string_view name,
                         lang::Span place) {
  std::vector<std::string_view> known = names_of(roles_of(schema).values);
  for (const stdlib::NamedSeat& seat : stdlib::kNamedSeats) known.push_back(seat.name);
  Diagnostic& diagnostic =
      reporter.report(Code::E0901, place, fmt::format("there is no role `{}`", name));
  diagnostic.help("name a value of enum `role`, `requester` or `owner`");
  reporter.suggest(diagnostic, name, place, known);
}

std::int64_t people_max(const Schema& schema, stdlib::SeatKind kind) {
  switch (kind) {
    case stdlib::SeatKind::Role: break;
    // The principal is one more.
    case stdlib::SeatKind::Requester: return elements_max(schema, "actor", "requesters") + 1;
    case stdlib::SeatKind::Owner: return elements_max(schema, "target", "owners");
  }
  return limits::kNeedMax;
}

std::vector<SortedParty> sorted_parties(const ItemInfo& item, const Schema& schema) {
  std::vector<SortedParty> parties;
  const auto name = [&](const SeatInfo& seat) { return name_of(schema, seat); };
  for (const PartyInfo& party : item.parties) {
    SortedParty& sorted = parties.emplace_back(std::string(), party.need, party.seats);
    std::ranges::sort(sorted.seats, {}, name);
    for (const SeatInfo& seat : sorted.seats)
      sorted.name.append(sorted.name.empty() ? "" : "|").append(name(seat));
  }
  std::ranges::sort(parties, {}, &SortedParty::name);
  return parties;
}

}  // namespace remit::compiler
