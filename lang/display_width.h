// Columns of a terminal that text takes: what diagnostics and the formatter align by.
#pragma once

#include <cstddef>
#include <string_view>

namespace remit::lang {

// Wide characters take two columns, combining ones none; a tab and a byte that is not UTF-8 take
// one.
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace remit::lang
