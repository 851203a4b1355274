// The verdict, sentence by sentence of the language reference.

#include <algorithm>
#include <set>

#include "tests/oracle/evaluate.h"
#include "tests/oracle/oracle.h"

namespace remit::oracle {

using ast::Expr;
using ast::ExprKind;
using ast::Outcome;
using compiler::ItemIndex;
using compiler::ItemInfo;

namespace {

std::size_t position(ItemIndex index) { return static_cast<std::size_t>(index); }

class Judge {
 public:
  Judge(const compiler::TypedBundle& bundle, const Request& request)
      : bundle_(bundle), request_(request), evaluator_(bundle, request) {}

  Answer answer() {
    Answer result;
    for (std::size_t i = 0; i < bundle_.items.size(); ++i) {
      const ItemInfo& item = bundle_.items[i];
      if (std::ranges::find(item.scope, request_.tool) == item.scope.end()) continue;
      in_scope_.push_back(static_cast<ItemIndex>(i));
      result.items.push_back(matched(item));
    }
    for (std::size_t i = 0; i < in_scope_.size(); ++i) {
      if (result.items[i].matches) lift(result, in_scope_[i]);
    }
    for (std::size_t i = 0; i < in_scope_.size(); ++i) {
      if (result.items[i].matches && !result.items[i].lifted) live_.push_back(in_scope_[i]);
    }
    verdict(result);
    return result;
  }

 private:
  // `control.halted`, `clock.now` and the like, read by the engine.
  const Datum& fact(std::string_view root, std::string_view field) const {
    for (std::size_t r = 0; r < bundle_.roots.size(); ++r) {
      if (bundle_.roots[r].name != root) continue;
      const auto& fields = bundle_.roots[r].fields;
      const auto found = std::ranges::find(fields, field, &compiler::FieldInfo::name);
      return request_.roots[r][static_cast<std::size_t>(found - fields.begin())];
    }
    throw std::logic_error("no such fact");
  }

  void clauses(const Expr& condition, bool negated, compiler::ModuleIndex module, Clauses& into) {
    const bool splits = condition.kind == (negated ? ExprKind::Or : ExprKind::And);
    const auto clause = [&](const Expr& part) {
      try {
        into.emplace_back(evaluator_.holds(part, module) != negated);
      } catch (const AbsentRead&) {
        into.emplace_back(std::nullopt);
      }
    };
    if (!splits) return clause(condition);
    for (const Expr* part : condition.children) clause(*part);
  }

  ItemAnswer matched(const ItemInfo& item) {
    const compiler::PolicyInfo& policy = bundle_.policy(item);
    const Expr* applies = bundle_.module(policy.module).ast->applies;
    const ast::Decl& decl = *item.decl;
    ItemAnswer result;
    result.name = bundle_.full_name(item);
    if (applies != nullptr) clauses(*applies, false, policy.module, result.clauses);
    if (decl.clauses.when != nullptr)
      clauses(*decl.clauses.when, false, policy.module, result.clauses);
    if (decl.clauses.unless != nullptr)
      clauses(*decl.clauses.unless, true, policy.module, result.clauses);
    result.matches =
        (applies == nullptr || evaluator_.holds(*applies, policy.module)) &&
        (decl.clauses.when == nullptr || evaluator_.holds(*decl.clauses.when, policy.module)) &&
        (decl.clauses.unless == nullptr ||
         !evaluator_.holds(*decl.clauses.unless, policy.module)) &&
        (!item.expires_ms || fact("clock", "now").integer < *item.expires_ms);
    return result;
  }

  void lift(Answer& result, ItemIndex rule) {
    for (const ItemIndex target : bundle_.items[position(rule)].overrides) {
      for (std::size_t i = 0; i < in_scope_.size(); ++i) {
        if (in_scope_[i] == target) result.items[i].lifted = true;
      }
    }
  }

  [[nodiscard]] Outcome outcome(ItemIndex item) const {
    return bundle_.items[position(item)].decl->verdict.outcome;
  }
  [[nodiscard]] bool waits(ItemIndex item) const {
    return outcome(item) == Outcome::Queue || outcome(item) == Outcome::Escalate;
  }
  [[nodiscard]] bool expired(ItemIndex item) const {
    const Datum& first = fact("call", "first_asked");
    return !first.absent &&
           fact("clock", "now").integer > first.integer + bundle_.items[position(item)].within_ms;
  }
  [[nodiscard]] std::string_view layer_of(ItemIndex item) const {
    const compiler::PolicyInfo& policy = bundle_.policy(bundle_.items[position(item)]);
    return bundle_.layers[static_cast<std::size_t>(policy.layer)].name;
  }

  void verdict(Answer& result) {
    std::set<std::string_view> ungranted;
    for (const compiler::LayerInfo& layer : bundle_.layers) {
      const bool granted = std::ranges::any_of(live_, [&](ItemIndex item) {
        return layer_of(item) == layer.name &&
               bundle_.items[position(item)].decl->kind == ast::DeclKind::Rule;
      });
      if (!layer.guards_only && !granted) ungranted.insert(layer.name);
    }
    const auto any_live = [&](Outcome wanted) {
      return std::ranges::any_of(live_, [&](ItemIndex item) { return outcome(item) == wanted; });
    };
    if (!ungranted.empty() || any_live(Outcome::Deny)) {
      result.verdict = Verdict::Deny;
      for (const compiler::LayerInfo& layer : bundle_.layers) {
        name_live(result, [&](ItemIndex item) {
          return layer_of(item) == layer.name && outcome(item) == Outcome::Deny;
        });
        if (ungranted.contains(layer.name))
          result.by.push_back("engine.default." + std::string(layer.name));
      }
      return;
    }
    if (!any_live(Outcome::Queue) && !any_live(Outcome::Escalate)) {
      result.verdict = Verdict::Permit;
      return name_live(result, [&](ItemIndex item) { return outcome(item) == Outcome::Permit; });
    }
    const auto is_expired = [&](ItemIndex item) { return waits(item) && expired(item); };
    if (std::ranges::any_of(live_, is_expired)) {
      result.verdict = Verdict::Deny;
      result.fault = Fault::Expired;
      return name_live(result, is_expired);
    }
    const Outcome strictest = any_live(Outcome::Escalate) ? Outcome::Escalate : Outcome::Queue;
    result.verdict = strictest == Outcome::Escalate ? Verdict::Escalate : Verdict::Queue;
    name_live(result, [&](ItemIndex item) { return outcome(item) == strictest; });
  }

  template <typename Wanted>
  void name_live(Answer& result, Wanted&& wanted) const {
    for (const ItemIndex item : live_) {
      if (wanted(item)) result.by.push_back(bundle_.full_name(bundle_.items[position(item)]));
    }
  }

  const compiler::TypedBundle& bundle_;
  const Request& request_;
  Evaluator evaluator_;
  std::vector<ItemIndex> in_scope_;
  std::vector<ItemIndex> live_;
};

}  // namespace

Answer decide(const compiler::TypedBundle& bundle, const Request& request) {
  for (std::size_t r = 0; r < bundle.roots.size(); ++r) {
    if (bundle.roots[r].name != "control") continue;
    if (request.roots[r].front().integer != 0) {
      Answer halted;
      halted.fault = Fault::Halted;
      return halted;
    }
  }
  return Judge(bundle, request).answer();
}

}  // namespace remit::oracle
