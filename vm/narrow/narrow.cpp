#include "vm/narrow/narrow.h"

#include <algorithm>

#include "vm/decide/names.h"
#include "vm/narrow/outlook.h"
#include "vm/narrow/sample.h"

namespace remit::vm {

namespace {

// A case that is not looked at yet, and what it was a part of may come to.
struct Open {
  Domains domains;
  Prospect may;
};

class Narrowing {
 public:
  Narrowing(const Linked& linked, const Unknowns& unknowns, Facts::State& workspace,
            std::uint64_t steps_max)
      : linked_(linked),
        unknowns_(unknowns),
        outlook_(linked, unknowns),
        sampler_(unknowns, workspace),
        steps_max_(steps_max) {}

  ToolPossibility run() {
    ToolPossibility result;
    Domains all = unknowns_.domains;
    if (unknowns_.settle(all)) {
      const Prospect may = outlook_.of(all);
      if (may.nothing()) result.by = outlook_.by();
      open(all, may, true);
      const std::uint64_t first_steps = steps();
      while (!open_.empty() && looked_at_ < 2 * kCasesMax && steps() < first_steps + steps_max_)
        look();
    }
    for (const Open& left : open_) left_.add(left.may);
    result.exact = left_.within(seen_);
    seen_.add(left_);
    result.permit = seen_.permit;
    result.wait = seen_.wait;
    result.roles = role_names();
    return result;
  }

 private:
  // Takes a case that was looked at: sees what comes of it, or cuts it.
  void open(const Domains& domains, const Prospect& may, bool first) {
    if (may.within(seen_)) return;
    see(domains, Corner::Low);
    if (may.within(seen_)) return;
    const auto split = std::ranges::find_if(outlook_.splits(), [&](const Split& split) {
      return split.divides(domains[split.unknown]);
    });
    const bool whole = split == outlook_.splits().end();
    if (first || whole) see(domains, Corner::High);
    if (may.within(seen_)) return;
    if (whole) return left_.add(may);
    for (const bool second : {true, false}) {
      Domains part = domains;
      split->apply(second, part[split->unknown]);
      if (unknowns_.settle(part)) open_.push_back({std::move(part), may});
    }
  }

  void look() {
    const Open next = std::move(open_.back());
    open_.pop_back();
    if (next.may.within(seen_)) return;
    ++looked_at_;
    open(next.domains, outlook_.of(next.domains), false);
  }

  [[nodiscard]] std::uint64_t steps() const { return outlook_.steps() + sample_steps_; }

  void see(const Domains& domains, Corner corner) {
    const auto bound =
        static_cast<std::uint64_t>(linked_.program.image()[unknowns_.tool].steps_bound);
    sample_steps_ += bound * sampler_.choices() + domains.size();
    if (const auto seen = sampler_.decide(domains, corner)) seen_.add(*seen);
  }

  [[nodiscard]] std::vector<std::string_view> role_names() const {
    std::vector<std::string_view> names;
    for_each_bit(seen_.seats, [&](std::size_t number) {
      names.push_back(seat_name(linked_, seat_numbered(static_cast<std::uint32_t>(number))));
    });
    std::ranges::sort(names);
    return names;
  }

  const Linked& linked_;
  const Unknowns& unknowns_;
  Outlook outlook_;
  Sampler sampler_;
  const std::uint64_t steps_max_;
  std::uint64_t sample_steps_ = 0;  // the most that the decisions on samples can have taken
  std::vector<Open> open_;
  std::size_t looked_at_ = 0;
  Prospect seen_;  // of requests that were decided
  Prospect left_;  // of cases that cannot be cut further
};

// Why every completion is denied, whatever the rules say.
Fault denied_before(const Linked& linked, const Facts::State& facts, ToolId tool) {
  if (facts.problem.fault != Fault::None) {
    // A host fact is one of every tool, and so is a slot that is of no tool; they come first.
    const bool of_host = facts.problem.order < linked.program.layout().host.size();
    if (of_host || !facts.tool_known || facts.tool == tool) return facts.problem.fault;
  }
  if (!facts.tool_known) return facts.bound_without_tool ? Fault::InvalidRequest : Fault::None;
  const Value halted = facts.slots[linked.program.engine_slots().control_halted];
  return !halted.absent() && halted.integer != 0 ? Fault::Halted : Fault::None;
}

}  // namespace

std::vector<ToolPossibility> possible(const Linked& linked, Fault off, const Facts::State* facts) {
  const Image& image = linked.program.image();
  const bool usable = facts != nullptr && facts->linked.get() == &linked;
  if (off == Fault::None && !usable) off = Fault::NoBundle;
  const std::vector<bool> shared = shared_limits(linked.program);
  Facts::State workspace;
  if (usable) workspace.linked = facts->linked;
  workspace.scratch = std::make_unique<Evaluation>();
  std::vector<ToolPossibility> result;
  for (std::size_t i = 0; i < image.tools.size(); ++i) {
    const auto tool = static_cast<ToolId>(i);
    const Fault fault = off != Fault::None ? off : denied_before(linked, *facts, tool);
    if (fault == Fault::None) {
      const Unknowns unknowns = unknowns_of({&linked, facts, &shared}, tool);
      result.push_back(
          Narrowing(linked, unknowns, workspace, kCutStepsMax / image.tools.size()).run());
    } else {
      result.emplace_back();
      result.back().fault = fault;
    }
    result.back().tool = linked.text(image.tools[i].wire_name);
  }
  return result;
}

}  // namespace remit::vm
