#include "compiler/check/check.h"

#include <functional>
#include <map>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "compiler/check/definitions/definitions.h"
#include "compiler/check/expr/environment.h"
#include "compiler/check/modules.h"
#include "compiler/check/names/names.h"
#include "compiler/check/names/scopes.h"
#include "compiler/check/policy/layers.h"
#include "compiler/check/policy/overrides.h"
#include "compiler/check/policy/policies.h"
#include "compiler/check/reporter.h"
#include "compiler/check/schema/schema.h"
#include "compiler/check/tests/tests.h"

namespace remit::compiler {

namespace {

void check_module_names(const Modules& modules, const Reporter& reporter) {
  std::map<std::pair<ast::ModuleKind, std::string_view>, const ast::Module*> seen;
  for (const ast::Module* each : modules) {
    const ast::Module& module = *each;
    if (module.kind == ast::ModuleKind::Unknown || module.name.text.empty()) continue;
    const auto [first, is_new] = seen.try_emplace({module.kind, module.name.text}, &module);
    if (!is_new) {
      reporter
          .report(
              Code::E1203, module.name.span,
              fmt::format("the name `{}` is taken by another file of this kind", module.name.text))
          .secondary_at(first->second->name.span, "the first one")
          .help("rename one of them");
    }
    if (module.kind != ast::ModuleKind::Policy) continue;
    for (const ast::Name& part : module.name.parts) {
      if (part.text != "engine" && part.text != "default") continue;
      reporter
          .report(Code::E0308, part.span,
                  fmt::format("`{}` is reserved for the engine's own answers", part.text))
          .help("choose another name");
    }
  }
}

// What every name stands for, whether it is used or not.
void resolve_all(const Names& names, Definitions& definitions, Scopes& scopes) {
  for (const Named* named : names.all()) {
    if (named->kind == Named::Kind::Constant) definitions.constant(*named);
  }
  for (const Named* named : names.all()) {
    if (named->kind == Named::Kind::Def) definitions.def(*named);
    if (named->kind == Named::Kind::Alias) scopes.alias(*named);
  }
}

// `a.b` with `c`, and `a` with row `c` of table `b`, would answer by one name.
void check_full_names(const Policies& policies, const Reporter& reporter) {
  std::map<std::string, const ItemInfo*, std::less<>> names;
  for (const ItemInfo& item : policies.items) {
    const PolicyInfo& policy = policies.policy(item);
    const auto [first, is_new] =
        names.try_emplace(fmt::format("{}.{}", policy.name, item.name), &item);
    // Two policies of one name are E1203.
    if (is_new || policies.policy(*first->second).name == policy.name) continue;
    reporter
        .report(Code::E0302, item.place,
                fmt::format("there is another item `{}` in another policy", first->first))
        .secondary_at(first->second->place, "the other one")
        .help("rename one of them");
  }
}

}  // namespace

std::unique_ptr<TypedBundle> check(const lang::SourceMap& sources,
                                   std::span<const ast::Module* const> parsed,
                                   std::shared_ptr<lang::Arena> arena, const Layering& layering,
                                   lang::Diagnostics& diags) {
  auto bundle = std::make_unique<TypedBundle>();
  bundle->arena = std::move(arena);
  for (const ast::Module* module : parsed)
    bundle->modules.push_back({module, std::vector<ExprInfo>(module->expr_count)});

  const Reporter reporter(sources, diags);
  const Modules modules(parsed);
  check_module_names(modules, reporter);
  check_schema(modules, *bundle, bundle->types, reporter);
  collect_policies(modules, layering, *bundle, reporter);

  const Names names(modules, *bundle, reporter);
  Environment env{modules, *bundle, names, reporter, bundle->types, bundle->modules};
  Definitions definitions(env, bundle->constants, bundle->defs);
  Scopes scopes(names, *bundle, reporter);
  resolve_all(names, definitions, scopes);

  check_policies(env, definitions, scopes, *bundle, *bundle->arena);
  check_full_names(*bundle, reporter);
  check_overrides(env, *bundle);
  check_layers(modules, layering, *bundle, reporter);
  collect_tests(modules, bundle->fixtures, bundle->tests, reporter);
  check_tests(modules, *bundle, reporter);
  for (const Named* named : names.unused())
    bundle->unused.push_back({spelling(named->kind), named->decl});
  return bundle;
}

}  // namespace remit::compiler
