#include "tests/mutants/active.h"

#include <bitset>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace mutants {

namespace {

constexpr Row kRows[] = {
#include "mutants.inc"
};

constexpr std::size_t kNumbersMax = 100'000;

int number_of(const char* name) {
  if (name == nullptr) return 0;
  for (const Row& row : kRows) {
    if (row.name == name) return row.number;
  }
  std::fprintf(stderr, "REMIT_SWITCHED_OFF: there is no mutant %s\n", name);
  std::_Exit(2);
}

// Writes what was reached when the process ends.
struct Reached {
  std::unique_ptr<std::atomic<bool>[]> numbers;

  Reached() {
    if (recording) numbers = std::make_unique<std::atomic<bool>[]>(kNumbersMax);
  }
  ~Reached() {
    if (!recording) return;
    std::FILE* file = std::fopen(std::getenv("REMIT_SWITCHES_REACHED"), "w");
    if (file == nullptr) return;
    for (std::size_t i = 0; i < kNumbersMax; ++i) {
      if (numbers[i]) std::fprintf(file, "%zu\n", i);
    }
    std::fclose(file);
  }
};

Reached& reached() {
  static Reached reached;
  return reached;
}

}  // namespace

std::span<const Row> all() { return kRows; }

std::atomic<int> chosen = number_of(std::getenv("REMIT_SWITCHED_OFF"));
thread_local int quiet = 0;
const bool recording = std::getenv("REMIT_SWITCHES_REACHED") != nullptr;

void record(int number) {
  reached().numbers[static_cast<std::size_t>(number)].store(true, std::memory_order_relaxed);
}

}  // namespace mutants
