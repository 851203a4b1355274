// What came up among mutated images, and what comes up too seldom.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/images/mutator/mutate.h"
#include "tests/images/reader/exercise.h"

namespace remit::images {

class MutationTally {
 public:
  // An image after `steps`; `fault` is the code with which it was refused, empty if it was
  // accepted.
  void count(const vm::Image& image, const std::vector<Step>& steps, const std::string& fault);
  void add(const MutationTally& other);

  // What is wrong with the mix, a line each: too few accepted, a fault or an opcode not seen.
  [[nodiscard]] std::vector<std::string> problems() const;
  [[nodiscard]] std::string summary() const;

  Exercised exercised;

 private:
  struct Share {
    std::uint64_t all = 0, accepted = 0;
  };

  Share images_;
  std::array<Share, kMutationCount> mutations_{};
  std::map<std::string, std::uint64_t> faults_;
  std::array<std::uint64_t, vm::kOpcodeCount> opcodes_{};  // accepted images that have it
};

}  // namespace remit::images
