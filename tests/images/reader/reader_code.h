// The inside of the reader: code, one instruction after another, over plain values.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/images/reader/reader.h"

namespace remit::images {

// People whose grants are used, each with the seat.
using Granted = std::set<std::pair<std::string, vm::SeatRow>>;

class CodeReader {
 public:
  CodeReader(const vm::Image& image, const Request& request);

  // What code leaves; no code at all is `otherwise`.
  [[nodiscard]] Datum value(vm::CodeRange code);
  [[nodiscard]] bool holds(vm::CodeRange code, bool otherwise);
  // Whether there is a fact in a slot of the tool at hand.
  [[nodiscard]] bool has(std::uint32_t slot) const { return slots_.contains(slot); }

  void set_granted(Granted granted) { granted_ = std::move(granted); }

 private:
  void run(vm::CodeRange code, std::uint32_t from, std::uint32_t until);
  std::uint32_t step(vm::CodeRange code, std::uint32_t at);
  std::uint32_t loop(vm::CodeRange code, std::uint32_t at);
  std::uint32_t branch(const vm::Instruction& in, std::uint32_t next);
  void push_constant(const vm::Instruction& in);
  void push_fact(const vm::Instruction& in);
  void derive(const vm::Instruction& in);
  void test(const vm::Instruction& in);
  void calculate(const vm::Instruction& in);
  void compare(const vm::Instruction& in);
  void relate(const vm::Instruction& in);
  void look_for(const vm::Instruction& in);
  void take_places(const vm::Instruction& in);
  [[nodiscard]] Datum set(std::uint32_t row) const;
  // A value and, of a record that is there, the fields in it, one slot after another.
  std::uint32_t unfold(const vm::FieldRow& field, const Datum& value, std::uint32_t slot,
                       std::map<std::uint32_t, Datum>& into) const;
  Datum pop();
  void push(Datum datum) { stack_.push_back(std::move(datum)); }
  void push_truth(bool truth) { push_number(truth ? 1 : 0); }
  void push_number(Wide value);

  const vm::Image& image_;
  const Request& request_;
  std::map<std::uint32_t, Datum> slots_;
  std::vector<Datum> stack_;
  const Datum* element_ = nullptr;  // of the loop at hand
  Granted granted_;
};

}  // namespace remit::images
