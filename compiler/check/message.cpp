// Messages: what may stand between their braces.

#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/checker.h"
#include "stdlib/time.h"

namespace remit::compiler {

namespace {

bool can_be_shown(TypeKind kind) {
  return is_scalar(kind) && kind != TypeKind::String && kind != TypeKind::Url;
}

}  // namespace

bool Checker::reads_sensitive(const ast::Expr& expr, ModuleIndex module) {
  const ExprInfo& result = bundle_.modules[static_cast<std::size_t>(module)].exprs[expr.id];
  if (result.binding == BindingKind::Fact) {
    for (const FieldInfo* field : result.fact.fields) {
      if (field->sensitive) return true;
    }
    // What one tool of the scope marks, none may show.
    for (const ToolIndex index : *context_.scope) {
      if (result.fact.base != Base::Args) break;
      const auto& args = bundle_.tools[static_cast<std::size_t>(index)].args;
      const auto own = std::ranges::find(args, result.fact.fields[0]->name, &FieldInfo::name);
      if (own != args.end() && own->sensitive) return true;
    }
  }
  if (result.binding == BindingKind::Def && result.def != nullptr &&
      result.def->decl->value != nullptr &&
      reads_sensitive(*result.def->decl->value, result.def->module)) {
    return true;
  }
  bool found = false;
  ast::for_each_child(
      expr, [&](const ast::Expr& child) { found = found || reads_sensitive(child, module); });
  return found;
}

void Checker::message(const ast::Template& text, const KeySet& present) {
  for (const ast::TemplatePiece& piece : text.pieces) {
    if (piece.expr == nullptr) continue;
    const ast::Expr& expr = *piece.expr;
    expression(expr, nullptr, present);
    const ExprInfo& result = info(expr);
    if (result.type == nullptr) continue;
    if (!can_be_shown(result.type->kind) || is_cidr(*result.type)) {
      report(Code::E1002, expr.span,
             fmt::format("`{}` cannot stand in a message", spelled(*result.type, bundle_)))
          .note(
              "messages show bool, int, money, durations, times, id, enum, tool, host, path, email "
              "and ip")
          .help("show something else, or use a part of it");
    } else if (result.type->kind == TypeKind::Timestamp &&
               (result.interval.low < 0 || result.interval.high > stdlib::kTimestampMax)) {
      report(Code::E1002, expr.span, "this time may lie outside 1970 to 9999")
          .help("show the time without adding to it");
    } else if (reads_sensitive(expr, context_.module)) {
      report(Code::E1003, expr.span, "a `@sensitive` value cannot stand in a message")
          .help("remove it; messages are logged and shown");
    }
  }
}

}  // namespace remit::compiler
