// Expressions: literals, connectives, arithmetic, quantifiers, match, calls.

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "compiler/check/checker.h"
#include "stdlib/formats.h"
#include "stdlib/ip.h"
#include "stdlib/text.h"
#include "stdlib/time.h"

namespace remit::compiler {

using ast::Expr;
using ast::ExprKind;

void Checker::set_type(const Expr& expr, const Type* type) {
  ExprInfo& result = info(expr);
  result.type = type;
  if (type == nullptr) return;
  if (is_ordered_kind(type->kind)) result.interval = {type->low, type->high};
  if (type->kind == TypeKind::Enum)
    result.interval = {0, static_cast<Wide>(bundle_.enumeration(*type).values.size()) - 1};
}

// Text literals and bare enum values take their type from the other side.
bool Checker::needs_hint(const Expr& expr) {
  if (expr.kind == ExprKind::Literal)
    return ast::as<ast::LiteralExpr>(expr).literal.kind == ast::LiteralKind::String;
  if (expr.kind != ExprKind::Path) return false;
  const ast::Dotted& path = ast::as<ast::PathExpr>(expr).path;
  if (path.parts.size() != 1) return false;
  const std::string_view name = path.text;
  const Named* named = find_named(name, context_.module);
  return find_local(name) == nullptr &&
         (named == nullptr || named->kind != Named::Kind::Constant) && !is_root(name);
}

bool Checker::is_constant(const Expr& expr) {
  const BindingKind binding = info(expr).binding;
  return expr.kind == ExprKind::Literal || binding == BindingKind::Constant ||
         binding == BindingKind::EnumValue || binding == BindingKind::ToolValue;
}

// ---- literals

void Checker::text_literal(const ast::LiteralExpr& expr, const Type* hint) {
  ExprInfo& result = info(expr);
  result.text = expr.literal.text;
  if (hint == nullptr) {
    report(Code::E0405, expr.span, "nothing here says whether this text is a string or an id")
        .help("compare it with a fact or a typed constant");
    return;
  }
  if (hint->kind == TypeKind::String || hint->kind == TypeKind::Id) {
    const bool valid = hint->kind == TypeKind::Id
                           ? stdlib::is_id(result.text)
                           : stdlib::is_string_value(result.text) &&
                                 result.text.size() <= static_cast<std::size_t>(hint->high);
    if (!valid) {
      report(Code::E0412, expr.span,
             hint->kind == TypeKind::Id
                 ? std::string("this text is not a valid id")
                 : fmt::format("this text is not a valid `{}`", spelled(*hint, bundle_)))
          .note(hint->kind == TypeKind::Id
                    ? "an id has 1 to 128 of A-Z a-z 0-9 _ . : / @ + -"
                    : "a string has no control characters and is at most as long as its type")
          .help("change the text, or the type in the schema");
      return;
    }
    result.type = hint;
    return;
  }
  Diagnostic& diagnostic =
      report(Code::E0401, expr.span,
             fmt::format("this is text, `{}` is expected", spelled(*hint, bundle_)));
  if (is_text(hint->kind))
    diagnostic.help(fmt::format("write `{}\"…\"`", is_cidr(*hint) ? "cidr" : spelling(hint->kind)));
  else
    diagnostic.help("write a value of that type");
}

const Type* Checker::format_type(const ast::Literal& literal) {
  std::vector<char> buffer(literal.text.size() + 1);
  std::optional<std::string_view> canonical;
  const Type* type = nullptr;
  if (literal.prefix == "ip" || literal.prefix == "cidr") {
    const bool ok = literal.prefix == "ip" ? stdlib::parse_ip(literal.text).has_value()
                                           : stdlib::parse_cidr(literal.text).has_value();
    if (ok) canonical = literal.text;
    type = literal.prefix == "ip" ? bundle_.types.plain(TypeKind::Ip) : bundle_.types.cidr();
  } else if (literal.prefix == "host") {
    canonical = stdlib::canonical_host(literal.text, buffer);
    type = bundle_.types.plain(TypeKind::Host);
  } else if (literal.prefix == "path") {
    canonical = stdlib::canonical_path(literal.text, buffer);
    type = bundle_.types.plain(TypeKind::Path);
  } else if (literal.prefix == "email") {
    canonical = stdlib::canonical_email(literal.text, buffer);
    type = bundle_.types.plain(TypeKind::Email);
  } else {
    canonical = stdlib::canonical_url(literal.text, buffer);
    type = bundle_.types.plain(TypeKind::Url);
  }
  if (!canonical || *canonical != literal.text) {
    Diagnostic& diagnostic =
        report(Code::E0106, literal.span,
               fmt::format("`{}` is not a canonical {}", literal.text, literal.prefix));
    if (canonical)
      diagnostic.help(fmt::format("write `{}\"{}\"`", literal.prefix, *canonical));
    else
      diagnostic.help("change the text between the quotes");
    return nullptr;
  }
  return type;
}

void Checker::format_literal(const ast::LiteralExpr& expr) {
  const Type* type = format_type(expr.literal);
  if (type == nullptr) return;
  info(expr).text = expr.literal.text;
  info(expr).type = type;
}

void Checker::literal(const ast::LiteralExpr& expr, const Type* hint) {
  const ast::Literal& literal = expr.literal;
  if (literal.damaged) return;
  ExprInfo& result = info(expr);
  const auto amount = [&](TypeKind kind) {
    result.integer = literal.integer;
    result.type = bundle_.types.plain(kind);
    result.interval = {literal.integer, literal.integer};
  };
  switch (literal.kind) {
    case ast::LiteralKind::Bool:
      result.integer = literal.integer;
      result.type = bundle_.types.plain(TypeKind::Bool);
      return;
    case ast::LiteralKind::Int: return amount(TypeKind::Int);
    case ast::LiteralKind::Duration: return amount(TypeKind::Duration);
    case ast::LiteralKind::Time: return amount(TypeKind::TimeOfDay);
    case ast::LiteralKind::Money:
      if (literal.prefix != bundle_.currency) {
        report(Code::E0406, expr.span,
               fmt::format("the amount is in {}, the bundle's currency is {}", literal.prefix,
                           bundle_.currency))
            .help("convert it");
        return;
      }
      return amount(TypeKind::Money);
    case ast::LiteralKind::Utc: {
      const auto ms = stdlib::parse_timestamp_or_date(literal.text);
      if (!ms) {
        report(Code::E0106, expr.span, fmt::format("`{}` is not a timestamp", literal.text))
            .help("write it like `utc\"2027-02-01T09:00:00Z\"` or `utc\"2027-02-01\"`");
        return;
      }
      result.integer = *ms;
      result.type = bundle_.types.plain(TypeKind::Timestamp);
      result.interval = {*ms, *ms};
      return;
    }
    case ast::LiteralKind::String: return text_literal(expr, hint);
    case ast::LiteralKind::Format: return format_literal(expr);
  }
}

// ---- arithmetic

void Checker::arithmetic(const ast::ArithmeticExpr& expr, const Type* hint, const KeySet& present) {
  const Expr &left = *expr.left, &right = *expr.right;
  expression(left, hint, present);
  expression(right, nullptr, present);
  const Type *a = info(left).type, *b = info(right).type;
  if (a == nullptr || b == nullptr) return;
  const bool is_product = expr.op == ast::ArithmeticOp::Multiply;
  TypeKind result = a->kind;
  bool fits = false;
  if (is_product) {
    fits = (is_amount(a->kind) && b->kind == TypeKind::Int) ||
           (a->kind == TypeKind::Int && is_amount(b->kind));
    result = a->kind == TypeKind::Int ? b->kind : a->kind;
  } else if (a->kind == TypeKind::Timestamp) {
    fits = b->kind == TypeKind::Duration ||
           (b->kind == TypeKind::Timestamp && expr.op == ast::ArithmeticOp::Subtract);
    if (b->kind == TypeKind::Timestamp) result = TypeKind::Duration;
  } else {
    fits = is_amount(a->kind) && a->kind == b->kind;
  }
  if (!fits) {
    report(Code::E0401, expr.span,
           fmt::format("`{}` {} `{}` has no meaning", spelled(*a, bundle_),
                       sources_.text(expr.operator_span), spelled(*b, bundle_)))
        .help(is_product ? "multiply an amount by an int"
                         : "both sides are int, money or duration, or a timestamp and a duration");
    return;
  }
  const Interval x = info(left).interval, y = info(right).interval;
  const auto interval = is_product                          ? compiler::multiply(x, y)
                        : expr.op == ast::ArithmeticOp::Add ? add(x, y)
                                                            : subtract(x, y);
  if (!interval) {
    report(Code::E0407, expr.span, "the result may exceed 127 bits")
        .help("give the facts narrower bounds in the schema");
    return;
  }
  ExprInfo& into = info(expr);
  into.type = bundle_.types.plain(result);
  into.interval = *interval;
}

void Checker::percent_of(const ast::PercentOfExpr& expr, const KeySet& present) {
  const Expr& of = *expr.whole;
  expression(of, nullptr, present);
  const Type* type = info(of).type;
  if (type == nullptr) return;
  if (!is_amount(type->kind)) {
    report(Code::E0401, of.span,
           fmt::format("a percentage of `{}` has no meaning", spelled(*type, bundle_)))
        .help("take a percentage of an int, money or a duration");
    return;
  }
  const auto interval = compiler::multiply(info(of).interval, {expr.thousandths, expr.thousandths});
  if (!interval) {
    report(Code::E0407, expr.span, "the result may exceed 127 bits")
        .help("give the fact narrower bounds in the schema");
    return;
  }
  info(expr).type = type;
  info(expr).interval = *interval;
}

// ---- connectives

Flow Checker::condition(const Expr& expr, const KeySet& present) {
  Flow flow = expression(expr, bundle_.types.plain(TypeKind::Bool), present);
  const Type* type = info(expr).type;
  if (type != nullptr && type->kind != TypeKind::Bool) {
    report(Code::E0404, expr.span,
           fmt::format("a condition is a bool, this is `{}`", spelled(*type, bundle_)))
        .help("compare it with something");
    info(expr).type = nullptr;
  }
  return flow;
}

Flow Checker::connective(const ast::ConnectiveExpr& expr, const KeySet& present) {
  const bool is_and = expr.kind == ExprKind::And;
  Flow flow = condition(*expr.operands.front(), present);
  for (const Expr* operand : expr.operands.subspan(1)) {
    const Flow next =
        condition(*operand, united(present, is_and ? flow.when_true : flow.when_false));
    flow = is_and ? both(flow, next) : either(flow, next);
  }
  info(expr).type = bundle_.types.plain(TypeKind::Bool);
  return flow;
}

// ---- match

// The ordinal that a value of an arm names; what is none was reported.
std::optional<std::int64_t> Checker::arm_value(const ast::Atom& atom, const Type& operand) {
  if (operand.kind == TypeKind::Bool) {
    if (atom.is_literal && atom.literal.kind == ast::LiteralKind::Bool) return atom.literal.integer;
  } else if (!atom.is_literal && !atom.name.parts.empty()) {
    const EnumInfo& info = bundle_.enumeration(operand);
    const bool qualified = atom.name.parts.size() == 2 && atom.name.parts.front().text == info.name;
    const ast::Name& name = atom.name.parts.back();
    if (atom.name.parts.size() == 1 || qualified) {
      if (const auto ordinal = info.ordinal(name.text)) return *ordinal;
      (void)ordinal_or_report(static_cast<EnumIndex>(operand.ref), name,
                              fmt::format("value of `{}`", info.name), 0);
      return std::nullopt;
    }
  }
  report(Code::E0401, atom.span,
         fmt::format("this is not a value of `{}`", spelled(operand, bundle_)))
      .help("name a value of the operand's type");
  return std::nullopt;
}

void Checker::check_arms(const ast::MatchExpr& expr, const Type& operand) {
  std::map<std::int64_t, Span> seen;
  bool all_read = true;
  const std::size_t all =
      operand.kind == TypeKind::Bool ? 2 : bundle_.enumeration(operand).values.size();
  for (const ast::Arm& arm : expr.arms) {
    if (arm.is_else && seen.size() == all) {
      report(Code::E0410, arm.span, "`else` never applies: every value has its arm")
          .help("remove it");
    }
    for (const ast::Atom& atom : arm.values) {
      const auto value = arm_value(atom, operand);
      all_read &= value.has_value();
      if (!value) continue;
      const auto [first, is_new] = seen.try_emplace(*value, atom.span);
      if (!is_new) {
        report(Code::E0410, atom.span, "this value has an arm already")
            .secondary_at(first->second, "the first one")
            .help("remove one of them");
      }
    }
  }
  const bool has_else = std::ranges::any_of(expr.arms, &ast::Arm::is_else);
  if (has_else || seen.size() >= all || !all_read) return;
  std::vector<std::string_view> missing;
  for (std::size_t i = 0; i < all; ++i) {
    if (seen.contains(static_cast<std::int64_t>(i))) continue;
    missing.push_back(operand.kind == TypeKind::Bool ? (i == 0 ? "false" : "true")
                                                     : bundle_.enumeration(operand).values[i].name);
  }
  report(Code::E0410, expr.keyword_span,
         fmt::format("`match` leaves out {}", fmt::join(missing, ", ")))
      .help("add an arm for each, or `else`");
}

Flow Checker::match(const ast::MatchExpr& expr, const Type* hint, const KeySet& present) {
  const Expr& operand = *expr.operand;
  expression(operand, nullptr, present);
  const Type* type = info(operand).type;
  if (type != nullptr && type->kind != TypeKind::Enum && type->kind != TypeKind::Bool) {
    report(Code::E0401, operand.span,
           fmt::format("`match` looks at an enum or a bool, this is `{}`", spelled(*type, bundle_)))
        .help("use comparisons joined by `and` and `or`");
  } else if (type != nullptr) {
    check_arms(expr, *type);
  }
  const Type* result = hint;
  std::optional<Interval> interval;
  Flow flow;
  for (std::size_t i = 0; i < expr.arms.size(); ++i) {
    const Expr& arm = *expr.arms[i].result;
    const Flow arm_flow = expression(arm, result, present);
    flow = i == 0 ? arm_flow
                  : Flow{common(flow.when_true, arm_flow.when_true),
                         common(flow.when_false, arm_flow.when_false)};
    const ExprInfo& arm_info = info(arm);
    if (arm_info.type == nullptr) continue;
    if (result != nullptr && !same_type(*result, *arm_info.type)) {
      report(Code::E0401, arm.span,
             fmt::format("this arm is `{}`, `{}` is expected", spelled(*arm_info.type, bundle_),
                         spelled(*result, bundle_)))
          .help("all arms have one type");
      return {};
    }
    if (is_collection(arm_info.type->kind) || arm_info.type->kind == TypeKind::Record) {
      report(Code::E0414, arm.span, "an arm gives a single value")
          .help("write the test that needs it into the arm");
      return {};
    }
    if (result == nullptr) result = arm_info.type;
    interval = interval ? hull(*interval, arm_info.interval) : arm_info.interval;
  }
  ExprInfo& into = info(expr);
  into.type = result;
  if (interval) into.interval = *interval;
  return flow;
}

// ---- quantifiers

void Checker::quantifier(const ast::QuantifierExpr& expr, const KeySet& present) {
  const Expr &over = *expr.collection, &body = *expr.body;
  if (context_.in_quantifier) {
    report(Code::E0417, expr.span, "quantifiers do not nest")
        .help("resolve the inner question into a fact of the host");
    return;
  }
  expression(over, nullptr, present);
  const Type* type = info(over).type;
  if (type != nullptr && !is_collection(type->kind)) {
    report(Code::E0401, over.span, fmt::format("`{}` is not a collection", spelled(*type, bundle_)))
        .help("quantify over a set or a list");
    type = nullptr;
  }
  if (type != nullptr && info(over).binding == BindingKind::Constant) {
    report(Code::E0409, over.span, "a set constant cannot be quantified over")
        .help("quantify over a fact");
    type = nullptr;
  }
  check_new_name(expr.variable.text, expr.variable.span, "loop variable");
  if (find_local(expr.variable.text) != nullptr ||
      find_named(expr.variable.text, context_.module) != nullptr) {
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
  ExprInfo& into = info(expr);
  if (context_.def != nullptr) context_.def->has_quantifier = true;
  if (!is_sum) {
    const bool counts = expr.quantifier == ast::QuantifierKind::Count;
    into.type = counts ? bundle_.types.intern({TypeKind::Int, kNoRef, 0, type->high, nullptr})
                       : bundle_.types.plain(TypeKind::Bool);
    if (counts) into.interval = {0, type->high};
    return;
  }
  const Type* of = info(body).type;
  if (of == nullptr) return;
  if (!is_amount(of->kind)) {
    report(Code::E0401, body.span,
           fmt::format("a sum of `{}` has no meaning", spelled(*of, bundle_)))
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
  into.type = bundle_.types.plain(of->kind);
  into.interval = *interval;
}

// ---- calls

// An argument's values must all be values of the parameter.
void Checker::check_subset_arguments(const Expr& argument, const ParameterInfo& parameter) {
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
         fmt::format("parameter `{}` is `{}`, this is `{}`", parameter.name, spelled(to, bundle_),
                     spelled(from, bundle_)))
      .help("widen the parameter's type, or give a narrower value");
}

void Checker::call(const ast::CallExpr& expr, const KeySet& present) {
  const std::string_view name = expr.callee.text;
  if (name == "approved") return approved(expr);
  Named* named = find_named(name, context_.module);
  if (named == nullptr || named->kind != Named::Kind::Def) {
    std::vector<std::string_view> candidates;
    if (context_.role == ExprRole::Assert) candidates.emplace_back("approved");
    for (const auto& [key, other] : named_) {
      const bool visible =
          key.first == kShared || key.first == static_cast<std::uint32_t>(context_.module);
      if (visible && other.kind == Named::Kind::Def) candidates.push_back(key.second);
    }
    Diagnostic& diagnostic =
        report(Code::E0301, expr.callee.span, fmt::format("there is no def `{}`", name));
    diagnostic.help("declare it with `def`");
    suggest(diagnostic, name, expr.callee.span, candidates);
    return;
  }
  resolve_def(*named);
  const DefInfo& def = *named->def;
  ExprInfo& into = info(expr);
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
    check_subset_arguments(argument, def.parameters[i]);
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

// ---- everything

Flow Checker::expression(const Expr& expr, const Type* hint, const KeySet& present) {
  switch (expr.kind) {
    case ExprKind::Literal: return literal(ast::as<ast::LiteralExpr>(expr), hint), Flow{};
    case ExprKind::Path: return path(ast::as<ast::PathExpr>(expr), hint, present), Flow{};
    case ExprKind::Has: return has(ast::as<ast::PathExpr>(expr));
    case ExprKind::Call: return call(ast::as<ast::CallExpr>(expr), present), Flow{};
    case ExprKind::Not: {
      Flow flow = condition(*ast::as<ast::NotExpr>(expr).operand, present);
      info(expr).type = bundle_.types.plain(TypeKind::Bool);
      return std::move(flow).negated();
    }
    case ExprKind::And:
    case ExprKind::Or: return connective(ast::as<ast::ConnectiveExpr>(expr), present);
    case ExprKind::Compare: return compare(ast::as<ast::CompareExpr>(expr), present);
    case ExprKind::InRange: return range(ast::as<ast::InRangeExpr>(expr), present), Flow{};
    case ExprKind::Relation: return relation(ast::as<ast::RelationExpr>(expr), present), Flow{};
    case ExprKind::Matches: return matches(ast::as<ast::MatchesExpr>(expr), present), Flow{};
    case ExprKind::Arithmetic:
      return arithmetic(ast::as<ast::ArithmeticExpr>(expr), hint, present), Flow{};
    case ExprKind::PercentOf:
      report(Code::E0408, expr.span,
             "a percentage stands only beside a comparison or as a bound of a range")
          .help("write `a > 80% of b`");
      return {};
    case ExprKind::SetLiteral:
      report(Code::E0409, expr.span,
             "a set stands only after `in`, `under`, `overlaps`, `subset of`, or as a constant")
          .help("compare single values");
      return {};
    case ExprKind::Quantifier:
      return quantifier(ast::as<ast::QuantifierExpr>(expr), present), Flow{};
    case ExprKind::Match: return match(ast::as<ast::MatchExpr>(expr), hint, present);
    case ExprKind::Bad: return {};
  }
  return {};
}

}  // namespace remit::compiler
