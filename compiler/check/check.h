// The checker: trees in, a typed bundle out. What it accepts cannot fail at run time.
//
// Reports every problem of all files in one run. The bundle it returns is whole only if no error
// was reported.
#pragma once

#include <memory>
#include <span>

#include "compiler/check/layering.h"
#include "compiler/check/typed.h"
#include "lang/diag.h"
#include "lang/source.h"

namespace remit::compiler {

// `parsed` are the prelude and then the files of the bundle in any order, parsed into `arena`.
[[nodiscard]] std::unique_ptr<TypedBundle> check(const lang::SourceMap& sources,
                                                 std::span<const ast::Module* const> parsed,
                                                 std::shared_ptr<lang::Arena> arena,
                                                 const Layering& layering,
                                                 lang::Diagnostics& diags);

}  // namespace remit::compiler
