// The order in which sets are merged: `overlaps` and `subset of` walk two sets once, side by side.
//
// It must be one order for sets that the image holds, that a request brings and that code makes:
// integers by their bits; texts by length and then by bytes, where they are long by symbol (equal
// long texts have equal symbols, and comparing two of them costs no more than comparing two short
// ones). A set of facts stands in the order of its encodings, which digests and records need; where
// that is another order, the same elements follow once more in the order of merging.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "vm/decide/value.h"

namespace remit::vm {

// In Value::symbol of a set: its elements follow once more, in the order of merging.
inline constexpr std::uint32_t kMergeOrderFollows = 1;

// Longer texts have a symbol, be it of the image or of their Facts.
inline constexpr std::size_t kLongTextBytes = 512;
inline constexpr std::uint32_t kFirstLongSymbol = 0x8000'0000;

// Numbers long texts of one request that are not a string of the image: equal texts alike.
class LongTexts {
 public:
  // `text` must stay where it is until `clear`.
  [[nodiscard]] std::uint32_t symbol(std::string_view text);
  void clear();

 private:
  struct Entry {
    std::size_t hash = 0;
    std::string_view text;
  };
  void insert(std::uint32_t entry);

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> table_;  // entry + 1, at the place of its hash or behind; 0: free
};

// Whether two texts are equal; at most kLongTextBytes bytes are compared.
[[nodiscard]] bool same_text(const Value& a, const Value& b);

// Sorts the elements of a set in the order of merging; equal ones may stand in it.
void sort_for_merging(std::span<Value> elements, bool texts);

[[nodiscard]] bool overlap(const Value& a, const Value& b, bool texts);
[[nodiscard]] bool is_subset(const Value& a, const Value& b, bool texts);

}  // namespace remit::vm
