#include "compiler/check/definitions/constants.h"

#include <fmt/format.h>

namespace remit::compiler {

namespace {

bool is_constant(const ast::Expr& expr) {
  if (expr.kind == ast::ExprKind::Literal || expr.kind == ast::ExprKind::Path ||
      expr.kind == ast::ExprKind::Bad)
    return true;
  if (expr.kind != ast::ExprKind::Arithmetic) return false;
  const auto& sides = ast::as<ast::ArithmeticExpr>(expr);
  return is_constant(*sides.left) && is_constant(*sides.right);
}

class ConstantChecker : Reporter {
 public:
  ConstantChecker(ConstInfo& constant, const Type* declared, ExpressionChecker& expressions,
                  const Environment& env)
      : Reporter(env.reporter),
        constant_(constant),
        declared_(declared),
        expressions_(expressions),
        env_(env) {}

  void run();

 private:
  void check_set(const ast::SetLiteralExpr& value);
  // Whether a path in it, once typed, is one of a fact, which is reported: it has no value yet.
  bool reads_a_fact(const ast::Expr& value);
  // What text is where nothing else says so: a string. Null for what is no text.
  const Type* text_type(const ast::Expr& value) {
    const bool text = expressions_.needs_hint(value) && value.kind == ast::ExprKind::Literal;
    return text ? env_.types.plain(TypeKind::String) : nullptr;
  }

  ConstInfo& constant_;
  const Type* declared_;
  ExpressionChecker& expressions_;
  const Environment& env_;
};

bool ConstantChecker::reads_a_fact(const ast::Expr& value) {
  if (value.kind == ast::ExprKind::Arithmetic) {
    const auto& sides = ast::as<ast::ArithmeticExpr>(value);
    return reads_a_fact(*sides.left) || reads_a_fact(*sides.right);
  }
  if (expressions_.info(value).binding != BindingKind::Fact) return false;
  report(Code::E0401, value.span, "a constant cannot read a fact, which differs in every request")
      .help("use `def` for what reads facts");
  return true;
}

void ConstantChecker::check_set(const ast::SetLiteralExpr& value) {
  if (declared_ != nullptr && declared_->kind != TypeKind::Set) {
    report(Code::E0401, value.span,
           fmt::format("the value is a set, the type is `{}`", spelled(*declared_, env_.schema)))
        .help("change the type");
    return;
  }
  for (const ast::Expr* element : value.elements) {
    if (is_constant(*element)) continue;
    report(Code::E0409, element->span,
           "an element of a set constant is a literal, an enum value, a tool or a constant")
        .help("name the value with a constant first");
    return;
  }
  const Type* wanted = value.elements.empty() ? nullptr : text_type(*value.elements[0]);
  if (declared_ != nullptr) wanted = declared_->element;
  const Type* element = expressions_.set_elements(value, wanted, {});
  if (element == nullptr) return;
  for (const ast::Expr* one : value.elements) {
    if (reads_a_fact(*one)) return;
  }
  const auto count = static_cast<std::int64_t>(value.elements.size());
  if (declared_ != nullptr && count > declared_->high) {
    report(Code::E0108, value.span,
           fmt::format("the set has {} elements, its type allows {}", count, declared_->high))
        .help("change the size");
  }
  constant_.type = env_.types.intern(
      {TypeKind::Set, kNoRef, 0, declared_ != nullptr ? declared_->high : count, element});
  for (const ast::Expr* child : value.elements) {
    const ExprInfo& element_info = expressions_.info(*child);
    if (element_info.type == nullptr) continue;
    const bool named = element_info.binding == BindingKind::Constant;
    if (is_text(element->kind))
      constant_.texts.push_back(named ? element_info.constant->text : element_info.text);
    else
      constant_.integers.push_back(named ? element_info.constant->integer : element_info.integer);
  }
}

void ConstantChecker::run() {
  const ast::Expr& value = *constant_.decl->value;
  if (value.kind == ast::ExprKind::SetLiteral)
    return check_set(ast::as<ast::SetLiteralExpr>(value));
  if (value.kind == ast::ExprKind::Call &&
      ast::as<ast::CallExpr>(value).callee.text == "approved") {
    expressions_.expression(value, nullptr, {});  // reports where it may stand
    return;
  }
  if (!is_constant(value)) {
    report(Code::E0401, value.span, "a constant is a literal, a constant, or `+`, `-`, `*` of them")
        .help("use `def` for what reads facts");
    return;
  }
  expressions_.expression(value, declared_ != nullptr ? declared_ : text_type(value), {});
  const ExprInfo& result = expressions_.info(value);
  if (result.type == nullptr || reads_a_fact(value)) return;
  if (declared_ != nullptr && !same_type(*declared_, *result.type)) {
    report(Code::E0401, value.span,
           fmt::format("the value is `{}`, the type is `{}`", spelled(*result.type, env_.schema),
                       spelled(*declared_, env_.schema)))
        .help("change the type or the value");
    return;
  }
  if (is_integral(result.type->kind)) {
    const Type& bounds = declared_ != nullptr ? *declared_ : *env_.types.plain(result.type->kind);
    const bool bounded = is_ordered_kind(bounds.kind);
    // A negative amount is a fine constant, as long as no type was promised.
    const Wide low =
        declared_ == nullptr && is_amount(bounds.kind) ? Wide{INT64_MIN} : Wide{bounds.low};
    if (bounded && (result.interval.low < low || result.interval.high > bounds.high)) {
      report(Code::E0108, value.span,
             fmt::format("the constant is out of range of `{}`", spelled(bounds, env_.schema)))
          .help("change the value or the type");
      return;
    }
    constant_.integer = result.binding == BindingKind::EnumValue ||
                                result.binding == BindingKind::ToolValue || !bounded
                            ? result.integer
                            : static_cast<std::int64_t>(result.interval.low);
    if (result.binding == BindingKind::Constant) constant_.integer = result.constant->integer;
  } else {
    constant_.text = result.binding == BindingKind::Constant ? result.constant->text : result.text;
    if (declared_ != nullptr && declared_->kind == TypeKind::String &&
        constant_.text.size() > static_cast<std::size_t>(declared_->high)) {
      report(Code::E0108, value.span,
             fmt::format("the text has {} bytes, its type allows {}", constant_.text.size(),
                         declared_->high))
          .help("change the value or the type");
    }
  }
  constant_.type = declared_ != nullptr ? declared_ : result.type;
}

}  // namespace

void check_constant(ConstInfo& constant, const Type* declared, ExpressionChecker& expressions,
                    const Environment& env) {
  ConstantChecker(constant, declared, expressions, env).run();
}

}  // namespace remit::compiler
