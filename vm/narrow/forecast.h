// Runs verified code on what is known of its facts: the interpreter's counterpart on intervals and
// three truth values. What it gives holds for every value that the unknown facts can have.
//
// It says too which cut of a domain could tell what it could not.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <remit/internal/wide.h>
#include "vm/decide/interpreter.h"
#include "vm/image/seats.h"
#include "vm/narrow/arena.h"
#include "vm/narrow/estimate.h"
#include "vm/narrow/unknowns.h"

namespace remit::vm {

// How many people have approved, as asserts may ask.
struct Approvers {
  std::vector<Estimate> of_seat;  // by seat_number; a seat beyond the end has no approvals
  Estimate of_any = number_of(0);

  [[nodiscard]] Estimate operator()(const std::optional<SeatRow>& seat) const {
    if (!seat) return of_any;
    const std::uint32_t number = seat_number(*seat);
    return number < of_seat.size() ? of_seat[number] : number_of(0);
  }
};

// What a case says, for code to run on.
struct Case {
  const Linked* linked = nullptr;
  const Unknowns* unknowns = nullptr;
  const Domains* domains = nullptr;
  const Approvers* approvers = nullptr;  // null: no approvals
};

class Forecast {
 public:
  // `arena` holds sets that code makes, for as long as the estimates are used.
  Forecast(const Case& of, SampleArena& arena) : case_(of), arena_(arena) {}

  // What a piece of code leaves.
  [[nodiscard]] Estimate run(CodeRange code);
  [[nodiscard]] Estimate slot(std::uint32_t slot);
  [[nodiscard]] Estimate counter(std::uint32_t counter);

  // `x < y`, `x <= y`, `x == y`.
  [[nodiscard]] Estimate less(const Estimate& x, const Estimate& y);
  [[nodiscard]] Estimate at_most(const Estimate& x, const Estimate& y);
  [[nodiscard]] Estimate equal(const Estimate& x, const Estimate& y);
  // Whether a value lies where a cell of a table takes it.
  [[nodiscard]] Estimate in_cell(const CellRow& cell, const Estimate& x);

  // Cuts that could tell more, best first; of all that was run.
  [[nodiscard]] const std::vector<Split>& splits() const { return splits_; }
  // Unknowns that code read, each perhaps more than once.
  [[nodiscard]] const std::vector<std::uint32_t>& read() const { return read_; }
  // Instructions that were looked at.
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  using Stack = std::vector<Estimate>;
  enum class Parents : std::uint8_t { Hosts, Folders, Ranges };

  Estimate run(std::uint32_t first, std::uint32_t end, std::uint32_t base);
  void step(const Instruction& in, Stack& stack);
  Estimate operation(const Instruction& in, const Estimate& x, const Estimate& y);
  void loop(std::uint32_t at, std::uint32_t base, Stack& stack);
  Estimate over_unknown(std::uint32_t at, std::uint32_t base, const Estimate& collection);

  Estimate unknown_value(std::uint32_t unknown);
  Estimate presence(std::uint32_t slot);
  Estimate used(std::uint32_t limit);
  Estimate compared(const Estimate& x, const Estimate& y, bool may_fail, bool may_hold);
  Estimate in_range(std::uint8_t flags, const Estimate& x, const Estimate& low,
                    const Estimate& high);
  Estimate case_of(const Instruction& in, const Estimate& x);

  Estimate text_constant(std::uint32_t string);
  Estimate text_is(const Estimate& x, const Value& text);
  Estimate equal_texts(const Estimate& x, const Estimate& y);
  Estimate matches(std::uint32_t pattern, const Estimate& x);
  Estimate looks_for(const Instruction& in, const Estimate& x);
  Estimate has_places(std::uint32_t places, const Estimate& list);
  Estimate in_place(const Instruction& in, const Estimate& list, const Estimate& so_far);
  Estimate set_constant(std::uint32_t set);
  Estimate make_set(const Instruction& in, Stack& stack);
  Estimate contains(const Estimate& x, const Estimate& collection, bool texts);
  Estimate one_of(const Estimate& x, std::span<const Value> elements);
  Estimate overlaps(const Estimate& x, const Estimate& y, bool texts);
  Estimate subset(const Estimate& x, const Estimate& y, bool texts);
  bool may_have_some(const Estimate& collection);
  void try_under(Parents kind, const Estimate& x, std::span<const Value> parents);
  Estimate under(Parents kind, const Estimate& x, bool many, const Estimate& y);

  void cut_at(const Estimate& x, Wide value);
  void blame(const Estimate& x);

  const Case& case_;
  SampleArena& arena_;
  const Value* element_ = nullptr;  // of the loop in progress
  Estimate scratch_;                // the top of an empty stack
  std::vector<Split> splits_;
  std::vector<std::uint32_t> read_;
  std::uint64_t steps_ = 0;
};

}  // namespace remit::vm
