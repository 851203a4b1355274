#include "vm/narrow/seating.h"

#include <algorithm>

#include "vm/decide/decide.h"

namespace remit::vm {

namespace {

class Seating {
 public:
  Seating(const Linked& linked, std::span<const Value> slots)
      : linked_(linked),
        slots_(slots),
        at_(linked.program.engine_slots()),
        action_(action_at_hand(linked, slots)) {}

  // How many people can take the seats of a kind, each once.
  [[nodiscard]] std::size_t people(SeatKind kind, bool principal_is_open) const {
    if (kind == SeatKind::Owner) return named(at_.target_owners, action_.owners, kind, {});
    return named(at_.actor_requesters, action_.chain.requesters, kind, action_.chain.on_behalf_of) +
           (principal_is_open ? 1 : 0);
  }

 private:
  // Of a set that can still be bound, as many as fit into it: there are always others.
  [[nodiscard]] std::size_t named(std::uint32_t slot, std::span<const Value> people, SeatKind kind,
                                  std::string_view one_more) const {
    const bool is_open = slots_[slot].absent();
    std::vector<std::string_view> seated;
    const auto add = [&](std::string_view person) {
      const auto same = [&](std::string_view other) { return alike(person, other); };
      if (may_sit(person, {kind, 0}, action_) && std::ranges::none_of(seated, same))
        seated.push_back(person);
    };
    for (const Value& person : people) add(person.view());
    if (!one_more.empty()) add(one_more);
    const Image& image = linked_.program.image();
    const auto room = image[linked_.program.layout().host[slot].type].high;
    return seated.size() + (is_open ? static_cast<std::size_t>(room) : 0);
  }

  const Linked& linked_;
  const std::span<const Value> slots_;
  const EngineSlots& at_;
  const ActionAtHand action_;
};

}  // namespace

bool can_be_seated(const Linked& linked, std::span<const Value> slots, const ItemRow& wait,
                   bool principal_is_open) {
  const Image& image = linked.program.image();
  const auto is_taken = [&](const PartyRow& party) {
    const SeatKind kind = image.rows(party.seats).front().kind;
    return kind == SeatKind::Role ||
           Seating(linked, slots).people(kind, principal_is_open) >= party.need;
  };
  return std::ranges::all_of(image.rows(wait.parties), is_taken);
}

}  // namespace remit::vm
