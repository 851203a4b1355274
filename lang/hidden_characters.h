// Characters that make a text read otherwise than it is, in whatever a person writes.
#pragma once

#include <cstddef>

#include "lang/diag.h"
#include "lang/source.h"

namespace remit::lang {

// Reports each forbidden character of a file (remit/internal/characters.h) from a byte on under
// `code`, up to a thousand; whether there was one. The file is UTF-8 from there on.
bool report_hidden_characters(const SourceMap& sources, FileId file, std::size_t begin, Code code,
                              Diagnostics& diags);

}  // namespace remit::lang
