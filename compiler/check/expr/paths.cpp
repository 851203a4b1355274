#include "compiler/check/expr/paths.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace remit::compiler {

namespace {

class PathResolver : Reporter {
 public:
  PathResolver(const ExprContext& context, Environment& env)
      : Reporter(env.reporter),
        context_(context),
        env_(env),
        schema_(env.schema),
        types_(env.types) {}

  ResolvedPath resolve(const ast::Dotted& dotted);

 private:
  bool path_base(const ast::Dotted& dotted, ResolvedPath& into,
                 const std::vector<FieldInfo>*& fields, std::string& key);
  const std::vector<FieldInfo>* args_fields(const ast::Dotted& dotted);
  bool same_argument_everywhere(const ast::Dotted& dotted, const FieldInfo& field);
  bool argument_of_another_tool(const ast::Dotted& dotted);
  bool derived_field(const ast::Name& name, const Type& type, ResolvedPath& into);
  void walk_fields(const ast::Dotted& dotted, std::size_t at, const std::vector<FieldInfo>* fields,
                   std::string key, ResolvedPath& into);
  void counter(const ast::Dotted& dotted, ResolvedPath& into);
  void unknown_counter(const ast::Name& name);
  void unknown_base(const ast::Dotted& dotted);

  const ExprContext& context_;
  Environment& env_;
  const Schema& schema_;
  TypeTable& types_;
};

void PathResolver::unknown_base(const ast::Dotted& dotted) {
  const ast::Name& first = dotted.parts.front();
  if (env_.names.tool_namespaces().contains(first.text)) {
    Diagnostic& diagnostic =
        report(Code::E0305, dotted.span, fmt::format("there is no tool `{}`", dotted.text));
    diagnostic.help("name a tool of a schema");
    suggest(diagnostic, dotted.text, dotted.span, names_of(schema_.tools));
    return;
  }
  std::vector<std::string_view> candidates{"tool", "args"};
  for (const RootInfo& root : schema_.roots) candidates.push_back(root.name);
  for (const EnumInfo& info : schema_.enums) candidates.push_back(info.name);
  for (const Local& local : context_.locals) candidates.push_back(local.name);
  Diagnostic& diagnostic =
      report(Code::E0301, first.span, fmt::format("there is no `{}` to read from", first.text));
  diagnostic.help("a path begins with a root, an enum, a tool, a parameter or a loop variable");
  suggest(diagnostic, first.text, first.span, candidates);
}

const std::vector<FieldInfo>* PathResolver::args_fields(const ast::Dotted& dotted) {
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
  return &schema_.tool(context_.scope->front()).args;
}

bool PathResolver::path_base(const ast::Dotted& dotted, ResolvedPath& into,
                             const std::vector<FieldInfo>*& fields, std::string& key) {
  const std::string_view first = dotted.parts.front().text;
  key = std::string(first);
  if (const Local* local = context_.find_local(first)) {
    into.fact.base = local->base;
    if (local->base == Base::Parameter && context_.in_quantifier)
      context_.def->parameters[local->position].in_quantifier = true;
    into.fact.root = local->position;
    into.type = local->type;
    key = local->key;
    fields = local->type != nullptr && local->type->kind == TypeKind::Record
                 ? &schema_.record(*local->type).fields
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
    fields = first == "tool" ? &schema_.tool_root : args_fields(dotted);
    return fields != nullptr;
  }
  if (first == "call" || first == "approvals") {
    report(Code::E0415, dotted.span, fmt::format("`{}` is read by the engine, not by rules", first))
        .stands_alone()
        .help("remove it");
    return false;
  }
  const auto root = std::ranges::find(schema_.roots, first, &RootInfo::name);
  if (root == schema_.roots.end()) {
    unknown_base(dotted);
    return false;
  }
  into.fact.base = Base::Host;
  into.fact.root = static_cast<std::uint32_t>(root - schema_.roots.begin());
  fields = &root->fields;
  return true;
}

bool PathResolver::derived_field(const ast::Name& name, const Type& type, ResolvedPath& into) {
  const auto is = [&](Derived derived) { return name.text == suffix(derived).substr(1); };
  if (is_collection(type.kind) && is(Derived::Size)) {
    into.derived = Derived::Size;
    into.type = types_.intern(
        {TypeKind::Int, kNoRef, type.kind == TypeKind::Set ? 0 : type.low, type.high, nullptr});
  } else if (type.kind == TypeKind::Email && is(Derived::Domain)) {
    into.derived = Derived::Domain;
    into.type = types_.plain(TypeKind::Host);
  } else if (type.kind == TypeKind::Url && is(Derived::Host)) {
    into.derived = Derived::Host;
    into.type = types_.plain(TypeKind::Host);
  } else if (type.kind == TypeKind::Url && is(Derived::Scheme)) {
    into.derived = Derived::Scheme;
    into.type = types_.intern({TypeKind::String, kNoRef, 0, 16, nullptr});
  } else {
    return false;
  }
  return true;
}

// An argument may be read only if it is the same in every tool of the scope.
bool PathResolver::same_argument_everywhere(const ast::Dotted& dotted, const FieldInfo& field) {
  for (const ToolIndex index : *context_.scope) {
    const ToolInfo& tool = schema_.tool(index);
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
bool PathResolver::argument_of_another_tool(const ast::Dotted& dotted) {
  for (const ToolIndex index : *context_.scope) {
    const ToolInfo& tool = schema_.tool(index);
    const auto field = std::ranges::find(tool.args, dotted.parts[1].text, &FieldInfo::name);
    if (field != tool.args.end()) return !same_argument_everywhere(dotted, *field);
  }
  return false;
}

void PathResolver::walk_fields(const ast::Dotted& dotted, std::size_t at,
                               const std::vector<FieldInfo>* fields, std::string key,
                               ResolvedPath& into) {
  for (; at < dotted.parts.size(); ++at) {
    const ast::Name& name = dotted.parts[at];
    if (into.derived != Derived::None || fields == nullptr) {
      if (into.derived == Derived::None && into.type != nullptr &&
          derived_field(name, *into.type, into))
        continue;
      report(Code::E0304, name.span,
             fmt::format("`{}` has no field `{}`", spelled(*into.type, schema_), name.text))
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
                              spelled(*field.type, schema_), field.optional ? "?" : "");
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
    key += fmt::format(".{}", name.text);
    if (found->optional) into.keys.push_back(env_.keys.of(key));
    if (found->type == nullptr) return;
    fields = found->type->kind == TypeKind::Record ? &schema_.record(*found->type).fields : nullptr;
  }
}

// `limits.NAME.used`: the counter of a limit of the same policy, where it is always fetched.
void PathResolver::counter(const ast::Dotted& dotted, ResolvedPath& into) {
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
  const ast::Name& name = dotted.parts[1];
  const auto found = std::ranges::find(context_.counters, name.text, &Counter::name);
  if (found == context_.counters.end()) return unknown_counter(name);
  if (found->scope.empty()) return;
  if (found->conditional || !std::ranges::includes(found->scope, *context_.scope)) {
    report(Code::E0805, dotted.span,
           found->conditional
               ? fmt::format("limit `{}` is conditional: its counter may not be there", name.text)
               : fmt::format("limit `{}` does not cover every tool of this scope", name.text))
        .secondary_at(found->place, "the limit")
        .help(found->conditional ? "read the counter of a limit without `when` and `unless`"
                                 : "narrow the scope here, or widen the limit's");
    return;
  }
  into.fact.base = Base::Counter;
  into.fact.root = static_cast<std::uint32_t>(found->limit);
  into.type = found->type;
}

void PathResolver::unknown_counter(const ast::Name& name) {
  const bool elsewhere = std::ranges::any_of(env_.modules, [&](const ast::Module* module) {
    return module->kind == ast::ModuleKind::Policy &&
           std::ranges::any_of(module->decls, [&](const ast::Decl* decl) {
             return decl->kind == ast::DeclKind::Limit && decl->name.text == name.text;
           });
  });
  Diagnostic& diagnostic =
      report(elsewhere ? Code::E0805 : Code::E0301, name.span,
             elsewhere ? fmt::format("limit `{}` is another policy's", name.text)
                       : fmt::format("policy `{}` has no limit `{}`",
                                     env_.modules[context_.module].name.text, name.text));
  diagnostic.help("name a limit of this policy");
  suggest(diagnostic, name.text, name.span, names_of(context_.counters));
}

ResolvedPath PathResolver::resolve(const ast::Dotted& dotted) {
  ResolvedPath result;
  if (!dotted.parts.empty() && dotted.parts.front().text == "limits" &&
      context_.find_local("limits") == nullptr) {
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
  return result;
}

}  // namespace

ResolvedPath resolve_path(const ast::Dotted& dotted, const ExprContext& context, Environment& env) {
  return PathResolver(context, env).resolve(dotted);
}

}  // namespace remit::compiler
