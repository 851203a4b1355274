#include "compiler/check/definitions/definitions.h"

#include <algorithm>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/definitions/constants.h"
#include "compiler/check/definitions/inline_size.h"
#include "compiler/check/expr/expressions.h"
#include "compiler/check/schema/declared_types.h"

namespace remit::compiler {

const ConstInfo& Definitions::constant(const Named& named) {
  return resolved(named, known_constants_, constants_);
}

const DefInfo& Definitions::def(const Named& named) { return resolved(named, known_defs_, defs_); }

template <typename Info>
const Info& Definitions::resolved(const Named& named, Known<Info>& known, std::deque<Info>& infos) {
  const auto [entry, is_new] = known.try_emplace(&named);
  Progress<Info>& progress = entry->second;
  if (is_new) {
    progress.info = &infos.emplace_back();
    resolve(named, *progress.info);
    progress.done = true;
  } else if (!progress.done) {
    report_cycle(named, *this);
  }
  return *progress.info;
}

void Definitions::resolve(const Named& named, ConstInfo& constant) {
  const auto& decl = ast::as<ast::ConstDecl>(*named.decl);
  constant.name = decl.name.text;
  constant.decl = &decl;
  constant.module = named.module;
  const Type* declared =
      decl.type == nullptr ? nullptr : resolve_type(*decl.type, env_.schema, env_.types, *this);
  if (decl.value == nullptr || (declared == nullptr && decl.type != nullptr)) return;
  ExpressionChecker expressions(env_, *this, {.role = ExprRole::Constant, .module = named.module});
  check_constant(constant, declared, expressions, env_);
}

std::vector<Local> Definitions::parameters(const ast::DefDecl& decl, DefInfo& def) {
  std::vector<Local> locals;
  for (const ast::Parameter& parameter : decl.parameters) {
    const std::string_view name = parameter.name.text;
    env_.names.check_new(name, parameter.name.span, "parameter", *this);
    if (env_.names.find(name, def.module) != nullptr) {
      report(Code::E0303, parameter.name.span,
             fmt::format("parameter `{}` shadows another name", name))
          .help("choose another name");
    }
    if (std::ranges::find(locals, name, &Local::name) != locals.end())
      report(Code::E0302, parameter.name.span,
             fmt::format("parameter `{}` stands here twice", name))
          .help("rename one of them");
    const Type* type = parameter.type == nullptr
                           ? nullptr
                           : resolve_type(*parameter.type, env_.schema, env_.types, *this);
    const auto position = static_cast<std::uint32_t>(def.parameters.size());
    def.parameters.push_back({name, type});
    locals.push_back({name, type, Base::Parameter, position, fmt::format("${}", name)});
  }
  return locals;
}

void Definitions::resolve(const Named& named, DefInfo& def) {
  const auto& decl = ast::as<ast::DefDecl>(*named.decl);
  def.name = decl.name.text;
  def.decl = &decl;
  def.module = named.module;
  ExpressionChecker expressions(env_, *this,
                                {.role = ExprRole::Def,
                                 .module = named.module,
                                 .def = &def,
                                 .presence_unknown = decl.damaged,
                                 .locals = parameters(decl, def)});
  if (decl.value == nullptr) return;
  expressions.expression(*decl.value, nullptr, {});
  const ExprInfo& result = expressions.info(*decl.value);
  def.result = result.type;
  def.interval = result.interval;
  if (result.type != nullptr &&
      (is_collection(result.type->kind) || result.type->kind == TypeKind::Record)) {
    report(Code::E0414, decl.value->span, "a def gives a single value, no collection or record")
        .help("write the test that needs it into the def");
    def.result = nullptr;
  }
  measure(env_.module(named.module), def);
  if (def.nodes <= limits::kDefNodesMax) return;
  report(Code::E1101, decl.name.span,
         fmt::format("def `{}` has more than {} operators once what it calls is in its place",
                     def.name, limits::kDefNodesMax))
      .help("resolve a part of it into a fact of the host");
  def.result = nullptr;
}

std::optional<std::int64_t> Definitions::duration(const ast::DurationOrName& time,
                                                  ModuleIndex module) {
  if (time.is_literal && time.literal.damaged) return std::nullopt;
  if (time.is_literal) return time.literal.integer;
  if (time.name.empty()) return std::nullopt;
  const Named* named = env_.names.find(Named::Kind::Constant, time.name.text, module);
  if (named == nullptr) {
    Diagnostic& diagnostic =
        report(Code::E0301, time.span, fmt::format("there is no constant `{}`", time.name.text));
    diagnostic.help("write a duration such as `4h`");
    suggest(diagnostic, time.name.text, time.span, env_.names.all(Named::Kind::Constant));
    return std::nullopt;
  }
  const ConstInfo& constant = this->constant(*named);
  const Type* type = constant.type;
  if (type == nullptr) return std::nullopt;
  if (type->kind != TypeKind::Duration) {
    report(Code::E0401, time.span,
           fmt::format("`{}` is `{}`, not a duration", time.name.text, spelled(*type, env_.schema)))
        .help("use a duration such as `4h`");
    return std::nullopt;
  }
  return constant.integer;
}

}  // namespace remit::compiler
