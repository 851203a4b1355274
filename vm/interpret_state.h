// The verifier's inside: the abstract machine, shared by the interpret*.cpp files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/interpret.h"

namespace remit::vm {

// In AbstractValue::record: a set that MakeSet made, which lies in scratch.
inline constexpr std::uint32_t kInScratch = 0xFFFF'FFFE;

// The loop in progress.
struct Loop {
  std::uint32_t end = 0;  // index of its LoopEnd
  Opcode head{};
  AbstractValue collection;
  AbstractState outer;
  std::int64_t outer_cost = 0;
};

// One piece of code, run once on abstract values.
class Interpreter {
 public:
  Interpreter(const CodeContext& context, Range code, const PresenceSet& present)
      : context_(context), image_(*context.image), code_(code) {
    state_.present = present;
  }

  std::expected<CodeResult, LoadError> run();

 private:
  bool fail(LoadFault fault, std::string_view detail = {}) {
    if (!error_)
      error_ = load_error(fault, 0,
                          "instruction " + std::to_string(code_.first + at_) +
                              (detail.empty() ? "" : ", ") + std::string(detail));
    return false;
  }
  [[nodiscard]] const Instruction& instruction() const { return image_.code[code_.first + at_]; }
  [[nodiscard]] std::uint32_t target() const { return instruction().c - context_.target_base; }
  AbstractValue pop();
  AbstractValue pop_bool();
  AbstractValue pop_integral();
  void push(AbstractValue value);
  void push_bool() { push({}); }
  void spend(Wide steps);

  bool operands_fit();
  bool arrive();
  void step();
  void push_constant();
  void push_set();
  void load(bool element);
  void has(bool element);
  void load_used();
  void push_approved();
  const SlotInfo* fact(std::uint32_t slot);
  const SlotInfo* element_field(std::uint32_t field);
  [[nodiscard]] AbstractValue value_of(TypeId type) const;
  std::vector<Presence> optional_chain(const SlotTable& table, std::uint32_t slot,
                                       Presence bit) const;
  void make_set();
  void derived(TypeKind from, TypeKind to);
  void logic_jump(bool on);
  void jump(std::uint32_t target, const AbstractState& state);
  void arithmetic();
  void scale(Wide factor);
  void compare();
  void text_compare();
  void range();
  void contains();
  void set_relation();
  void under();
  void case_test();
  void loop_head();
  void loop_end();
  AbstractState merged(const AbstractState& a, const AbstractState& b);
  [[nodiscard]] bool ordered(const AbstractValue& value) const;

  const CodeContext& context_;
  const Image& image_;
  Range code_;
  std::uint32_t at_ = 0;
  bool reachable_ = true;
  AbstractState state_;
  std::map<std::uint32_t, AbstractState> pending_;
  std::optional<Loop> loop_;
  std::int64_t cost_ = 0;
  std::optional<LoadError> error_;
};

}  // namespace remit::vm
