// Images of which a few things were changed, and everything that follows from
// them made consistent again. The same steps give the same image on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/generator/random.h"
#include "tests/images/builder/draft.h"

namespace remit::images {

enum class Mutation : std::uint8_t {
#define REMIT_MUTATION(name, sentence) name,
#include "tests/images/mutator/mutations.def"
#undef REMIT_MUTATION
};

inline constexpr std::size_t kMutationCount = 0
#define REMIT_MUTATION(name, sentence) +1
#include "tests/images/mutator/mutations.def"
#undef REMIT_MUTATION
    ;

[[nodiscard]] std::string_view name(Mutation mutation);

// One mutation with the randomness of its own, so that the others stay what they are without it.
struct Step {
  Mutation mutation{};
  std::uint64_t seed = 0;
  bool applied = false;  // set by `mutated`: there was something to change
};

// One to five.
[[nodiscard]] std::vector<Step> random_steps(generator::Random& random);
// The image after the steps.
[[nodiscard]] vm::Image mutated(const Draft& draft, std::vector<Step>& steps);

}  // namespace remit::images
