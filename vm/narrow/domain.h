// What a fact that is not known can still be: absent or there, and if there which values.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "vm/decide/value.h"
#include "vm/image/image.h"

namespace remit::vm {

struct Domain {
  bool may_be_absent = false;
  bool may_be_there = true;
  // Of what is held as a number: its values, each a multiple of `step` (money in whole minor
  // units). Of a collection: how many elements.
  std::int64_t low = 0, high = 0;
  std::int64_t step = 1;
  // Of a text: the only one that it can be, or some that it is not.
  std::optional<Value> text;
  std::vector<Value> not_texts;

  [[nodiscard]] bool empty() const { return !may_be_absent && !may_be_there; }
  // Which values there are; none left means that the fact is absent.
  void narrow_to(std::int64_t from, std::int64_t to);
};

// Every value of a field's type that a request can have.
[[nodiscard]] Domain domain_of(const Image& image, const FieldRow& field);

// How many values a type can have, if it is held as a number; INT64_MAX of others.
[[nodiscard]] std::int64_t values_in(const Image& image, const TypeRow& type);

// A way to cut a domain in two. `unknown` is the number of the fact (vm/narrow/unknowns.h).
struct Split {
  enum class Kind : std::uint8_t {
    Presence,  // absent, or there
    At,        // numbers below `cut`, or from it on
    Text,      // `text`, or another one
  };
  std::uint32_t unknown = 0;
  Kind kind = Kind::Presence;
  std::int64_t cut = 0;
  Value text;

  // Whether both parts have something in them.
  [[nodiscard]] bool divides(const Domain& domain) const;
  // One of the parts.
  void apply(bool second, Domain& domain) const;
};

}  // namespace remit::vm
