// Where facts stand, and which code reads them.
//
// Read by the decision log, for facts whose values are withheld.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <vector>

#include "vm/image/image.h"

namespace remit::vm {

struct FactPlace {
  std::uint32_t slot = 0;   // of the fact, or of the list that it is in
  std::uint32_t width = 1;  // slots, or fields of an element
  bool in_element = false;
  std::uint32_t field = 0;  // its number in an element

  friend auto operator<=>(const FactPlace&, const FactPlace&) = default;
};

// Many facts, of which code is asked at once: in about the time that it takes to read the code,
// however many they are.
class FactPlaces {
 public:
  explicit FactPlaces(std::span<const FactPlace> facts);

  // Whether code reads what one of the facts stands for. That a fact itself is there counts for
  // nothing; what is inside it does.
  [[nodiscard]] bool read_by(const Image& image, CodeRange code) const;

 private:
  struct Interval {
    std::uint32_t first = 0, end = 0;
  };
  // Sorted, and none touches another.
  struct Numbers {
    std::vector<Interval> loaded, asked;
  };
  struct List {
    std::uint32_t slot = 0;
    Numbers fields;
  };

  static void add(std::uint32_t first, std::uint32_t width, Numbers& numbers);
  static bool has(const std::vector<Interval>& intervals, std::uint32_t number);

  Numbers slots_;
  std::vector<List> lists_;  // by slot
};

}  // namespace remit::vm
