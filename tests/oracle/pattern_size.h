// What a pattern counts as (docs/reference/steps.md), read from its text.
#pragma once

#include <cstddef>
#include <string_view>

namespace remit::oracle {

// Of a pattern that the compiler has accepted; at least 1.
[[nodiscard]] std::size_t pattern_size(std::string_view pattern);

}  // namespace remit::oracle
