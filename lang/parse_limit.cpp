// Limits and asserts. Their parts stand in one order; the first that is wrong is reported, and the
// rest of the declaration skipped, unless it is clear what was meant.

#include <fmt/format.h>

#include "lang/parser_state.h"

namespace remit::lang {

using Kind = TokenKind;

// ---- limits

void Parser::limit_amount(ast::LimitDecl& decl) {
  const bool verdict = at(Kind::Permit) || at(Kind::Deny) || at(Kind::Queue) || at(Kind::Escalate);
  if (verdict)
    unexpected("`max` and an amount", "the verdict stands after `otherwise`");
  else
    expect_word("max", "and an amount");
  if (!recovering_) decl.maximum = sum();
  static constexpr std::string_view kCalls[] = {"calls"};
  static constexpr std::string_view kExpected = "`of` or `calls` after the maximum";
  if (recovering_) return;
  if (accept_word("calls") || (at(Kind::Name) && !take_near_miss(kCalls, kExpected).empty())) {
    decl.amount_kind = ast::LimitAmount::Calls;
  } else if (accept(Kind::Of)) {
    decl.amount_kind = ast::LimitAmount::Of;
    decl.amount = sum();
  } else {
    unexpected(kExpected, "write `calls`, or `of` and what is added up");
  }
}

void Parser::limit_keys(ast::LimitDecl& decl) {
  // Without keys there is one counter.
  if (at(Kind::In) || at(Kind::Within) || at_word(spelling(Window::Ever))) return;
  if (!recovering_ && (at(Kind::For) || at_word("by")))
    take_for("per", "`per` and what is counted for");
  else
    expect_word("per", "and what is counted for");
  std::vector<ast::Expr*> keys;
  do {
    if (recovering_) break;
    auto* key = make<ast::PathExpr>(ast::ExprKind::Path, peek().span);
    key->path = dotted("a fact such as `tenant.id`");
    key->span = key->path.span;
    keys.push_back(key);
  } while (!recovering_ && accept(Kind::Comma));
  decl.keys = keep(keys);
}

// `in` before a window; false for `ever`, which has none before it.
bool Parser::window_keyword() {
  static constexpr std::string_view kWords[] = {"in", spelling(Window::Ever)};
  static constexpr std::string_view kExpected = "`in` and a window, or `ever`";
  if (accept_word(spelling(Window::Ever))) return false;
  if (accept(Kind::In)) return true;
  if (at(Kind::Within)) return take_for("in", kExpected), true;
  const std::string_view meant = at(Kind::Name) ? take_near_miss(kWords, kExpected) : "";
  if (meant.empty()) unexpected(kExpected, "write `in 1d`, `in calendar month`, or `ever`");
  return meant != spelling(Window::Ever);
}

void Parser::limit_window(ast::LimitDecl& decl) {
  static constexpr std::string_view kCalendar[] = {"calendar"};
  static constexpr std::string_view kExpected = "a window such as `1d`";
  if (recovering_) return;
  if (!window_keyword()) {
    decl.window = Window::Ever;
    return;
  }
  if (recovering_) return;
  const bool period = at(Kind::Name) && peek(1).kind == Kind::Name && calendar_window(peek(1).text);
  if (accept_word("calendar") || (period && !take_near_miss(kCalendar, "`calendar`").empty())) {
    static constexpr std::string_view kPeriods[] = {spelling(Window::Day), spelling(Window::Week),
                                                    spelling(Window::Month),
                                                    spelling(Window::Year)};
    decl.window = calendar_window(one_of(kPeriods).text).value_or(Window::Month);
  } else if (at(Kind::Name) && calendar_window(peek().text)) {
    decl.window = *calendar_window(peek().text);
    take_for(fmt::format("calendar {}", spelling(decl.window)), kExpected);
  } else if (at_word(spelling(Window::Ever))) {
    unexpected(kExpected, "`ever` stands without `in`");
  } else if (at(Kind::Int)) {
    unexpected(kExpected, "write its unit: `30d`, or `calendar month`");
  } else {
    decl.duration = time(kExpected);
  }
}

void Parser::limit_outcome(ast::LimitDecl& decl) {
  static constexpr std::string_view kWords[] = {"deny", "queue", "escalate"};
  if (!expect_word("otherwise", "and a verdict")) return;
  decl.verdict = at(Kind::Name) ? verdict_typo(kWords) : verdict();
  if (!recovering_ && decl.verdict.outcome == ast::VerdictWord::None)
    unexpected("`deny`, `queue` or `escalate`", "say what happens to a call that does not fit");
  if (!recovering_) message_clauses(decl.clauses);
  if (recovering_ || (!at(Kind::When) && !at(Kind::Unless))) return;
  report(Code::E0204, peek().span, fmt::format("`{}` stands too late", peek().text))
      .help("the order is when, unless, max, per, in, otherwise");
}

void Parser::limit(ast::LimitDecl& decl) {
  decl.name = name("the name of the limit");
  refuse_lift(decl);
  if (!scope_and_brace(decl)) return;
  conditions(decl.clauses, "max");
  if (!recovering_) limit_amount(decl);
  limit_keys(decl);
  limit_window(decl);
  limit_outcome(decl);
  expect(Kind::CloseBrace, "to close the limit");
}

// ---- asserts

// `never permit`, `never permit or queue`, `always deny`.
void Parser::claim(ast::AssertDecl& decl) {
  static constexpr std::string_view kWords[] = {"never", "always"};
  if (at(Kind::Permit) || at(Kind::Deny)) {
    unexpected("`never` or `always`",
               at(Kind::Deny) ? "write `always deny`" : "write `never permit`");
    return;
  }
  if (one_of(kWords).text == "always") {
    decl.assert_kind = ast::AssertKind::AlwaysDeny;
    if (at(Kind::Permit) || at(Kind::Queue) || at(Kind::Escalate))
      unexpected("`deny` after `always`", "an assert grants nothing: write `always deny`");
    expect(Kind::Deny, "after `always`");
    return;
  }
  if (at(Kind::Deny) || at(Kind::Queue) || at(Kind::Escalate))
    unexpected("`permit` after `never`", "write `never permit` or `never permit or queue`");
  expect(Kind::Permit, "after `never`");
  if (recovering_) return;
  if (at(Kind::And) || at(Kind::Comma))
    take_for("or", "`or` or `when` after `never permit`");
  else if (!accept(Kind::Or))
    return;
  if (at(Kind::Escalate) || at(Kind::Deny))
    unexpected("`queue` after `or`", "to forbid all but deny write `always deny`");
  expect(Kind::Queue, "after `or`");
  decl.assert_kind = ast::AssertKind::NeverPermitOrQueue;
}

void Parser::assertion(ast::AssertDecl& decl) {
  decl.name = name("the name of the assert");
  refuse_lift(decl);
  const bool another_name = at(Kind::Name) && peek(1).kind == Kind::Name;
  if (accept_word("on") || (another_name && expect_word("on", "and a scope, or `{`"))) {
    decl.has_scope = true;
    decl.scope = scope();
  }
  if (!expect(Kind::OpenBrace, "before the claim of an assert")) return;
  claim(decl);
  if (!recovering_ && at(Kind::Unless))
    unexpected("`when` and a condition", "write `when not (…)`");
  if (expect(Kind::When, "and a condition")) {
    decl.clauses.when_span = tokens_[position_ - 1].span;
    decl.clauses.when = expression();
  }
  const bool more = at(Kind::Unless) || at(Kind::Because) || at(Kind::Advise) || at(Kind::Require);
  if (!recovering_ && more) {
    unexpected("`}` to close the assert",
               at(Kind::Unless) ? "write `and not (…)`"
                                : "an assert is a claim: it has no messages or duties");
  }
  expect(Kind::CloseBrace, "to close the assert");
}

}  // namespace remit::lang
