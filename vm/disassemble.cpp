#include "vm/disassemble.h"

#include <utility>

#include "stdlib/hash.h"
#include "stdlib/money.h"
#include "stdlib/text.h"
#include "stdlib/time.h"
#include "vm/reservation.h"
#include "vm/verdict.h"

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

std::string_view text_of(const Image& image, StringId id) {
  return image.strings[static_cast<std::size_t>(id)];
}

std::string enum_value(const Image& image, std::uint32_t row, std::int64_t ordinal) {
  return std::string(
      text_of(image, image.enum_values[image.enums[row].values.first + ordinal].name));
}

std::string role(const Image& image, std::uint32_t ordinal) {
  for (std::uint32_t row = 0; row < image.enums.size(); ++row) {
    if (text_of(image, image.enums[row].name) == "role") return enum_value(image, row, ordinal);
  }
  return std::to_string(ordinal);
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
    case Operand::Role: return value == kNoRow ? " any" : ' ' + role(image, value);
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

// ---- tables

// The verifier does not hold the values of cells against the type of their input: one that the type
// does not have is printed as the number that it is.
bool has_value(const Image& image, const InputRow& input, std::int64_t value) {
  if (value < 0) return input.kind == TypeKind::Int || input.kind == TypeKind::Money;
  const auto ordinal = static_cast<std::uint64_t>(value);
  if (input.kind == TypeKind::Enum) return ordinal < image.enums[input.ref].values.count;
  if (input.kind == TypeKind::Tool) return ordinal < image.tools.size();
  if (input.kind == TypeKind::TimeOfDay) return value < 24 * 60;
  return input.kind != TypeKind::Timestamp || value <= stdlib::kTimestampMax;
}

std::string integer_text(const Image& image, const InputRow& input, std::int64_t value) {
  if (!has_value(image, input, value)) return std::to_string(value);
  switch (input.kind) {
    case TypeKind::Bool: return value != 0 ? "true" : "false";
    case TypeKind::Enum: return enum_value(image, input.ref, value);
    case TypeKind::Tool:
      return std::string(text_of(image, image.tools[static_cast<std::size_t>(value)].name));
    case TypeKind::Money: return stdlib::format_money(value, image.default_currency().text());
    case TypeKind::Duration: return stdlib::format_duration(value);
    case TypeKind::Timestamp: return stdlib::format_timestamp(value);
    case TypeKind::TimeOfDay: return stdlib::format_time_of_day(value);
    case TypeKind::Int:
    case TypeKind::String:
    case TypeKind::Id:
    case TypeKind::Host:
    case TypeKind::Path:
    case TypeKind::Email:
    case TypeKind::Url:
    case TypeKind::Ip:
    case TypeKind::Opaque:
    case TypeKind::Record:
    case TypeKind::Set:
    case TypeKind::List: break;
  }
  return std::to_string(value);
}

// `*`, `free, pro`, `not 3 ..= 5`, `>= 60`
std::string cell_text(const Image& image, const InputRow& input, const CellRow& cell) {
  if (cell.items.count == 0) return "*";
  std::string text = cell.negated != 0 ? "not " : "";
  for (std::uint32_t i = cell.items.first; i < cell.items.first + cell.items.count; ++i) {
    const CellItemRow& item = image.cell_items[i];
    if (i != cell.items.first) text += ", ";
    if (item.open_low != 0)
      text += "<= " + integer_text(image, input, item.high);
    else if (item.open_high != 0)
      text += ">= " + integer_text(image, input, item.low);
    else
      text += integer_text(image, input, item.low) +
              (item.low == item.high ? "" : " ..= " + integer_text(image, input, item.high));
  }
  return text;
}

std::string row_text(const Image& image, const TableRow& table, const ItemRow& row) {
  if (row.cells.count == 0) return "otherwise";
  std::string text;
  for (std::uint32_t i = 0; i < row.cells.count; ++i)
    text += (i == 0 ? "" : " | ") + cell_text(image, image.inputs[table.inputs.first + i],
                                              image.cells[row.cells.first + i]);
  return text;
}

std::string kind_of(const Image& image, const InputRow& input) {
  return input.kind == TypeKind::Enum ? std::string(text_of(image, image.enums[input.ref].name))
                                      : std::string(spelling(input.kind));
}

void append_inputs(const Program& program, ToolId tool, Range inputs, const std::string& owner,
                   std::string& text) {
  const Image& image = program.image();
  for (std::uint32_t i = 0; i < inputs.count; ++i) {
    const InputRow& input = image.inputs[inputs.first + i];
    append_code(program, tool, input.code,
                owner + ' ' + std::to_string(i + 1) + ", " + kind_of(image, input), text);
  }
}

// The table's conditions and inputs stand before its first row.
void append_row(const Program& program, const ItemRow& row, const std::string& owner, bool first,
                std::string& text) {
  const Image& image = program.image();
  const TableRow& table = image.tables[row.detail];
  if (first) {
    const std::string name = owner.substr(0, owner.rfind('.'));
    const ToolId tool = image.scope_tools[row.scope.first];
    append_code(program, tool, table.when, name + " when", text);
    append_code(program, tool, table.unless, name + " unless", text);
    append_inputs(program, tool, table.inputs, name + " input", text);
  }
  text += owner + "   " + row_text(image, table, row) + '\n';
}

// ---- limits and asserts

void append_limit(const Program& program, const LimitRow& limit, ToolId tool,
                  const std::string& owner, std::string& text) {
  const std::string kind(spelling(limit.kind));
  append_code(program, tool, limit.maximum, owner + " max, " + kind, text);
  if (limit.amount.count == 0)
    text += owner + " calls\n";
  else
    append_code(program, tool, limit.amount, owner + " of, " + kind, text);
  append_inputs(program, tool, limit.keys, owner + " per", text);
  text += owner + " in " + window_text(limit) + '\n';
}

std::string_view claim(VerdictClass forbidden) {
  switch (forbidden) {
    case VerdictClass::Permit: return " never permit";
    case VerdictClass::Queue: return " never permit or queue";
    case VerdictClass::None:
    case VerdictClass::Escalate:
    case VerdictClass::Deny: break;
  }
  return " always deny";
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
  text += line("currency", std::string(image.default_currency().text()) + ", minor unit of " +
                               std::to_string(image.default_currency().minor_digits) + " decimals");
  text += line("size", std::to_string(file_bytes) + " bytes, " + std::to_string(image.code.size()) +
                           " instructions, " + std::to_string(image.strings.size()) + " strings");
  text += line("debug", image.debug.empty() ? "no" : "yes");
  for (const LayerRow& layer : image.layers) {
    text += line("layer", name(layer.name) + (layer.guards_only != 0 ? ", guards only" : "") +
                              (layer.machine != 0 ? ", machine" : ""));
    for (std::uint32_t p = layer.policies.first; p < layer.policies.first + layer.policies.count;
         ++p) {
      text += line("  policy", name(image.policies[p].name) + ", " +
                                   stdlib::counted(image.policies[p].items.count, "item"));
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
  for (std::size_t i = 0; i < image.items.size(); ++i) {
    const ItemRow& item = image.items[i];
    std::string owner =
        name(image.policies[static_cast<std::size_t>(item.policy)].name) + '.' + name(item.name);
    if (is_row(item.kind)) {
      append_row(program, item, owner, image.tables[item.detail].items.first == i, text);
      continue;
    }
    const ToolId tool = image.scope_tools[item.scope.first];
    if (item.kind == ItemKind::Assert) owner += claim(item.verdict);
    append_code(program, tool, item.when, owner + " when", text);
    append_code(program, tool, item.unless, owner + " unless", text);
    if (item.kind == ItemKind::Limit)
      append_limit(program, image.limits[item.detail], tool, owner, text);
  }
  return text;
}

}  // namespace remit::vm
