// Paths: which fact a name means, and whether it may be read here.

#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/checker.h"

namespace remit::compiler {

NarrowKey Checker::key_of(const std::string& text) {
  return keys_.try_emplace(text, static_cast<NarrowKey>(keys_.size())).first->second;
}

const Local* Checker::find_local(std::string_view name) const {
  const auto found = std::ranges::find(context_.locals, name, &Local::name);
  return found == context_.locals.end() ? nullptr : &*found;
}

std::vector<std::string_view> Checker::value_names(const ExprContext& context, const Type* hint) {
  std::vector<std::string_view> names;
  if (hint != nullptr && hint->kind == TypeKind::Enum) {
    for (const EnumValueInfo& value : bundle_.enumeration(*hint).values)
      names.push_back(value.name);
  }
  for (const Local& local : context.locals) names.push_back(local.name);
  for (const auto& [key, named] : named_) {
    const bool visible =
        key.first == kShared || key.first == static_cast<std::uint32_t>(context.module);
    if (visible && named.kind == Named::Kind::Constant) names.push_back(key.second);
  }
  return names;
}

void Checker::use_constant(const ast::Expr& expr, Named& named) {
  resolve_constant(named);
  ExprInfo& result = info(expr);
  result.binding = BindingKind::Constant;
  result.constant = named.constant;
  result.type = named.constant->type;
  if (result.type != nullptr && is_integral(result.type->kind))
    result.interval = {named.constant->integer, named.constant->integer};
}

// A name alone: an enum value where one is expected, else a parameter, a loop variable or a
// constant.
bool Checker::single_name(const ast::PathExpr& expr, const Type* hint) {
  const std::string_view name = expr.path.text;
  ExprInfo& result = info(expr);
  if (hint != nullptr && hint->kind == TypeKind::Enum) {
    if (const auto ordinal = bundle_.enumeration(*hint).ordinal(name)) {
      result.binding = BindingKind::EnumValue;
      result.type = hint;
      result.integer = *ordinal;
      result.interval = {*ordinal, *ordinal};
      return true;
    }
  }
  if (find_local(name) != nullptr) return false;
  if (Named* named = find_named(name, context_.module);
      named != nullptr && named->kind == Named::Kind::Constant) {
    use_constant(expr, *named);
    return true;
  }
  if (is_root(name)) {
    report(Code::E0414, expr.span, fmt::format("root `{}` is not a value", name))
        .help(fmt::format("read one of its fields: `{}.…`", name));
    return true;
  }
  if (hint == nullptr && enum_value_names_.contains(name)) {
    report(Code::E0405, expr.span,
           fmt::format("nothing here says which enum `{}` belongs to", name))
        .help(fmt::format("write it with its enum: `ENUM.{}`", name));
    return true;
  }
  if (const Named* named = find_named(name, context_.module)) {
    const bool def = named->kind == Named::Kind::Def;
    report(Code::E0301, expr.span,
           fmt::format("`{}` is a {}, no value", name, def ? "def" : "scope"))
        .help(def ? fmt::format("call it: `{}(…)`", name) : "name tools in a scope");
    return true;
  }
  Diagnostic& diagnostic =
      report(Code::E0301, expr.span,
             hint != nullptr && hint->kind == TypeKind::Enum
                 ? fmt::format("enum `{}` has no value `{}`", bundle_.enumeration(*hint).name, name)
                 : fmt::format("there is no `{}`", name));
  diagnostic.help("name a constant, a fact or an enum value");
  suggest(diagnostic, name, expr.span, value_names(context_, hint));
  return true;
}

void Checker::unknown_base(const ast::Dotted& dotted) {
  const ast::Name& first = dotted.parts.front();
  if (tool_first_segments_.contains(first.text)) {
    std::vector<std::string_view> tools;
    for (const ToolInfo& tool : bundle_.tools) tools.push_back(tool.name);
    Diagnostic& diagnostic =
        report(Code::E0305, dotted.span, fmt::format("there is no tool `{}`", dotted.text));
    diagnostic.help("name a tool of a schema");
    suggest(diagnostic, dotted.text, dotted.span, tools);
    return;
  }
  std::vector<std::string_view> candidates{"tool", "args"};
  for (const RootInfo& root : bundle_.roots) candidates.push_back(root.name);
  for (const EnumInfo& info : bundle_.enums) candidates.push_back(info.name);
  for (const Local& local : context_.locals) candidates.push_back(local.name);
  Diagnostic& diagnostic =
      report(Code::E0301, first.span, fmt::format("there is no `{}` to read from", first.text));
  diagnostic.help("a path begins with a root, an enum, a tool, a parameter or a loop variable");
  suggest(diagnostic, first.text, first.span, candidates);
}

const std::vector<FieldInfo>* Checker::args_fields(const ast::Dotted& dotted) {
  if (context_.role == ExprRole::Applies) {
    report(Code::E0612, dotted.span, "`applies when` reads what the agent wrote")
        .help("read host facts only; test arguments in the rules");
    return nullptr;
  }
  if (context_.scope == nullptr || context_.scope_is_any) {
    report(Code::E0415, dotted.span,
           context_.scope_is_any ? "`on any` has no `args`" : "`args` cannot be read here")
        .stands_alone()
        .help(context_.scope_is_any ? "name the tools whose argument it is"
                                    : "give the value to the def as a parameter");
    return nullptr;
  }
  if (context_.scope->empty()) return nullptr;  // the scope was reported
  return &bundle_.tools[static_cast<std::size_t>(context_.scope->front())].args;
}

bool Checker::path_base(const ast::Dotted& dotted, ResolvedPath& into,
                        const std::vector<FieldInfo>*& fields, std::string& key) {
  const std::string_view first = dotted.parts.front().text;
  key = std::string(first);
  if (const Local* local = find_local(first)) {
    into.fact.base = local->base;
    if (local->base == Base::Parameter && context_.in_quantifier)
      context_.def->parameters[local->position].in_quantifier = true;
    into.fact.root = local->position;
    into.type = local->type;
    key = local->key;
    fields = local->type != nullptr && local->type->kind == TypeKind::Record
                 ? &bundle_.record(*local->type).fields
                 : nullptr;
    return local->type != nullptr;
  }
  if (first == "tool" || first == "args") {
    if (first == "tool" && context_.role == ExprRole::Applies) {
      report(Code::E0612, dotted.span, "`applies when` reads the root `tool`")
          .help("read host facts only; use the scope of the rules");
      return false;
    }
    into.fact.base = first == "tool" ? Base::Tool : Base::Args;
    fields = first == "tool" ? &bundle_.tool_root : args_fields(dotted);
    return fields != nullptr;
  }
  if (first == "call" || first == "approvals") {
    report(Code::E0415, dotted.span, fmt::format("`{}` is read by the engine, not by rules", first))
        .stands_alone()
        .help("remove it");
    return false;
  }
  const auto root = std::ranges::find(bundle_.roots, first, &RootInfo::name);
  if (root == bundle_.roots.end()) {
    unknown_base(dotted);
    return false;
  }
  into.fact.base = Base::Host;
  into.fact.root = static_cast<std::uint32_t>(root - bundle_.roots.begin());
  fields = &root->fields;
  return true;
}

bool Checker::derived_field(const ast::Name& name, const Type& type, ResolvedPath& into) {
  if (is_collection(type.kind) && name.text == "size") {
    into.derived = Derived::Size;
    into.type = bundle_.types.intern(
        {TypeKind::Int, kNoRef, type.kind == TypeKind::Set ? 0 : type.low, type.high, nullptr});
  } else if (type.kind == TypeKind::Email && name.text == "domain") {
    into.derived = Derived::Domain;
    into.type = bundle_.types.plain(TypeKind::Host);
  } else if (type.kind == TypeKind::Url && name.text == "host") {
    into.derived = Derived::Host;
    into.type = bundle_.types.plain(TypeKind::Host);
  } else if (type.kind == TypeKind::Url && name.text == "scheme") {
    into.derived = Derived::Scheme;
    into.type = bundle_.types.intern({TypeKind::String, kNoRef, 0, 16, nullptr});
  } else {
    return false;
  }
  return true;
}

// An argument may be read only if it is the same in every tool of the scope.
bool Checker::same_argument_everywhere(const ast::Dotted& dotted, const FieldInfo& field) {
  for (const ToolIndex index : *context_.scope) {
    const ToolInfo& tool = bundle_.tools[static_cast<std::size_t>(index)];
    const auto other = std::ranges::find(tool.args, field.name, &FieldInfo::name);
    const bool missing = other == tool.args.end();
    if (!missing && (other->type == nullptr ||
                     (other->type == field.type && other->optional == field.optional)))
      continue;
    Diagnostic& diagnostic = report(
        Code::E0415, dotted.span,
        missing ? fmt::format("tool `{}` has no argument `{}`", tool.name, field.name)
                : fmt::format("argument `{}` differs between the tools of the scope", field.name));
    diagnostic.secondary_at(field.span, "declared here")
        .secondary_at(missing ? tool.span : other->span,
                      missing ? "not declared here" : "declared otherwise here");
    diagnostic.help("narrow the scope, or write one rule a tool");
    return false;
  }
  return true;
}

// An argument that the first tool of the scope lacks, but another has. Reports it if so.
bool Checker::argument_of_another_tool(const ast::Dotted& dotted) {
  for (const ToolIndex index : *context_.scope) {
    const ToolInfo& tool = bundle_.tools[static_cast<std::size_t>(index)];
    const auto field = std::ranges::find(tool.args, dotted.parts[1].text, &FieldInfo::name);
    if (field != tool.args.end()) return !same_argument_everywhere(dotted, *field);
  }
  return false;
}

void Checker::walk_fields(const ast::Dotted& dotted, std::size_t at,
                          const std::vector<FieldInfo>* fields, std::string key,
                          ResolvedPath& into) {
  for (; at < dotted.parts.size(); ++at) {
    const ast::Name& name = dotted.parts[at];
    if (into.derived != Derived::None || fields == nullptr) {
      if (into.derived == Derived::None && into.type != nullptr &&
          derived_field(name, *into.type, into))
        continue;
      report(Code::E0304, name.span,
             fmt::format("`{}` has no field `{}`", spelled(*into.type, bundle_), name.text))
          .help("remove it");
      into.type = nullptr;
      return;
    }
    const auto found = std::ranges::find(*fields, name.text, &FieldInfo::name);
    if (found == fields->end() && into.fact.base == Base::Args && at == 1 &&
        argument_of_another_tool(dotted)) {
      into.type = nullptr;
      return;
    }
    if (found == fields->end()) {
      std::vector<std::string_view> candidates;
      std::string list;
      for (const FieldInfo& field : *fields) {
        candidates.push_back(field.name);
        if (field.type != nullptr)
          list += fmt::format("{}{} {}{}", list.empty() ? "" : ", ", field.name,
                              spelled(*field.type, bundle_), field.optional ? "?" : "");
      }
      std::string prefix;
      for (std::size_t i = 0; i < at; ++i)
        prefix += fmt::format("{}{}", i == 0 ? "" : ".", dotted.parts[i].text);
      Diagnostic& diagnostic =
          report(Code::E0304, Span{dotted.span.file, dotted.span.begin, name.span.end},
                 fmt::format("`{}` has no field `{}`", prefix, name.text));
      if (!list.empty()) diagnostic.note(fmt::format("`{}` has: {}", prefix, list));
      diagnostic.help("name one of its fields");
      suggest(diagnostic, name.text, Span{dotted.span.file, dotted.span.begin, name.span.end},
              candidates, prefix + ".");
      into.type = nullptr;
      return;
    }
    if (into.fact.base == Base::Args && at == 1 && !same_argument_everywhere(dotted, *found)) {
      into.type = nullptr;
      return;
    }
    into.fact.fields.push_back(&*found);
    into.type = found->type;
    into.sensitive = into.sensitive || found->sensitive;
    key += fmt::format(".{}", name.text);
    if (found->optional) {
      into.any_optional = true;
      into.keys.push_back(key_of(key));
    }
    if (found->type == nullptr) return;
    fields = found->type->kind == TypeKind::Record ? &bundle_.record(*found->type).fields : nullptr;
  }
}

Checker::ResolvedPath Checker::resolve_path(const ast::Dotted& dotted, bool for_has) {
  ResolvedPath result;
  if (!dotted.parts.empty() && dotted.parts.front().text == "limits" &&
      find_local("limits") == nullptr) {
    counter(dotted, result);
    return result;
  }
  const std::vector<FieldInfo>* fields = nullptr;
  std::string key;
  if (dotted.parts.empty() || !path_base(dotted, result, fields, key)) {
    result.type = nullptr;
    return result;
  }
  if (dotted.parts.size() == 1 && result.type == nullptr) {
    report(Code::E0414, dotted.span, fmt::format("root `{}` is not a value", dotted.text))
        .help("name one of its fields");
    return result;
  }
  walk_fields(dotted, 1, fields, std::move(key), result);
  if (for_has && result.type != nullptr && result.derived != Derived::None) {
    report(Code::E0502, dotted.span, "`has` asks for a fact, not for a part of it")
        .help(fmt::format("write `has {}` without the last name", dotted.text));
    result.type = nullptr;
  }
  return result;
}

void Checker::path(const ast::PathExpr& expr, const Type* hint, const KeySet& present) {
  const ast::Dotted& dotted = expr.path;
  if (dotted.parts.empty()) return;
  ExprInfo& result = info(expr);
  if (dotted.parts.size() == 1 && single_name(expr, hint)) return;
  const std::string_view first = dotted.parts.front().text;
  const bool is_local = find_local(first) != nullptr;
  if (!is_local && dotted.parts.size() == 2 && !is_root(first)) {
    if (const auto index = bundle_.find_enum(first)) {
      const Type* type = bundle_.types.enumeration(*index);
      result.integer = ordinal_or_report(*index, dotted.parts[1],
                                         fmt::format("value of `{}`", first), 0xFFFF'FFFF);
      if (result.integer == 0xFFFF'FFFF) return;
      result.binding = BindingKind::EnumValue;
      result.type = type;
      result.interval = {result.integer, result.integer};
      return;
    }
  }
  if (!is_local && !is_root(first)) {
    if (const auto tool = bundle_.find_tool(dotted.text)) {
      result.binding = BindingKind::ToolValue;
      result.type = bundle_.types.plain(TypeKind::Tool);
      result.integer = static_cast<std::int64_t>(*tool);
      return;
    }
  }
  ResolvedPath resolved = resolve_path(dotted, false);
  if (resolved.type == nullptr) return;
  for (const NarrowKey key : resolved.keys) {
    if (std::ranges::binary_search(present, key)) continue;
    if (context_.presence_unknown && diags_.has_errors()) continue;
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

Flow Checker::has(const ast::PathExpr& expr) {
  ResolvedPath resolved = resolve_path(expr.path, true);
  if (resolved.type == nullptr) {
    context_.presence_unknown = true;
    return {};
  }
  if (!resolved.any_optional) {
    report(Code::E0502, expr.span, fmt::format("`{}` is always present", expr.path.text))
        .help("remove the test");
    return {};
  }
  ExprInfo& result = info(expr);
  result.binding = BindingKind::Fact;
  result.fact = std::move(resolved.fact);
  result.type = bundle_.types.plain(TypeKind::Bool);
  KeySet keys = resolved.keys;
  std::ranges::sort(keys);
  return {keys, {}};
}

}  // namespace remit::compiler
