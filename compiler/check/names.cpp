// Constants, defs and scopes: their names, and what they stand for.

#include <algorithm>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/checker.h"
#include "compiler/check/inline_size.h"
#include "stdlib/roots.h"

namespace remit::compiler {

namespace {

constexpr std::string_view kBuiltins[] = {"approved", "none"};

bool is_type_name(std::string_view name) {
  constexpr std::string_view kNames[] = {
#define REMIT_TYPE(kind, spelling, tag) spelling,
#include <remit/types.def>
#undef REMIT_TYPE
  };
  return std::ranges::find(kNames, name) != std::end(kNames);
}

std::string_view article(Named::Kind kind) {
  if (kind == Named::Kind::Constant) return "constant";
  return kind == Named::Kind::Def ? "def" : "scope";
}

}  // namespace

bool Checker::is_root(std::string_view name) const {
  if (stdlib::is_engine_root(name)) return true;
  return std::ranges::find(bundle_.roots, name, &RootInfo::name) != bundle_.roots.end();
}

// Nothing shadows anything: a name means one thing wherever it is read.
void Checker::check_new_name(std::string_view name, Span span, std::string_view what) {
  std::string other;
  if (enum_value_names_.contains(name))
    other = "an enum value";
  else if (is_root(name))
    other = "a root";
  else if (tool_first_segments_.contains(name))
    other = "a namespace of tools";
  else if (is_type_name(name) || bundle_.find_enum(name) || record_decls_.contains(name))
    other = "a type";
  else if (std::ranges::find(kBuiltins, name) != std::end(kBuiltins))
    other = "a built-in";
  if (other.empty()) return;
  report(Code::E0303, span, fmt::format("{} `{}` has the name of {}", what, name, other))
      .help("choose another name");
}

void Checker::collect_named() {
  for (std::size_t i = 0; i < bundle_.modules.size(); ++i) {
    const ast::Module& module = *bundle_.modules[i].ast;
    const bool shared = module.kind == ast::ModuleKind::Schema;
    if (!shared && module.kind != ast::ModuleKind::Policy) continue;
    for (const ast::Decl* decl : module.decls) {
      const bool is_const = decl->kind == ast::DeclKind::Const,
                 is_def = decl->kind == ast::DeclKind::Def;
      if ((!is_const && !is_def && decl->kind != ast::DeclKind::Alias) || decl->name.empty())
        continue;
      Named named;
      named.kind = is_const ? Named::Kind::Constant
                   : is_def ? Named::Kind::Def
                            : Named::Kind::Alias;
      named.decl = decl;
      named.module = static_cast<ModuleIndex>(i);
      check_new_name(decl->name.text, decl->name.span, article(named.kind));
      const auto key = std::pair(shared ? kShared : static_cast<std::uint32_t>(i), decl->name.text);
      const auto [entry, is_new] = named_.try_emplace(key, named);
      if (!is_new) {
        report(Code::E0302, decl->name.span, fmt::format("`{}` is declared twice", decl->name.text))
            .secondary_at(entry->second.decl->name.span, "the first one")
            .help("rename or remove one of them");
      }
    }
  }
  for (const auto& [key, named] : named_) {
    const auto shared = named_.find({kShared, key.second});
    if (key.first == kShared || shared == named_.end()) continue;
    report(Code::E0303, named.decl->name.span,
           fmt::format("{} `{}` shadows one of a schema", article(named.kind), key.second))
        .secondary_at(shared->second.decl->name.span, "the one of the schema")
        .help("choose another name");
  }
}

Named* Checker::find_named(std::string_view name, ModuleIndex module) {
  auto found = named_.find({static_cast<std::uint32_t>(module), name});
  if (found == named_.end()) found = named_.find({kShared, name});
  return found == named_.end() ? nullptr : &found->second;
}

void Checker::cycle(const Named& named, std::string_view what) {
  report(Code::E0307, named.decl->name.span,
         fmt::format("{} `{}` depends on itself", what, named.decl->name.text))
      .help("break the cycle");
}

// ---- constants

bool Checker::constant_expr(const ast::Expr& expr) const {
  if (expr.kind == ast::ExprKind::Literal || expr.kind == ast::ExprKind::Path ||
      expr.kind == ast::ExprKind::Bad)
    return true;
  if (expr.kind != ast::ExprKind::Arithmetic) return false;
  const auto& sides = ast::as<ast::ArithmeticExpr>(expr);
  return constant_expr(*sides.left) && constant_expr(*sides.right);
}

void Checker::resolve_set_constant(ConstInfo& constant, const ast::SetLiteralExpr& value,
                                   const Type* declared) {
  if (declared != nullptr && declared->kind != TypeKind::Set) {
    report(Code::E0401, value.span,
           fmt::format("the value is a set, the type is `{}`", spelled(*declared, bundle_)))
        .help("change the type");
    return;
  }
  for (const ast::Expr* element : value.elements) {
    if (constant_expr(*element)) continue;
    report(Code::E0409, element->span,
           "an element of a set constant is a literal, an enum value, a tool or a constant")
        .help("name the value with a constant first");
    return;
  }
  const Type* plain_string = bundle_.types.plain(TypeKind::String);
  const bool strings = !value.elements.empty() && needs_hint(*value.elements[0]) &&
                       value.elements[0]->kind == ast::ExprKind::Literal;
  const Type* element = set_elements(value,
                                     declared != nullptr ? declared->element
                                     : strings           ? plain_string
                                                         : nullptr,
                                     {});
  if (element == nullptr) return;
  const auto count = static_cast<std::int64_t>(value.elements.size());
  if (declared != nullptr && count > declared->high) {
    report(Code::E0108, value.span,
           fmt::format("the set has {} elements, its type allows {}", count, declared->high))
        .help("change the size");
  }
  constant.type = bundle_.types.intern(
      {TypeKind::Set, kNoRef, 0, declared != nullptr ? declared->high : count, element});
  for (const ast::Expr* child : value.elements) {
    const ExprInfo& element_info = info(*child);
    if (element_info.type == nullptr) continue;
    const bool named = element_info.binding == BindingKind::Constant;
    if (is_text(element->kind))
      constant.texts.push_back(named ? element_info.constant->text : element_info.text);
    else
      constant.integers.push_back(named ? element_info.constant->integer : element_info.integer);
  }
}

void Checker::resolve_constant_value(Named& named, const Type* declared) {
  ConstInfo& constant = *named.constant;
  const ast::Expr& value = *named.constant->decl->value;
  if (value.kind == ast::ExprKind::SetLiteral)
    return resolve_set_constant(constant, ast::as<ast::SetLiteralExpr>(value), declared);
  if (value.kind == ast::ExprKind::Call && ast::as<ast::CallExpr>(value).callee.text == "approved")
    return refuse_approved(value);
  if (!constant_expr(value)) {
    report(Code::E0401, value.span, "a constant is a literal, a constant, or `+`, `-`, `*` of them")
        .help("use `def` for what reads facts");
    return;
  }
  const bool text = needs_hint(value) && value.kind == ast::ExprKind::Literal;
  expression(value,
             declared != nullptr ? declared
             : text              ? bundle_.types.plain(TypeKind::String)
                                 : nullptr,
             {});
  const ExprInfo& result = info(value);
  if (result.type == nullptr) return;
  if (declared != nullptr && !same_type(*declared, *result.type)) {
    report(Code::E0401, value.span,
           fmt::format("the value is `{}`, the type is `{}`", spelled(*result.type, bundle_),
                       spelled(*declared, bundle_)))
        .help("change the type or the value");
    return;
  }
  if (is_integral(result.type->kind)) {
    const Type& bounds = declared != nullptr ? *declared : *bundle_.types.plain(result.type->kind);
    const bool bounded = is_ordered_kind(bounds.kind);
    // A negative amount is a fine constant, as long as no type was promised.
    const Wide low =
        declared == nullptr && is_amount(bounds.kind) ? Wide{INT64_MIN} : Wide{bounds.low};
    if (bounded && (result.interval.low < low || result.interval.high > bounds.high)) {
      report(Code::E0108, value.span,
             fmt::format("the constant is out of range of `{}`", spelled(bounds, bundle_)))
          .help("change the value or the type");
      return;
    }
    constant.integer = result.binding == BindingKind::EnumValue ||
                               result.binding == BindingKind::ToolValue || !bounded
                           ? result.integer
                           : static_cast<std::int64_t>(result.interval.low);
    if (result.binding == BindingKind::Constant) constant.integer = result.constant->integer;
  } else {
    constant.text = result.binding == BindingKind::Constant ? result.constant->text : result.text;
    if (declared != nullptr && declared->kind == TypeKind::String &&
        constant.text.size() > static_cast<std::size_t>(declared->high)) {
      report(Code::E0108, value.span,
             fmt::format("the text has {} bytes, its type allows {}", constant.text.size(),
                         declared->high))
          .help("change the value or the type");
    }
  }
  constant.type = declared != nullptr ? declared : result.type;
}

void Checker::resolve_constant(Named& named) {
  if (named.state == Named::State::Done || named.kind != Named::Kind::Constant) return;
  if (named.state == Named::State::Busy) return cycle(named, "constant");
  named.state = Named::State::Busy;
  named.constant = &bundle_.constants.emplace_back();
  named.constant->name = named.decl->name.text;
  const auto& decl = ast::as<ast::ConstDecl>(*named.decl);
  named.constant->decl = &decl;
  named.constant->module = named.module;
  const ExprContext outer = std::exchange(
      context_, ExprContext{ExprRole::Constant, named.module, nullptr, false, {}, false});
  const Type* declared = decl.type == nullptr ? nullptr : resolve_type(*decl.type);
  if (decl.value != nullptr && (declared != nullptr || decl.type == nullptr))
    resolve_constant_value(named, declared);
  context_ = outer;
  named.state = Named::State::Done;
}

// ---- defs

void Checker::resolve_def(Named& named) {
  if (named.state == Named::State::Done || named.kind != Named::Kind::Def) return;
  if (named.state == Named::State::Busy) return cycle(named, "def");
  named.state = Named::State::Busy;
  named.def = &bundle_.defs.emplace_back();
  DefInfo& def = *named.def;
  def.name = named.decl->name.text;
  const auto& decl = ast::as<ast::DefDecl>(*named.decl);
  def.decl = &decl;
  def.module = named.module;
  ExprContext inner{ExprRole::Def, named.module, nullptr, false, {}, false, &def};
  inner.presence_unknown = named.decl->damaged;
  for (const ast::Parameter& parameter : decl.parameters) {
    check_new_name(parameter.name.text, parameter.name.span, "parameter");
    if (find_named(parameter.name.text, named.module) != nullptr) {
      report(Code::E0303, parameter.name.span,
             fmt::format("parameter `{}` shadows another name", parameter.name.text))
          .help("choose another name");
    }
    const bool twice = std::ranges::any_of(
        inner.locals, [&](const Local& local) { return local.name == parameter.name.text; });
    if (twice)
      report(Code::E0302, parameter.name.span,
             fmt::format("parameter `{}` stands here twice", parameter.name.text))
          .help("rename one of them");
    const Type* type = parameter.type == nullptr ? nullptr : resolve_type(*parameter.type);
    const auto position = static_cast<std::uint32_t>(def.parameters.size());
    def.parameters.push_back({parameter.name.text, type});
    inner.locals.push_back({parameter.name.text, type, Base::Parameter, position,
                            fmt::format("${}", parameter.name.text)});
  }
  const ExprContext outer = std::exchange(context_, inner);
  if (decl.value != nullptr) {
    expression(*decl.value, nullptr, {});
    const ExprInfo& result = info(*decl.value);
    def.result = result.type;
    def.interval = result.interval;
    if (result.type != nullptr &&
        (is_collection(result.type->kind) || result.type->kind == TypeKind::Record)) {
      report(Code::E0414, decl.value->span, "a def gives a single value, no collection or record")
          .help("write the test that needs it into the def");
      def.result = nullptr;
    }
  }
  context_ = outer;
  if (decl.value != nullptr) measure(bundle_, def);
  if (def.nodes > limits::kDefNodesMax) {
    report(Code::E1101, named.decl->name.span,
           fmt::format("def `{}` has more than {} operators once what it calls is in its place",
                       def.name, limits::kDefNodesMax))
        .help("resolve a part of it into a fact of the host");
    def.result = nullptr;
  }
  named.state = Named::State::Done;
}

// ---- scopes

const std::vector<ToolIndex>& Checker::resolve_alias(Named& named) {
  if (named.state == Named::State::Busy) cycle(named, "scope");
  if (named.state != Named::State::Fresh) return named.tools;
  named.state = Named::State::Busy;
  named.tools = resolve_scope(ast::as<ast::AliasDecl>(*named.decl).scope, named.module);
  named.state = Named::State::Done;
  return named.tools;
}

void Checker::add_pattern(const ast::ToolPattern& pattern, ModuleIndex module,
                          std::set<ToolIndex>& into) {
  const std::string_view text = pattern.name.text;
  if (text.empty()) return;
  if (!pattern.wildcard && pattern.name.parts.size() == 1) {
    Named* alias = find_named(text, module);
    if (alias != nullptr && alias->kind == Named::Kind::Alias) {
      const auto& tools = resolve_alias(*alias);
      into.insert(tools.begin(), tools.end());
      return;
    }
    std::vector<std::string_view> candidates;
    for (const auto& [key, named] : named_) {
      if (named.kind == Named::Kind::Alias) candidates.push_back(key.second);
    }
    Diagnostic& diagnostic =
        report(Code::E0301, pattern.span, fmt::format("there is no scope `{}`", text));
    diagnostic.help(
        "a tool has at least two segments; all tools below a namespace are `namespace.*`");
    suggest(diagnostic, text, pattern.span, candidates);
    return;
  }
  bool matched = false;
  for (std::size_t i = 0; i < bundle_.tools.size(); ++i) {
    const std::string_view name = bundle_.tools[i].name;
    const bool below = pattern.wildcard && name.size() > text.size() && name.starts_with(text) &&
                       name[text.size()] == '.';
    if (!below && (pattern.wildcard || name != text)) continue;
    matched = true;
    into.insert(static_cast<ToolIndex>(i));
  }
  if (matched) return;
  std::vector<std::string_view> candidates;
  if (pattern.wildcard)
    candidates.assign(tool_first_segments_.begin(), tool_first_segments_.end());
  else
    for (const ToolInfo& tool : bundle_.tools) candidates.push_back(tool.name);
  Diagnostic& diagnostic = report(Code::E0305, pattern.span,
                                  pattern.wildcard ? fmt::format("no tool stands below `{}`", text)
                                                   : fmt::format("there is no tool `{}`", text));
  diagnostic.help("name a tool of a schema");
  suggest(diagnostic, text, pattern.name.span, candidates);
}

std::vector<ToolIndex> Checker::resolve_scope(const ast::Scope& scope, ModuleIndex module) {
  std::set<ToolIndex> tools;
  if (scope.any) {
    for (std::size_t i = 0; i < bundle_.tools.size(); ++i) tools.insert(static_cast<ToolIndex>(i));
  }
  for (const ast::ToolPattern& pattern : scope.patterns) add_pattern(pattern, module, tools);
  return {tools.begin(), tools.end()};
}

std::optional<std::int64_t> Checker::duration_of(const ast::DurationOrName& time,
                                                 ModuleIndex module) {
  if (time.is_literal && time.literal.damaged) return std::nullopt;
  if (time.is_literal) return time.literal.integer;
  if (time.name.empty()) return std::nullopt;
  Named* named = find_named(time.name.text, module);
  if (named == nullptr || named->kind != Named::Kind::Constant) {
    std::vector<std::string_view> candidates;
    for (const auto& [key, other] : named_) {
      if (other.kind == Named::Kind::Constant) candidates.push_back(key.second);
    }
    Diagnostic& diagnostic =
        report(Code::E0301, time.span, fmt::format("there is no constant `{}`", time.name.text));
    diagnostic.help("write a duration such as `4h`");
    suggest(diagnostic, time.name.text, time.span, candidates);
    return std::nullopt;
  }
  resolve_constant(*named);
  const Type* type = named->constant->type;
  if (type == nullptr) return std::nullopt;
  if (type->kind != TypeKind::Duration) {
    report(Code::E0401, time.span,
           fmt::format("`{}` is `{}`, not a duration", time.name.text, spelled(*type, bundle_)))
        .help("use a duration such as `4h`");
    return std::nullopt;
  }
  return named->constant->integer;
}

}  // namespace remit::compiler
