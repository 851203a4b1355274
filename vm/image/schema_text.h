// Types of an image as a schema writes them.
#pragma once

#include <string>

#include "vm/image/image.h"

namespace remit::vm {

// `int(0..=100)`, `set<role>(32)`, `money`.
[[nodiscard]] std::string type_text(const Image& image, TypeId type);

}  // namespace remit::vm
