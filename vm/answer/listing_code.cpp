// Code in the listing of an image: an instruction a line, its operands by what they mean.
#include <utility>

#include "stdlib/text.h"
#include "vm/answer/listing.h"
#include "vm/image/seats.h"

namespace remit::vm {

namespace {

constexpr std::size_t kNumberWidth = 5;
constexpr std::size_t kMnemonicWidth = 18;

std::string operand(const Listed& listed, ToolId tool, Operand kind, std::uint32_t value,
                    const Instruction& in) {
  const Image& image = listed.image;
  switch (kind) {
    case Operand::None: return {};
    case Operand::Kind: return ' ' + std::string(spelling(static_cast<TypeKind>(value)));
    case Operand::Enum:
      return static_cast<TypeKind>(in.a) == TypeKind::Enum
                 ? ' ' + shown_name(listed, image.enums[value].name)
                 : std::string();
    case Operand::Integer:
      return ' ' + shown_integer(listed, static_cast<TypeKind>(in.a),
                                 static_cast<TypeKind>(in.a) == TypeKind::Enum ? in.b : kNoRow,
                                 image.integers[value]);
    case Operand::String: return ' ' + stdlib::quote(image.strings[value]);
    case Operand::Pattern: return " re" + stdlib::quote(listed.text(image.patterns[value]));
    case Operand::Set:
      return ' ' + std::to_string(value) + " of " +
             std::to_string(image.sets[value].elements.count);
    case Operand::Slot: return ' ' + shown_slot(listed, tool, value);
    case Operand::Field: return " field " + std::to_string(value);
    case Operand::Limit: return ' ' + shown_item(listed, image.limits[value].item);
    case Operand::SeatKind: return {};  // see Role
    case Operand::Role: {
      const auto seat = seat_asked(in);
      return ' ' + (seat ? shown_seat(listed, *seat) : "any");
    }
    case Operand::Target: return " -> " + std::to_string(value);
    case Operand::Bool:
    case Operand::Count:
    case Operand::Scratch:
    case Operand::Thousandths:
    case Operand::Values:
    case Operand::RangeFlags:
    case Operand::Negate: return ' ' + std::to_string(value);
  }
  return {};
}

}  // namespace

void append_code(const Listed& listed, ToolId tool, CodeRange code, std::string_view label,
                 std::string_view value, std::string& text) {
  if (code.count == 0) return;
  append_fact(label, value, text);
  for (std::uint32_t i = 0; i < code.count; ++i) {
    const Instruction& in = listed.image.rows(code)[i];
    const OpcodeInfo& row = info(in.opcode);
    std::string operands;
    for (const auto& [kind, number] :
         {std::pair<Operand, std::uint32_t>{row.a, in.a}, {row.b, in.b}, {row.c, in.c}})
      operands += operand(listed, tool, kind, number, in);
    text += "    " + padded(std::to_string(i), kNumberWidth) +
            (operands.empty() ? std::string(row.mnemonic)
                              : padded(std::string(row.mnemonic), kMnemonicWidth)) +
            operands + '\n';
  }
}

}  // namespace remit::vm
