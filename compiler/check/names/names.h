// The names of a bundle that are declared with `const`, `def` and `scope`, and the rule that every
// name means one thing wherever it is read. What they stand for is settled later (definitions.h,
// scopes.h).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/check/modules.h"
#include "compiler/check/reporter.h"
#include "compiler/check/typed_schema.h"
#include "lang/ast.h"

namespace remit::compiler {

// A constant, def or alias, in a schema or in one policy.
struct Named {
  enum class Kind : std::uint8_t { Constant, Def, Alias } kind{};
  const ast::Decl* decl = nullptr;
  ModuleIndex module{};
};

class Names {
 public:
  // Reports names that are declared twice, or mean something else already.
  Names(const Modules& modules, const Schema& schema, const Reporter& reporter);

  // Those of a policy before those of the schemas, which all files share; null if there is none.
  [[nodiscard]] const Named* find(std::string_view name, ModuleIndex module) const;
  // What a name in a text means: from then on something names it.
  [[nodiscard]] const Named* find(Named::Kind kind, std::string_view name,
                                  ModuleIndex module) const;
  // What nothing names, once every text was read.
  [[nodiscard]] std::vector<const Named*> unused() const;
  // Each once, those of the schemas last.
  [[nodiscard]] std::vector<const Named*> all() const;
  [[nodiscard]] std::vector<std::string_view> all(Named::Kind kind) const;
  [[nodiscard]] std::vector<std::string_view> visible(Named::Kind kind, ModuleIndex module) const;

  // Names that the schema gives a meaning without its owner's name before them.
  [[nodiscard]] bool is_enum_value(std::string_view name) const {
    return enum_values_.contains(name);
  }
  [[nodiscard]] const std::set<std::string_view>& tool_namespaces() const {
    return tool_namespaces_;
  }

  // Reports a new name, of a `what`, that the schema or the language gives a meaning.
  void check_new(std::string_view name, Span span, std::string_view what,
                 const Reporter& reporter) const;

 private:
  void collect(const ast::Module& module, ModuleIndex index, const Reporter& reporter);
  void check_shadows(const Reporter& reporter) const;

  const Schema& schema_;
  // By module (kShared for schemas) and name.
  std::map<std::pair<std::uint32_t, std::string_view>, Named> named_;
  mutable std::set<const Named*> used_;
  std::set<std::string_view> enum_values_;
  std::set<std::string_view> tool_namespaces_;
};

// What kind of thing it is, in a message.
[[nodiscard]] std::string_view spelling(Named::Kind kind);

void report_cycle(const Named& named, const Reporter& reporter);

}  // namespace remit::compiler
