// Whether a condition rests on what the host vouches for (E1304).
#pragma once

#include "compiler/review/normal_form.h"

namespace remit::compiler {

// Every way in which it can hold has a test of a host fact that can fail: other than `has`, and
// other than of `clock`, `call`, `tool` and `limits`.
[[nodiscard]] bool rests_on_host(const ir::Bundle& bundle, const Form& condition);

}  // namespace remit::compiler
