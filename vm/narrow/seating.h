// Whether the people that facts name can take the seats of a wait: `requester` and `owner` are for
// nobody else. Anybody may have a role, so those seats can always be taken.
#pragma once

#include <span>

#include "vm/decide/link.h"
#include "vm/decide/value.h"

namespace remit::vm {

// `slots` hold what is known; what is absent there may still be bound. Never wrongly false.
[[nodiscard]] bool may_be_seated(const Linked& linked, std::span<const Value> slots,
                                 const ItemRow& wait);
// Of a request whose absent slots are read by nothing but seats. Never wrongly true.
[[nodiscard]] bool can_be_seated(const Linked& linked, std::span<const Value> slots,
                                 const ItemRow& wait);

}  // namespace remit::vm
