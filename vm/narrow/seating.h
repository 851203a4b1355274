// Whether the people that facts name can take the seats of a wait: only they can take
// `requester` and `owner`. Any person may have a role, so those seats can always be taken.
#pragma once

#include <span>

#include "vm/decide/link.h"
#include "vm/decide/value.h"

namespace remit::vm {

// `slots` hold what is known, or what was chosen. A set of people that is absent there can still be
// bound to any; and so can the principal, if it is `principal_is_open`.
[[nodiscard]] bool can_be_seated(const Linked& linked, std::span<const Value> slots,
                                 const ItemRow& wait, bool principal_is_open);

}  // namespace remit::vm
