#include "compiler/check/names/names.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "compiler/check/schema/declared_types.h"

namespace remit::compiler {

namespace {

constexpr std::string_view kBuiltins[] = {"approved", "none"};

// Constants, defs and aliases of all schemas share one scope.
constexpr std::uint32_t kShared = 0xFFFF'FFFF;

}  // namespace

std::string_view spelling(Named::Kind kind) {
  if (kind == Named::Kind::Constant) return "constant";
  return kind == Named::Kind::Def ? "def" : "scope";
}

void report_cycle(const Named& named, const Reporter& reporter) {
  reporter
      .report(Code::E0307, named.decl->name.span,
              fmt::format("{} `{}` depends on itself", spelling(named.kind), named.decl->name.text))
      .help("break the cycle");
}

Names::Names(const Modules& modules, const Schema& schema, const Reporter& reporter)
    : schema_(schema) {
  for (const EnumInfo& info : schema.enums) {
    for (const EnumValueInfo& value : info.values) enum_values_.insert(value.name);
  }
  for (const ToolInfo& tool : schema.tools)
    tool_namespaces_.insert(tool.name.substr(0, tool.name.find('.')));
  modules.for_each(
      [&](const ast::Module& module, ModuleIndex index) { collect(module, index, reporter); });
  check_shadows(reporter);
}

void Names::collect(const ast::Module& module, ModuleIndex index, const Reporter& reporter) {
  const bool shared = module.kind == ast::ModuleKind::Schema;
  if (!shared && module.kind != ast::ModuleKind::Policy) return;
  for (const ast::Decl* decl : module.decls) {
    const bool is_const = decl->kind == ast::DeclKind::Const,
               is_def = decl->kind == ast::DeclKind::Def;
    if ((!is_const && !is_def && decl->kind != ast::DeclKind::Alias) || decl->name.empty())
      continue;
    const Named named{is_const ? Named::Kind::Constant
                      : is_def ? Named::Kind::Def
                               : Named::Kind::Alias,
                      decl, index};
    check_new(decl->name.text, decl->name.span, spelling(named.kind), reporter);
    const auto key =
        std::pair(shared ? kShared : static_cast<std::uint32_t>(index), decl->name.text);
    const auto [entry, is_new] = named_.try_emplace(key, named);
    if (!is_new) {
      reporter
          .report(Code::E0302, decl->name.span,
                  fmt::format("`{}` is declared twice", decl->name.text))
          .secondary_at(entry->second.decl->name.span, "the first one")
          .help("rename or remove one of them");
    }
  }
}

void Names::check_shadows(const Reporter& reporter) const {
  for (const auto& [key, named] : named_) {
    const auto shared = named_.find({kShared, key.second});
    if (key.first == kShared || shared == named_.end()) continue;
    reporter
        .report(Code::E0303, named.decl->name.span,
                fmt::format("{} `{}` shadows one of a schema", spelling(named.kind), key.second))
        .secondary_at(shared->second.decl->name.span, "the one of the schema")
        .help("choose another name");
  }
}

void Names::check_new(std::string_view name, Span span, std::string_view what,
                      const Reporter& reporter) const {
  std::string_view other;
  if (is_enum_value(name))
    other = "an enum value";
  else if (schema_.is_root(name))
    other = "a root";
  else if (tool_namespaces_.contains(name))
    other = "a namespace of tools";
  else if (is_type_name(name) || schema_.find_enum(name) || schema_.find_record(name))
    other = "a type";
  else if (std::ranges::find(kBuiltins, name) != std::end(kBuiltins))
    other = "a built-in";
  if (other.empty()) return;
  reporter.report(Code::E0303, span, fmt::format("{} `{}` has the name of {}", what, name, other))
      .help("choose another name");
}

const Named* Names::find(std::string_view name, ModuleIndex module) const {
  auto found = named_.find({static_cast<std::uint32_t>(module), name});
  if (found == named_.end()) found = named_.find({kShared, name});
  return found == named_.end() ? nullptr : &found->second;
}

const Named* Names::find(Named::Kind kind, std::string_view name, ModuleIndex module) const {
  const Named* named = find(name, module);
  if (named == nullptr || named->kind != kind) return nullptr;
  used_.insert(named);
  return named;
}

std::vector<const Named*> Names::unused() const {
  std::vector<const Named*> result = all();
  std::erase_if(result, [&](const Named* named) { return used_.contains(named); });
  return result;
}

std::vector<const Named*> Names::all() const {
  std::vector<const Named*> result;
  for (const auto& [key, named] : named_) result.push_back(&named);
  return result;
}

std::vector<std::string_view> Names::all(Named::Kind kind) const {
  std::vector<std::string_view> names;
  for (const auto& [key, named] : named_) {
    if (named.kind == kind) names.push_back(key.second);
  }
  return names;
}

std::vector<std::string_view> Names::visible(Named::Kind kind, ModuleIndex module) const {
  std::vector<std::string_view> names;
  for (const auto& [key, named] : named_) {
    const bool visible = key.first == kShared || key.first == static_cast<std::uint32_t>(module);
    if (visible && named.kind == kind) names.push_back(key.second);
  }
  return names;
}

}  // namespace remit::compiler
