#include "compiler/check/policy/messages.h"

#include <algorithm>

#include <fmt/format.h>

#include "stdlib/time.h"

namespace remit::compiler {

namespace {

bool can_be_shown(TypeKind kind) { return is_scalar(kind) && kind != TypeKind::Url; }

// Whether an expression of `module` reads a fact that is not to be shown, where arguments are those
// of `scope`.
bool reads_sensitive(const ast::Expr& expr, ModuleIndex module, const std::vector<ToolIndex>& scope,
                     const Environment& env) {
  const ExprInfo& result = env.module(module).info(expr);
  if (result.binding == BindingKind::Fact) {
    for (const FieldInfo* field : result.fact.fields) {
      if (field->sensitive) return true;
    }
    // What one tool of the scope marks, none may show.
    for (const ToolIndex index : scope) {
      if (result.fact.base != Base::Args) break;
      const auto& args = env.schema.tool(index).args;
      const auto own = std::ranges::find(args, result.fact.fields[0]->name, &FieldInfo::name);
      if (own != args.end() && own->sensitive) return true;
    }
  }
  if (result.binding == BindingKind::Def && result.def != nullptr &&
      result.def->decl->value != nullptr &&
      reads_sensitive(*result.def->decl->value, result.def->module, scope, env)) {
    return true;
  }
  bool found = false;
  ast::for_each_child(expr, [&](const ast::Expr& child) {
    found = found || reads_sensitive(child, module, scope, env);
  });
  return found;
}

}  // namespace

void check_message(const ast::Template& text, const KeySet& present, ExpressionChecker& expressions,
                   const Environment& env) {
  const ExprContext& place = expressions.context();
  for (const ast::TemplatePiece& piece : text.pieces) {
    if (piece.expr == nullptr) continue;
    const ast::Expr& expr = *piece.expr;
    expressions.expression(expr, nullptr, present);
    const ExprInfo& result = expressions.info(expr);
    if (result.type == nullptr) continue;
    if (!can_be_shown(result.type->kind) || is_cidr(*result.type)) {
      env.reporter
          .report(Code::E1002, expr.span,
                  fmt::format("`{}` cannot stand in a message", spelled(*result.type, env.schema)))
          .note(
              "messages show bool, int, money, durations, times, string, id, enum, tool, host, "
              "path, "
              "email and ip")
          .help(result.type->kind == TypeKind::Url ? "show its `.host`"
                : is_collection(result.type->kind) ? "show its `.size`"
                                                   : "show a field of it");
    } else if (result.type->kind == TypeKind::Timestamp &&
               (result.interval.low < 0 || result.interval.high > stdlib::kTimestampMax)) {
      env.reporter.report(Code::E1002, expr.span, "this time may lie outside 1970 to 9999")
          .help("show the time without adding to it");
    } else if (reads_sensitive(expr, place.module, *place.scope, env)) {
      env.reporter.report(Code::E1003, expr.span, "a `@sensitive` value cannot stand in a message")
          .help("remove it; messages are logged and shown");
    }
  }
}

}  // namespace remit::compiler
