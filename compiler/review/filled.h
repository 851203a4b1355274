// Which collections have an element where a condition holds (W1306).
#pragma once

#include <vector>

#include "compiler/review/normal_form.h"

namespace remit::compiler {

// Adds the collections that `part` alone asks for an element of: by `xs.size >= 1`, `x in xs` and
// the like. What an `and` asks for, its parts do.
void add_filled(const ir::Bundle& bundle, const Form& part, std::vector<ir::Path>& into);

}  // namespace remit::compiler
