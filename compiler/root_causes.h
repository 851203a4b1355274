// One mistake, one diagnostic: what follows from another one is left out, and causes come first.
#pragma once

#include <cstdint>
#include <vector>

#include "lang/diag.h"

namespace remit::compiler {

// What a file is read for; an earlier stage is a cause of what is missing in later ones.
enum class Stage : std::uint8_t { Manifest, Schema, Policy, Tests };

// `stages` are those of the files, by FileId. At least one error stays where there was one.
void keep_root_causes(lang::Diagnostics& diags, const std::vector<Stage>& stages);

}  // namespace remit::compiler
