// Rules and guards, and what all items share: a verdict and its clauses, in fixed order.

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "lang/parser_state.h"
#include "lang/suggest.h"

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

struct Synonym {
  std::string_view word, verdict;
};
constexpr Synonym kSynonyms[] = {
    {"allow", "permit"},   {"accept", "permit"}, {"approve", "permit"}, {"grant", "permit"},
    {"block", "deny"},     {"forbid", "deny"},   {"refuse", "deny"},    {"reject", "deny"},
    {"disallow", "deny"},  {"hold", "queue"},    {"wait", "queue"},     {"ask", "queue"},
    {"alert", "escalate"}, {"page", "escalate"}, {"raise", "escalate"},
};

// Of `words`, the one that `text` may stand for; empty if none.
std::string_view meant_verdict(std::span<const std::string_view> words, std::string_view text) {
  const auto synonym = std::ranges::find(kSynonyms, text, &Synonym::word);
  if (synonym != std::end(kSynonyms)) {
    const bool is_one = std::ranges::find(words, synonym->verdict) != words.end();
    return is_one ? synonym->verdict : std::string_view();
  }
  return nearest_name(text, words).value_or(std::string_view());
}

constexpr std::string_view kDutyWords[] = {
#define REMIT_DUTY(kind, text, parameter) text,
#include <remit/duties.def>
#undef REMIT_DUTY
};

}  // namespace

// `overridable`, or a near miss of it, which only `on` or `by` can follow.
bool Parser::accept_lift() {
  static constexpr std::string_view kOnly[] = {"overridable"};
  if (accept_word(kOnly[0])) return true;
  const bool before_scope =
      peek(1).kind == Kind::Name && (peek(1).text == "on" || peek(1).text == "by");
  return at(Kind::Name) && before_scope && !take_near_miss(kOnly, "`overridable` or `on`").empty();
}

void Parser::lift(ast::GuardDecl& decl) {
  if (!accept_lift()) return;
  decl.lift = ast::LiftMark::Overridable;
  if (accept_word("by")) {
    decl.lift = ast::LiftMark::OverridableBy;
    decl.lift_by = dotted("the name of a policy after `by`");
  }
}

ast::VerdictClause Parser::verdict() {
  ast::VerdictClause result;
  result.span = peek().span;
  if (recovering_) return result;
  if (at(Kind::Queue)) return wait(ast::VerdictWord::Queue);
  if (at(Kind::Escalate)) return wait(ast::VerdictWord::Escalate);
  if (accept(Kind::Permit))
    result.outcome = ast::VerdictWord::Permit;
  else if (accept(Kind::Deny))
    result.outcome = ast::VerdictWord::Deny;
  return result;
}

// A verdict whose word is a near miss of one of `words`, or another language's word for it; none if
// there is no such.
ast::VerdictClause Parser::verdict_typo(std::span<const std::string_view> words,
                                        const RefusedVerdict& refused) {
  ast::VerdictClause result;
  const std::size_t here = position_;
  result.span = peek().span;
  const std::string_view meant =
      recovering_ ? std::string_view() : meant_verdict(words, peek().text);
  if (meant.empty()) return result;
  Diagnostic& diagnostic = take_for(meant, "a verdict");
  if (meant == refused.word) {
    // What is refused for its place as well is one mistake, not two, and its word alone is no fix.
    diagnostic.help(std::string(refused.help)).fix_text.reset();
    damaged_ = true;
    if (meant == "permit" || meant == "deny") return result;
  }
  if (meant == "permit") result.outcome = ast::VerdictWord::Permit;
  if (meant == "deny") result.outcome = ast::VerdictWord::Deny;
  if (meant == "pass") result.outcome = ast::VerdictWord::Pass;
  if (meant != "queue" && meant != "escalate") return result;
  position_ = here;
  return wait(meant == "queue" ? ast::VerdictWord::Queue : ast::VerdictWord::Escalate);
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

void Parser::overrides(ast::RuleDecl& decl) {
  decl.overrides_span = tokens_[position_ - 1].span;
  std::vector<ast::Dotted> names;
  do names.push_back(dotted("the name of a rule or guard"));
  while (!recovering_ && accept(Kind::Comma));
  decl.overrides = keep(names);
}

void Parser::clause(Kind keyword, ast::GuardDecl& decl) {
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
    auto& rule = ast::as<ast::RuleDecl>(decl);
    rule.has_expires = at(Kind::Utc);
    if (rule.has_expires)
      rule.expires = literal("a timestamp");
    else
      unexpected("a timestamp like `utc\"2027-02-01\"`").help("put `utc` before the quote");
  } else {
    overrides(ast::as<ast::RuleDecl>(decl));
  }
}

std::string_view Parser::take_clause_typo(std::span<const Kind> order) {
  std::vector<std::string_view> words;
  for (const Kind kind : order) words.push_back(spelling(kind));
  return take_near_miss(words, "a clause");
}

void Parser::refuse_order(Span place, Kind keyword, bool twice, std::span<const Kind> order) {
  std::string list;
  for (const Kind kind : order)
    list += fmt::format("{}{}", list.empty() ? "" : ", ", spelling(kind));
  diags_
      .report(Code::E0204, place,
              fmt::format("`{}` stands {}", spelling(keyword), twice ? "here twice" : "too late"))
      .help(twice ? "join the two" : fmt::format("the order is {}", list));
}

// Clauses stand in `order`, each at most once. One that stands wrong is reported and read all the
// same.
void Parser::clauses(ast::GuardDecl& decl, std::span<const Kind> order) {
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
        // A declaration begins: a brace is missing, and that is all.
        const bool is_declaration =
            first.line_break_before && (at(Kind::At) || (at(Kind::Name) && decl_kind(first.text) &&
                                                         peek(1).kind == Kind::Name));
        if (is_declaration) return;
        next();
        continue;
      }
      keyword = *found;
    }
    const int index = static_cast<int>(std::ranges::find(order, keyword) - order.begin());
    if (index <= last) refuse_order(first.span, keyword, (seen >> index & 1U) != 0, order);
    seen |= 1U << index;
    last = std::max(last, index);
    clause(keyword, decl);
  }
}

// `on`, the tools, and the brace that opens the body.
bool Parser::scope_and_brace(ast::ItemDecl& decl) {
  expect_word("on", fmt::format("and a scope after the name of the {}", ast::keyword(decl.kind)));
  decl.has_scope = true;
  if (!recovering_) decl.scope = scope();
  if (expect(Kind::OpenBrace, "after the scope")) return true;
  decl.scope.patterns = {};  // half a scope names other tools than those that were meant
  return false;
}

void Parser::rule_or_guard(ast::GuardDecl& decl) {
  const bool is_rule = decl.kind == ast::DeclKind::Rule;
  decl.name = name(fmt::format("the name of the {}", ast::keyword(decl.kind)));
  lift(decl);
  if (!scope_and_brace(decl)) return;
  static constexpr std::string_view kVerdicts[] = {"permit", "deny", "queue", "escalate"};
  // Where a name stands only a verdict can be meant, or a clause.
  const RefusedVerdict refused =
      is_rule ? RefusedVerdict{"deny", "a rule does not deny: make it a guard"}
              : RefusedVerdict{"permit", "a guard does not permit: make it a rule"};
  decl.verdict = at(Kind::Name) ? verdict_typo(kVerdicts, refused) : verdict();
  clauses(decl, is_rule ? std::span<const Kind>(kRuleOrder) : std::span<const Kind>(kGuardOrder));
  expect(Kind::CloseBrace, fmt::format("to close the {}", ast::keyword(decl.kind)));
}

// What only rules and guards may be.
void Parser::refuse_lift(const ast::Decl& decl) {
  if (recovering_ || !at_word("overridable")) return;
  const Token& first = next();
  if (accept_word("by")) dotted("the name of a policy after `by`");
  diags_.report(Code::E0201, first.span, "expected `on` and a scope, found `overridable`")
      .note(fmt::format("a {} is never overridden", ast::keyword(decl.kind)))
      .help("remove it");
}

// `when` and `unless` of a table or limit, of which `before` is the next word.
void Parser::conditions(ast::Clauses& clauses, std::string_view before) {
  static constexpr Kind kOrder[] = {Kind::When, Kind::Unless};
  const std::string_view words[] = {"when", "unless", before};
  while (!recovering_) {
    const Token& first = peek();
    Kind keyword = first.kind;
    if (at(Kind::When) || at(Kind::Unless)) {
      next();
    } else {
      const auto meant = at(Kind::Name) ? nearest_name(first.text, words) : std::nullopt;
      if (!meant || *meant == before || at_word(before)) return;
      take_near_miss(words, fmt::format("a condition or `{}`", before));
      keyword = *meant == "when" ? Kind::When : Kind::Unless;
    }
    const bool twice = keyword == Kind::When ? clauses.when != nullptr : clauses.unless != nullptr;
    if (twice || (keyword == Kind::When && clauses.unless != nullptr))
      refuse_order(first.span, keyword, twice, kOrder);
    ast::Expr*& condition = keyword == Kind::When ? clauses.when : clauses.unless;
    (keyword == Kind::When ? clauses.when_span : clauses.unless_span) = first.span;
    condition = expression();
  }
}

// `because`, `advise` and `require` after a verdict: in this order, each at most once.
void Parser::message_clauses(ast::Clauses& clauses) {
  static constexpr Kind kOrder[] = {Kind::Because, Kind::Advise, Kind::Require};
  int last = -1;
  std::uint32_t seen = 0;
  while (!recovering_) {
    const Token& first = peek();
    Kind keyword = first.kind;
    if (std::ranges::find(kOrder, keyword) != std::end(kOrder)) {
      next();
    } else {
      // The label of the next row is a name too, which `|` follows.
      const bool label = peek(1).kind == Kind::Bar || peek(1).kind == Kind::Arrow;
      const bool here = !first.line_break_before || peek(1).kind == Kind::String;
      if (!at(Kind::Name) || label || !here) return;
      const std::string_view meant = take_clause_typo(kOrder);
      const auto found = std::ranges::find(kOrder, meant, [](Kind kind) { return spelling(kind); });
      if (found == std::end(kOrder)) return;
      keyword = *found;
    }
    const int index = static_cast<int>(std::ranges::find(kOrder, keyword) - kOrder);
    if (index <= last) refuse_order(first.span, keyword, (seen >> index & 1U) != 0, kOrder);
    seen |= 1U << index;
    last = std::max(last, index);
    if (keyword == Kind::Because) {
      clauses.because = message("because");
    } else if (keyword == Kind::Advise) {
      clauses.advise = message("advise");
    } else {
      clauses.require_span = first.span;
      clauses.require = duties();
    }
  }
}

}  // namespace remit::lang
