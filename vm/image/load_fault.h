// The faults of loading, by name. Their list is load_faults.def.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include <remit/fault.h>

namespace remit::vm {

enum class LoadFault : std::uint8_t {
#define REMIT_LOAD_FAULT(name, code, sentence) name,
#include "vm/image/load_faults.def"
#undef REMIT_LOAD_FAULT
};

[[nodiscard]] std::string_view code(LoadFault fault);
[[nodiscard]] std::string_view sentence(LoadFault fault);

// The sentence of the fault, and what was found.
[[nodiscard]] LoadError load_error(LoadFault fault, std::size_t offset,
                                   std::string_view detail = {});

}  // namespace remit::vm
