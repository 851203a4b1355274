// Images that the verifier must refuse, each for one defect; without it the same image is sound.
// The names are those of the forged files in `cases/images`, of which these are made again by code.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "tests/images/builder/draft.h"

namespace remit::images {

struct Forgery {
  const char* name;
  const char* fault;  // with which it is refused
  // The check that alone refuses it, as scripts/mutants.py names it; the beginning. Empty if more
  // than one does.
  const char* check;
  std::vector<std::byte> (*made)(bool forged);  // a file
};

[[nodiscard]] std::span<const Forgery> forgeries();

// `shop.pay` and `shop.zgift`, the same but for whether the argument may be absent.
[[nodiscard]] Draft two_tools(const Field& argument, bool optional_in_second);

}  // namespace remit::images
