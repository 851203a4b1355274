// What can go wrong at the engine's doors: a refused request (an `engine.*` fault inside a
// Decision), a refused image (a LoadError), and a question about facts and a decision that do not
// belong together (a PairFault).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <remit/api.h>

namespace remit::inline v0 {

// Faults of a decision. All are denials.
enum class Fault : std::uint8_t {
  None,
#define REMIT_FAULT(name, code, sentence) name,
#include <remit/faults.def>
#undef REMIT_FAULT
};

// `engine.missing_fact`; empty for None. Static text.
[[nodiscard]] REMIT_API std::string_view code(Fault fault);
// One sentence for a person; empty for None. Static text.
[[nodiscard]] REMIT_API std::string_view sentence(Fault fault);

// Why a request is refused, and where: `args.amount`, in wire names; empty for a fault without a
// place.
struct RequestFault {
  Fault fault = Fault::None;
  std::string at;
};

// Why an engine does not answer for a pair of facts and decision. Nothing of the pair is given out
// then.
enum class PairFault : std::uint8_t {
#define REMIT_PAIR_FAULT(name, code, sentence) name,
#include <remit/pair_faults.def>
#undef REMIT_PAIR_FAULT
};

// `pair.facts_changed`. Static text.
[[nodiscard]] REMIT_API std::string_view code(PairFault fault);
// One sentence for a person. Static text.
[[nodiscard]] REMIT_API std::string_view sentence(PairFault fault);

// The checks of an image. Their list is load_faults.def; docs/reference/file-format.md explains
// them.
enum class LoadFault : std::uint8_t {
#define REMIT_LOAD_FAULT(name, code, sentence) name,
#include <remit/load_faults.def>
#undef REMIT_LOAD_FAULT
};

// The stable name of a check: `file.bad_hash`. Static text.
[[nodiscard]] REMIT_API std::string_view code(LoadFault fault);
// One sentence for a person. Static text.
[[nodiscard]] REMIT_API std::string_view sentence(LoadFault fault);

// Why an image was refused. `offset` is the byte of the file where it was found, or 0 where the
// fault has no single place (all checks of rows and code). `message` says what was found and what
// was expected.
struct LoadError {
  LoadFault fault{};
  std::size_t offset = 0;
  std::string message;

  [[nodiscard]] std::string_view code() const { return remit::code(fault); }
};

// `host.old_version: the version of the bundle is lower than the host accepts: 1`, with the byte of
// the image where one is to blame: `row.bad_text at byte 812: …`.
[[nodiscard]] REMIT_API std::string to_text(const LoadError& error);

}  // namespace remit::inline v0
