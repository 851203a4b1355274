// Rules, guards, limits and asserts: a verdict and its clauses, in fixed order.

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "lang/parser_state.h"

namespace remit::lang {

namespace {

using Kind = TokenKind;

constexpr Kind kRuleOrder[] = {Kind::When,    Kind::Unless,  Kind::Because,  Kind::Advise,
                               Kind::Require, Kind::Expires, Kind::Overrides};
constexpr Kind kGuardOrder[] = {Kind::When, Kind::Unless, Kind::Because, Kind::Advise,
                                Kind::Require};

std::optional<DutyKind> duty_kind(std::string_view word) {
#define REMIT_DUTY(kind, text, parameter) \
  if (word == text) return DutyKind::kind;
#include <remit/duties.def>
#undef REMIT_DUTY
  return std::nullopt;
}

constexpr std::string_view kDutyWords[] = {
#define REMIT_DUTY(kind, text, parameter) text,
#include <remit/duties.def>
#undef REMIT_DUTY
};

bool begins_verdict(Kind kind) {
  return kind == Kind::Permit || kind == Kind::Deny || kind == Kind::Queue ||
         kind == Kind::Escalate;
}

}  // namespace

// `overridable`, or a near miss of it, which only `on` or `by` can follow.
bool Parser::accept_lift() {
  static constexpr std::string_view kOnly[] = {"overridable"};
  if (accept_word(kOnly[0])) return true;
  const bool before_scope =
      peek(1).kind == Kind::Name && (peek(1).text == "on" || peek(1).text == "by");
  return at(Kind::Name) && before_scope && !take_near_miss(kOnly, "`overridable` or `on`").empty();
}

void Parser::lift(ast::Decl& decl) {
  if (!accept_lift()) return;
  decl.lift = ast::LiftMark::Overridable;
  if (accept_word("by")) {
    decl.lift = ast::LiftMark::OverridableBy;
    decl.lift_by = dotted("the name of a policy after `by`");
  }
}

ast::Party Parser::party() {
  const Token& first = peek();
  ast::Party result;
  if (at(Kind::Int)) {
    result.need = signed_int("a number of people").integer;
    expect(Kind::Of, "after the number of people");
  }
  result.role = name("a role");
  result.span = span_from(first);
  return result;
}

ast::Time Parser::time(std::string_view what) {
  ast::Time result;
  result.span = peek().span;
  if (recovering_) return result;
  if (at(Kind::Name)) {
    result.name = name(what);
  } else {
    result.literal = duration(what);
    result.is_literal = !recovering_;
  }
  return result;
}

ast::Verdict Parser::wait(ast::Outcome outcome) {
  ast::Verdict result;
  result.outcome = outcome;
  const Token& first = next();
  expect(outcome == ast::Outcome::Queue ? Kind::For : Kind::To,
         fmt::format("after `{}`", first.text));
  std::vector<ast::Party> parties;
  do parties.push_back(party());
  while (!recovering_ && accept(Kind::And));
  result.parties = keep(parties);
  expect(Kind::Within, "and a deadline after the people");
  result.within = time("a deadline such as `4h`");
  result.span = span_from(first);
  return result;
}

ast::Verdict Parser::verdict() {
  ast::Verdict result;
  result.span = peek().span;
  if (recovering_) return result;
  if (at(Kind::Queue)) return wait(ast::Outcome::Queue);
  if (at(Kind::Escalate)) return wait(ast::Outcome::Escalate);
  if (accept(Kind::Permit))
    result.outcome = ast::Outcome::Permit;
  else if (accept(Kind::Deny))
    result.outcome = ast::Outcome::Deny;
  return result;
}

ast::Duty Parser::duty() {
  const Token& first = peek();
  ast::Duty result;
  std::optional<DutyKind> kind = at(Kind::Name) ? duty_kind(first.text) : std::nullopt;
  if (kind) {
    next();
  } else {
    kind = duty_kind(take_near_miss(kDutyWords, "a duty"));
  }
  if (!kind) {
    unexpected("a duty: log, notify, redact, dry_run, snapshot, step_up or delay");
    return result;
  }
  result.kind = *kind;
  switch (parameter_of(*kind)) {
    case DutyParameter::None: break;
    case DutyParameter::Level: result.parameter = one_of(kLogLevelNames); break;
    case DutyParameter::Channel: result.parameter = name("a channel"); break;
    case DutyParameter::Name: result.parameter = word("the name of a result"); break;
    case DutyParameter::Time: result.time = time("a duration"); break;
  }
  result.span = span_from(first);
  return result;
}

std::span<const ast::Duty> Parser::duties() {
  std::vector<ast::Duty> result;
  do result.push_back(duty());
  while (!recovering_ && accept(Kind::Comma));
  return keep(result);
}

void Parser::overrides(ast::Decl& decl) {
  decl.overrides_span = tokens_[position_ - 1].span;
  std::vector<ast::Dotted> names;
  do names.push_back(dotted("the name of a rule or guard"));
  while (!recovering_ && accept(Kind::Comma));
  decl.overrides = keep(names);
}

void Parser::clause(Kind keyword, ast::Decl& decl) {
  const Span span = tokens_[position_ - 1].span;
  ast::Clauses& clauses = decl.clauses;
  if (keyword == Kind::When) {
    clauses.when_span = span;
    clauses.when = expression();
  } else if (keyword == Kind::Unless) {
    clauses.unless_span = span;
    clauses.unless = expression();
  } else if (keyword == Kind::Because) {
    clauses.because = message("because");
  } else if (keyword == Kind::Advise) {
    clauses.advise = message("advise");
  } else if (keyword == Kind::Require) {
    clauses.require_span = span;
    clauses.require = duties();
  } else if (keyword == Kind::Expires) {
    decl.has_expires = at(Kind::Utc);
    if (decl.has_expires)
      decl.expires = literal("a timestamp");
    else
      unexpected("a timestamp like `utc\"2027-02-01\"`").help("put `utc` before the quote");
  } else {
    overrides(decl);
  }
}

std::string_view Parser::take_clause_typo(std::span<const Kind> order) {
  std::vector<std::string_view> words;
  for (const Kind kind : order) words.push_back(spelling(kind));
  return take_near_miss(words, "a clause");
}

// Clauses stand in `order`, each at most once. One that stands wrong is reported and read all the
// same.
void Parser::clauses(ast::Decl& decl, std::span<const Kind> order) {
  int last = -1;
  std::uint32_t seen = 0;
  while (!at(Kind::CloseBrace) && !at(Kind::End)) {
    if (recovering_) {
      const std::size_t before = position_;
      synchronise_clause();
      if (at(Kind::CloseBrace) || at(Kind::End)) return;
      if (at(Kind::Name)) return;  // a new declaration begins: a brace is missing, and was reported
      if (position_ == before && !is_reserved(peek().kind)) next();
      continue;
    }
    const Token& first = peek();
    Kind keyword = first.kind;
    if (std::ranges::find(order, keyword) != order.end()) {
      next();
    } else {
      const std::string_view meant = take_clause_typo(order);
      const auto found = std::ranges::find(order, meant, [](Kind kind) { return spelling(kind); });
      if (meant.empty() || found == order.end()) {
        unexpected("a clause or `}`");
        next();
        continue;
      }
      keyword = *found;
    }
    const int index = static_cast<int>(std::ranges::find(order, keyword) - order.begin());
    if (index <= last) {
      const bool twice = (seen >> index & 1U) != 0;
      std::string list;
      for (const Kind kind : order)
        list += fmt::format("{}{}", list.empty() ? "" : ", ", spelling(kind));
      diags_
          .report(
              Code::E0204, first.span,
              fmt::format("`{}` stands {}", spelling(keyword), twice ? "here twice" : "too late"))
          .help(twice ? "join the two" : fmt::format("the order is {}", list));
    }
    seen |= 1U << index;
    last = std::max(last, index);
    clause(keyword, decl);
  }
}

void Parser::rule_or_guard(ast::Decl& decl) {
  const bool is_rule = decl.kind == ast::DeclKind::Rule;
  decl.name = name(fmt::format("the name of the {}", ast::keyword(decl.kind)));
  lift(decl);
  expect_word("on", fmt::format("and a scope after the name of the {}", ast::keyword(decl.kind)));
  decl.has_scope = true;
  if (!recovering_) decl.scope = scope();
  if (!expect(Kind::OpenBrace, "after the scope")) return;
  static constexpr std::string_view kVerdicts[] = {"permit", "deny", "queue", "escalate"};
  if (at(Kind::Name) && !begins_verdict(peek().kind)) {
    // Only a verdict can stand here, or a clause; the nearer of the two is meant.
    const std::size_t here = position_;
    const std::string_view meant = take_near_miss(kVerdicts, "a verdict");
    if (meant == "permit" || meant == "deny") {
      decl.verdict.outcome = meant == "permit" ? ast::Outcome::Permit : ast::Outcome::Deny;
      decl.verdict.span = tokens_[here].span;
    } else if (!meant.empty()) {
      position_ = here;
      decl.verdict = wait(meant == "queue" ? ast::Outcome::Queue : ast::Outcome::Escalate);
    }
  } else {
    decl.verdict = verdict();
  }
  clauses(decl, is_rule ? std::span<const Kind>(kRuleOrder) : std::span<const Kind>(kGuardOrder));
  expect(Kind::CloseBrace, fmt::format("to close the {}", ast::keyword(decl.kind)));
}

void Parser::message_clauses(ast::Clauses& clauses) {
  if (accept(Kind::Because)) clauses.because = message("because");
  if (!recovering_ && accept(Kind::Advise)) clauses.advise = message("advise");
  if (!recovering_ && accept(Kind::Require)) {
    clauses.require_span = tokens_[position_ - 1].span;
    clauses.require = duties();
  }
}

void Parser::limit(ast::Decl& decl) {
  decl.name = name("the name of the limit");
  expect_word("on", "and a scope after the name of the limit");
  decl.has_scope = true;
  if (!recovering_) decl.scope = scope();
  expect(Kind::OpenBrace, "after the scope");
  if (!recovering_ && accept(Kind::When)) decl.clauses.when = expression();
  if (!recovering_ && accept(Kind::Unless)) decl.clauses.unless = expression();
  expect_word("max", "and an amount");
  if (!recovering_) decl.maximum = sum();
  if (!recovering_ && accept_word("calls")) {
    decl.amount_kind = ast::LimitAmount::Calls;
  } else if (expect(Kind::Of, "or `calls` after the maximum")) {
    decl.amount_kind = ast::LimitAmount::Of;
    decl.amount = sum();
  }
  expect_word("per", "and what is counted for");
  std::vector<ast::Expr*> keys;
  do {
    if (recovering_) break;
    ast::Expr* key = make(ast::ExprKind::Path, peek().span);
    key->path = dotted("a path");
    key->span = key->path.span;
    keys.push_back(key);
  } while (!recovering_ && accept(Kind::Comma));
  decl.keys = keep(keys);
  expect(Kind::In, "and a window");
  static constexpr std::string_view kCalendar[] = {"calendar"};
  const bool month = at(Kind::Name) && peek(1).kind == Kind::Name && peek(1).text == "month";
  if (!recovering_ &&
      (accept_word("calendar") || (month && !take_near_miss(kCalendar, "`calendar`").empty()))) {
    decl.calendar_month = expect_word("month", "after `calendar`");
  } else {
    decl.window = time("a window such as `1d`");
  }
  expect_word("otherwise", "and a verdict");
  if (!recovering_) {
    decl.verdict = verdict();
    if (decl.verdict.outcome == ast::Outcome::None) unexpected("`deny`, `queue` or `escalate`");
  }
  if (!recovering_) message_clauses(decl.clauses);
  expect(Kind::CloseBrace, "to close the limit");
}

void Parser::assertion(ast::Decl& decl) {
  decl.name = name("the name of the assert");
  if (!recovering_ && accept_word("on")) {
    decl.has_scope = true;
    decl.scope = scope();
  }
  expect(Kind::OpenBrace, "before the claim of an assert");
  if (!recovering_ && accept_word("always")) {
    decl.assert_kind = ast::AssertKind::AlwaysDeny;
    expect(Kind::Deny, "after `always`");
  } else if (expect_word("never", "or `always`")) {
    expect(Kind::Permit, "after `never`");
    if (!recovering_ && accept(Kind::Or)) {
      expect(Kind::Queue, "after `or`");
      decl.assert_kind = ast::AssertKind::NeverPermitOrQueue;
    }
  }
  if (expect(Kind::When, "and a condition")) {
    decl.clauses.when_span = tokens_[position_ - 1].span;
    decl.clauses.when = expression();
  }
  expect(Kind::CloseBrace, "to close the assert");
}

}  // namespace remit::lang
