// Images for people: every row that decides, a fact a line, and the code.
//
// What is shown is what decides: two images that differ in a row of any section but debug are
// listed differently. A test changes each column of each row in turn. Names that are spelled like
// names stand bare; every other text is quoted, its letters escaped but for printable ASCII, so
// that nothing in an image can speak to a terminal or look like something else.
#pragma once

#include <cstddef>
#include <string>

#include "vm/verify/program.h"

namespace remit::vm {

// Header, sizes and bounds, a line each. `signature` says what is known of it.
[[nodiscard]] std::string describe(const Program& program, std::size_t file_bytes,
                                   const std::string& signature);

// Schema, constants, layers, policies and items, with every piece of code at its owner.
[[nodiscard]] std::string disassemble(const Program& program);

// What the two are made of: the lines of the header, and those of the rows. `image` has its
// references in range; `layout` names the facts of its slots.
[[nodiscard]] std::string list_header(const Image& image);
[[nodiscard]] std::string list_rows(const Image& image, const Layout& layout);

}  // namespace remit::vm
