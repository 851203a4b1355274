// `remit.toml`: what a bundle is called and how its layers stand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <remit/limits.h>
#include "lang/diag.h"

namespace remit::compiler {

struct Manifest {
  bool present = false;  // without one the image is a dev image
  std::string name;
  std::vector<std::string> layers;  // most authoritative first
  std::vector<std::string> machine;
  std::int64_t max_steps = limits::kStepsDefault;
  std::int64_t version = 0;
  std::optional<std::int64_t> expires_ms;
};

// Reads the text of a manifest; every problem is an E1206 at its place in `file`.
[[nodiscard]] Manifest parse_manifest(std::string_view text, lang::FileId file,
                                      const lang::SourceMap& sources, lang::Diagnostics& diags);

}  // namespace remit::compiler
