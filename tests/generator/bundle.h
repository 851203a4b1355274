// Random bundles that compile: schemas of every type, layers, grants, guards,
// tables, limits, asserts, overrides, duties.
#pragma once

#include <string>
#include <vector>

#include <remit/compile.h>
#include "tests/generator/random.h"

namespace remit::generator {

struct Layer {
  std::string name;
  bool guards_only = false;
  bool machine = false;
};

struct Bundle {
  std::vector<SourceText> sources;
  std::vector<Layer> layers;
  std::string manifest;
};

[[nodiscard]] Bundle generate_bundle(Random& random);
[[nodiscard]] std::string manifest_of(const std::vector<Layer>& layers);

}  // namespace remit::generator
