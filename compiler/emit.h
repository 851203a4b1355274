// IR to an image: rows, pools and code in canonical order. The same bundle gives the same image on
// every machine, whatever the order of its files.
#pragma once

#include "compiler/ir.h"
#include "compiler/manifest.h"
#include "lang/source.h"
#include "vm/image/image.h"

namespace remit::compiler {

// `sources` gives the debug section its places and texts; `root` is left off the front of paths, so
// that a bundle gives the same bytes wherever it lies.
[[nodiscard]] vm::Image emit(const ir::Bundle& bundle, const Manifest& manifest,
                             const std::vector<std::int64_t>& bounds,
                             const lang::SourceMap& sources, std::string_view root);

}  // namespace remit::compiler
