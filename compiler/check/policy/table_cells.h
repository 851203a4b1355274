// Cells of tables: their atoms, and whether each part of a cell says something.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/check/expr/expressions.h"

namespace remit::compiler {

// The values of an input that are told apart one by one; empty for numbers and times.
[[nodiscard]] std::vector<std::int64_t> discrete_values(const ExprInfo& input,
                                                        const std::vector<ToolIndex>& scope,
                                                        const Schema& schema);

// Of an input that `expressions` checked. Nothing if something was reported.
[[nodiscard]] std::optional<CellInfo> check_cell(const ast::Cell& cell, const ast::Expr& input,
                                                 const ExpressionChecker& expressions,
                                                 const Environment& env, Resolver& resolver);

}  // namespace remit::compiler
