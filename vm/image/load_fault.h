// Errors of loading, made from their faults.
#pragma once

#include <cstddef>
#include <string_view>

#include <remit/fault.h>

namespace remit::vm {

// The sentence of the fault, and what was found.
[[nodiscard]] LoadError load_error(LoadFault fault, std::size_t offset,
                                   std::string_view detail = {});

// What the message of a fault says beside its sentence.
[[nodiscard]] std::string detail_of(const LoadError& error);

}  // namespace remit::vm
