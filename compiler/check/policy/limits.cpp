#include "compiler/check/policy/limits.h"

#include <fmt/format.h>

#include <remit/limits.h>
#include "stdlib/limit_key.h"
#include "stdlib/time.h"

namespace remit::compiler {

namespace {

class LimitChecker : Reporter {
 public:
  LimitChecker(ItemInfo& item, const KeySet& present, ExpressionChecker& expressions,
               const PolicyContext& context)
      : Reporter(context.env.reporter),
        item_(item),
        present_(present),
        expressions_(expressions),
        context_(context),
        schema_(context.env.schema) {}

  void run() {
    check_amounts();
    check_keys();
    check_window();
  }

 private:
  void check_amounts();
  void check_keys();
  void check_window();

  ItemInfo& item_;
  const KeySet& present_;
  ExpressionChecker& expressions_;
  const PolicyContext& context_;
  const Schema& schema_;
};

void LimitChecker::check_amounts() {
  const ast::LimitDecl& decl = item_.limit();
  const auto amount_type = [&](const ast::Expr* expr) -> const Type* {
    if (expr == nullptr) return nullptr;
    expressions_.expression(*expr, nullptr, present_);
    const Type* type = expressions_.info(*expr).type;
    if (type == nullptr || is_amount(type->kind)) return type;
    report(Code::E0802, expr->span, fmt::format("`{}` cannot be added up", spelled(*type, schema_)))
        .help("a limit counts calls, or adds up int, money or durations");
    return nullptr;
  };
  const Type* most = amount_type(decl.maximum);
  if (decl.amount_kind == ast::LimitAmount::Calls) {
    if (most == nullptr || most->kind == TypeKind::Int) return;
    report(Code::E0802, decl.maximum->span,
           fmt::format("calls are counted, and `{}` is not a number of calls",
                       spelled(*most, schema_)))
        .help("write a number: `max 60 calls`");
    return;
  }
  const Type* amount = amount_type(decl.amount);
  if (amount == nullptr) return;
  if (most != nullptr && most->kind != amount->kind) {
    report(Code::E0802, decl.maximum->span,
           fmt::format("the maximum is `{}`, what is added up is `{}`", spelled(*most, schema_),
                       spelled(*amount, schema_)))
        .secondary_at(decl.amount->span, "what is added up")
        .help(fmt::format("write a maximum of `{}`", spelling(amount->kind)));
  }
  const Interval interval = expressions_.info(*decl.amount).interval;
  if (interval.low >= 0 && interval.high <= INT64_MAX) return;
  report(Code::E0801, decl.amount->span,
         interval.low < 0 ? "what is added up may be negative: a counter would run backwards"
                          : "what is added up may exceed 64 bits")
      .help("give the fact narrower bounds in the schema");
}

void LimitChecker::check_keys() {
  for (const ast::Expr* key : item_.limit().keys) {
    expressions_.expression(*key, nullptr, present_);
    const ExprInfo& result = expressions_.info(*key);
    if (result.type == nullptr) continue;
    const bool fact = result.binding == BindingKind::Fact && result.fact.base != Base::Counter;
    if (fact && stdlib::can_be_key(result.type->kind, result.type->high)) continue;
    report(Code::E0803, key->span,
           fact ? fmt::format("`{}` cannot be the key of a counter", spelled(*result.type, schema_))
                : std::string("a key is a fact of the request"))
        .help(fmt::format("count per id, enum, bool, host, tool, or string of at most {} bytes",
                          limits::kKeyStringBytesMax));
  }
}

void LimitChecker::check_window() {
  const ast::LimitDecl& decl = item_.limit();
  item_.window = decl.window;
  if (decl.window != Window::Sliding) return;
  const auto window = context_.definitions.duration(decl.duration, context_.policy.module);
  if (!window) return;
  item_.window_ms = *window;
  if (*window >= stdlib::kWindowMin && *window <= stdlib::kWindowMax) return;
  report(Code::E0804, decl.duration.span,
         fmt::format("the window lies outside {}s..={}d", limits::kWindowSecondsMin,
                     limits::kWindowDaysMax))
      .help(fmt::format("a window is {}s to {}d, a period such as `calendar month`, or `ever`",
                        limits::kWindowSecondsMin, limits::kWindowDaysMax));
}

}  // namespace

void check_limit(ItemInfo& item, const KeySet& present, ExpressionChecker& expressions,
                 const PolicyContext& context) {
  if (item.decl->damaged) return;  // half of a limit says nothing of the whole
  LimitChecker(item, present, expressions, context).run();
}

std::vector<Counter> counters_of(const PolicyInfo& policy, const Policies& policies,
                                 Environment& env) {
  std::vector<Counter> counters;
  for (const ItemIndex index : policy.items) {
    const ItemInfo& item = policies.item(index);
    if (item.kind != ItemKind::Limit) continue;
    const ast::LimitDecl& decl = item.limit();
    Counter counter;
    counter.limit = index;
    counter.name = item.name;
    counter.place = item.place;
    if (!decl.damaged) counter.scope = item.scope;
    counter.conditional = item.clauses->when != nullptr || item.clauses->unless != nullptr;
    const Type* amount =
        decl.amount == nullptr ? nullptr : env.module(policy.module).info(*decl.amount).type;
    if (decl.amount_kind == ast::LimitAmount::Calls)
      counter.type = env.types.plain(TypeKind::Int);
    else if (amount != nullptr)
      counter.type = env.types.plain(amount->kind);
    counters.push_back(counter);
  }
  return counters;
}

}  // namespace remit::compiler
