// What verification notes of code, so that nothing interprets it again: explanations read it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include <remit/internal/check.h>
#include "vm/image/image.h"

namespace remit::vm {

// The type of a value that code leaves.
struct ValueType {
  TypeKind kind{};
  std::uint32_t ref = kNoRow;  // as of a TypeRow of that kind
};

struct CodeNotes {
  // The optional facts that a piece of code reads without having asked for them.
  struct Needs {
    CodeRange code;
    RangeOf<std::uint32_t> facts;  // of `needed`
  };

  std::vector<ValueType> pieces;      // by row of template_pieces; of a text none
  std::vector<Needs> needs;           // of clauses and of inputs, by the beginning of their code
  std::vector<std::uint32_t> needed;  // slots; above them, what is never there

  void add(CodeRange code, std::span<const std::uint32_t> facts) {
    needs.push_back({code, next_rows(needed, facts.size())});
    needed.insert(needed.end(), facts.begin(), facts.end());
  }
  void sort() {
    std::ranges::sort(needs, {}, [](const Needs& of) { return of.code.first; });
  }
  // Of code that was added. No two pieces of it overlap.
  [[nodiscard]] std::span<const std::uint32_t> needed_by(CodeRange code) const {
    const auto found = std::ranges::lower_bound(needs, code.first, {},
                                                [](const Needs& of) { return of.code.first; });
    REMIT_CHECK(found != needs.end() && found->code == code, "what a code needs was not noted");
    return std::span(needed).subspan(found->facts.first, found->facts.count);
  }
};

}  // namespace remit::vm
