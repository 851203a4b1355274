#include "compiler/review/limits.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "compiler/ir/requirement.h"

namespace remit::compiler {

namespace {

using ir::Node;
using ir::NodeId;
using lang::Code;

class LimitReader {
 public:
  LimitReader(const ir::Bundle& bundle, lang::Diagnostics& diags)
      : bundle_(bundle), typed_(*bundle.typed), diags_(diags) {}

  void run() {
    for (std::size_t i = 0; i < typed_.items.size(); ++i) {
      if (typed_.items[i].kind != ItemKind::Limit) continue;
      amounts(typed_.items[i], bundle_.items[i]);
      keys(bundle_.items[i]);
    }
    argument_limits();
  }

 private:
  void amounts(const ItemInfo& item, const ir::Item& limit) {
    const auto report = [&](const Node& node, std::string message) -> lang::Diagnostic& {
      return diags_.report(Code::W1317, node.span, std::move(message));
    };
    const Node& maximum = bundle_.node(*limit.maximum);
    if (maximum.interval.high <= 0) {
      report(maximum,
             fmt::format("limit `{}` has no room: its maximum is never above 0", item.name))
          .help("raise the maximum; to refuse every call, write a guard");
    } else if (maximum.interval.low >= INT64_MAX) {
      report(maximum,
             fmt::format("limit `{}` is never passed: no counter exceeds its maximum", item.name))
          .help("lower the maximum, or remove the limit");
    }
    if (!limit.amount) return;
    const Node& amount = bundle_.node(*limit.amount);
    if (amount.interval == Interval{0, 0}) {
      report(amount,
             fmt::format("limit `{}` counts nothing: what it adds up is always 0", item.name))
          .help("add up a fact of the call, or count calls: `max 60 calls`");
    }
  }

  void keys(const ir::Item& limit) {
    std::map<std::string, const Node*> seen;
    for (const NodeId id : limit.keys) {
      const Node& key = bundle_.node(id);
      const auto [first, is_new] = seen.try_emplace(prefix_form(bundle_, key), &key);
      if (is_new) continue;
      diags_.report(Code::W1317, key.span, fmt::format("the key names `{}` twice", first->first))
          .secondary_at(first->second->span, "the first time")
          .help("remove one of them, or name the path that was meant");
    }
  }

  // Where every limit of a tool is counted by what the agent wrote, the agent chooses its counter.
  void argument_limits() {
    std::vector<std::optional<ItemIndex>> worst(typed_.tools.size());
    std::vector<bool> bound_to_host(typed_.tools.size());
    for (std::size_t i = 0; i < typed_.items.size(); ++i) {
      const ItemInfo& item = typed_.items[i];
      if (item.kind != ItemKind::Limit) continue;
      const bool by_args =
          !bundle_.items[i].keys.empty() &&
          std::ranges::all_of(bundle_.items[i].keys, [&](NodeId key) {
            const Node& node = bundle_.node(key);
            return node.kind == ir::NodeKind::Fact && bundle_.path(node).base == Base::Args;
          });
      for (const ToolIndex tool : item.scope) {
        const auto at = static_cast<std::size_t>(tool);
        if (!by_args) bound_to_host[at] = true;
        if (by_args && !worst[at]) worst[at] = static_cast<ItemIndex>(i);
      }
    }
    std::set<ItemIndex> reported;
    for (std::size_t tool = 0; tool < worst.size(); ++tool) {
      if (!worst[tool] || bound_to_host[tool] || !reported.insert(*worst[tool]).second) continue;
      diags_
          .report(Code::W1308, typed_.item(*worst[tool]).place,
                  fmt::format("limits on `{}` are counted only by what the agent wrote",
                              typed_.tools[tool].name))
          .note("an agent that writes another value begins with a fresh counter")
          .help("add a limit per `tenant.id` or `actor.id`");
    }
  }

  const ir::Bundle& bundle_;
  const TypedBundle& typed_;
  lang::Diagnostics& diags_;
};

}  // namespace

void review_limits(const ir::Bundle& bundle, lang::Diagnostics& diags) {
  LimitReader(bundle, diags).run();
}

}  // namespace remit::compiler
