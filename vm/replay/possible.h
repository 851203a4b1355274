// What a record says whatever withheld values were.
#pragma once

#include <string_view>

#include <remit/fault.h>
#include "vm/decide/facts_state.h"

namespace remit::vm {

// Whether the values of facts may have had a part in this: not where a request was refused before
// any condition was looked at. A counter must be there where its limit applies.
[[nodiscard]] bool may_depend_on_facts(Fault fault, std::string_view path);

// Whether `record`, the decision on a request some of whose values are withheld, can be one at all:
// a verdict and a fault that there are, items, limits and approvals that the request has to do
// with, nothing but its own action to execute. Which of them holds may follow from the values, and
// is not asked. `facts` are the request decoded with other values, `request` is it as logged.
[[nodiscard]] bool is_possible(const Facts::State& facts, std::string_view request,
                               std::string_view record);

}  // namespace remit::vm
