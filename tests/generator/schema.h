// Random schemas: enums, records, host facts and tools of every type.
#pragma once

#include <string>

#include "tests/generator/random.h"

namespace remit::generator {

[[nodiscard]] std::string generate_schema(Random& random);

}  // namespace remit::generator
