// Which texts are values of a text type: those that decoding a request could have made.
#pragma once

#include <string_view>

#include <remit/type.h>

namespace remit::vm {

// Canonical, and within the bound of the format; a string is as long as any string may be.
[[nodiscard]] bool is_value_of(TypeKind kind, std::string_view text);

}  // namespace remit::vm
