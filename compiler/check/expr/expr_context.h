// Where an expression stands, which decides what it may read.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/check/modules.h"
#include "compiler/check/typed_expr.h"
#include "compiler/check/typed_policy.h"
#include "lang/source.h"

namespace remit::compiler {

enum class ExprRole : std::uint8_t { Constant, Def, Applies, Item, Limit, Assert };

// A parameter or a loop variable in scope.
struct Local {
  std::string_view name;
  const Type* type = nullptr;
  Base base{};
  std::uint32_t position = 0;  // of a parameter
  std::string key;             // its narrowing keys begin with this
};

// The counter of a limit of the same policy: `limits.NAME.used`.
struct Counter {
  ItemIndex limit{};
  std::string_view name;
  lang::Span place;
  std::span<const ToolIndex> scope;  // empty: something in the limit was reported
  bool conditional = false;          // it may not be there
  const Type* type = nullptr;        // null: reported
};

struct ExprContext {
  ExprRole role{};
  ModuleIndex module{};
  // The tools whose arguments may be read; null where there are none.
  const std::vector<ToolIndex>* scope = nullptr;
  bool scope_is_any = false;
  std::span<const Counter> counters{};
  DefInfo* def = nullptr;  // of which this is the value; it learns what stands in quantifiers
  // A `has` was reported, or may stand in text that did not parse: which facts are known to be
  // present cannot be said.
  bool presence_unknown = false;
  std::vector<Local> locals{};
  bool in_quantifier = false;  // a quantifier that stood here would nest

  [[nodiscard]] const Local* find_local(std::string_view name) const {
    for (const Local& local : locals) {
      if (local.name == name) return &local;
    }
    return nullptr;
  }
};

}  // namespace remit::compiler
