// The checker: trees in, a typed bundle out. What it accepts cannot fail at run time.
//
// Reports every problem of all files in one run. The bundle it returns is whole only if no error
// was reported.
#pragma once

#include <memory>
#include <span>

#include "compiler/manifest.h"
#include "compiler/typed.h"
#include "lang/diag.h"
#include "lang/source.h"

namespace remit::compiler {

// With `layer_alone` a bundle in which nothing can grant is accepted.
// `modules` are the files of the bundle in any order, parsed into `arena`; the prelude is added
// here.
[[nodiscard]] std::unique_ptr<TypedBundle> check(lang::SourceMap& sources,
                                                 std::span<const ast::Module* const> modules,
                                                 std::shared_ptr<lang::Arena> arena,
                                                 const Manifest& manifest, lang::Diagnostics& diags,
                                                 bool layer_alone = false);

}  // namespace remit::compiler
