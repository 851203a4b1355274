// What the verifier knows of values that it does not have: abstract values and states.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

#include <remit/type.h>
#include <remit/wide.h>
#include "vm/image.h"

namespace remit::vm {

// An optional fact that is known to be present: a slot, or a field of the loop's element.
using Presence = std::uint32_t;
inline constexpr Presence kElementBit = 0x8000'0000;

// Sorted, unique; `everything` is the set that knows all, which a value that cannot be has.
struct PresenceSet {
  bool everything = false;
  std::vector<Presence> known;

  friend bool operator==(const PresenceSet&, const PresenceSet&) = default;
};

[[nodiscard]] inline PresenceSet united(const PresenceSet& a, const PresenceSet& b) {
  if (a.everything || b.everything) return {true, {}};
  PresenceSet result;
  std::ranges::set_union(a.known, b.known, std::back_inserter(result.known));
  return result;
}

[[nodiscard]] inline PresenceSet common(const PresenceSet& a, const PresenceSet& b) {
  if (a.everything) return b;
  if (b.everything) return a;
  PresenceSet result;
  std::ranges::set_intersection(a.known, b.known, std::back_inserter(result.known));
  return result;
}

// The type of a value on the stack, and what else is known of it.
struct AbstractValue {
  TypeKind kind = TypeKind::Bool;
  std::uint32_t ref = kNoRow;         // enum row; of a collection of enums, theirs
  bool scaled = false;                // times 100 000, for percentages
  bool cidr = false;                  // an address range; of a set, its elements are
  TypeKind element = TypeKind::Bool;  // of a collection
  std::uint32_t record = kNoRow;      // of a list of records
  Wide low = 0, high = 0;             // integral: the interval; text: bytes; collection: elements
  Wide element_low = 0, element_high = 0;
  PresenceSet when_true, when_false;  // of a bool

  [[nodiscard]] bool same_type(const AbstractValue& other) const {
    return kind == other.kind && ref == other.ref && scaled == other.scaled && cidr == other.cidr &&
           element == other.element && record == other.record;
  }
};

// The stack and the facts known present at one instruction.
struct AbstractState {
  std::vector<AbstractValue> stack;
  PresenceSet present;
};

}  // namespace remit::vm
