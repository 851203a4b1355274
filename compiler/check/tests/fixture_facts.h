// What a test says of its request: its fixture's assignments, then its own steps.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "compiler/check/typed.h"

namespace remit::compiler {

struct TestFacts {
  const ast::Data* tool = nullptr;
  // By root and field; args only those of the tool at hand.
  std::map<std::string_view, std::map<std::string_view, const ast::Data*>> roots;
  // By what stands between `limits.` and `.used`; empty for a path of another form.
  std::map<std::string_view, const ast::Assignment*> counters;

  // The tool if it is declared, else null.
  [[nodiscard]] const ToolInfo* tool_info(const TypedBundle& bundle) const;
};

[[nodiscard]] TestFacts facts_of(const TestInfo& test, const TypedBundle& bundle);
// What a fixture says, with all that it starts from.
[[nodiscard]] TestFacts facts_of(const FixtureInfo& fixture, const TypedBundle& bundle);

// The limits of the test's layers that cover `tool` and whose full names end in `name`.
[[nodiscard]] std::vector<ItemIndex> limits_named(const TestInfo& test, const ToolInfo& tool,
                                                  std::string_view name, const TypedBundle& bundle);

}  // namespace remit::compiler
