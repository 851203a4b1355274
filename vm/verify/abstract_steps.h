// The inside of the abstract machine, for the abstract_*.cpp files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/verify/abstract_machine.h"
#include "vm/verify/refusal.h"

namespace remit::vm {

// An entry of the stack, over another. States share what lies below, so a jump copies no stack.
struct StackEntry {
  AbstractValue value;
  std::uint32_t below = kNoRow;
  std::uint32_t scratch = 0;  // elements of scratch that this and all below hold

  friend bool operator==(const StackEntry&, const StackEntry&) = default;
};

// The loop in progress.
struct Loop {
  std::uint32_t end = 0;  // index of its LoopEnd
  Opcode head{};
  AbstractValue collection;
  AbstractState outer;
  std::int64_t outer_cost = 0;
};

// One piece of code, run once on abstract values.
class AbstractMachine {
 public:
  AbstractMachine(const CodeContext& context, CodeRange code, const PresenceSet& before)
      : context_(context), image_(*context.image), code_(code), before_(before) {}

  CodeResult run();

 private:
  [[noreturn]] void fail(LoadFault fault, std::string_view detail = {}) const {
    vm::fail(fault, "instruction " + std::to_string(code_.first + at_) +
                        (detail.empty() ? "" : ", ") + std::string(detail));
  }
  void require(bool condition, LoadFault fault, std::string_view detail = {}) const {
    if (!condition) fail(fault, detail);
  }
  [[nodiscard]] const Instruction& instruction() const { return image_.rows(code_)[at_]; }
  [[nodiscard]] std::uint32_t target() const { return instruction().c - context_.target_base; }
  AbstractValue pop();
  AbstractValue pop_bool();
  AbstractValue pop_integral();
  void push(const AbstractValue& value);
  void push_bool();
  [[nodiscard]] std::uint32_t scratch_in_use() const;
  void spend(Wide steps);

  void check_operands();
  void arrive();
  void step();
  void push_constant();
  void push_set();
  void load(bool element);
  void has(bool element);
  void load_used();
  void push_approved();
  std::optional<SlotInfo> fact(std::uint32_t slot);
  std::optional<SlotInfo> element_field(std::uint32_t field);
  [[nodiscard]] AbstractValue value_of(TypeId type) const;
  [[nodiscard]] AbstractValue value_of_tool_root(std::uint32_t slot) const;
  // The optional facts that must be present for one to be: itself and the records around it.
  [[nodiscard]] std::vector<Presence> optional_chain(std::uint32_t slot, SlotInfo info,
                                                     bool element) const;
  void note_read(std::uint32_t slot, SlotInfo info, bool element);
  // Whether this code asked for a fact, or it is known from before, and so needed.
  [[nodiscard]] bool known_present(Presence fact);
  FactSet numbered(const std::vector<Presence>& facts);
  [[nodiscard]] PresenceSet facts_of(const FactSet& set) const;
  void make_set();
  void derived(TypeKind from, TypeKind to);
  void logic_jump(bool on);
  void jump(std::uint32_t target, const AbstractState& state);
  void operation(Typing typing);
  void arithmetic(Typing typing);
  void scale(Wide factor);
  void compare(bool by_order);
  void text_compare();
  void range();
  void contains(bool text);
  void set_relation(bool text);
  void under(TypeKind kind, bool any);
  void looks_for();
  void has_places();
  void in_place();
  void drop_list();
  [[nodiscard]] const AbstractValue& below_top() const;
  void case_test();
  void loop_head();
  void loop_end();
  AbstractState merged(const AbstractState& a, const AbstractState& b);
  std::uint32_t merged_stack(std::uint32_t a, std::uint32_t b);
  [[nodiscard]] bool ordered(const AbstractValue& value) const;

  const CodeContext& context_;
  const Image& image_;
  CodeRange code_;
  const PresenceSet& before_;
  std::uint32_t at_ = 0;
  bool reachable_ = true;
  AbstractState state_;
  std::vector<StackEntry> entries_;  // all that were ever pushed
  std::map<Presence, std::size_t> numbers_;
  std::map<std::uint32_t, AbstractState> pending_;
  std::optional<Loop> loop_;
  std::size_t joined_ = 0;  // entries that were joined
  std::int64_t cost_ = 0;
  bool reads_args_ = false, reads_sensitive_ = false;
  std::vector<Presence> needed_;
};

}  // namespace remit::vm
