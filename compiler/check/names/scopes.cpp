#include "compiler/check/names/scopes.h"

#include <string_view>

#include <fmt/format.h>

namespace remit::compiler {

const std::vector<ToolIndex>& Scopes::alias(const Named& named) {
  const auto [entry, is_new] = aliases_.try_emplace(&named);
  Alias& alias = entry->second;
  if (is_new) {
    alias.tools = tools(ast::as<ast::AliasDecl>(*named.decl).scope, named.module);
    alias.done = true;
  } else if (!alias.done) {
    report_cycle(named, *this);
  }
  return alias.tools;
}

void Scopes::add_pattern(const ast::ToolPattern& pattern, ModuleIndex module,
                         std::set<ToolIndex>& into) {
  const std::string_view text = pattern.name.text;
  if (text.empty()) return;
  if (!pattern.wildcard && pattern.name.parts.size() == 1) {
    if (const Named* named = names_.find(Named::Kind::Alias, text, module)) {
      const auto& tools = alias(*named);
      into.insert(tools.begin(), tools.end());
      return;
    }
    Diagnostic& diagnostic =
        report(Code::E0301, pattern.span, fmt::format("there is no scope `{}`", text));
    diagnostic.help(
        "a tool has at least two segments; all tools below a namespace are `namespace.*`");
    suggest(diagnostic, text, pattern.span, names_.all(Named::Kind::Alias));
    return;
  }
  bool matched = false;
  for (std::size_t i = 0; i < schema_.tools.size(); ++i) {
    const std::string_view name = schema_.tools[i].name;
    const bool below = pattern.wildcard && name.size() > text.size() && name.starts_with(text) &&
                       name[text.size()] == '.';
    if (!below && (pattern.wildcard || name != text)) continue;
    matched = true;
    into.insert(static_cast<ToolIndex>(i));
  }
  if (matched) return;
  std::vector<std::string_view> candidates;
  if (pattern.wildcard)
    candidates.assign(names_.tool_namespaces().begin(), names_.tool_namespaces().end());
  else
    candidates = names_of(schema_.tools);
  Diagnostic& diagnostic = report(Code::E0305, pattern.span,
                                  pattern.wildcard ? fmt::format("no tool stands below `{}`", text)
                                                   : fmt::format("there is no tool `{}`", text));
  diagnostic.help("name a tool of a schema");
  suggest(diagnostic, text, pattern.name.span, candidates);
}

std::vector<ToolIndex> Scopes::all_tools() const {
  std::vector<ToolIndex> tools;
  for (std::size_t i = 0; i < schema_.tools.size(); ++i) tools.push_back(static_cast<ToolIndex>(i));
  return tools;
}

std::vector<ToolIndex> Scopes::tools(const ast::Scope& scope, ModuleIndex module) {
  if (scope.any) return all_tools();
  std::set<ToolIndex> tools;
  for (const ast::ToolPattern& pattern : scope.patterns) add_pattern(pattern, module, tools);
  return {tools.begin(), tools.end()};
}

}  // namespace remit::compiler
