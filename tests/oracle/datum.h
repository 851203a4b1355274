// A fact as the oracle holds it: plain, by value, by position.
#pragma once

#include <string>
#include <vector>

#include <remit/wide.h>
#include "compiler/typed.h"

namespace remit::oracle {

// Of the members one means something, as the fact's type says: `integer` of integral kinds, `text`
// of text kinds and of opaque, `items` the fields of a record (as declared) or the elements of a
// collection. Scalars of one type are equal as their members are.
struct Datum {
  bool absent = false;
  Wide integer = 0;
  std::string text;
  std::vector<Datum> items;

  static Datum none() {
    Datum datum;
    datum.absent = true;
    return datum;
  }
  static Datum of(Wide integer) {
    Datum datum;
    datum.integer = integer;
    return datum;
  }
  static Datum of(std::string_view text) {
    Datum datum;
    datum.text = text;
    return datum;
  }
  friend bool operator==(const Datum&, const Datum&) = default;
};

// A request by positions: `roots[r][f]` is field f of root r of the bundle, `args` the arguments of
// the tool. An absent argument with a default is already that default.
struct Request {
  compiler::ToolIndex tool{};
  std::vector<std::vector<Datum>> roots;
  std::vector<Datum> args;
};

}  // namespace remit::oracle
