// The messages of items, rendered a second time (docs/reference/language.md, section 11.3).
#pragma once

#include <string>

#include "tests/oracle/oracle.h"

namespace remit::oracle {

// What `because` of an item says of a request, whose condition holds; empty without one.
[[nodiscard]] std::string because_of(const compiler::TypedBundle& bundle, const Request& request,
                                     const compiler::ItemInfo& item);

}  // namespace remit::oracle
