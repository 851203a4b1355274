// Whether facts are complete: steps 2 to 5 of docs/reference/language.md, section 15.1. Defaults
// are filled in; records are whole; required arguments, facts and counters are there; the kill
// switch is off.
//
// Nearly all facts are complete. So linking makes tables that say yes quickly, and what is missing
// is looked for only where they do not.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <remit/fault.h>
#include "vm/decide/facts_state.h"

namespace remit::vm {

// The first thing that is wrong with facts, in decoding order.
struct Lack {
  Fault fault = Fault::None;
  std::uint32_t slot = kNoSlot;  // of a fact
  std::uint32_t limit = kNoRow;  // of a counter: its row of Image::limits
};

// The defaults of arguments and host facts that were not bound.
void fill_defaults(Facts::State& facts) noexcept;

// `facts` have their defaults. Notes in `found` which policies apply, unless something is missing
// that comes before counters.
[[nodiscard]] Lack first_lack(const Facts::State& facts, Evaluation& found) noexcept;
// The same before the counters, for a host that asks which it must fetch. The kill switch comes
// after them, so it is the decision's to say.
[[nodiscard]] Lack first_lack_but_counters(const Facts::State& facts, Evaluation& found) noexcept;

// Where it is, in wire names: `args.amount`, `limits.shop.refunds.per_tenant`. Empty for what has
// no place.
[[nodiscard]] std::string place_of(const Facts::State& facts, const Lack& lack);
// Of facts that are readable, the places of all that is missing where something is, in decoding
// order: arguments and host facts, and only if these are there the counters.
[[nodiscard]] std::vector<std::string> missing_places(const Facts::State& facts, Evaluation& found);

}  // namespace remit::vm
