// Limits and asserts: amounts, keys and windows; counters and `approved`.

#include <algorithm>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/checker.h"
#include "stdlib/time.h"

namespace remit::compiler {

namespace {

bool can_be_key(TypeKind kind) {
  return kind == TypeKind::Id || kind == TypeKind::Enum || kind == TypeKind::Bool ||
         kind == TypeKind::Host || kind == TypeKind::Tool;
}

}  // namespace

void Checker::check_limit(ItemInfo& item, const KeySet& present) {
  if (item.decl->damaged) return;  // half of a limit says nothing of the whole
  check_amounts(item, present);
  check_keys(item, present);
  check_window(item);
}

void Checker::check_amounts(const ItemInfo& item, const KeySet& present) {
  const ast::LimitDecl& decl = item.limit();
  const auto amount_type = [&](const ast::Expr* expr) -> const Type* {
    if (expr == nullptr) return nullptr;
    expression(*expr, nullptr, present);
    const Type* type = info(*expr).type;
    if (type == nullptr || is_amount(type->kind)) return type;
    report(Code::E0802, expr->span, fmt::format("`{}` cannot be added up", spelled(*type, bundle_)))
        .help("a limit counts calls, or adds up int, money or durations");
    return nullptr;
  };
  const Type* most = amount_type(decl.maximum);
  if (decl.amount_kind == ast::LimitAmount::Calls) {
    if (most == nullptr || most->kind == TypeKind::Int) return;
    report(Code::E0802, decl.maximum->span,
           fmt::format("calls are counted, and `{}` is not a number of calls",
                       spelled(*most, bundle_)))
        .help("write a number: `max 60 calls`");
    return;
  }
  const Type* amount = amount_type(decl.amount);
  if (amount == nullptr) return;
  if (most != nullptr && most->kind != amount->kind) {
    report(Code::E0802, decl.maximum->span,
           fmt::format("the maximum is `{}`, what is added up is `{}`", spelled(*most, bundle_),
                       spelled(*amount, bundle_)))
        .secondary_at(decl.amount->span, "what is added up")
        .help(fmt::format("write a maximum of `{}`", spelling(amount->kind)));
  }
  const Interval interval = info(*decl.amount).interval;
  if (interval.low >= 0 && interval.high <= INT64_MAX) return;
  report(Code::E0801, decl.amount->span,
         interval.low < 0 ? "what is added up may be negative: a counter would run backwards"
                          : "what is added up may exceed 64 bits")
      .help("give the fact narrower bounds in the schema");
}

void Checker::check_keys(const ItemInfo& item, const KeySet& present) {
  for (const ast::Expr* key : item.limit().keys) {
    expression(*key, nullptr, present);
    const ExprInfo& result = info(*key);
    if (result.type == nullptr) continue;
    const bool fact = result.binding == BindingKind::Fact && result.fact.base != Base::Counter;
    if (fact && can_be_key(result.type->kind)) continue;
    report(Code::E0803, key->span,
           fact ? fmt::format("`{}` cannot be the key of a counter", spelled(*result.type, bundle_))
                : std::string("a key is a fact of the request"))
        .help("count per id, enum, bool, host or tool");
  }
}

void Checker::check_window(ItemInfo& item) {
  const ast::LimitDecl& decl = item.limit();
  if (decl.calendar_month) return;
  const auto window = duration_of(decl.window, policy_module(item));
  if (!window) return;
  item.window_ms = *window;
  if (*window >= stdlib::kWindowMin && *window <= stdlib::kWindowMax) return;
  report(Code::E0804, decl.window.span,
         fmt::format("the window lies outside {}s..={}d", limits::kWindowSecondsMin,
                     limits::kWindowDaysMax))
      .help(fmt::format("a window is {}s to {}d, or `calendar month`", limits::kWindowSecondsMin,
                        limits::kWindowDaysMax));
}

// `limits.NAME.used`: the counter of a limit of the same policy, where it is always fetched.
void Checker::counter(const ast::Dotted& dotted, ResolvedPath& into) {
  const bool in_item = context_.role == ExprRole::Item || context_.role == ExprRole::Assert;
  if (!in_item) {
    report(context_.role == ExprRole::Applies ? Code::E0612 : Code::E0415, dotted.span,
           context_.role == ExprRole::Limit ? "a limit reads no counters"
                                            : "counters cannot be read here")
        .stands_alone()
        .help("read them in rules, guards, tables and asserts");
    return;
  }
  if (dotted.parts.size() != 3 || dotted.parts[2].text != "used") {
    report(Code::E0304, dotted.span, fmt::format("`{}` is not a counter", dotted.text))
        .help("write `limits.NAME.used`");
    return;
  }
  const PolicyInfo& policy = bundle_.policies[static_cast<std::size_t>(context_.policy)];
  const std::string_view name = dotted.parts[1].text;
  std::vector<std::string_view> names;
  for (const ItemIndex index : policy.items) {
    const ItemInfo& limit = item_at(index);
    if (limit.kind != ItemKind::Limit) continue;
    names.push_back(limit.name);
    if (limit.name != name) continue;
    if (limit.decl->damaged || limit.scope.empty()) return;
    const bool conditional = limit.clauses->when != nullptr || limit.clauses->unless != nullptr;
    const bool covers = std::ranges::includes(limit.scope, *context_.scope);
    if (conditional || !covers) {
      report(Code::E0805, dotted.span,
             conditional
                 ? fmt::format("limit `{}` is conditional: its counter may not be there", name)
                 : fmt::format("limit `{}` does not cover every tool of this scope", name))
          .secondary_at(limit.place, "the limit")
          .help(conditional ? "read the counter of a limit without `when` and `unless`"
                            : "narrow the scope here, or widen the limit's");
      return;
    }
    into.fact.base = Base::Counter;
    into.fact.root = static_cast<std::uint32_t>(index);
    const bool calls = limit.limit().amount_kind == ast::LimitAmount::Calls;
    const Type* amount =
        limit.limit().amount == nullptr ? nullptr : info(*limit.limit().amount).type;
    into.type = calls               ? bundle_.types.plain(TypeKind::Int)
                : amount == nullptr ? nullptr
                                    : bundle_.types.plain(amount->kind);
    return;
  }
  const bool elsewhere = std::ranges::any_of(bundle_.modules, [&](const TypedModule& module) {
    return module.ast->kind == ast::ModuleKind::Policy &&
           std::ranges::any_of(module.ast->decls, [&](const ast::Decl* decl) {
             return decl->kind == ast::DeclKind::Limit && decl->name.text == name;
           });
  });
  Diagnostic& diagnostic =
      report(elsewhere ? Code::E0805 : Code::E0301, dotted.parts[1].span,
             elsewhere ? fmt::format("limit `{}` is another policy's", name)
                       : fmt::format("policy `{}` has no limit `{}`", policy.name, name));
  diagnostic.help("name a limit of this policy");
  suggest(diagnostic, name, dotted.parts[1].span, names);
}

void Checker::refuse_approved(const ast::Expr& expr) {
  report(Code::E0905, expr.span, "`approved` stands only in asserts")
      .help("a wait says whose approval it needs: `queue for …`");
}

// `approved(role)` and `approved()`: for how many people's grants this decision waits no longer.
void Checker::approved(const ast::CallExpr& expr) {
  if (context_.role != ExprRole::Assert) return refuse_approved(expr);
  if (expr.arguments.size() > 1) {
    report(Code::E0416, expr.span,
           fmt::format("`approved` takes one role or none, here are {}", expr.arguments.size()))
        .help("ask for each role by itself");
    return;
  }
  ExprInfo& into = info(expr);
  into.integer = -1;
  if (!expr.arguments.empty()) {
    const ast::Expr& role = *expr.arguments[0];
    const EnumIndex roles = *bundle_.find_enum("role");
    const EnumInfo& known = bundle_.enums[static_cast<std::size_t>(roles)];
    const auto parts = role.kind == ast::ExprKind::Path ? ast::as<ast::PathExpr>(role).path.parts
                                                        : std::span<const ast::Name>();
    const bool named = parts.size() == 1 || (parts.size() == 2 && parts[0].text == "role");
    const auto ordinal = named ? known.ordinal(parts.back().text) : std::optional<std::uint32_t>();
    if (!ordinal) {
      std::vector<std::string_view> candidates;
      for (const EnumValueInfo& value : known.values) candidates.push_back(value.name);
      Diagnostic& diagnostic = report(
          Code::E0901, role.span, fmt::format("there is no role `{}`", sources_.text(role.span)));
      diagnostic.help("name a value of enum `role`");
      suggest(diagnostic, sources_.text(role.span), role.span, candidates);
      return;
    }
    into.integer = *ordinal;
  }
  into.binding = BindingKind::Approved;
  into.type = bundle_.types.intern(
      {TypeKind::Int, kNoRef, 0, static_cast<std::int64_t>(limits::kApprovalsMax), nullptr});
  into.interval = {0, static_cast<Wide>(limits::kApprovalsMax)};
}

}  // namespace remit::compiler
