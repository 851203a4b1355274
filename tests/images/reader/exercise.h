// Everything that a host may ask of an engine about a request, held against the reader.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <remit/engine.h>
#include "tests/generator/random.h"
#include "vm/image/image.h"

namespace remit::images {

// What came of the requests of one image.
struct Exercised {
  std::uint64_t requests = 0;
  std::uint64_t evaluated = 0;  // decided by the items
  std::uint64_t permits = 0, waits = 0, denials = 0;
};

// Loads the image; the error if it is refused.
[[nodiscard]] std::expected<Engine, LoadError> load(const std::vector<std::byte>& bytes);

// Decides, explains, records, logs, replays and disassembles `requests` random requests. What is
// wrong, with the request; empty if nothing is.
[[nodiscard]] std::string exercise(const Engine& engine, int requests, generator::Random& random,
                                   Exercised& counts);

}  // namespace remit::images
