#include "compiler/review/reach.h"

#include <algorithm>

namespace remit::compiler {

Reach Reaches::of(const ast::Scope& scope, ModuleIndex module) {
  if (scope.any) return Reach::Any;
  Reach reach = Reach::Named;
  for (const ast::ToolPattern& pattern : scope.patterns) {
    if (pattern.wildcard) reach = std::max(reach, Reach::Below);
    if (!pattern.wildcard && pattern.name.parts.size() == 1)
      reach = std::max(reach, of_alias(pattern.name.text, module));
  }
  return reach;
}

Reach Reaches::of_alias(std::string_view name, ModuleIndex module) {
  for (std::size_t i = 0; i < typed_.modules.size(); ++i) {
    const ast::Module& other = *typed_.modules[i].ast;
    const auto index = static_cast<ModuleIndex>(i);
    if (other.kind != ast::ModuleKind::Schema && index != module) continue;
    for (const ast::Decl* decl : other.decls) {
      if (decl->kind != ast::DeclKind::Alias || decl->name.text != name) continue;
      const auto known = aliases_.find(decl);
      if (known != aliases_.end()) return known->second;
      return aliases_[decl] = of(ast::as<ast::AliasDecl>(*decl).scope, index);
    }
  }
  return Reach::Named;
}

}  // namespace remit::compiler
