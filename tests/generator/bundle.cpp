#include "tests/generator/bundle.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "compiler/bundle.h"
#include "tests/generator/conditions.h"
#include "tests/generator/pools.h"
#include "tests/generator/schema.h"
#include "tests/generator/text.h"

namespace remit::generator {

namespace {

using compiler::ToolIndex;

struct Scope {
  std::string text;
  std::vector<ToolIndex> tools;
  bool any = false;
};

class Policy {
 public:
  Policy(const compiler::TypedBundle& bundle, Random& random, std::string name, bool guards_only,
         bool machine)
      : bundle_(bundle),
        random_(random),
        conditions_(bundle, random),
        name_(std::move(name)),
        guards_only_(guards_only),
        machine_(machine) {}

  std::string text(const std::string& layer) {
    std::string header = fmt::format("edition 1\npolicy {} layer {}", name_, layer);
    if (guards_only_) header += " guards only";
    if (random_.percent(25)) header += " applies when " + conditions_.host_condition(1);
    const auto items = static_cast<int>(2 + random_.below(5));
    for (int i = 0; i < items; ++i) item(i);
    if (!guards_only_) broad_rule();
    return header + "\n\n" + conditions_.declarations() + body_;
  }

 private:
  Scope scope() {
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
  void annotations(bool grant, const Scope& where, bool permit) {
    body_ += "\n@absent_ok(\"random\")";
    if (grant) body_ += " @open_ended(\"random\") @claims_only(\"random\")";
    if (grant && where.any && permit) body_ += " @grants_all(\"random\")";
    body_ += "\n";
  }

  std::string wait() {
    const std::string who = random_.percent(50)   ? "lead"
                            : random_.percent(50) ? "2 of finance"
                                                  : "finance and 2 of lead";
    const std::string_view within = random_.percent(50) ? "1h" : "30m";
    return random_.percent(60) ? fmt::format("queue for {} within {}", who, within)
                               : fmt::format("escalate to {} within {}", who, within);
  }

  std::string duties() {
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

  void conditions(const Scope& where, bool needs_host) {
    const auto& tools = where.any ? std::vector<ToolIndex>{} : where.tools;
    const auto depth = static_cast<int>(random_.below(3));
    if (needs_host)
      body_ += fmt::format("  when {} and {}\n", conditions_.host_atom(),
                           conditions_.condition(tools, depth));
    else if (random_.percent(85))
      body_ += fmt::format("  when {}\n", conditions_.condition(tools, depth));
    if (random_.percent(20)) body_ += fmt::format("  unless {}\n", conditions_.condition(tools, 1));
  }

  void item(int number) {
    const Scope where = scope();
    if (!guards_only_ && random_.percent(50))
      rule(number, where);
    else
      guard(number, where);
  }

  void message() {
    if (machine_) return;
    body_ += fmt::format("  because \"Random {}\"\n",
                         random_.percent(40) ? conditions_.interpolation() : "reason");
    if (random_.percent(30)) body_ += "  advise \"Try less\"\n";
  }

  void rule(int number, const Scope& where) {
    const bool lifts = !liftable_.empty() && random_.percent(60);
    const bool permit = random_.percent(60);
    const std::string name = fmt::format("r{}", number);
    annotations(true, where, permit);
    const bool may_be_lifted = !lifts && random_.percent(30);
    body_ += fmt::format("rule {}{} on {} {{\n  {}\n", name, may_be_lifted ? " overridable" : "",
                         where.text, permit ? "permit" : wait());
    conditions(where, lifts);
    if (!permit || lifts) message();
    if (random_.percent(30)) body_ += fmt::format("  require {}\n", duties());
    if (permit && random_.percent(15))
      body_ += fmt::format("  expires utc\"{}\"\n", timestamp(random_.pick(kMoments)));
    if (lifts) body_ += fmt::format("  overrides {}\n", random_.pick(liftable_));
    body_ += "}\n";
    if (may_be_lifted) liftable_.push_back(name);
  }

  void guard(int number, const Scope& where) {
    const std::string name = fmt::format("g{}", number);
    annotations(false, where, false);
    const bool may_be_lifted = random_.percent(50);
    body_ += fmt::format("guard {}{} on {} {{\n", name,
                         !may_be_lifted        ? ""
                         : random_.percent(70) ? " overridable"
                                               : " overridable by " + name_,
                         where.text);
    const std::size_t kind = random_.below(4);
    if (kind < 2) body_ += "  deny\n";
    if (kind == 2) body_ += fmt::format("  {}\n", wait());
    conditions(where, false);
    if (kind < 3) message();
    if (kind == 3 || random_.percent(20)) body_ += fmt::format("  require {}\n", duties());
    body_ += "}\n";
    if (may_be_lifted) liftable_.push_back(name);
  }

  // Grants often, so that other items decide too.
  void broad_rule() {
    body_ +=
        "\n@absent_ok(\"random\") @grants_all(\"random\") @open_ended(\"random\")\nrule broad on "
        "any {\n  permit\n";
    body_ += "  when risk.score < 90\n}\n";
  }

  const compiler::TypedBundle& bundle_;
  Random& random_;
  Conditions conditions_;
  std::string name_;
  bool guards_only_;
  bool machine_;
  std::string body_;
  std::vector<std::string> liftable_;
};

}  // namespace

Bundle generate_bundle(Random& random) {
  Bundle result;
  result.sources.push_back({"schema.rule", generate_schema(random)});
  const auto schema = compiler::compile_bundle(result.sources, {});
  if (!schema->typed) throw std::logic_error(result.sources[0].text);

  static constexpr std::string_view kLayers[] = {"main", "base", "extra"};
  const std::size_t layers = 1 + random.below(std::size(kLayers));
  std::string names, machine;
  for (std::size_t layer = 0; layer < layers; ++layer) {
    const bool guards_only = layer > 0 && random.percent(40);
    const bool by_machine = layer > 0 && random.percent(20);
    names += fmt::format("{}\"{}\"", layer == 0 ? "" : ", ", kLayers[layer]);
    if (by_machine) machine += fmt::format("{}\"{}\"", machine.empty() ? "" : ", ", kLayers[layer]);
    const std::size_t policies = 1 + random.below(2);
    for (std::size_t i = 0; i < policies; ++i) {
      const std::string name = fmt::format("{}.p{}", kLayers[layer], i);
      Policy policy(*schema->typed, random, name, guards_only, by_machine);
      result.sources.push_back({name + ".rule", policy.text(std::string(kLayers[layer]))});
    }
  }
  result.manifest = fmt::format(
      "name = \"generated\"\nlayers = [{}]\nmachine = [{}]\nmax_steps = 1000000\n", names, machine);
  return result;
}

}  // namespace remit::generator
