// The facts and counters that the items of one tool read and that are not known.
#pragma once

#include <cstdint>
#include <vector>

#include "vm/decide/facts_state.h"
#include "vm/narrow/domain.h"

namespace remit::vm {

// What of a request is known, as a host bound it for one tool.
struct KnownFacts {
  const Linked* linked = nullptr;
  const Facts::State* facts = nullptr;
  // By row of Image::limits: the limits whose counter is the same for every tool, since no key of
  // theirs reads the tool or its arguments.
  const std::vector<bool>* shared_limits = nullptr;
};

struct Unknown {
  std::uint32_t slot = kNoSlot;     // none: a counter
  std::uint32_t counter = kNoRow;   // of the plan's limits
  const FieldRow* field = nullptr;  // of a slot
  bool optional = false;            // within the record around it
  bool fixed_presence = false;      // the record around it, if any, is known to be there
  std::uint32_t parent = kNoRow;    // the record around it, if that is unknown
};

// One case: a domain for each unknown.
using Domains = std::vector<Domain>;

struct Unknowns {
  ToolId tool{};
  std::vector<Unknown> facts;          // slots ascending, then counters
  std::vector<std::uint32_t> of_slot;  // the number of an unknown, kNoRow for what is known
  std::vector<std::uint32_t> of_counter;
  // What is known, and absence for the rest.
  std::vector<Value> slots;
  std::vector<Value> counters;
  Domains domains;  // of all completions

  // Makes what a case says of records agree with what it says of their fields; false if no request
  // is of this case.
  [[nodiscard]] bool settle(Domains& domains) const;
};

[[nodiscard]] Unknowns unknowns_of(const KnownFacts& known, ToolId tool);

// By row of Image::limits, for KnownFacts.
[[nodiscard]] std::vector<bool> shared_limits(const Program& program);

}  // namespace remit::vm
