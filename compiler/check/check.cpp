#include "compiler/check/check.h"

#include <algorithm>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/checker.h"
#include "lang/suggest.h"

namespace remit::compiler {

namespace {

constexpr std::size_t kSuggestionsMax = 500;

}  // namespace

std::unique_ptr<TypedBundle> check(const lang::SourceMap& sources,
                                   std::span<const ast::Module* const> modules,
                                   std::shared_ptr<lang::Arena> arena, const Layering& layering,
                                   lang::Diagnostics& diags) {
  return Checker(sources, std::move(arena), layering, diags).run(modules);
}

Checker::Checker(const lang::SourceMap& sources, std::shared_ptr<lang::Arena> arena,
                 const Layering& layering, lang::Diagnostics& diags)
    : sources_(sources),
      diags_(diags),
      layering_(layering),
      owned_(std::make_unique<TypedBundle>()),
      bundle_(*owned_) {
  bundle_.arena = std::move(arena);
}

void Checker::suggest(Diagnostic& diagnostic, std::string_view name, Span span,
                      const std::vector<std::string_view>& candidates, std::string_view prefix) {
  // Each suggestion takes time, and in a file with so many mistakes one more is no help.
  if (diags_.error_count() > kSuggestionsMax) return;
  const auto nearest = lang::nearest_name(name, candidates);
  if (!nearest) return;
  const std::string text = fmt::format("{}{}", prefix, *nearest);
  diagnostic.label(fmt::format("did you mean `{}`?", text))
      .help(fmt::format("write `{}`", text))
      .fix(span, text);
}

void Checker::add_modules(std::span<const ast::Module* const> modules) {
  for (const ast::Module* module : modules) bundle_.modules.push_back({module, {}});
  for (TypedModule& module : bundle_.modules) module.exprs.resize(module.ast->expr_count);
}

void Checker::check_module_names() {
  std::map<std::pair<ast::ModuleKind, std::string_view>, const ast::Module*> seen;
  for (const TypedModule& typed : bundle_.modules) {
    const ast::Module& module = *typed.ast;
    if (module.kind == ast::ModuleKind::Unknown || module.name.text.empty()) continue;
    const auto [first, is_new] = seen.try_emplace({module.kind, module.name.text}, &module);
    if (!is_new) {
      report(Code::E1203, module.name.span,
             fmt::format("the name `{}` is taken by another file of this kind", module.name.text))
          .secondary_at(first->second->name.span, "the first one")
          .help("rename one of them");
    }
    if (module.kind != ast::ModuleKind::Policy) continue;
    for (const ast::Name& part : module.name.parts) {
      if (part.text != "engine" && part.text != "default") continue;
      report(Code::E0308, part.span,
             fmt::format("`{}` is reserved for the engine's own answers", part.text))
          .help("choose another name");
    }
  }
}

void Checker::check_currency() {
  const ast::CurrencyDecl* first = nullptr;
  const auto declared = [&](const ast::CurrencyDecl& decl, ModuleIndex) {
    if (decl.currency.empty()) return;
    if (first != nullptr) {
      report(Code::E1205, decl.span, "the currency is declared twice")
          .stands_alone()
          .secondary_at(first->span, "the first one")
          .help("a bundle has one currency: keep one of them");
      return;
    }
    first = &decl;
    bundle_.currency = decl.currency.text;
    if (!decl.has_minor) return;
    if (decl.minor.integer < 0 || decl.minor.integer > 6) {
      report(Code::E0108, decl.minor.span, "the minor unit has 0 to 6 decimals")
          .help("write a number from 0 to 6");
    } else {
      bundle_.minor_digits = static_cast<int>(decl.minor.integer);
    }
  };
  for_each_decl<ast::CurrencyDecl>(ast::ModuleKind::Schema, ast::DeclKind::Currency, declared);
  if (first != nullptr) return;
  bundle_.currency = "USD";  // so that amounts can be checked
  for (const TypedModule& module : bundle_.modules) {
    if (module.ast->kind == ast::ModuleKind::Unknown || module.ast == bundle_.modules.front().ast)
      continue;
    report(Code::E1205, module.ast->header_span, "no schema of the bundle declares its currency")
        .help("add `currency USD` to a schema");
    return;
  }
}

// `a.b` with `c`, and `a` with row `c` of table `b`, would answer by one name.
void Checker::check_full_names() {
  std::map<std::string, const ItemInfo*, std::less<>> names;
  for (const ItemInfo& item : bundle_.items) {
    const PolicyInfo& policy = bundle_.policies[static_cast<std::size_t>(item.policy)];
    const auto [first, is_new] =
        names.try_emplace(fmt::format("{}.{}", policy.name, item.name), &item);
    // Two policies of one name are E1203.
    if (is_new ||
        bundle_.policies[static_cast<std::size_t>(first->second->policy)].name == policy.name)
      continue;
    report(Code::E0302, item.place,
           fmt::format("there is another item `{}` in another policy", first->first))
        .secondary_at(first->second->place, "the other one")
        .help("rename one of them");
  }
}

std::unique_ptr<TypedBundle> Checker::run(std::span<const ast::Module* const> modules) {
  add_modules(modules);
  check_module_names();
  check_currency();
  // Names first, then what they mean: a file may use what a later one declares.
  collect_enums();
  collect_records();
  collect_roots();
  collect_tools();
  resolve_records();
  resolve_roots();
  resolve_tools();
  check_record_cycles();
  if (!diags_.has_errors()) check_sizes();
  collect_policies();
  collect_named();
  for (auto& [key, named] : named_) {
    if (named.kind == Named::Kind::Constant) resolve_constant(named);
  }
  for (auto& [key, named] : named_) {
    if (named.kind == Named::Kind::Def) resolve_def(named);
    if (named.kind == Named::Kind::Alias) resolve_alias(named);
  }
  for (std::size_t i = 0; i < bundle_.policies.size(); ++i)
    check_policy(static_cast<PolicyIndex>(i));
  check_full_names();
  check_overrides();
  check_layers();
  check_tests();
  return std::move(owned_);
}

}  // namespace remit::compiler
