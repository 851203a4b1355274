// How the manifest orders layers.
#pragma once

#include <span>
#include <string>

namespace remit::compiler {

// Most authoritative first.
struct Layering {
  bool declared = false;  // without a manifest the layers are those that files name, bytewise
  std::span<const std::string> layers;
  std::span<const std::string> machine;
  bool alone = false;  // one layer under test: a bundle in which nothing can grant is accepted
};

}  // namespace remit::compiler
