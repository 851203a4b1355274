// Names and paths in expressions.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/check/expr/expressions.h"
#include "compiler/check/expr/paths.h"
#include "compiler/check/schema/values.h"

namespace remit::compiler {

std::vector<std::string_view> ExpressionChecker::value_names(const Type* hint) const {
  std::vector<std::string_view> names;
  if (hint != nullptr && hint->kind == TypeKind::Enum)
    names = names_of(schema_.enumeration(*hint).values);
  for (const Local& local : context_.locals) names.push_back(local.name);
  for (const std::string_view name : env_.names.visible(Named::Kind::Constant, context_.module))
    names.push_back(name);
  return names;
}

void ExpressionChecker::use_constant(const ast::Expr& expr, const Named& named) {
  const ConstInfo& constant = resolver_.constant(named);
  ExprInfo& result = entry(expr);
  result.binding = BindingKind::Constant;
  result.constant = &constant;
  result.type = constant.type;
  if (result.type != nullptr && is_integral(result.type->kind))
    result.interval = {constant.integer, constant.integer};
}

// A name alone: an enum value where one is expected, else a parameter, a loop variable or a
// constant.
bool ExpressionChecker::single_name(const ast::PathExpr& expr, const Type* hint) {
  const std::string_view name = expr.path.text;
  ExprInfo& result = entry(expr);
  if (hint != nullptr && hint->kind == TypeKind::Enum) {
    if (const auto ordinal = schema_.enumeration(*hint).ordinal(name)) {
      result.binding = BindingKind::EnumValue;
      result.type = hint;
      result.integer = *ordinal;
      result.interval = {*ordinal, *ordinal};
      return true;
    }
  }
  if (context_.find_local(name) != nullptr) return false;
  if (const Named* named = env_.names.find(Named::Kind::Constant, name, context_.module)) {
    use_constant(expr, *named);
    return true;
  }
  if (schema_.is_root(name)) {
    report(Code::E0414, expr.span, fmt::format("root `{}` is not a value", name))
        .help(fmt::format("read one of its fields: `{}.…`", name));
    return true;
  }
  if (hint == nullptr && env_.names.is_enum_value(name)) {
    report(Code::E0405, expr.span,
           fmt::format("nothing here says which enum `{}` belongs to", name))
        .help(fmt::format("write it with its enum: `ENUM.{}`", name));
    return true;
  }
  if (const Named* named = env_.names.find(name, context_.module)) {
    const bool def = named->kind == Named::Kind::Def;
    report(Code::E0301, expr.span,
           fmt::format("`{}` is a {}, no value", name, def ? "def" : "scope"))
        .help(def ? fmt::format("call it: `{}(…)`", name) : "name tools in a scope");
    return true;
  }
  Diagnostic& diagnostic =
      report(Code::E0301, expr.span,
             hint != nullptr && hint->kind == TypeKind::Enum
                 ? fmt::format("enum `{}` has no value `{}`", schema_.enumeration(*hint).name, name)
                 : fmt::format("there is no `{}`", name));
  diagnostic.help("name a constant, a fact or an enum value");
  suggest(diagnostic, name, expr.span, value_names(hint));
  return true;
}

// An enum value after its enum, or a tool.
bool ExpressionChecker::qualified_name(const ast::PathExpr& expr) {
  const ast::Dotted& dotted = expr.path;
  const std::string_view first = dotted.parts.front().text;
  if (context_.find_local(first) != nullptr || schema_.is_root(first)) return false;
  ExprInfo& result = entry(expr);
  const auto enumeration = dotted.parts.size() == 2 ? schema_.find_enum(first) : std::nullopt;
  if (enumeration) {
    constexpr std::uint32_t kNone = 0xFFFF'FFFF;
    result.integer = ordinal_or_report(schema_.enumeration(*enumeration), dotted.parts[1],
                                       fmt::format("value of `{}`", first), kNone, *this);
    if (result.integer == kNone) return true;
    result.binding = BindingKind::EnumValue;
    result.type = types_.enumeration(*enumeration);
    result.interval = {result.integer, result.integer};
    return true;
  }
  const auto tool = schema_.find_tool(dotted.text);
  if (!tool) return false;
  result.binding = BindingKind::ToolValue;
  result.type = types_.plain(TypeKind::Tool);
  result.integer = static_cast<std::int64_t>(*tool);
  return true;
}

void ExpressionChecker::path(const ast::PathExpr& expr, const Type* hint, const KeySet& present) {
  const ast::Dotted& dotted = expr.path;
  if (dotted.parts.empty()) return;
  ExprInfo& result = entry(expr);
  if (dotted.parts.size() == 1 && single_name(expr, hint)) return;
  if (qualified_name(expr)) return;
  ResolvedPath resolved = resolve_path(dotted, context_, env_);
  if (resolved.type == nullptr) return;
  for (const NarrowKey key : resolved.keys) {
    if (std::ranges::binary_search(present, key)) continue;
    if (context_.presence_unknown && has_errors()) continue;
    report(Code::E0501, expr.span, fmt::format("`{}` may be absent here", dotted.text))
        .help(fmt::format("test it first: `has {} and …`", dotted.text));
    return;
  }
  if (resolved.type->kind == TypeKind::Opaque) {
    report(Code::E0403, expr.span, fmt::format("`{}` is opaque and cannot be read", dotted.text))
        .help("give it a type in the schema");
    return;
  }
  result.binding = BindingKind::Fact;
  result.fact = std::move(resolved.fact);
  result.derived = resolved.derived;
  set_type(expr, resolved.type);
  if (result.fact.base == Base::Counter) result.interval = {0, INT64_MAX};
}

Flow ExpressionChecker::has(const ast::PathExpr& expr) {
  ResolvedPath resolved = resolve_path(expr.path, context_, env_);
  if (resolved.type != nullptr && resolved.derived != Derived::None) {
    report(Code::E0502, expr.path.span, "`has` asks for a fact, not for a part of it")
        .help(fmt::format("write `has {}` without the last name", expr.path.text));
    resolved.type = nullptr;
  }
  if (resolved.type == nullptr) {
    context_.presence_unknown = true;
    return {};
  }
  if (resolved.keys.empty()) {
    report(Code::E0502, expr.span, fmt::format("`{}` is always present", expr.path.text))
        .help("remove the test");
    return {};
  }
  ExprInfo& result = entry(expr);
  result.binding = BindingKind::Fact;
  result.fact = std::move(resolved.fact);
  result.type = types_.plain(TypeKind::Bool);
  std::ranges::sort(resolved.keys);
  return {std::move(resolved.keys), {}};
}

}  // namespace remit::compiler
