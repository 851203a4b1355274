// Random bundles that compile: schemas of every type, layers, guards, grants, overrides, duties.
#pragma once

#include <string>
#include <vector>

#include <remit/compile.h>
#include "tests/generator/random.h"

namespace remit::generator {

struct Bundle {
  std::vector<SourceText> sources;
  std::string manifest;
};

[[nodiscard]] Bundle generate_bundle(Random& random);

}  // namespace remit::generator
