#include "vm/replay/possible.h"

#include <algorithm>
#include <set>
#include <string>

#include <remit/decision.h>
#include "stdlib/hash.h"
#include "stdlib/json_scan.h"
#include "stdlib/json_text.h"
#include "vm/decide/digest.h"
#include "vm/decide/names.h"
#include "vm/decide/verdict.h"

namespace remit::vm {

namespace {

using stdlib::json_member;

constexpr Fault kFaults[] = {
#define REMIT_FAULT(name, code, sentence) Fault::name,
#include <remit/faults.def>
#undef REMIT_FAULT
};

std::string quoted(std::string_view text) {
  std::string json;
  stdlib::JsonWriter(json).string(text);
  return json;
}

class Record {
 public:
  Record(const Facts::State& facts, std::string_view request, std::string_view record)
      : facts_(facts), linked_(*facts.linked), request_(request), record_(record) {
    const ToolPlan& plan = linked_.plan_of(facts.tool);
    for (const ItemId item : plan.items) names_.insert(quoted(full_name(linked_, item)));
    for (const LayerRow& layer : linked_.program.image().layers)
      layers_.insert(quoted("engine.default." + std::string(linked_.text(layer.name))));
  }

  bool is_possible() {
    const auto verdict =
        std::ranges::find(kVerdicts, member("verdict"), [](Verdict v) { return quoted(name(v)); });
    if (verdict == std::end(kVerdicts) || !fault_fits(*verdict)) return false;
    const bool waits = *verdict == Verdict::Queue || *verdict == Verdict::Escalate;
    const bool permits = *verdict == Verdict::Permit;
    return all(member("by"),
               [&](std::string_view by) {
                 return is_item(by) || layers_.contains(std::string(by));
               }) &&
           (waits ? all(member("awaiting"),
                        [&](auto wait) { return is_item(json_member(wait, "item")); })
                  : member("awaiting") == "[]") &&
           member("execute") == (permits ? own_action() : "null") &&
           (permits ? all(member("reserve"),
                          [&](auto line) { return is_item(json_member(line, "limit")); })
                    : member("reserve") == "[]") &&
           (permits ? all(member("consume"), [&](auto id) { return is_approval(id); })
                    : member("consume") == "[]") &&
           digest_fits();
  }

 private:
  [[nodiscard]] std::string_view member(std::string_view key) const {
    return json_member(record_, key);
  }
  [[nodiscard]] bool is_item(std::string_view name) const {
    return names_.contains(std::string(name));
  }
  static bool all(std::string_view list, auto&& holds) {
    stdlib::JsonParts parts(list);
    while (const auto part = parts.next()) {
      if (!holds(part->value)) return false;
    }
    return parts.complete() && list.starts_with('[');
  }

  [[nodiscard]] bool fault_fits(Verdict verdict) const {
    const std::string_view fault = member("fault"), at = member("at");
    const auto found = std::ranges::find(kFaults, fault, [](Fault f) { return quoted(code(f)); });
    if (found == std::end(kFaults))
      return fault == "null" && at == "null" &&
             member("alarm") == (verdict == Verdict::Escalate ? "true" : "false");
    const auto path = stdlib::json_unescaped(at);
    return verdict == Verdict::Deny && path.has_value() == (*found == Fault::MissingFact) &&
           (path || at == "null") && may_depend_on_facts(*found, path.value_or("")) &&
           member("alarm") == (*found == Fault::Assert ? "true" : "false");
  }

  [[nodiscard]] std::string own_action() const {
    const ToolRow& tool = linked_.program.image()[facts_.tool];
    return "{\"tool\":" + quoted(linked_.text(tool.wire_name)) +
           ",\"args\":" + std::string(json_member(request_, "args")) + '}';
  }

  [[nodiscard]] bool is_approval(std::string_view id) const {
    return std::ranges::any_of(facts_.approvals, [&](const ApprovalRecord& approval) {
      return quoted(approval.id) == id;
    });
  }

  // It may not have been asked for. One that is withheld cannot be compared.
  [[nodiscard]] bool digest_fits() const {
    const std::string_view digest = member("digest");
    return digest == "null" || digest.starts_with('{') ||
           digest == quoted(stdlib::to_hex(action_digest(facts_)));
  }

  const Facts::State& facts_;
  const Linked& linked_;
  std::string_view request_, record_;
  std::set<std::string> names_, layers_;  // as JSON strings
};

}  // namespace

bool may_depend_on_facts(Fault fault, std::string_view path) {
  switch (fault) {
    case Fault::None:
    case Fault::Expired:
    case Fault::Assert:
    case Fault::Halted: return true;
    case Fault::MissingFact: return path.starts_with("limits.");
    case Fault::NoBundle:
    case Fault::InvalidRequest:
    case Fault::UnknownTool:
    case Fault::Internal: return false;
  }
  return false;
}

bool is_possible(const Facts::State& facts, std::string_view request, std::string_view record) {
  return Record(facts, request, record).is_possible();
}

}  // namespace remit::vm
