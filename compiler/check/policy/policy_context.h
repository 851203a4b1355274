// What the checks of the items of one policy share.
#pragma once

#include <vector>

#include "compiler/check/definitions/definitions.h"
#include "compiler/check/expr/environment.h"
#include "compiler/check/expr/expr_context.h"
#include "compiler/check/expr/flow.h"
#include "compiler/check/names/scopes.h"
#include "compiler/check/typed_policy.h"

namespace remit::compiler {

struct PolicyContext {
  Environment& env;
  Definitions& definitions;
  Scopes& scopes;
  const PolicyInfo& policy;
  const LayerInfo& layer;
  KeySet present;                   // after `applies when`
  std::vector<Counter> counters{};  // of its limits, once these are checked

  [[nodiscard]] const ast::Module& file() const { return env.modules[policy.module]; }
};

}  // namespace remit::compiler
