// The switch of the build with mutants. Its sources are copies in which every check of the verifier
// and every operator of what decides asks here whether it is the one that is changed; at most one
// is. Called by those copies (tests/mutants/generate.py) and by the tests that look at them.
#pragma once

#include <atomic>
#include <span>
#include <string_view>
#include <type_traits>

namespace mutants {

struct Row {
  int number = 0;
  std::string_view name;
  bool refusal = false;  // a single check of the verifier
};

[[nodiscard]] std::span<const Row> all();

// 0 is none. At the start it is the one that REMIT_SWITCHED_OFF names.
extern std::atomic<int> chosen;
// A function whose refusals say what its caller found, while a call of it is switched off; or 0.
extern thread_local int quiet;
// Set by REMIT_SWITCHES_REACHED, the file to which the numbers of all that was asked are written at
// the end of the process.
extern const bool recording;
void record(int number);

inline bool active(int number) {
  if (recording) record(number);
  return number == chosen.load(std::memory_order_relaxed);
}
inline bool off(int number, int function) { return active(number) || quiet == function; }

// A call whose check is switched off: it does what else it does, and refuses nothing.
template <typename Call>
auto quietly(int number, int function, Call&& call) {
  if (!active(number)) return call();
  struct Restored {
    int before = quiet;
    ~Restored() { quiet = before; }
  } const restored;
  quiet = function;
  return call();
}

}  // namespace mutants
