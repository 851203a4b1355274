// Which values are marked `@sensitive`, compared between two schemas.
#pragma once

#include "vm/decide/link.h"

namespace remit::vm {

// Whether `other` marks `@sensitive` every value of a request that `one` does: the same fact, or
// what it lies in. Facts and tools that `other` does not declare are no matter: it decodes no
// request that has them.
[[nodiscard]] bool marks_all_of(const Linked& one, const Linked& other);

}  // namespace remit::vm
