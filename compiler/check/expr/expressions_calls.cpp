// Quantifiers, and calls of defs and of `approved`.

#include <utility>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/expr/expressions.h"
#include "compiler/check/seats.h"

namespace remit::compiler {

using ast::Expr;
using ast::ExprKind;

// ---- quantifiers

void ExpressionChecker::quantifier(const ast::QuantifierExpr& expr, const KeySet& present) {
  const Expr &over = *expr.collection, &body = *expr.body;
  if (context_.in_quantifier) {
    report(Code::E0417, expr.span, "quantifiers do not nest")
        .help("resolve the inner question into a fact of the host");
    return;
  }
  expression(over, nullptr, present);
  const Type* type = info(over).type;
  if (type != nullptr && !is_collection(type->kind)) {
    report(Code::E0401, over.span, fmt::format("`{}` is not a collection", spelled(*type, schema_)))
        .help("quantify over a set or a list");
    type = nullptr;
  }
  if (type != nullptr && info(over).binding == BindingKind::Constant) {
    report(Code::E0409, over.span, "a set constant cannot be quantified over")
        .help("quantify over a fact");
    type = nullptr;
  }
  env_.names.check_new(expr.variable.text, expr.variable.span, "loop variable", *this);
  if (context_.find_local(expr.variable.text) != nullptr ||
      env_.names.find(expr.variable.text, context_.module) != nullptr) {
    report(Code::E0303, expr.variable.span,
           fmt::format("loop variable `{}` shadows another name", expr.variable.text))
        .help("choose another name");
  }
  if (type == nullptr) return;
  context_.locals.push_back({expr.variable.text, type->element, Base::Element, 0,
                             fmt::format("${}.{}", expr.variable.text, expr.id)});
  context_.in_quantifier = true;
  const bool is_sum = expr.quantifier == ast::QuantifierKind::Sum;
  if (is_sum)
    expression(body, nullptr, present);
  else
    condition(body, present);
  context_.in_quantifier = false;
  context_.locals.pop_back();
  ExprInfo& into = entry(expr);
  if (context_.def != nullptr) context_.def->has_quantifier = true;
  if (!is_sum) {
    const bool counts = expr.quantifier == ast::QuantifierKind::Count;
    into.type = counts ? types_.intern({TypeKind::Int, kNoRef, 0, type->high, nullptr})
                       : types_.plain(TypeKind::Bool);
    if (counts) into.interval = {0, type->high};
    return;
  }
  const Type* of = info(body).type;
  if (of == nullptr) return;
  if (!is_amount(of->kind)) {
    report(Code::E0401, body.span,
           fmt::format("a sum of `{}` has no meaning", spelled(*of, schema_)))
        .help("sum int, money or durations");
    return;
  }
  const auto interval =
      sum_of(info(body).interval, type->kind == TypeKind::Set ? 0 : type->low, type->high);
  if (!interval) {
    report(Code::E0407, expr.span, "the sum may exceed 127 bits")
        .help("give the elements narrower bounds in the schema");
    return;
  }
  into.type = types_.plain(of->kind);
  into.interval = *interval;
}

// ---- calls

// An argument's values must all be values of the parameter.
void ExpressionChecker::check_argument(const Expr& argument, const ParameterInfo& parameter) {
  const ExprInfo& given = info(argument);
  if (given.type == nullptr || parameter.type == nullptr) return;
  const Type &from = *given.type, &to = *parameter.type;
  bool fits = same_type(from, to);
  if (fits && is_ordered_kind(to.kind))
    fits = given.interval.low >= to.low && given.interval.high <= to.high;
  if (fits && to.kind == TypeKind::String) fits = from.high <= to.high;
  if (fits && is_collection(to.kind))
    fits = from.high <= to.high && (to.kind == TypeKind::Set || from.low >= to.low);
  if (fits) return;
  report(Code::E0401, argument.span,
         fmt::format("parameter `{}` is `{}`, this is `{}`", parameter.name, spelled(to, schema_),
                     spelled(from, schema_)))
      .help("widen the parameter's type, or give a narrower value");
}

void ExpressionChecker::call(const ast::CallExpr& expr, const KeySet& present) {
  const std::string_view name = expr.callee.text;
  if (name == "approved") return approved(expr);
  const Named* named = env_.names.find(Named::Kind::Def, name, context_.module);
  if (named == nullptr) {
    auto candidates = env_.names.visible(Named::Kind::Def, context_.module);
    if (context_.role == ExprRole::Assert) candidates.insert(candidates.begin(), "approved");
    Diagnostic& diagnostic =
        report(Code::E0301, expr.callee.span, fmt::format("there is no def `{}`", name));
    diagnostic.help("declare it with `def`");
    suggest(diagnostic, name, expr.callee.span, candidates);
    return;
  }
  const DefInfo& def = resolver_.def(*named);
  ExprInfo& into = entry(expr);
  into.binding = BindingKind::Def;
  into.def = &def;
  if (def.decl->damaged) return;  // its parameters may be those that did not parse
  if (expr.arguments.size() != def.parameters.size()) {
    report(Code::E0416, expr.span,
           fmt::format("`{}` takes {} arguments, here are {}", name, def.parameters.size(),
                       expr.arguments.size()))
        .secondary_at(def.decl->name.span, "declared here")
        .help("give it one value a parameter");
    return;
  }
  for (std::size_t i = 0; i < expr.arguments.size(); ++i) {
    const Expr& argument = *expr.arguments[i];
    const Type* wanted = def.parameters[i].type;
    // What the def reads in a quantifier stands in that quantifier once it is inlined.
    const bool outer = std::exchange(context_.in_quantifier,
                                     context_.in_quantifier || def.parameters[i].in_quantifier);
    // A record or a collection is passed whole, which no other place allows.
    expression(argument, wanted, present);
    context_.in_quantifier = outer;
    check_argument(argument, def.parameters[i]);
  }
  if (def.has_quantifier && context_.in_quantifier) {
    report(Code::E0417, expr.span,
           fmt::format("`{}` has a quantifier inside, and quantifiers do not nest", name))
        .help("resolve the inner question into a fact of the host");
    return;
  }
  if (def.has_quantifier && context_.def != nullptr) context_.def->has_quantifier = true;
  into.type = def.result;
  into.interval = def.interval;
}

// `approved(seat)` and `approved()`: for how many people's grants this decision waits no longer.
void ExpressionChecker::approved(const ast::CallExpr& expr) {
  if (context_.role != ExprRole::Assert) {
    report(Code::E0905, expr.span, "`approved` stands only in asserts")
        .help("a wait says whose approval it needs: `queue for …`");
    return;
  }
  if (expr.arguments.size() > 1) {
    report(Code::E0416, expr.span,
           fmt::format("`approved` takes one role or none, here are {}", expr.arguments.size()))
        .help("ask for each role by itself");
    return;
  }
  ExprInfo& into = entry(expr);
  if (!expr.arguments.empty()) {
    const ast::Expr& role = *expr.arguments[0];
    const auto parts = role.kind == ExprKind::Path ? ast::as<ast::PathExpr>(role).path.parts
                                                   : std::span<const ast::Name>();
    const bool of_enum = parts.size() == 2 && parts[0].text == "role";
    if (parts.size() == 1 || of_enum) into.seat = find_seat(schema_, parts.back().text);
    if (of_enum && into.seat && into.seat->kind != stdlib::SeatKind::Role) into.seat.reset();
    if (!into.seat) return report_unknown_seat(*this, schema_, quoted(role.span), role.span);
  }
  into.binding = BindingKind::Approved;
  into.type = types_.intern(
      {TypeKind::Int, kNoRef, 0, static_cast<std::int64_t>(limits::kApprovalsMax), nullptr});
  into.interval = {0, static_cast<Wide>(limits::kApprovalsMax)};
}

}  // namespace remit::compiler
