// What can go wrong at the engine's doors: a refused request (an `engine.*` fault inside a
// Decision), a refused image (a LoadError), and a question about facts and a decision that do not
// belong together (a PairFault).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace remit {

// Faults of a decision. All are denials.
enum class Fault : std::uint8_t {
  None,
#define REMIT_FAULT(name, code, sentence) name,
#include <remit/faults.def>
#undef REMIT_FAULT
};

// `engine.missing_fact`; empty for None.
[[nodiscard]] std::string_view code(Fault fault);
// One sentence for a person; empty for None.
[[nodiscard]] std::string_view sentence(Fault fault);

// Why an engine does not answer for a pair of facts and decision. Nothing of the pair is given out
// then.
enum class PairFault : std::uint8_t {
#define REMIT_PAIR_FAULT(name, code, sentence) name,
#include <remit/pair_faults.def>
#undef REMIT_PAIR_FAULT
};

// `pair.facts_changed`
[[nodiscard]] std::string_view code(PairFault fault);
// One sentence for a person.
[[nodiscard]] std::string_view sentence(PairFault fault);

// Why an image was refused. `code` is the stable name of the verifier's check (`image.bad_hash`,
// `code.backward_jump`; the list is docs/reference/load-faults.md), `offset` the byte of the file
// where it was found, and `message` says what was found and what was expected.
struct LoadError {
  std::string code;
  std::size_t offset = 0;
  std::string message;
};

}  // namespace remit
