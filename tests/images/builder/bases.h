// The images that mutations begin with: small ones, so that many are tried, and of every kind.
#pragma once

#include <vector>

#include "tests/images/builder/draft.h"

namespace remit::images {

[[nodiscard]] std::vector<Draft> bases();

}  // namespace remit::images
