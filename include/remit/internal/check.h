// REMIT_CHECK: the third kind of wrong, our own mistake.
//
// An author's mistake is a diagnostic and a host's mistake is a std::expected error; a REMIT_CHECK
// that fails is a bug in Remit. It prints where and why, and stops the process: going on could
// permit.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace remit::internal {

[[noreturn]] inline void check_failed(const char* file, int line, const char* condition,
                                      const char* why) {
  std::fprintf(stderr, "remit: internal error at %s:%d: %s (%s)\n", file, line, why, condition);
  std::abort();
}

}  // namespace remit::internal

#define REMIT_CHECK(condition, why)   \
  ((condition) ? static_cast<void>(0) \
               : ::remit::internal::check_failed(__FILE__, __LINE__, #condition, why))
