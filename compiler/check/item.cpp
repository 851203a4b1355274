// Items: verdict, waits, duties, conditions, messages.

#include <algorithm>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check/checker.h"
#include "stdlib/time.h"

namespace remit::compiler {

using ast::VerdictWord;

void Checker::resolve_item_scope(ItemInfo& item) {
  const ast::ItemDecl& decl = *item.decl;
  const bool all = item.kind == ItemKind::Assert && !decl.has_scope;
  item.scope = resolve_scope(all ? ast::Scope{.span = {}, .any = true, .patterns = {}} : decl.scope,
                             policy_module(item));
}

ExprContext Checker::context_of(ExprRole role, const ItemInfo& item) const {
  const ast::ItemDecl& decl = *item.decl;
  ExprContext context;
  context.role = role;
  context.module = policy_module(item);
  context.scope = &item.scope;
  context.scope_is_any = decl.scope.any || !decl.has_scope;
  context.policy = item.policy;
  context.presence_unknown = decl.damaged;
  return context;
}

void Checker::check_item(ItemIndex index) {
  ItemInfo& item = item_at(index);
  if (!is_row(item.kind)) resolve_item_scope(item);
  if (item.kind == ItemKind::Rule && bundle_.policy(item).guards_only) {
    report(Code::E0609, item.decl->keyword_span, "a guards-only policy has no rules")
        .secondary_at(ast_of(policy_module(item)).header_span, "the policy says `guards only`")
        .help("make it a guard, or move it to a granting policy");
  }
  if (!is_row(item.kind)) check_verdict(item);
  check_wait(item);
  check_duties(item);
  if (!is_row(item.kind)) check_grant_scope(item);
  check_expires(item);
  switch (item.kind) {
    case ItemKind::Rule:
    case ItemKind::Guard: check_messages(item, check_conditions(item, ExprRole::Item)); return;
    case ItemKind::Row:
    case ItemKind::GuardRow:
      context_ = context_of(ExprRole::Item, item);
      check_messages(item, rows_present_[item.decl]);
      return;
    case ItemKind::Limit: {
      const KeySet present = check_conditions(item, ExprRole::Limit);
      check_limit(item, present);
      check_messages(item, present);
      return;
    }
    case ItemKind::Assert: check_conditions(item, ExprRole::Assert); return;
  }
}

void Checker::check_verdict(ItemInfo& item) {
  const ast::VerdictClause& verdict = *item.verdict;
  const VerdictWord outcome = verdict.outcome;
  if (outcome == VerdictWord::None && item.decl->damaged) return;
  switch (item.kind) {
    case ItemKind::Rule:
      if (item.grants()) return;
      report(Code::E0601, outcome == VerdictWord::Deny ? verdict.span : item.place,
             outcome == VerdictWord::Deny ? "a rule does not deny"
                                          : "the rule does not say what it grants")
          .help(outcome == VerdictWord::Deny
                    ? "make it a guard"
                    : "begin it with `permit`, `queue for …` or `escalate to …`");
      return;
    case ItemKind::Guard:
    case ItemKind::Limit:
      if (outcome == VerdictWord::Permit) {
        report(Code::E0601, verdict.span, fmt::format("a {} does not permit", spelling(item.kind)))
            .help(item.kind == ItemKind::Guard ? "make it a rule"
                                               : "write `deny`, `queue for …` or `escalate to …`");
      } else if (outcome == VerdictWord::None && item.clauses->require.empty()) {
        report(Code::E0604, item.place, "the guard has neither a verdict nor duties")
            .help("begin it with `deny`, or add `require`");
      }
      return;
    case ItemKind::Row:
    case ItemKind::GuardRow:
    case ItemKind::Assert: return;
  }
}

void Checker::check_wait(ItemInfo& item) {
  const ast::VerdictClause& verdict = *item.verdict;
  if (!item.waits()) return;
  const EnumIndex roles = *bundle_.find_enum("role");
  const EnumInfo& role_info = bundle_.enums[static_cast<std::size_t>(roles)];
  for (const ast::Party& party : verdict.parties) {
    if (party.role.empty()) continue;
    if (party.need < 1 || party.need > limits::kSeatsMax) {
      report(Code::E0903, party.span,
             fmt::format("the number of people lies outside 1..={}", limits::kSeatsMax))
          .help(fmt::format("write 1 to {}", limits::kSeatsMax));
    }
    const auto ordinal = role_info.ordinal(party.role.text);
    if (!ordinal) {
      std::vector<std::string_view> candidates;
      for (const EnumValueInfo& value : role_info.values) candidates.push_back(value.name);
      Diagnostic& diagnostic = report(Code::E0901, party.role.span,
                                      fmt::format("there is no role `{}`", party.role.text));
      diagnostic.help("add it to enum `role`");
      suggest(diagnostic, party.role.text, party.role.span, candidates);
      continue;
    }
    const bool twice =
        std::ranges::any_of(item.parties, [&](const PartyInfo& p) { return p.role == *ordinal; });
    if (twice)
      report(Code::E0902, party.span, fmt::format("role `{}` stands here twice", party.role.text))
          .help(fmt::format("say how many: `2 of {}`", party.role.text));
    else
      item.parties.push_back({*ordinal, static_cast<std::uint32_t>(party.need)});
  }
  if (verdict.parties.size() > limits::kPartiesMax) {
    report(Code::E0902, verdict.span,
           fmt::format("the wait names {} roles; at most {} are allowed", verdict.parties.size(),
                       limits::kPartiesMax))
        .help("name fewer");
  }
  const auto within = duration_of(verdict.within, policy_module(item));
  if (!within) return;
  item.within_ms = *within;
  if (*within < stdlib::kDeadlineMin || *within > stdlib::kDeadlineMax) {
    report(Code::E0904, verdict.within.span,
           fmt::format("the deadline lies outside {}m..={}d", limits::kDeadlineMinutesMin,
                       limits::kDeadlineDaysMax))
        .help(fmt::format("a deadline is {}m to {}d", limits::kDeadlineMinutesMin,
                          limits::kDeadlineDaysMax));
  }
}

ModuleIndex Checker::policy_module(const ItemInfo& item) const {
  return bundle_.policies[static_cast<std::size_t>(item.policy)].module;
}

void Checker::check_duties(ItemInfo& item) {
  for (const ast::Duty& duty : item.clauses->require) {
    DutyInfo info{duty.kind, 0, {}, duty.span};
    if (duty.kind == DutyKind::Log) {
      const auto level = std::ranges::find(kLogLevelNames, duty.parameter.text);
      info.value = level - std::begin(kLogLevelNames);
    } else if (duty.kind == DutyKind::Notify) {
      const EnumInfo& channels =
          bundle_.enums[static_cast<std::size_t>(*bundle_.find_enum("channel"))];
      const auto channel = channels.ordinal(duty.parameter.text);
      if (!channel) {
        std::vector<std::string_view> candidates;
        for (const EnumValueInfo& value : channels.values) candidates.push_back(value.name);
        Diagnostic& diagnostic =
            report(Code::E0611, duty.parameter.span,
                   fmt::format("there is no channel `{}`", duty.parameter.text));
        diagnostic.help("add it to enum `channel`");
        suggest(diagnostic, duty.parameter.text, duty.parameter.span, candidates);
        continue;
      }
      info.value = *channel;
    } else if (duty.kind == DutyKind::Redact) {
      info.name = duty.parameter.text;
      for (const ToolIndex index : item.scope) {
        const ToolInfo& tool = bundle_.tools[static_cast<std::size_t>(index)];
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
      info.value = duration_of(duty.time, policy_module(item)).value_or(0);
    }
    const bool twice = std::ranges::any_of(item.duties, [&](const DutyInfo& other) {
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
      item.duties.push_back(info);
  }
}

bool Checker::check_grant_scope(const ItemInfo& item) {
  const PolicyInfo& policy = bundle_.policy(item);
  if (!item.grants() || !policy.scope_is_known) return true;
  for (const ToolIndex tool : item.scope) {
    if (std::ranges::binary_search(policy.scope, tool)) continue;
    report(Code::E0610, item.kind == ItemKind::Rule ? item.decl->scope.span : item.place,
           fmt::format("the {} grants `{}`, which lies outside the policy's `on`",
                       spelling(item.kind), bundle_.tools[static_cast<std::size_t>(tool)].name))
        .secondary_at(ast_of(policy.module).scope.span, "what the policy may grant")
        .help(fmt::format("narrow the {}, or widen the policy",
                          item.kind == ItemKind::Rule ? "rule" : "table"));
    return false;
  }
  return true;
}

void Checker::check_expires(ItemInfo& item) {
  if (item.kind != ItemKind::Rule) return;
  const ast::RuleDecl& decl = item.rule();
  if (!decl.has_expires) return;
  if (decl.verdict.outcome != VerdictWord::Permit) {
    report(Code::E0603, decl.expires.span, "only a permit expires")
        .note("time alone may close a door, never open one")
        .help("remove `expires`");
  }
  item.expires_ms = stdlib::parse_timestamp_or_date(decl.expires.text);
  if (!item.expires_ms) {
    report(Code::E0106, decl.expires.span,
           fmt::format("`{}` is not a timestamp", decl.expires.text))
        .help("write it like `utc\"2027-02-01\"`");
  }
}

KeySet Checker::check_conditions(const ItemInfo& item, ExprRole role) {
  const ast::Clauses& clauses = *item.clauses;
  context_ = context_of(role, item);
  KeySet present = applies_present_[static_cast<std::size_t>(item.policy)];
  if (clauses.when != nullptr)
    present = united(present, condition(*clauses.when, present).when_true);
  if (clauses.unless != nullptr)
    present = united(present, condition(*clauses.unless, present).when_false);
  return present;
}

void Checker::check_messages(const ItemInfo& item, const KeySet& present) {
  const ast::Clauses& clauses = *item.clauses;
  const LayerInfo& layer = bundle_.layers[static_cast<std::size_t>(bundle_.policy(item).layer)];
  for (const ast::Template* text : {clauses.because, clauses.advise}) {
    if (text == nullptr) continue;
    if (layer.machine)
      report(Code::E1005, text->span,
             fmt::format("layer `{}` is written by programs and has no messages", layer.name))
          .help("remove the message");
    message(*text, present);
  }
  const bool overrides = item.kind == ItemKind::Rule && !item.rule().overrides.empty();
  const bool must_say = item.outcome() == VerdictWord::Deny || item.waits() || overrides;
  if (!must_say || clauses.because != nullptr || layer.machine || item.decl->damaged) return;
  report(Code::E0602, item.place,
         fmt::format("`{}` {} and does not say why", item.name,
                     item.outcome() == VerdictWord::Permit ? "overrides"
                     : item.outcome() == VerdictWord::Deny ? "denies"
                                                           : "makes people wait"))
      .help("add `because \"…\"`");
}

}  // namespace remit::compiler
