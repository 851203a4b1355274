// Facts as values for hosts (remit/typed_value.h).
#pragma once

#include <vector>

#include <remit/typed_value.h>
#include "vm/decide/facts_state.h"

namespace remit::vm {

[[nodiscard]] TypedValue typed_scalar(const Linked& linked, const TypeRow& type,
                                      const Value& value);
// The arguments of a request that was decided.
[[nodiscard]] std::vector<NamedValue> typed_args(const Facts::State& facts);

}  // namespace remit::vm
