#include "compiler/review/bounds.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/ir/cost.h"

namespace remit::compiler {

namespace {

// The patterns that cost a tool most, as far as each costs a tenth of its bound.
void name_patterns(const ir::Bundle& bundle, ToolIndex tool, std::int64_t bound,
                   lang::Diagnostic& diagnostic) {
  constexpr std::size_t kNamed = 3;
  const auto costs = pattern_costs(bundle, tool);
  std::vector<std::pair<std::string_view, PatternCost>> patterns(costs.begin(), costs.end());
  std::ranges::stable_sort(patterns, std::ranges::greater(),
                           [](const auto& pattern) { return pattern.second.steps; });
  for (std::size_t i = 0; i < patterns.size() && i < kNamed; ++i) {
    const auto& [text, cost] = patterns[i];
    if (cost.steps * 10 < bound) break;
    diagnostic.note(
        fmt::format("`re\"{}\"` takes {} of them: its size is {}, and its text has up "
                    "to {} bytes",
                    text, cost.steps, cost.size, cost.bytes));
  }
}

// The messages of an item are not counted in the decision, and may take as long as one.
void review_messages(const ir::Bundle& bundle, std::int64_t steps_max, lang::Diagnostics& diags) {
  for (std::size_t i = 0; i < bundle.items.size(); ++i) {
    const std::int64_t cost = message_cost(bundle, bundle.items[i]);
    if (cost <= steps_max) continue;
    const ItemInfo& info = bundle.typed->items[i];
    diags
        .report(lang::Code::E1101, info.decl->name.span,
                fmt::format("the messages of `{}` may take {} steps; at most {} are allowed",
                            bundle.typed->full_name(info), cost, steps_max))
        .note("they are not counted in a decision, but shown with it")
        .help("show less in them, or declare tighter bounds of strings and collections");
  }
}

}  // namespace

void review_bounds(const ir::Bundle& bundle, const std::vector<std::int64_t>& bounds,
                   std::int64_t steps_max, lang::Diagnostics& diags) {
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    if (bounds[i] <= steps_max) continue;
    const ToolInfo& tool = bundle.typed->tools[i];
    lang::Diagnostic& diagnostic =
        diags.report(lang::Code::E1101, tool.span,
                     fmt::format("a decision on `{}` may take {} steps; at most {} are allowed",
                                 tool.name, bounds[i], steps_max));
    diagnostic.note("every item of its scope counts, with texts and collections at their bounds");
    name_patterns(bundle, static_cast<ToolIndex>(i), bounds[i], diagnostic);
    diagnostic.help(
        "declare tighter bounds of strings and collections, or raise `max_steps` in "
        "remit.toml");
  }
  review_messages(bundle, steps_max, diags);
}

}  // namespace remit::compiler
