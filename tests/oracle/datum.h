// A fact as the oracle holds it: plain, by value, by position.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <remit/internal/wide.h>
#include "compiler/check/typed.h"

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

// What the request says of one counter, in the limit's own unit.
struct Counter {
  TypeKind kind{};
  Wide used = 0;
};

// The record of what a person answered, as it stands in the request.
struct Approval {
  std::string id, by, kind, tenant, role;
  bool granted = true;
  std::string digest, requirement;
  Wide cost = 0, asked_at = 0, at = 0;
  std::optional<Wide> expires;
};

// A request by positions: `roots[r][f]` is field f of root r of the bundle, `args` the arguments of
// the tool. An absent argument with a default is already that default. `counters` go by the full
// names of their limits.
struct Request {
  compiler::ToolIndex tool{};
  std::vector<std::vector<Datum>> roots;
  std::vector<Datum> args;
  std::map<std::string, Counter> counters;
  std::vector<Approval> approvals;
};

// The hashes that approvals name, 64 hex digits each: of the action, and of the meaning of each
// waiting item by its full name. How they are made has tests of its own; here they are only equal
// or not.
struct Hashes {
  std::string digest;
  std::map<std::string, std::string> requirements;
};

}  // namespace remit::oracle
