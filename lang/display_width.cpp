#include "lang/display_width.h"

#include <algorithm>

#include <utf8proc.h>

#include "stdlib/text.h"

namespace remit::lang {

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const stdlib::CodePoint point = stdlib::first_code_point(text);
    const int columns = point.length == 0 || point.value == U'\t'
                            ? 1
                            : utf8proc_charwidth(static_cast<utf8proc_int32_t>(point.value));
    width += static_cast<std::size_t>(std::max(0, columns));
    text.remove_prefix(std::max<std::size_t>(point.length, 1));
  }
  return width;
}

}  // namespace remit::lang
