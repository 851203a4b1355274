// What all expressions of a bundle are checked against, and what they leave behind.
#pragma once

#include <vector>

#include "compiler/check/expr/flow.h"
#include "compiler/check/expr/patterns.h"
#include "compiler/check/modules.h"
#include "compiler/check/names/names.h"
#include "compiler/check/reporter.h"
#include "compiler/check/typed_expr.h"
#include "compiler/check/typed_schema.h"

namespace remit::compiler {

struct Environment {
  const Modules& modules;
  const Schema& schema;  // whole, by check_schema
  const Names& names;    // all of them, since they were made
  const Reporter& reporter;

  TypeTable& types;                 // grows by every type that is written or found out
  std::vector<TypedModule>& typed;  // ExpressionChecker fills `exprs`; all others read them
  NarrowKeys keys{};                // of paths
  Patterns patterns{};              // of `matches`

  [[nodiscard]] const TypedModule& module(ModuleIndex index) const {
    return typed[static_cast<std::size_t>(index)];
  }
};

}  // namespace remit::compiler
