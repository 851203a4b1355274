#include "tests/generator/policy.h"

#include <algorithm>

#include <fmt/format.h>

#include "tests/generator/pools.h"
#include "tests/generator/text.h"

namespace remit::generator {

using compiler::ToolIndex;

std::string Policy::header(const std::string& layer) {
  std::string text = fmt::format("edition 1\npolicy {} layer {}", name_, layer);
  if (guards_only_) text += " guards only";
  if (random_.percent(25)) text += " applies when " + conditions_.host_condition(1);
  return text;
}

std::string Policy::text_of(ast::DeclKind kind, const std::string& layer) {
  const std::string first = header(layer);
  if (kind == ast::DeclKind::Rule) rule(0, scope(), true);
  if (kind == ast::DeclKind::Guard) guard(0, scope());
  if (kind == ast::DeclKind::Table) table(0);
  if (kind == ast::DeclKind::Limit) limit(0);
  if (kind == ast::DeclKind::Assert) assertion(0);
  return first + "\n\n" + conditions_.declarations() + body_;
}

std::string Policy::text(const std::string& layer) {
  const std::string first = header(layer);
  const auto times = [&](const std::vector<int>& counts) { return random_.pick(counts); };
  // Limits first: what comes after them may read their counters.
  for (int i = 0, count = times({0, 1, 1, 2}); i < count; ++i) limit(i);
  for (int i = 0, count = times({0, 0, 1, 1, 2}); i < count; ++i) table(i);
  for (int i = 0, count = times({1, 2, 3, 4, 5}); i < count; ++i) item(i);
  for (int i = 0, count = times({0, 0, 0, 1, 1, 2}); i < count; ++i) assertion(i);
  if (!guards_only_) broad_rule();
  return first + "\n\n" + conditions_.declarations() + body_;
}

Policy::Scope Policy::scope() {
  const std::size_t form = random_.below(10);
  const auto all = [&](std::string_view prefix) {
    std::vector<ToolIndex> tools;
    for (std::size_t i = 0; i < bundle_.tools.size(); ++i) {
      if (bundle_.tools[i].name.starts_with(prefix)) tools.push_back(static_cast<ToolIndex>(i));
    }
    return tools;
  };
  if (form == 0) return {"any", all(""), true};
  if (form == 1) return {"one.*", all("one."), false};
  if (form == 2) return {"two.*, one.t1", {ToolIndex{1}, ToolIndex{2}, ToolIndex{3}}, false};
  if (form == 3) return {"one.t0, two.sub.t3", {ToolIndex{0}, ToolIndex{3}}, false};
  const std::size_t tool = random_.below(bundle_.tools.size());
  return {std::string(bundle_.tools[tool].name), {static_cast<ToolIndex>(tool)}, false};
}

// Everything that a grant may have to say about itself; that it need not is only a warning.
void Policy::annotations(bool grant, const Scope& where, bool permit) {
  body_ += "\n@absent_ok(\"random\")";
  if (grant) body_ += " @open_ended(\"random\") @claims_only(\"random\")";
  if (grant && where.any && permit) body_ += " @grants_all(\"random\")";
  body_ += "\n";
}

std::string Policy::wait() {
  static constexpr std::string_view kWho[] = {"lead",
                                              "2 of finance",
                                              "finance and 2 of lead",
                                              "staff",
                                              "lead and finance and staff",
                                              "3 of lead",
                                              "2 of staff and lead",
                                              "requester",
                                              "owner",
                                              "requester and lead",
                                              "2 of owner and finance",
                                              "owner and requester",
                                              "2 of lead or finance",
                                              "(staff or lead) and finance",
                                              "finance or staff or lead",
                                              "requester and 2 of (lead or finance)"};
  std::string within = random_.percent(50) ? "1h" : "30m";
  if (random_.percent(15)) within = conditions_.named(within, {});
  return fmt::format("{} {} within {}", random_.percent(60) ? "queue for" : "escalate to",
                     random_.pick(kWho), within);
}

std::string Policy::duties() {
  static constexpr std::string_view kDuties[] = {
      "log minimal", "log full", "notify desk", "notify security", "redact card", "redact phone",
      "dry_run",     "snapshot", "step_up",     "delay 2m",        "delay 1h"};
  std::vector<std::string_view> chosen;
  for (std::size_t i = 0; i < 1 + random_.below(3); ++i) {
    const std::string_view duty = random_.pick(kDuties);
    const bool there = std::ranges::any_of(chosen, [&](std::string_view other) {
      return other == duty ||
             (other.substr(0, 3) == duty.substr(0, 3) && duty[0] != 'n' && duty[0] != 'r');
    });
    if (!there) chosen.push_back(duty);
  }
  return fmt::format("{}", fmt::join(chosen, ", "));
}

void Policy::conditions(const Scope& where, bool needs_host) {
  const auto depth = static_cast<int>(random_.below(3));
  if (needs_host)
    body_ += fmt::format("  when {} and {}\n", conditions_.host_atom(),
                         conditions_.condition(where.readable(), depth));
  else if (random_.percent(85))
    body_ += fmt::format("  when {}\n", conditions_.condition(where.readable(), depth));
  if (random_.percent(20))
    body_ += fmt::format("  unless {}\n", conditions_.condition(where.readable(), 1));
}

void Policy::conditions_asking(const Scope& where, const std::vector<std::string>& asked,
                               int chance) {
  std::vector<std::string> parts;
  for (const std::string& path : asked) parts.push_back("has " + path);
  if (random_.percent(static_cast<unsigned>(chance)))
    parts.push_back(conditions_.condition(where.readable(), 1, asked));
  if (!parts.empty()) body_ += fmt::format("  when {}\n", fmt::join(parts, " and "));
  if (random_.percent(static_cast<unsigned>(chance / 3)))
    body_ += fmt::format("  unless {}\n", conditions_.condition(where.readable(), 1));
}

void Policy::item(int number) {
  const Scope where = scope();
  if (!guards_only_ && random_.percent(50))
    rule(number, where, random_.percent(60));
  else
    guard(number, where);
}

std::string Policy::because(const Scope& where) {
  return fmt::format("because \"Random {}\"",
                     random_.percent(40) ? conditions_.interpolation(where.readable()) : "reason");
}

void Policy::message(const Scope& where) {
  if (machine_) return;
  body_ += fmt::format("  {}\n", because(where));
  if (random_.percent(30)) body_ += "  advise \"Try less\"\n";
}

void Policy::rule(int number, const Scope& where, bool permit) {
  const bool lifts = !liftable_.empty() && random_.percent(60);
  const std::string name = fmt::format("r{}", number);
  annotations(true, where, permit);
  const bool may_be_lifted = !lifts && random_.percent(30);
  body_ += fmt::format("rule {}{} on {} {{\n  {}\n", name, may_be_lifted ? " overridable" : "",
                       where.text, permit ? "permit" : wait());
  conditions(where, lifts);
  if (!permit || lifts) message(where);
  if (random_.percent(30)) body_ += fmt::format("  require {}\n", duties());
  if (permit && random_.percent(15))
    body_ += fmt::format("  expires utc\"{}\"\n", timestamp(random_.pick(kMoments)));
  if (lifts) body_ += fmt::format("  overrides {}\n", random_.pick(liftable_));
  body_ += "}\n";
  if (may_be_lifted) liftable_.push_back(name);
}

void Policy::guard(int number, const Scope& where) {
  const std::string name = fmt::format("g{}", number);
  annotations(false, where, false);
  const bool may_be_lifted = random_.percent(50);
  body_ += fmt::format("guard {}{} on {} {{\n", name,
                       !may_be_lifted        ? ""
                       : random_.percent(70) ? " overridable"
                                             : " overridable by " + name_,
                       where.text);
  const std::size_t kind = random_.below(5);
  if (kind < 2) body_ += "  deny\n";
  if (kind == 2 || kind == 3) body_ += fmt::format("  {}\n", wait());
  conditions(where, false);
  if (kind < 4) message(where);
  if (kind == 4 || random_.percent(20)) body_ += fmt::format("  require {}\n", duties());
  body_ += "}\n";
  if (may_be_lifted) liftable_.push_back(name);
}

// Grants often, so that other items decide too.
void Policy::broad_rule() {
  body_ +=
      "\n@absent_ok(\"random\") @grants_all(\"random\") @open_ended(\"random\")\nrule broad on "
      "any {\n  permit\n";
  body_ += "  when risk.score < 90\n}\n";
}

}  // namespace remit::generator
