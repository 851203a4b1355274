// Which tools that do not exist yet a scope would take in (E1302, E1305).
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "compiler/check/typed.h"

namespace remit::compiler {

enum class Reach : std::uint8_t { Named, Below, Any };

class Reaches {
 public:
  explicit Reaches(const TypedBundle& typed) : typed_(typed) {}

  // Of a scope in a file; an alias reaches as far as what it stands for.
  [[nodiscard]] Reach of(const ast::Scope& scope, ModuleIndex module);

 private:
  [[nodiscard]] Reach of_alias(std::string_view name, ModuleIndex module);

  const TypedBundle& typed_;
  std::map<const ast::Decl*, Reach> aliases_;
};

}  // namespace remit::compiler
