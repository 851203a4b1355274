// Images that were forged by hand and accepted once, made again by code under the names of their
// files. Each tells one lie; the same image without it is sound.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace remit::images {

struct Forgery {
  const char* name;
  const char* fault;  // with which it is refused
  // The check that alone refuses it, as scripts/mutants.py names it; the beginning. Empty if more
  // than one does.
  const char* check;
  std::vector<std::byte> (*made)(bool lies);  // a file
};

[[nodiscard]] std::span<const Forgery> forgeries();

}  // namespace remit::images
