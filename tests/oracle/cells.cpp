// Cells and what stands in them: a cell is asked part by part, every time.

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "tests/oracle/evaluate.h"

namespace remit::oracle {

namespace {

// `2026-11-20` or `2026-11-20T09:30:00.001Z`, which the compiler has accepted.
Wide milliseconds_of(std::string_view text) {
  const auto number = [&](std::size_t at, std::size_t digits) {
    return std::stoi(std::string(text.substr(at, digits)));
  };
  const std::chrono::sys_days day = std::chrono::year(number(0, 4)) /
                                    std::chrono::month(static_cast<unsigned>(number(5, 2))) /
                                    std::chrono::day(static_cast<unsigned>(number(8, 2)));
  Wide ms = Wide{day.time_since_epoch().count()} * 86'400'000;
  if (text.size() == 10) return ms;
  ms += Wide{number(11, 2)} * 3'600'000 + Wide{number(14, 2)} * 60'000 + Wide{number(17, 2)} * 1000;
  if (text[19] != '.') return ms;
  std::string fraction(text.substr(20, text.size() - 21));
  fraction.resize(3, '0');
  return ms + std::stoi(fraction);
}

}  // namespace

const compiler::ConstInfo* find_constant(const compiler::TypedBundle& bundle,
                                         compiler::ModuleIndex module, std::string_view name) {
  for (const compiler::ConstInfo& constant : bundle.constants) {
    const bool seen = constant.module == module ||
                      bundle.module(constant.module).ast->kind == ast::ModuleKind::Schema;
    if (seen && constant.name == name) return &constant;
  }
  return nullptr;
}

std::int64_t milliseconds(const compiler::TypedBundle& bundle, compiler::ModuleIndex module,
                          const ast::DurationOrName& time) {
  return time.is_literal ? time.literal.integer
                         : find_constant(bundle, module, time.name.text)->integer;
}

Wide Evaluator::atom(const ast::Atom& atom, const compiler::Type& type) const {
  if (atom.is_literal) {
    return atom.literal.kind == ast::LiteralKind::Utc ? milliseconds_of(atom.literal.text)
                                                      : Wide{atom.literal.integer};
  }
  if (type.kind == TypeKind::Enum) {
    if (const auto ordinal = bundle_.enumeration(type).ordinal(atom.name.parts.back().text))
      return *ordinal;
  }
  if (type.kind == TypeKind::Tool) {
    if (const auto tool = bundle_.find_tool(atom.name.text)) return static_cast<Wide>(*tool);
  }
  const compiler::ConstInfo* constant = find_constant(bundle_, module_, atom.name.text);
  if (constant == nullptr) throw std::logic_error("a cell names nothing");
  return constant->integer;
}

bool Evaluator::part_takes(const ast::CellItem& part, const compiler::Type& type,
                           Wide given) const {
  const Wide low = atom(part.low, type);
  switch (part.op) {
    case ast::CellOp::Value: return given == low;
    case ast::CellOp::Less: return given < low;
    case ast::CellOp::LessEqual: return given <= low;
    case ast::CellOp::Greater: return given > low;
    case ast::CellOp::GreaterEqual: return given >= low;
    case ast::CellOp::Range: return low <= given && given <= atom(part.high, type);
    case ast::CellOp::HalfOpenRange: return low <= given && given < atom(part.high, type);
  }
  return false;
}

bool Evaluator::takes(const ast::Cell& cell, const ast::Expr& header,
                      compiler::ModuleIndex module) {
  const Wide given = value_of(header, module).integer;
  if (cell.any) return true;
  const compiler::Type& type = *bundle_.module(module).info(header).type;
  const bool named = std::ranges::any_of(
      cell.items, [&](const ast::CellItem& part) { return part_takes(part, type, given); });
  return named != cell.negated;
}

}  // namespace remit::oracle
