#include "tests/unit/vm/allocations.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace remit::test {

Allocations& allocations() {
  static Allocations counted;
  return counted;
}

namespace {

void* allocate(std::size_t size) noexcept {
  Allocations& counted = allocations();
  if (counted.fails_after == 0) {
    if (!counted.fails_from_then_on) counted.fails_after = Allocations::kNever;
    return nullptr;
  }
  if (counted.fails_after != Allocations::kNever) --counted.fails_after;
  void* memory = std::malloc(size);
  if (memory == nullptr) return nullptr;
  ++counted.count;
  counted.live += malloc_usable_size(memory);
  counted.peak = std::max(counted.peak, counted.live);
  return memory;
}

void give_back(void* memory) noexcept {
  if (memory != nullptr) allocations().live -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

}  // namespace remit::test

// Not inlined: g++ 12 takes an inlined half of the pair for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (void* memory = remit::test::allocate(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new[](std::size_t size) { return operator new(size); }
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return remit::test::allocate(size);
}
[[gnu::noinline]] void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return remit::test::allocate(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { remit::test::give_back(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { remit::test::give_back(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  remit::test::give_back(memory);
}
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept {
  remit::test::give_back(memory);
}
