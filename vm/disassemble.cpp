#include "vm/disassemble.h"

#include <utility>

#include "stdlib/hash.h"
#include "stdlib/time.h"

namespace remit::vm {

namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string line(const std::string& name, const std::string& value) {
  return padded(name, 14) + value + '\n';
}

// The fact that stands in a slot. The root `tool` has slots and no fields.
std::string fact(const Program& program, ToolId tool, std::uint32_t slot) {
  static constexpr std::string_view kToolFields[] = {"name", "effect", "undo", "reads",
                                                     "clearance"};
  if (slot < kFirstHostSlot) return "tool." + std::string(kToolFields[slot]);
  return program.layout().path_of(program.image(), tool, slot);
}

std::string operand(const Program& program, ToolId tool, Operand kind, std::uint32_t value,
                    std::uint8_t a) {
  const Image& image = program.image();
  switch (kind) {
    case Operand::None: return {};
    case Operand::Kind: return ' ' + std::string(spelling(static_cast<TypeKind>(value)));
    case Operand::Enum:
      return static_cast<TypeKind>(a) == TypeKind::Enum
                 ? ' ' + image.strings[static_cast<std::size_t>(image.enums[value].name)]
                 : std::string();
    case Operand::Integer: return ' ' + std::to_string(image.integers[value]);
    case Operand::String: return " \"" + image.strings[value] + '"';
    case Operand::Pattern:
      return " re\"" + image.strings[static_cast<std::size_t>(image.patterns[value])] + '"';
    case Operand::Set:
      return " set " + std::to_string(value) + " of " +
             std::to_string(image.sets[value].elements.count);
    case Operand::Slot: return ' ' + std::to_string(value) + ' ' + fact(program, tool, value);
    case Operand::Field: return " field " + std::to_string(value);
    case Operand::Limit: {
      const ItemRow& item = image.items[static_cast<std::size_t>(image.limits[value].item)];
      return ' ' + image.strings[static_cast<std::size_t>(item.name)];
    }
    case Operand::Role: return value == kNoRow ? " any" : ' ' + std::to_string(value);
    case Operand::Target: return " -> " + std::to_string(value);
    case Operand::Bool:
    case Operand::Count:
    case Operand::Scratch:
    case Operand::Thousandths:
    case Operand::RangeFlags:
    case Operand::Negate: return ' ' + std::to_string(value);
  }
  return {};
}

// `tool` is one that the code runs for: its arguments name the slots above the host's.
void append_code(const Program& program, ToolId tool, Range code, const std::string& owner,
                 std::string& text) {
  if (code.count == 0) return;
  text += owner + '\n';
  for (std::uint32_t i = 0; i < code.count; ++i) {
    const Instruction& in = program.image().code[code.first + i];
    const OpcodeInfo& row = info(in.opcode);
    std::string operands;
    for (const auto& [kind, value] :
         {std::pair<Operand, std::uint32_t>{row.a, in.a}, {row.b, in.b}, {row.c, in.c}})
      operands += operand(program, tool, kind, value, in.a);
    text += "  " + padded(std::to_string(i), 5) +
            (operands.empty() ? std::string(row.mnemonic) : padded(std::string(row.mnemonic), 18)) +
            operands + '\n';
  }
}

}  // namespace

std::string describe(const Program& program, std::size_t file_bytes) {
  const Image& image = program.image();
  const auto name = [&](StringId id) {
    return id == kNoString ? std::string("(none)") : image.strings[static_cast<std::size_t>(id)];
  };
  std::string text;
  text += line("bundle", name(image.name) + (image.dev ? " (dev)" : ""));
  text += line("image", "sha256:" + stdlib::to_hex(program.hash()));
  text += line("format", std::to_string(kFormatVersion) + ", edition " + std::to_string(kEdition) +
                             ", semantics " + std::to_string(kSemantics));
  text += line("version", std::to_string(image.version));
  text += line("expires",
               image.expires_ms == kNever ? "never" : stdlib::format_timestamp(image.expires_ms));
  text +=
      line("currency", std::string(image.currency.data(), image.currency.size()) +
                           ", minor unit of " + std::to_string(image.minor_digits) + " decimals");
  text += line("size", std::to_string(file_bytes) + " bytes, " + std::to_string(image.code.size()) +
                           " instructions, " + std::to_string(image.strings.size()) + " strings");
  text += line("debug", image.debug.empty() ? "no" : "yes");
  for (const LayerRow& layer : image.layers) {
    text += line("layer", name(layer.name) + (layer.guards_only != 0 ? ", guards only" : "") +
                              (layer.machine != 0 ? ", machine" : ""));
    for (std::uint32_t p = layer.policies.first; p < layer.policies.first + layer.policies.count;
         ++p) {
      text += line("  policy", name(image.policies[p].name) + ", " +
                                   std::to_string(image.policies[p].items.count) + " items");
    }
  }
  for (const ToolRow& tool : image.tools) {
    text += line("tool", padded(name(tool.name), 36) + ' ' + "at most " +
                             std::to_string(tool.steps_bound) + " of " +
                             std::to_string(image.steps_max) + " steps, " +
                             std::to_string(tool.required.count) + " required facts");
  }
  return text;
}

std::string disassemble(const Program& program) {
  const Image& image = program.image();
  std::string text;
  const auto name = [&](StringId id) { return image.strings[static_cast<std::size_t>(id)]; };
  for (const PolicyRow& policy : image.policies)
    append_code(program, {}, policy.applies, name(policy.name) + " applies when", text);
  for (const ItemRow& item : image.items) {
    const std::string owner =
        name(image.policies[static_cast<std::size_t>(item.policy)].name) + '.' + name(item.name);
    const ToolId tool = image.scope_tools[item.scope.first];
    append_code(program, tool, item.when, owner + " when", text);
    append_code(program, tool, item.unless, owner + " unless", text);
  }
  return text;
}

}  // namespace remit::vm
