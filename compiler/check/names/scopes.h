// Scopes: which tools an `on …` names. Declared ones are resolved when they are first used.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "compiler/check/names/names.h"
#include "compiler/check/reporter.h"
#include "compiler/check/typed_schema.h"
#include "lang/ast.h"

namespace remit::compiler {

class Scopes : Reporter {
 public:
  Scopes(const Names& names, const Schema& schema, const Reporter& reporter)
      : Reporter(reporter), names_(names), schema_(schema) {}

  // Ascending.
  std::vector<ToolIndex> tools(const ast::Scope& scope, ModuleIndex module);
  [[nodiscard]] std::vector<ToolIndex> all_tools() const;
  // Of a declared scope.
  const std::vector<ToolIndex>& alias(const Named& named);

 private:
  void add_pattern(const ast::ToolPattern& pattern, ModuleIndex module, std::set<ToolIndex>& into);

  struct Alias {
    bool done = false;  // else it is being resolved
    std::vector<ToolIndex> tools;
  };

  const Names& names_;
  const Schema& schema_;
  std::map<const Named*, Alias> aliases_;
};

}  // namespace remit::compiler
