#include "compiler/check/expr/literals.h"

#include <fmt/format.h>

#include "compiler/check/schema/values.h"
#include "stdlib/formats.h"
#include "stdlib/time.h"

namespace remit::compiler {

namespace {

void check_text(const ast::LiteralExpr& expr, const Type* hint, ExprInfo& result,
                const Environment& env) {
  result.text = expr.literal.text;
  if (hint == nullptr) {
    env.reporter
        .report(Code::E0405, expr.span, "nothing here says whether this text is a string or an id")
        .help("compare it with a fact or a typed constant");
    return;
  }
  if (hint->kind == TypeKind::String || hint->kind == TypeKind::Id) {
    if (!stdlib::is_text_value(hint->kind, result.text, hint->high)) {
      env.reporter
          .report(Code::E0412, expr.span,
                  hint->kind == TypeKind::Id
                      ? std::string("this text is not a valid id")
                      : fmt::format("this text is not a valid `{}`", spelled(*hint, env.schema)))
          .note(hint->kind == TypeKind::Id
                    ? "an id has 1 to 256 visible ASCII characters, and no `\"` and no `\\`"
                    : "a string has no control characters and is at most as long as its type")
          .help("change the text, or the type in the schema");
      return;
    }
    result.type = hint;
    return;
  }
  Diagnostic& diagnostic = env.reporter.report(
      Code::E0401, expr.span,
      fmt::format("this is text, `{}` is expected", spelled(*hint, env.schema)));
  if (is_text(hint->kind))
    diagnostic.help(fmt::format("write `{}\"…\"`", is_cidr(*hint) ? "cidr" : spelling(hint->kind)));
  else
    diagnostic.help("write a value of that type");
}

}  // namespace

void check_literal(const ast::LiteralExpr& expr, const Type* hint, ExprInfo& result,
                   const Environment& env) {
  const ast::Literal& literal = expr.literal;
  if (literal.damaged) return;
  const auto amount = [&](TypeKind kind) {
    result.integer = literal.integer;
    result.type = env.types.plain(kind);
    result.interval = {literal.integer, literal.integer};
  };
  switch (literal.kind) {
    case ast::LiteralKind::Bool:
      result.integer = literal.integer;
      result.type = env.types.plain(TypeKind::Bool);
      return;
    case ast::LiteralKind::Int: return amount(TypeKind::Int);
    case ast::LiteralKind::Duration: return amount(TypeKind::Duration);
    case ast::LiteralKind::Time: return amount(TypeKind::TimeOfDay);
    case ast::LiteralKind::Money:
      if (is_in_currency(literal, expr.span, env.schema, env.reporter)) amount(TypeKind::Money);
      return;
    case ast::LiteralKind::Utc: {
      const auto ms = stdlib::parse_timestamp_or_date(literal.text);
      if (!ms) {
        env.reporter
            .report(Code::E0106, expr.span, fmt::format("`{}` is not a timestamp", literal.text))
            .help("write it like `utc\"2027-02-01T09:00:00Z\"` or `utc\"2027-02-01\"`");
        return;
      }
      result.integer = *ms;
      result.type = env.types.plain(TypeKind::Timestamp);
      result.interval = {*ms, *ms};
      return;
    }
    case ast::LiteralKind::String: return check_text(expr, hint, result, env);
    case ast::LiteralKind::Format:
      result.type = format_type(literal, env.types, env.reporter);
      if (result.type != nullptr) result.text = literal.text;
      return;
  }
}

}  // namespace remit::compiler
