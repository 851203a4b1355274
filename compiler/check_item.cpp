// Rules and guards: verdict, waits, duties, clauses, overrides.

#include <algorithm>

#include <fmt/format.h>

#include <remit/limits.h>
#include "compiler/check_state.h"
#include "stdlib/time.h"

namespace remit::compiler {

using ast::DeclKind;
using ast::Outcome;

namespace {

constexpr std::int64_t kDeadlineMin = limits::kDeadlineMinutesMin * 60'000;
constexpr std::int64_t kDeadlineMax = limits::kDeadlineDaysMax * stdlib::kMsPerDay;

bool is_wait(Outcome outcome) { return outcome == Outcome::Queue || outcome == Outcome::Escalate; }

}  // namespace

void Checker::check_item(ItemInfo& item) {
  const ast::Decl& decl = *item.decl;
  const PolicyInfo& policy = bundle_.policies[static_cast<std::size_t>(item.policy)];
  item.scope = resolve_scope(decl.scope, policy.module);
  if (decl.kind == DeclKind::Rule && policy.guards_only) {
    report(Code::E0609, decl.keyword_span, "a guards-only policy has no rules")
        .secondary_at(ast_of(policy.module).header_span, "the policy says `guards only`")
        .help("make it a guard, or move it to a granting policy");
  }
  check_verdict(item);
  check_wait(item);
  check_duties(item);
  check_grant_scope(item);
  check_expires(item);
  check_clauses(item);
}

void Checker::check_verdict(ItemInfo& item) {
  const ast::Decl& decl = *item.decl;
  const Outcome outcome = decl.verdict.outcome;
  if (outcome == Outcome::None && decl.damaged) return;
  if (decl.kind == DeclKind::Rule) {
    if (outcome == Outcome::Permit || is_wait(outcome)) return;
    report(
        Code::E0601, outcome == Outcome::Deny ? decl.verdict.span : decl.name.span,
        outcome == Outcome::Deny ? "a rule does not deny" : "the rule does not say what it grants")
        .help(outcome == Outcome::Deny
                  ? "make it a guard"
                  : "begin it with `permit`, `queue for …` or `escalate to …`");
    return;
  }
  if (outcome == Outcome::Permit) {
    report(Code::E0601, decl.verdict.span, "a guard does not permit").help("make it a rule");
  } else if (outcome == Outcome::None && decl.clauses.require.empty()) {
    report(Code::E0604, decl.name.span, "the guard has neither a verdict nor duties")
        .help("begin it with `deny`, or add `require`");
  }
}

void Checker::check_wait(ItemInfo& item) {
  const ast::Verdict& verdict = item.decl->verdict;
  if (!is_wait(verdict.outcome)) return;
  const EnumIndex roles = *bundle_.find_enum("role");
  const EnumInfo& role_info = bundle_.enums[static_cast<std::size_t>(roles)];
  for (const ast::Party& party : verdict.parties) {
    if (party.role.empty()) continue;
    if (party.need < 1 || party.need > limits::kSeatsMax) {
      report(Code::E0903, party.span,
             fmt::format("the number of people lies outside 1..={}", limits::kSeatsMax))
          .help("mend the number");
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
  if (*within < kDeadlineMin || *within > kDeadlineMax) {
    report(Code::E0904, verdict.within.span,
           fmt::format("the deadline lies outside {}m..={}d", limits::kDeadlineMinutesMin,
                       limits::kDeadlineDaysMax))
        .help("mend the deadline");
  }
}

ModuleIndex Checker::policy_module(const ItemInfo& item) const {
  return bundle_.policies[static_cast<std::size_t>(item.policy)].module;
}

void Checker::check_duties(ItemInfo& item) {
  for (const ast::Duty& duty : item.decl->clauses.require) {
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
          .help("keep one of them");
    else
      item.duties.push_back(info);
  }
}

void Checker::check_grant_scope(const ItemInfo& item) {
  const PolicyInfo& policy = bundle_.policies[static_cast<std::size_t>(item.policy)];
  if (item.decl->kind != DeclKind::Rule) return;
  for (const ToolIndex tool : item.scope) {
    if (std::ranges::binary_search(policy.scope, tool)) continue;
    report(Code::E0610, item.decl->scope.span,
           fmt::format("the rule grants `{}`, which lies outside the policy's `on`",
                       bundle_.tools[static_cast<std::size_t>(tool)].name))
        .secondary_at(ast_of(policy.module).scope.span, "what the policy may grant")
        .help("narrow the rule, or widen the policy");
    return;
  }
}

void Checker::check_expires(ItemInfo& item) {
  const ast::Decl& decl = *item.decl;
  if (!decl.has_expires) return;
  if (decl.verdict.outcome != Outcome::Permit) {
    report(Code::E0603, decl.expires.span, "only a permit expires")
        .note("time alone may close a door, never open one")
        .help("remove `expires`");
  }
  item.expires_ms = stdlib::parse_timestamp_or_date(decl.expires.text);
  if (!item.expires_ms) {
    report(Code::E0106, decl.expires.span, fmt::format("`{}` is no timestamp", decl.expires.text))
        .help("write it like `utc\"2027-02-01\"`");
  }
}

void Checker::check_clauses(ItemInfo& item) {
  const ast::Decl& decl = *item.decl;
  const ast::Clauses& clauses = decl.clauses;
  context_ = ExprContext{Place::Item, policy_module(item), &item.scope, decl.scope.any, {}, false};
  KeySet present = applies_present_[static_cast<std::size_t>(item.policy)];
  if (clauses.when != nullptr)
    present = united(present, condition(*clauses.when, present).when_true);
  if (clauses.unless != nullptr)
    present = united(present, condition(*clauses.unless, present).when_false);
  const LayerInfo& layer = bundle_.layers[static_cast<std::size_t>(
      bundle_.policies[static_cast<std::size_t>(item.policy)].layer)];
  for (const ast::Template* text : {clauses.because, clauses.advise}) {
    if (text == nullptr) continue;
    if (layer.machine)
      report(Code::E1005, text->span,
             fmt::format("layer `{}` is written by programs and has no messages", layer.name))
          .help("remove the message");
    message(*text, present);
  }
  const Outcome outcome = decl.verdict.outcome;
  const bool must_say = outcome == Outcome::Deny || is_wait(outcome) || !decl.overrides.empty();
  if (must_say && clauses.because == nullptr && !layer.machine && !decl.damaged) {
    const bool overriding = outcome == Outcome::Permit;
    report(Code::E0602, decl.name.span,
           fmt::format("`{}` {} and does not say why", decl.name.text,
                       overriding                 ? "overrides"
                       : outcome == Outcome::Deny ? "denies"
                                                  : "makes people wait"))
        .help("add `because \"…\"`");
  }
}

// ---- overrides

bool Checker::reads_host_fact(const ast::Expr& expr, ModuleIndex module) {
  const ExprInfo& result = bundle_.modules[static_cast<std::size_t>(module)].exprs[expr.id];
  if (result.binding == BindingKind::Fact && result.fact.base == Base::Host &&
      expr.kind != ast::ExprKind::Has) {
    const std::string_view root = bundle_.roots[result.fact.root].name;
    if (root != "clock" && root != "call") return true;
  }
  if (result.binding == BindingKind::Def && result.def != nullptr &&
      result.def->decl->value != nullptr &&
      reads_host_fact(*result.def->decl->value, result.def->module)) {
    return true;
  }
  bool found = false;
  ast::for_each_child(
      expr, [&](const ast::Expr& child) { found = found || reads_host_fact(child, module); });
  return found;
}

bool Checker::reads_host_fact(const ItemInfo& item) {
  const ast::Clauses& clauses = item.decl->clauses;
  const ModuleIndex module = policy_module(item);
  return (clauses.when != nullptr && reads_host_fact(*clauses.when, module)) ||
         (clauses.unless != nullptr && reads_host_fact(*clauses.unless, module));
}

void Checker::check_override(ItemInfo& item, const ast::Dotted& name) {
  if (name.parts.empty()) return;
  const PolicyInfo& own = bundle_.policies[static_cast<std::size_t>(item.policy)];
  const bool same_policy = name.parts.size() == 1;
  for (std::size_t i = 0; i < bundle_.items.size(); ++i) {
    const ItemInfo& target = bundle_.items[i];
    const PolicyInfo& policy = bundle_.policies[static_cast<std::size_t>(target.policy)];
    if (same_policy ? target.policy != item.policy || target.name != name.text
                    : bundle_.full_name(target) != name.text)
      continue;
    if (policy.layer != own.layer) break;
    const ast::Decl& decl = *target.decl;
    const bool allowed =
        (decl.lift == ast::LiftMark::Overridable && target.policy == item.policy) ||
        (decl.lift == ast::LiftMark::OverridableBy && decl.lift_by.text == own.name);
    if (!allowed) {
      report(Code::E0606, name.span,
             fmt::format("`{}` may not be overridden by policy `{}`", name.text, own.name))
          .secondary_at(decl.name.span, decl.lift == ast::LiftMark::Overridable
                                            ? "`overridable` alone is for rules of its own policy"
                                            : "it does not say so")
          .help(same_policy ? "mark it `overridable`"
                            : fmt::format("mark it `overridable by {}`", own.name));
    } else if (std::ranges::find(item.overrides, static_cast<ItemIndex>(i)) !=
               item.overrides.end()) {
      report(Code::E0302, name.span, fmt::format("`{}` is overridden twice", name.text))
          .help("remove one of them");
    } else {
      item.overrides.push_back(static_cast<ItemIndex>(i));
    }
    return;
  }
  std::vector<std::string_view> candidates;
  if (same_policy) {
    for (const ItemIndex index : own.items)
      candidates.push_back(bundle_.items[static_cast<std::size_t>(index)].name);
  }
  Diagnostic& diagnostic =
      report(Code::E0605, name.span,
             fmt::format("there is no rule or guard `{}` in this layer", name.text));
  diagnostic.help("name an item of this policy, or `policy.item` of another one in the same layer");
  suggest(diagnostic, name.text, name.span, candidates);
}

void Checker::check_overrides() {
  for (ItemInfo& item : bundle_.items) {
    const ast::Decl& decl = *item.decl;
    if (decl.lift == ast::LiftMark::OverridableBy) {
      const bool known = std::ranges::any_of(bundle_.policies, [&](const PolicyInfo& policy) {
        return policy.name == decl.lift_by.text;
      });
      if (!known && !decl.lift_by.text.empty()) {
        std::vector<std::string_view> candidates;
        for (const PolicyInfo& policy : bundle_.policies) candidates.push_back(policy.name);
        Diagnostic& diagnostic = report(Code::E0301, decl.lift_by.span,
                                        fmt::format("there is no policy `{}`", decl.lift_by.text));
        diagnostic.help("name a policy of the bundle");
        suggest(diagnostic, decl.lift_by.text, decl.lift_by.span, candidates);
      }
    }
    for (const ast::Dotted& name : decl.overrides) check_override(item, name);
    if (decl.overrides.empty()) continue;
    if (decl.lift != ast::LiftMark::None) {
      report(Code::E0607, decl.name.span,
             fmt::format("`{}` overrides and may be overridden itself", decl.name.text))
          .note("exceptions do not nest")
          .help("remove `overridable`");
    }
    if (!reads_host_fact(item)) {
      report(Code::E0608, decl.name.span,
             fmt::format("`{}` overrides on the agent's word alone", decl.name.text))
          .help("test a fact that the host vouches for");
    }
  }
}

}  // namespace remit::compiler
