// IR to an image: rows, pools and code in canonical order. The same bundle gives the same image on
// every machine, whatever the order of its files.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <remit/limits.h>
#include "compiler/ir/ir.h"
#include "lang/source.h"
#include "vm/image/image.h"

namespace remit::compiler {

// What an image says of itself.
struct Heading {
  bool dev = true;
  std::string_view name;
  std::int64_t version = 0;
  std::optional<std::int64_t> expires_ms;
  std::int64_t steps_max = limits::kStepsDefault;
};

// `sources` gives the debug section its places and texts; `root` is left off the front of paths, so
// that a bundle gives the same bytes wherever it lies.
[[nodiscard]] vm::Image emit(const ir::Bundle& bundle, const Heading& heading,
                             const std::vector<std::int64_t>& bounds,
                             const lang::SourceMap& sources, std::string_view root);

}  // namespace remit::compiler
