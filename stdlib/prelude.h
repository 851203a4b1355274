// The request model that every bundle begins with, as `.rule` text: prelude.rule, put into the
// library by the build.
#pragma once

#include <string_view>

namespace remit::stdlib {

[[nodiscard]] std::string_view prelude_text();

}  // namespace remit::stdlib
