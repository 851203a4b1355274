// How deep records are nested and how many values they have, asked before anything is laid out.
#pragma once

#include <cstdint>
#include <vector>

#include "vm/image/image.h"

namespace remit::vm {

struct RecordSize {
  // Records inside one another, itself included; one more than the language allows for one that is
  // nested too deeply or contains itself.
  int depth = 1;
  // Itself and its fields, with those of the records in it; one more than the language allows if
  // there are more.
  std::uint64_t values = 1;
};

// By record. Counts in rounds instead of descending, so neither a cycle nor a record that is named
// a thousand times costs more than its rows.
[[nodiscard]] std::vector<RecordSize> record_sizes(const Image& image);

// What a field of this type takes when it is laid out: a value, and for a record those of its
// fields.
[[nodiscard]] std::uint64_t values_of(const Image& image, const std::vector<RecordSize>& sizes,
                                      TypeId type);

}  // namespace remit::vm
