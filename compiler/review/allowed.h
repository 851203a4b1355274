// Warnings that the author allows: `@allow("W1311", "why")`, on a declaration or a field, silences
// that warning where its place lies inside. One that silences nothing is W1312.
#pragma once

#include "compiler/check/typed.h"
#include "lang/diag.h"

namespace remit::compiler {

// The warnings that the review reports. Others are known only when tests are read or have run.
[[nodiscard]] constexpr bool is_reviewed(lang::Code code) {
  return code != lang::Code::W1313 && code != lang::Code::W1320;
}

// Silences the warnings for which `judged(code)`, all of which were reported.
void silence_allowed(const TypedBundle& typed, bool (*judged)(lang::Code),
                     lang::Diagnostics& diags);

}  // namespace remit::compiler
