// What the verifier knows of values that it does not have: abstract values and states.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <remit/internal/wide.h>
#include <remit/type.h>
#include "vm/image/image.h"

namespace remit::vm {

// An optional fact that is known to be present: a slot, or a field of the loop's element.
using Presence = std::uint32_t;
inline constexpr Presence kElementBit = 0x8000'0000;

// Of the optional facts that one piece of code tests the abstract machine keeps track of so many;
// the others count as never known.
inline constexpr std::size_t kTestedFactsMax = 512;

// Facts that are known to be present around a piece of code: the sorted ones that one condition
// found, and those known before it.
struct PresenceSet {
  bool everything = false;  // which a value that cannot be knows
  std::vector<Presence> known;
  const PresenceSet* before = nullptr;

  [[nodiscard]] bool has(Presence fact) const {
    for (const PresenceSet* set = this; set != nullptr; set = set->before) {
      if (set->everything || std::ranges::binary_search(set->known, fact)) return true;
    }
    return false;
  }
};

// The same inside one piece of code: a bit for each fact that it tests, by the machine's
// number.
class FactSet {
 public:
  [[nodiscard]] static FactSet of_everything() {
    FactSet set;
    set.words_.fill(~std::uint64_t{0});
    set.everything_ = true;
    return set;
  }
  void add(std::size_t fact) { words_[fact / 64] |= std::uint64_t{1} << (fact % 64); }
  [[nodiscard]] bool has(std::size_t fact) const {
    return (words_[fact / 64] >> (fact % 64) & 1) != 0;
  }
  [[nodiscard]] bool everything() const { return everything_; }

  [[nodiscard]] FactSet operator|(const FactSet& other) const {
    FactSet result;
    for (std::size_t i = 0; i < words_.size(); ++i) result.words_[i] = words_[i] | other.words_[i];
    result.everything_ = everything_ || other.everything_;
    return result;
  }
  [[nodiscard]] FactSet operator&(const FactSet& other) const {
    FactSet result;
    for (std::size_t i = 0; i < words_.size(); ++i) result.words_[i] = words_[i] & other.words_[i];
    result.everything_ = everything_ && other.everything_;
    return result;
  }

 private:
  bool everything_ = false;
  std::array<std::uint64_t, kTestedFactsMax / 64> words_{};
};

// The type of a value on the stack, and what else is known of it.
struct AbstractValue {
  TypeKind kind = TypeKind::Bool;
  TypeKind element = TypeKind::Bool;  // of a collection
  bool scaled = false;                // times 100 000, for percentages
  bool cidr = false;                  // an address range; of a set, its elements are
  bool scratch = false;               // a set that MakeSet made
  std::uint32_t ref = kNoRow;         // enum row; of a collection of enums, theirs
  std::uint32_t record = kNoRow;      // of a list of records
  std::uint32_t places = 0;           // of a bool: where it is true, the list below has so many
  Wide low = 0, high = 0;             // integral: the interval; text: bytes; collection: elements
  Wide element_low = 0, element_high = 0;

  [[nodiscard]] bool same_type(const AbstractValue& other) const {
    return kind == other.kind && ref == other.ref && scaled == other.scaled && cidr == other.cidr &&
           element == other.element && record == other.record && scratch == other.scratch;
  }
  friend bool operator==(const AbstractValue&, const AbstractValue&) = default;
};

// The stack, by its uppermost entry (vm/verify/abstract_steps.h), and the facts known present at
// one instruction. Of a bool on top it is also known what its truth would tell; of one below
// nothing needs to be, since no instruction reaches it but through the value above.
struct AbstractState {
  std::uint32_t top = kNoRow;
  std::uint32_t depth = 0;
  FactSet present;
  FactSet when_true, when_false;
};

}  // namespace remit::vm
