// Code for one condition. See vm/image/opcodes.def for what the instructions mean and cost.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/ir.h"
#include "vm/image/image.h"

namespace remit::compiler {

// What a row of an image says of a scalar type beside its kind: the row of an enum, of a record, of
// an amount's currency.
[[nodiscard]] std::uint32_t ref_of(const Type& type);

// The pools while code is made. Their rows are numbered once everything is known (vm images keep
// them sorted); until then an operand is an index into these vectors.
struct Pools {
  std::uint32_t integer(std::int64_t value);
  std::uint32_t string(std::string_view text);
  std::uint32_t pattern(std::string_view text);

  struct Set {
    bool text = false;
    bool cidr = false;
    TypeKind kind{};
    std::uint32_t ref = vm::kNoRow;
    std::vector<std::int64_t> integers;
    std::vector<std::string> texts;

    friend auto operator<=>(const Set&, const Set&) = default;
  };
  std::uint32_t set(const Set& set);

  std::vector<std::int64_t> integers;
  std::vector<std::string> strings;
  std::vector<std::string> patterns;
  std::vector<Set> sets;

 private:
  std::map<std::int64_t, std::uint32_t> integer_rows_;
  std::map<std::string, std::uint32_t, std::less<>> string_rows_;
  std::map<std::string, std::uint32_t, std::less<>> pattern_rows_;
  std::map<Set, std::uint32_t> set_rows_;
};

// Gives a path its slot, or within a loop its field.
class SlotMap {
 public:
  explicit SlotMap(const TypedBundle& typed);

  [[nodiscard]] std::uint32_t slot(const ir::Path& path) const;
  // Slots that a field takes: one, and for a record one for each of its flattened fields besides.
  [[nodiscard]] std::uint32_t width(const FieldInfo& field) const;
  [[nodiscard]] std::uint32_t root_slot(std::uint32_t root, const FieldInfo& field) const;
  [[nodiscard]] std::uint32_t argument_slot(const FieldInfo& field) const;

 private:
  // Slots of the fields before `field`.
  [[nodiscard]] std::uint32_t offset_in(const std::vector<FieldInfo>& fields,
                                        const FieldInfo& field) const;
  void assign_arguments();

  const TypedBundle& typed_;
  std::vector<std::uint32_t> first_of_root_;
  std::uint32_t first_argument_ = 0;
  // An argument of one name, type and optionality has one slot in all tools.
  std::map<std::tuple<std::string_view, const Type*, bool>, std::uint32_t> arguments_;
};

class ExprEmitter {
 public:
  ExprEmitter(const ir::Bundle& bundle, const SlotMap& slots, Pools& pools,
              std::vector<vm::Instruction>& code)
      : bundle_(bundle), slots_(slots), pools_(pools), code_(code) {}

  // Appends the code of a condition or value. Jump targets count from its first instruction.
  vm::CodeRange emit(ir::NodeId id);
  // The same for an `and` or `or`, with the range of each operand.
  vm::CodeRange emit_with_parts(ir::NodeId id, std::vector<vm::CodeRange>& parts);

 private:
  void node(ir::NodeId id);
  void node_of(const ir::Node& node);
  void constant(const ir::Node& node);
  void set_constant(const ir::Node& node);
  // The row of a constant set, or of a set with one constant.
  std::uint32_t constants(const ir::Node& node);
  void places(const ir::Node& node);
  void fact(const ir::Node& node);
  void has(const ir::Node& node);
  void used(const ir::Node& node);
  void connective(const ir::Node& node, std::vector<vm::CodeRange>* parts);
  void compare(const ir::Node& node);
  void scaled(const ir::Node& node, bool scale);
  void range(const ir::Node& node);
  void relation(const ir::Node& node);
  void quantifier(const ir::Node& node);
  void match(const ir::Node& node);
  void make_set(const ir::Node& node);
  std::uint32_t add(vm::Opcode opcode, std::uint8_t a = 0, std::uint16_t b = 0,
                    std::uint32_t c = 0);
  void land(std::uint32_t jump) {
    code_[jump].c = static_cast<std::uint32_t>(code_.size()) - start_;
  }

  const ir::Bundle& bundle_;
  const SlotMap& slots_;
  Pools& pools_;
  std::vector<vm::Instruction>& code_;
  std::uint32_t start_ = 0;
  std::uint32_t scratch_ = 0;  // set literals alive
};

}  // namespace remit::compiler
