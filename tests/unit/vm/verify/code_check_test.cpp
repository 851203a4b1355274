// Bytecode that no compiler writes: each piece breaks one rule, and has its own fault.
#include <gtest/gtest.h>

#include "tests/unit/vm/bundles.h"
#include "vm/verify/abstract_machine.h"
#include "vm/verify/program.h"

namespace remit::vm {
namespace {

class CodeCheck : public testing::Test {
 protected:
  CodeCheck() {
    const CompileResult compiled = compile(
        {{"schema.rule", test::kShop},
         {"policy.rule", test::policy("guard g on shop.refund {\n  deny\n  when risk.score > 9\n"
                                      "  because \"g\"\n}\n")}});
    auto program = verify(compiled.image);
    EXPECT_TRUE(program);
    image_ = program->image();
    layout_ = program->layout();
    image_.integers = {INT64_MAX};
  }

  // The fault of the code as the condition of the one guard; empty if it is sound.
  std::string fault(std::vector<Instruction> code) {
    image_.code = std::move(code);
    const ToolSet scope = tools_of(image_, image_.items[0].scope);
    const CodeContext context{
        .image = &image_, .layout = &layout_, .scope = &scope, .tool = ToolId{1}};
    const auto result =
        run_abstract(context, {0, static_cast<std::uint32_t>(image_.code.size())}, {});
    return result ? std::string() : std::string(result.error().code());
  }

  [[nodiscard]] Instruction load(std::string_view path) const {
    return {Opcode::Load, 0, 0, layout_.find_path(image_, ToolId{1}, path)};
  }
  static Instruction op(Opcode opcode, std::uint32_t c = 0) { return {opcode, 0, 0, c}; }

  const Instruction yes_{Opcode::PushBool, 1, 0, 0};
  const Instruction huge_{Opcode::PushInteger, static_cast<std::uint8_t>(TypeKind::Int), 0, 0};

 private:
  Image image_;
  Layout layout_;
};

TEST_F(CodeCheck, AcceptsSoundCode) {
  EXPECT_EQ(fault({yes_}), "");
  EXPECT_EQ(fault({load("target.tenants"), op(Opcode::LoopAny, 4), yes_, op(Opcode::LoopEnd)}), "");
  EXPECT_EQ(fault({huge_, huge_, op(Opcode::Multiply), huge_, op(Opcode::Less)}), "");
  EXPECT_EQ(fault({yes_, op(Opcode::JumpUnless, 4), yes_, op(Opcode::Jump, 5), yes_}), "");
}

TEST_F(CodeCheck, EveryInstructionIsReached) {
  EXPECT_EQ(fault({op(Opcode::Jump, 2), yes_, yes_}), "code.unreachable");
}

TEST_F(CodeCheck, PathsJoinWithTheSameValues) {
  EXPECT_EQ(fault({yes_, op(Opcode::JumpUnless, 3), yes_, yes_}), "code.bad_join");
  EXPECT_EQ(fault({yes_, op(Opcode::JumpUnless, 4), yes_, op(Opcode::Jump, 5), huge_}),
            "code.bad_join");
}

TEST_F(CodeCheck, OperandsLieInTheirTables) {
  const auto kind = [](TypeKind of) { return static_cast<std::uint8_t>(of); };
  const auto last = static_cast<std::uint8_t>(TypeKind::List);
  const struct {
    Instruction in;
    const char* fault;
  } kCases[] = {
      {{Opcode::PushBool, 2, 0, 0}, "code.bad_operand"},
      {{Opcode::PushBool, 1, 1, 0}, "code.unused_bits"},
      {{Opcode::PushBool, 1, 0, 1}, "code.unused_bits"},
      {{Opcode::Not, 1, 0, 0}, "code.unused_bits"},
      {{Opcode::PushInteger, static_cast<std::uint8_t>(last + 1), 0, 0}, "code.bad_operand"},
      {{Opcode::PushInteger, kind(TypeKind::Int), 1, 0}, "code.unused_bits"},
      {{Opcode::PushInteger, kind(TypeKind::Enum), 500, 0}, "code.bad_operand"},
      {{Opcode::ContainsInteger, 2, 0, 0}, "code.bad_operand"},
      {{Opcode::Load, 0, 0, 2 * limits::kSlotsMax}, "code.bad_operand"},
      {{Opcode::HasElement, 0, 0, 2 * limits::kSlotsMax}, "code.bad_operand"},
      {{Opcode::LoadUsed, 0, 0, 0}, "code.bad_operand"},
      {{Opcode::MakeSet, 0, 0, 0}, "code.bad_operand"},
      {{Opcode::MakeSet, 0, limits::kSetLiteralMax + 1, 0}, "code.bad_operand"},
      {{Opcode::MakeSet, 0, 1, limits::kScratchElementsMax}, "code.scratch_overflow"},
      {{Opcode::Percent, 0, 0, 0}, "code.bad_operand"},
      {{Opcode::Percent, 0, 0, limits::kPercentThousandthsMax + 1}, "code.bad_operand"},
      {{Opcode::InRange, 4, 0, 0}, "code.bad_operand"},
      {{Opcode::LastCase, 0, 0, limits::kEnumValuesMax + 1}, "code.bad_operand"},
      {{Opcode::Jump, 0, 0, 0}, "code.bad_jump"},
      {{Opcode::Jump, 0, 0, 2}, "code.bad_jump"},
  };
  for (const auto& row : kCases) EXPECT_EQ(fault({row.in}), row.fault) << info(row.in.opcode).name;
}

TEST_F(CodeCheck, ValuesHaveTheTypeThatIsNeeded) {
  const Instruction text{Opcode::PushText, static_cast<std::uint8_t>(TypeKind::String), 0, 0};
  const Instruction set{Opcode::MakeSet, 0, 1, 0};
  EXPECT_EQ(fault({huge_, op(Opcode::Not)}), "code.bad_type");
  EXPECT_EQ(fault({text, text, text, op(Opcode::InRange)}), "code.bad_type");
  EXPECT_EQ(fault({yes_, yes_, yes_, op(Opcode::InRange)}), "code.bad_type");
  EXPECT_EQ(fault({huge_, op(Opcode::Size), huge_, op(Opcode::Less)}), "code.bad_type");
  EXPECT_EQ(fault({huge_, set, op(Opcode::Size), huge_, op(Opcode::Less)}), "code.bad_type");
  EXPECT_EQ(fault({huge_, text, op(Opcode::Equal)}), "code.bad_type");
  EXPECT_EQ(fault({text, text, op(Opcode::Less)}), "code.bad_type");
  EXPECT_EQ(fault({huge_, huge_, op(Opcode::TextEqual)}), "code.bad_type");
  EXPECT_EQ(fault({huge_, op(Opcode::Matches)}), "code.bad_type");
}

// Two paths of 200 values each, of which one jumps to the other's end a thousand times.
TEST_F(CodeCheck, PathsThatShareNothingDoNotJoinAgainAndAgain) {
  const std::uint32_t jumps = 1000, end = 403 + 2 * jumps;
  std::vector<Instruction> code{yes_, op(Opcode::JumpUnless, 203)};
  code.insert(code.end(), 200, yes_);
  code.push_back(op(Opcode::Jump, end));
  code.insert(code.end(), 200, yes_);
  for (std::uint32_t i = 0; i < jumps; ++i) {
    code.push_back(yes_);
    code.push_back(op(Opcode::JumpUnless, end));
  }
  code.insert(code.end(), 199, op(Opcode::Equal));
  EXPECT_EQ(fault(code), "code.deep_join");
}

TEST_F(CodeCheck, TheStackIsBounded) {
  std::vector<Instruction> code(limits::kStackDepthMax, yes_);
  EXPECT_EQ(fault(code), "code.no_result");
  code.push_back(yes_);
  EXPECT_EQ(fault(code), "code.stack_overflow");
  EXPECT_EQ(fault({op(Opcode::Not)}), "code.stack_underflow");
}

TEST_F(CodeCheck, ScratchIsFilledFromItsStart) {
  const Instruction set{Opcode::MakeSet, 0, 1, 0};
  EXPECT_EQ(fault({huge_, huge_, set, op(Opcode::ContainsInteger)}), "");
  EXPECT_EQ(fault({huge_, huge_, {Opcode::MakeSet, 0, 1, 5}, op(Opcode::ContainsInteger)}),
            "code.scratch_overlap");
  EXPECT_EQ(fault({huge_, {Opcode::MakeSet, 0, 1, 4096}}), "code.scratch_overflow");
}

// A body that runs again and again must not write over what waits outside.
TEST_F(CodeCheck, ASetInALoopLiesBesideThoseAroundIt) {
  const Instruction tenants = load("target.tenants");
  const auto code = [&](std::uint32_t scratch) -> std::vector<Instruction> {
    return {huge_,
            huge_,
            {Opcode::MakeSet, 0, 1, 0},
            tenants,
            op(Opcode::LoopAny, 10),
            huge_,
            huge_,
            {Opcode::MakeSet, 0, 1, scratch},
            op(Opcode::ContainsInteger),
            op(Opcode::LoopEnd),
            op(Opcode::JumpUnless, 11),
            op(Opcode::ContainsInteger)};
  };
  EXPECT_EQ(fault(code(1)), "");
  EXPECT_EQ(fault(code(0)), "code.scratch_overlap");
}

TEST_F(CodeCheck, NumbersStayInTheirRange) {
  EXPECT_EQ(fault({huge_, huge_, op(Opcode::Multiply), huge_, op(Opcode::Multiply), huge_,
                   op(Opcode::Less)}),
            "code.overflow");
}

TEST_F(CodeCheck, LoopsAreWhole) {
  const Instruction tenants = load("target.tenants");
  EXPECT_EQ(fault({tenants, op(Opcode::LoopAny, 6), tenants, op(Opcode::LoopAny, 5), yes_,
                   op(Opcode::LoopEnd)}),
            "code.nested_loop");
  EXPECT_EQ(fault({tenants, op(Opcode::LoopAny, 5), yes_, yes_, op(Opcode::LoopEnd)}),
            "code.bad_loop");
  EXPECT_EQ(fault({yes_, op(Opcode::LoopEnd)}), "code.bad_loop");
  EXPECT_EQ(fault({tenants, op(Opcode::LoopAny, 6), yes_, op(Opcode::JumpIfFalse, 6), yes_,
                   op(Opcode::LoopEnd)}),
            "code.bad_jump");
}

}  // namespace
}  // namespace remit::vm
