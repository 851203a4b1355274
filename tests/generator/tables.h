// Random tables that compile: the cases are cut apart again and again, so that rows never overlap
// and never leave a gap.
#pragma once

#include <string>
#include <vector>

#include "tests/generator/conditions.h"
#include "tests/generator/random.h"

namespace remit::generator {

// The inside of a table but for outcomes: `row | …` and a line of cells for each row.
struct Grid {
  std::string header;              // `row | tool.effect | args.amount`
  std::vector<std::string> cells;  // `| read, communicate | < USD 5 `
  std::vector<std::string> asked;  // what must be there
  bool open = false;               // some cases have no row: there must be an `otherwise`
};

// Over one to three inputs that `tools` allow.
[[nodiscard]] Grid generate_grid(const compiler::TypedBundle& bundle, Conditions& conditions,
                                 const std::vector<compiler::ToolIndex>& tools, Random& random);

}  // namespace remit::generator
