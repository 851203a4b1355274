// Engine::decide_json, for texts of any size.
#pragma once

#include <cstddef>
#include <string_view>

#include <remit/engine.h>

namespace remit::vm {

// Decides the request in a text of at most `bytes_max` bytes.
[[nodiscard]] Decision decide_text(const Engine& engine, std::string_view text,
                                   std::size_t bytes_max, Facts& facts);

}  // namespace remit::vm
