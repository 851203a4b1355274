#include "compiler/check/policy/items.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "compiler/check/policy/conditions.h"
#include "compiler/check/policy/limits.h"
#include "compiler/check/policy/messages.h"
#include "compiler/check/policy/waits.h"
#include "stdlib/time.h"

namespace remit::compiler {

using ast::VerdictWord;

namespace {

ExprRole role_of(ItemKind kind) {
  if (kind == ItemKind::Limit) return ExprRole::Limit;
  return kind == ItemKind::Assert ? ExprRole::Assert : ExprRole::Item;
}

class ItemChecker : Reporter {
 public:
  ItemChecker(ItemInfo& item, const PolicyContext& context)
      : Reporter(context.env.reporter),
        item_(item),
        context_(context),
        schema_(context.env.schema) {}

  void run();
  void run_row(const KeySet& present);

 private:
  void check_verdict();
  void check_duties();
  void check_expires();
  void check_messages(const KeySet& present, ExpressionChecker& expressions);

  ItemInfo& item_;
  const PolicyContext& context_;
  const Schema& schema_;
};

void ItemChecker::run() {
  item_.scope = scope_of(item_, context_);
  if (item_.kind == ItemKind::Rule && context_.policy.guards_only) {
    report(Code::E0609, item_.decl->keyword_span, "a guards-only policy has no rules")
        .secondary_at(context_.file().header_span, "the policy says `guards only`")
        .help("make it a guard, or move it to a granting policy");
  }
  check_verdict();
  check_wait(item_, context_);
  check_duties();
  check_grant_scope(item_, context_);
  check_expires();
  ExpressionChecker expressions = expressions_of(item_, role_of(item_.kind), context_);
  const KeySet present = check_conditions(item_, expressions, context_);
  if (item_.kind == ItemKind::Limit) check_limit(item_, present, expressions, context_);
  if (item_.kind != ItemKind::Assert) check_messages(present, expressions);
}

void ItemChecker::run_row(const KeySet& present) {
  check_wait(item_, context_);
  check_duties();
  ExpressionChecker expressions = expressions_of(item_, ExprRole::Item, context_);
  check_messages(present, expressions);
}

void ItemChecker::check_verdict() {
  const ast::VerdictClause& verdict = *item_.verdict;
  const VerdictWord outcome = verdict.outcome;
  if (outcome == VerdictWord::None && item_.decl->damaged) return;
  switch (item_.kind) {
    case ItemKind::Rule:
      if (item_.grants()) return;
      report(Code::E0601, outcome == VerdictWord::Deny ? verdict.span : item_.place,
             outcome == VerdictWord::Deny ? "a rule does not deny"
                                          : "the rule does not say what it grants")
          .help(outcome == VerdictWord::Deny
                    ? "make it a guard"
                    : "begin it with `permit`, `queue for …` or `escalate to …`");
      return;
    case ItemKind::Guard:
    case ItemKind::Limit:
      if (outcome == VerdictWord::Permit) {
        report(Code::E0601, verdict.span, fmt::format("a {} does not permit", spelling(item_.kind)))
            .help(item_.kind == ItemKind::Guard ? "make it a rule"
                                                : "write `deny`, `queue for …` or `escalate to …`");
      } else if (outcome == VerdictWord::None && item_.clauses->require.empty()) {
        report(Code::E0604, item_.place, "the guard has neither a verdict nor duties")
            .help("begin it with `deny`, or add `require`");
      }
      return;
    case ItemKind::Row:
    case ItemKind::GuardRow:
    case ItemKind::Assert: return;
  }
}

void ItemChecker::check_duties() {
  for (const ast::Duty& duty : item_.clauses->require) {
    DutyInfo info{duty.kind, 0, {}, duty.span};
    if (duty.kind == DutyKind::Log) {
      const auto level = std::ranges::find(kLogLevelNames, duty.parameter.text);
      info.value = level - std::begin(kLogLevelNames);
    } else if (duty.kind == DutyKind::Notify) {
      const EnumInfo& channels = schema_.enumeration(*schema_.find_enum("channel"));
      const auto channel = channels.ordinal(duty.parameter.text);
      if (!channel) {
        Diagnostic& diagnostic =
            report(Code::E0611, duty.parameter.span,
                   fmt::format("there is no channel `{}`", duty.parameter.text));
        diagnostic.help("add it to enum `channel`");
        suggest(diagnostic, duty.parameter.text, duty.parameter.span, names_of(channels.values));
        continue;
      }
      info.value = *channel;
    } else if (duty.kind == DutyKind::Redact) {
      info.name = duty.parameter.text;
      for (const ToolIndex index : item_.scope) {
        const ToolInfo& tool = schema_.tool(index);
        if (std::ranges::find(tool.results, info.name) != tool.results.end()) continue;
        Diagnostic& diagnostic =
            report(Code::E0611, duty.parameter.span,
                   fmt::format("tool `{}` has no result `{}`", tool.name, info.name));
        diagnostic.secondary_at(tool.span, "the tool")
            .help("name it in the tool's `result`, or narrow the scope");
        suggest(diagnostic, info.name, duty.parameter.span, tool.results);
        break;
      }
    } else if (duty.kind == DutyKind::Delay) {
      info.value = context_.definitions.duration(duty.time, context_.policy.module).value_or(0);
    }
    const bool twice = std::ranges::any_of(item_.duties, [&](const DutyInfo& other) {
      const bool repeatable = info.kind == DutyKind::Notify || info.kind == DutyKind::Redact;
      return other.kind == info.kind &&
             (!repeatable || (other.value == info.value && other.name == info.name));
    });
    if (twice)
      report(Code::E0611, duty.span,
             fmt::format("duty `{}` stands here twice", spelling(duty.kind)))
          .stands_alone()
          .help("keep one of them");
    else
      item_.duties.push_back(info);
  }
}

void ItemChecker::check_expires() {
  if (item_.kind != ItemKind::Rule) return;
  const ast::RuleDecl& decl = item_.rule();
  if (!decl.has_expires) return;
  if (decl.verdict.outcome != VerdictWord::Permit) {
    report(Code::E0603, decl.expires.span, "only a permit expires")
        .note("time alone may close a door, never open one")
        .help("remove `expires`");
  }
  item_.expires_ms = stdlib::parse_timestamp_or_date(decl.expires.text);
  if (!item_.expires_ms) {
    report(Code::E0106, decl.expires.span,
           fmt::format("`{}` is not a timestamp", decl.expires.text))
        .help("write it like `utc\"2027-02-01\"`");
  }
}

void ItemChecker::check_messages(const KeySet& present, ExpressionChecker& expressions) {
  const ast::Clauses& clauses = *item_.clauses;
  const LayerInfo& layer = context_.layer;
  for (const ast::Template* text : {clauses.because, clauses.advise}) {
    if (text == nullptr) continue;
    if (layer.machine)
      report(Code::E1005, text->span,
             fmt::format("layer `{}` is written by programs and has no messages", layer.name))
          .help("remove the message");
    check_message(*text, present, expressions, context_.env);
  }
  const bool overrides = item_.kind == ItemKind::Rule && !item_.rule().overrides.empty();
  const bool must_say = item_.outcome() == VerdictWord::Deny || item_.waits() || overrides;
  if (!must_say || clauses.because != nullptr || layer.machine || item_.decl->damaged) return;
  report(Code::E0602, item_.place,
         fmt::format("`{}` {} and does not say why", item_.name,
                     item_.outcome() == VerdictWord::Permit ? "overrides"
                     : item_.outcome() == VerdictWord::Deny ? "denies"
                                                            : "makes people wait"))
      .help("add `because \"…\"`");
}

}  // namespace

void check_item(ItemInfo& item, const PolicyContext& context) { ItemChecker(item, context).run(); }

void check_row(ItemInfo& item, const KeySet& present, const PolicyContext& context) {
  ItemChecker(item, context).run_row(present);
}

}  // namespace remit::compiler
