// Images for people: what is in one, and its code.
#pragma once

#include <cstddef>
#include <string>

#include "vm/program.h"

namespace remit::vm {

// Header, sizes and bounds, a line each.
[[nodiscard]] std::string describe(const Program& program, std::size_t file_bytes);

// Every piece of code with its owner; slots with the facts that stand in them.
[[nodiscard]] std::string disassemble(const Program& program);

}  // namespace remit::vm
