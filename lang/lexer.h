// Text to tokens. Never fails: what cannot be read is reported and becomes a Bad token or nothing.
#pragma once

#include <vector>

#include "lang/diag.h"
#include "lang/source.h"
#include "lang/token.h"

namespace remit::lang {

struct LexedFile {
  std::vector<Token> tokens;      // ends with End
  std::vector<Comment> comments;  // in order of place
};

// Views in the result point into `sources`.
[[nodiscard]] LexedFile lex(const SourceMap& sources, FileId file, Diagnostics& diags);

// The tokens of bytes [begin, end) alone: an interpolation in a message.
[[nodiscard]] LexedFile lex_range(const SourceMap& sources, FileId file, std::uint32_t begin,
                                  std::uint32_t end, Diagnostics& diags);

}  // namespace remit::lang
